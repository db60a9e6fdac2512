"""Two who do the same at the same moment: one does it, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.actions import tenant
from audit.actors import Door, system
from crm import companies, contacts, people
from crm.models import Company, Contact, Membership, Role

MANY = 6


@pytest.fixture
def by(committed):
    acme = people.create_organization("Acme", by=system(None))
    for name in ["ada", "olga"]:
        people.add_member(acme, email=f"{name}@acme.example", role=Role.OWNER, by=system(acme.pk))
    member = Membership.objects.select_related("user").order_by("pk")[0]
    return people.actor_of(member, door=Door.API)


def at_once(work, arguments):
    """Do work with each argument in a thread of its own, all at the same moment."""
    ready = Barrier(len(arguments))

    def run(argument):
        ready.wait()
        try:
            return work(argument)
        except Exception as error:  # noqa: BLE001  (what came of it is the test's to judge)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as threads:
        return list(threads.map(run, arguments))


def test_somebody_is_made_known_once(by):
    results = at_once(
        lambda n: contacts.create(name=f"Grace {n}", email="grace@navy.example", by=by),
        range(MANY),
    )

    assert sum(isinstance(result, Contact) for result in results) == 1
    assert sum(isinstance(result, contacts.ContactExists) for result in results) == MANY - 1


def test_a_company_named_at_once_is_one(by):
    results = at_once(lambda _: companies.find_or_create(name="Navy", by=by), range(MANY))

    assert len({result.pk for result in results}) == 1
    with tenant(by.organization_id):
        assert Company.objects.count() == 1


def test_two_owners_cannot_both_leave(by):
    owners = list(Membership.objects.filter(organization_id=by.organization_id))

    results = at_once(lambda owner: people.end_membership(owner, by=by), owners)

    assert sum(isinstance(result, people.LastOwner) for result in results) == 1
    assert Membership.objects.active().count() == 1
