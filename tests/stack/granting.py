"""
An office that grants much at once, in a process of its own: `python -m tests.stack.granting N`.

Scout asks to close N deals, Mo grants every one of them, and says so line by line. Whenever the
database is away Mo tries again, as people do.
"""

import sys
import time

import django
from django.db import InterfaceError, OperationalError, connection

django.setup()

from agents import agents  # noqa: E402
from agents.calls import dispatch  # noqa: E402
from approvals import approvals  # noqa: E402
from approvals.approvals import AlreadyDecided  # noqa: E402
from approvals.deciders import Person, as_person  # noqa: E402
from approvals.models import Approval  # noqa: E402
from audit.actions import tenant  # noqa: E402
from audit.actors import Actor, ActorKind, Door, system  # noqa: E402
from audit.models import Delivery  # noqa: E402
from crm import contacts, people  # noqa: E402
from crm.models import Role  # noqa: E402
from pipelines import pipelines, positions  # noqa: E402
from pipelines.models import Position, Stage, StageVisit  # noqa: E402

PATIENCE = 90  # seconds for everything that was granted to be carried out


def arrange(count: int) -> tuple[Person, list[int]]:
    """Return Mo, and the approvals Scout waits for."""
    acme = people.create_organization("Acme", by=system(None))
    joined = people.add_member(
        acme, email="mo@acme.example", name="Mo", role=Role.MANAGER, by=system(acme.pk)
    )
    mo = as_person(people.actor_of(joined, door=Door.BOARD))
    stages = [{"name": "Lead"}, {"name": "Customer", "kind": "won"}]
    sales = pipelines.create("Sales", stages=stages, by=mo)
    scout = agents.create(
        "Scout", persona="sales", by=mo, calls_per_minute=100_000, writes_per_hour=100_000
    )
    asking = Actor(
        kind=ActorKind.AGENT, id=scout.pk, name="", organization_id=acme.pk, door=Door.API
    )
    with tenant(acme.pk):
        customer = Stage.objects.get(pipeline=sales, name="Customer")
    asked = []
    for number in range(count):
        contact = contacts.create(name=f"Contact {number}", by=mo)
        card = positions.enter(contact, pipeline=sales, by=mo)
        arguments = {"position": card.ref, "to_stage": customer.ref}
        result = dispatch.call(
            asking, "move_contact", arguments, reason="They signed.", confidence=0.99
        )
        assert result.approval, result
        asked.append(int(result.approval.removeprefix("approval:")))
    return mo, asked


def grant(approval: int, *, by: Person) -> None:
    """Grant, and where the answer was lost, grant again."""
    while True:
        try:
            with tenant(organization_of(by)):
                waiting = Approval.objects.get(pk=approval)
            approvals.grant(waiting, by=by)
        except AlreadyDecided:
            return
        except (InterfaceError, OperationalError):
            connection.close()
            time.sleep(0.1)
        else:
            return


def organization_of(actor: Actor) -> int:
    assert actor.organization_id
    return actor.organization_id


def find_lost(organization_id: int) -> list[str]:
    """Return what is not as it must be once everything is carried out; empty where nothing is."""
    with tenant(organization_id):
        cards = Position.objects.count()
        lost = {
            "cards not won": Position.objects.exclude(stage__name="Customer").count(),
            "visits too many or too few": StageVisit.objects.count() - 2 * cards,
            "approvals not used": Approval.objects.exclude(status="used").count(),
            "deliveries pending": Delivery.objects.filter(delivered_at=None).count(),
        }
    return [f"{count} {what}" for what, count in lost.items() if count]


def main(count: int) -> None:
    mo, asked = arrange(count)
    print("asked", flush=True)
    for approval in asked:
        grant(approval, by=mo)
        print("granted", flush=True)
        time.sleep(0.02)
    deadline = time.monotonic() + PATIENCE
    lost = ["everything"]
    while lost and time.monotonic() < deadline:
        time.sleep(0.5)
        try:
            lost = find_lost(organization_of(mo))
        except (InterfaceError, OperationalError):
            connection.close()
    print(f"lost: {', '.join(lost) or 'nothing'}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
