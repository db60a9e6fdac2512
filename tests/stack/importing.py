"""
An office that imports, in a process of its own: `python -m tests.stack.importing N`.

Ada orders a file of N names to be imported, and says how it goes; where it stops on the way she
orders it again.
"""

import sys
import time
from collections.abc import Callable

import django

django.setup()

from audit.actions import tenant  # noqa: E402
from audit.actors import Actor, Door, system  # noqa: E402
from crm import people  # noqa: E402
from crm.imports import ordering, progress, running  # noqa: E402
from crm.models import Contact, Import, Role  # noqa: E402

PATIENCE = 120  # seconds for each step


def main(count: int) -> None:
    acme = people.create_organization("Acme", by=system(None))
    joined = people.add_member(
        acme, email="ada@acme.example", name="Ada", role=Role.OWNER, by=system(acme.pk)
    )
    ada = people.actor_of(joined, door=Door.BOARD)
    # Names are no sign to know somebody by: a row that is taken over twice is two contacts.
    content = "\n".join(["Name", *(f"Contact {number}" for number in range(count))]).encode()
    importing = running.begin(content, by=ada, filename="names.csv", kind="contacts")
    ordering.order(importing, by=ada)
    say("on the way", wait_until(lambda each: each.done_rows > 0, importing, by=ada))
    say("stopped", wait_until(progress.stands_still, importing, by=ada))
    ordering.order(importing, by=ada)
    done = wait_until(lambda each: each.is_done, importing, by=ada)
    with tenant(ada.tenant_id):
        contacts = Contact.objects.count()
    print(f"contacts {contacts}, created {done.receipt['created']}, {done.problem}", flush=True)


def say(what: str, importing: Import) -> None:
    whole = " as a whole" if importing.done_rows == importing.row_count else ""
    print(f"{what}{whole}", flush=True)


def wait_until(holds: Callable[[Import], bool], importing: Import, *, by: Actor) -> Import:
    """
    Look at an import until something holds of it.

    :raises TimeoutError: if it does not come to hold
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with tenant(by.tenant_id):
            importing = Import.objects.get(pk=importing.pk)
        if holds(importing):
            return importing
        time.sleep(0.05)
    raise TimeoutError(f"{importing.done_rows} of {importing.row_count} rows")


if __name__ == "__main__":
    main(int(sys.argv[1]))
