"""Undo of an import: thousands of rows, none one by one."""

import pytest

from audit import undo
from audit.actions import action
from audit.undo import Selection
from crm.models import Company, Contact
from pipelines.models import Pipeline, Position, StageVisit

pytestmark = pytest.mark.usefixtures("everybody_may_undo")

ROWS = 3_000
STATEMENTS = 120


def load(organization, pipeline: Pipeline, stage, by) -> list[int]:
    """Import contacts of a thousand companies, each with a card."""
    with action("import.companies", by=by) as first:
        companies = Company.objects.bulk_create(
            Company(organization=organization, name=f"Company {n}") for n in range(ROWS // 10)
        )
    with action("import.contacts", by=by, correlation=first.correlation) as second:
        contacts = Contact.objects.bulk_create(
            Contact(
                organization=organization,
                name=f"Contact {n}",
                email=f"c{n}@x.example",
                company=companies[n % len(companies)],
            )
            for n in range(ROWS)
        )
    with action("import.cards", by=by, correlation=first.correlation) as third:
        common = {"organization": organization, "pipeline": pipeline, "stage": stage}
        cards = Position.objects.bulk_create(
            Position(contact=contact, rank="n", **common) for contact in contacts
        )
        StageVisit.objects.bulk_create(StageVisit(position=card, **common) for card in cards)
    return [first.id, second.id, third.id]


def test_an_import_is_undone_and_redone(inside, sales, stage, bob, django_assert_max_num_queries):
    lead = stage("Lead")
    actions = load(inside, sales, lead, bob)
    tables = [Company, Contact, Position, StageVisit]
    counts = [table.objects.count() for table in tables]

    with django_assert_max_num_queries(STATEMENTS):
        undone = take_back(bob, *actions)
    gone = [table.objects.count() for table in tables]
    with django_assert_max_num_queries(STATEMENTS):
        take_back(bob, undone.action_id)

    assert gone == [0, 0, 0, 0]
    assert [table.objects.count() for table in tables] == counts


def test_an_update_is_undone_around_what_others_wrote(
    inside, bob, ada, django_assert_max_num_queries
):
    with action("import.contacts", by=bob):
        contacts = Contact.objects.bulk_create(
            Contact(organization=inside, name=f"Contact {n}") for n in range(ROWS)
        )

    with action("contacts.tag", by=bob) as tagged:
        Contact.objects.update(tags=["imported"], job_title="Somebody")
    with action("contacts.tag", by=ada):
        Contact.objects.filter(pk__in=[each.pk for each in contacts[:50]]).update(tags=["mine"])

    with django_assert_max_num_queries(STATEMENTS):
        undone = take_back(ada, tagged.id)

    assert undone.counts["restorable"] == 2 * ROWS - 50
    assert undone.counts["conflicts"] == 50
    assert Contact.objects.filter(job_title="").count() == ROWS
    assert Contact.objects.filter(tags=["mine"]).count() == 50


def take_back(by, *actions: int) -> undo.Undone:
    return undo.apply(undo.plan(Selection(actions=actions), by=by), by=by)
