"""Actions: one door, nothing unrecorded, attempts kept."""

import threading
from contextlib import suppress
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, transaction

from audit.actions import (
    OtherTenant,
    Refusal,
    Unrecorded,
    action,
    nothing_to_do,
    record,
    tenant,
)
from audit.actors import system
from audit.events import Event as Fact
from audit.models import Action, Change, Event, Outcome
from crm.models import Company, Contact


@dataclass(frozen=True, kw_only=True)
class Greeted(Fact):
    """A contact was greeted."""

    name = "test.contact.greeted"
    contact_id: int


class NotToday(Refusal):
    """Not today."""


def sqlstate(error: DatabaseError) -> str:
    return error.__cause__.sqlstate


def test_a_write_outside_an_action_is_refused(inside, grace):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Contact.objects.filter(pk=grace.pk).update(name="Nobody")

    assert sqlstate(refused.value) == "WH001"


@pytest.mark.parametrize(
    "write",
    [
        "insert into crm_linktype (organization_id, key, label, inverse_label, from_type, to_type,"
        " created_by, created_at, updated_at)"
        " values ({org}, 'k', 'k', '', 'a', 'b', '', now(), now())",
        "update crm_contact set name = 'Nobody'",
        "delete from crm_contact",
    ],
)
def test_raw_sql_outside_an_action_is_refused(inside, grace, write):
    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(write.format(org=inside.pk))

    assert sqlstate(refused.value) == "WH001"


def test_an_update_records_only_what_differs(inside, grace, bob):
    with action("contacts.rename", by=bob, target=grace, reason="typo"):
        Contact.objects.filter(pk=grace.pk).update(name="Grace B. Hopper")

    change = Change.objects.get(action__name="contacts.rename")
    assert (change.table_name, change.row_id, change.verb) == ("crm_contact", grace.pk, "update")
    assert (change.before, change.after) == ({"name": "Grace Hopper"}, {"name": "Grace B. Hopper"})
    assert change.action.target == grace.ref
    assert change.action.actor_ref == bob.ref
    assert change.action.reason == "typo"


def test_bulk_writes_record_a_change_per_row(inside, bob):
    rows = [Company(organization=inside, name=f"C{n}") for n in range(3)]

    with action("companies.load", by=bob):
        Company.objects.bulk_create(rows)

    assert Change.objects.filter(action__name="companies.load", verb="insert").count() == 3


def test_a_write_that_changes_nothing_records_nothing(inside, grace, bob):
    with action("contacts.rename", by=bob):
        Contact.objects.filter(pk=grace.pk).update(name=grace.name)

    assert not Change.objects.filter(action__name="contacts.rename").exists()


def test_secrets_are_logged_as_changed_only(inside, bob):
    from crm.models import User

    with action("people.change_password", by=bob):
        user = User.objects.get(pk=bob.id)
        user.set_password("another one")
        user.save(update_fields=["password"])

    change = Change.objects.get(action__name="people.change_password")
    assert (change.before, change.after, change.withheld) == ({}, {}, ["password"])


def test_work_that_fails_is_rolled_back_and_its_attempt_kept(inside, grace, bob):
    with pytest.raises(NotToday), action("contacts.rename", by=bob, target=grace) as doing:
        Contact.objects.filter(pk=grace.pk).update(name="Nobody")
        raise NotToday("Not today, it is Sunday.", day="Sunday")

    grace.refresh_from_db()
    attempt = Action.objects.get(pk=doing.id)
    assert grace.name == "Grace Hopper"
    assert attempt.outcome == Outcome.REFUSED
    assert attempt.error == {
        "type": "NotToday",
        "message": "Not today, it is Sunday.",
        "day": "Sunday",
    }
    assert not attempt.changes.exists()


def test_an_unexpected_error_says_its_type_and_no_more(inside, bob):
    with pytest.raises(ValueError, match="hunter2"), action("contacts.break", by=bob) as doing:
        raise ValueError("password is hunter2")

    attempt = Action.objects.get(pk=doing.id)
    assert (attempt.outcome, attempt.error) == (Outcome.FAILED, {"type": "ValueError"})


def test_events_are_written_with_their_action(inside, grace, bob):
    with action("contacts.greet", by=bob) as doing:
        record(Greeted(contact_id=grace.pk), on=grace, summary="Bob greeted Grace")

    event = Event.objects.get(name="test.contact.greeted")
    assert (event.action_id, event.payload) == (doing.id, {"contact_id": grace.pk})
    assert event.action.summary == "Bob greeted Grace"
    assert event.action.target == grace.ref


def test_an_action_inside_an_action_joins_it(inside, grace, bob):
    with action("outer", by=bob) as outer, action("inner", by=bob) as inner:
        assert outer is inner

    assert not Action.objects.filter(name="inner").exists()


def test_nothing_is_attributed_to_a_closed_action(inside, grace, bob):
    with action("contacts.look", by=bob):
        pass

    with pytest.raises(DatabaseError), transaction.atomic():
        Contact.objects.filter(pk=grace.pk).update(name="Nobody")


def test_work_for_one_organization_inside_another_is_refused(acme, bob, eve):
    with tenant(acme.pk), pytest.raises(OtherTenant), action("sneak", by=eve):
        pass


def test_without_a_tenant_there_is_nothing_to_see(acme, grace):
    assert not Contact.objects.exists()
    with tenant(acme.pk):
        assert Contact.objects.get() == grace


def test_the_wall_holds_without_a_filter(acme, elsewhere, grace):
    with tenant(elsewhere.pk):
        assert not Contact.objects.exists()
        assert not Change.objects.filter(table_name="crm_contact").exists()


def test_a_row_cannot_point_into_another_organization(acme, elsewhere, ada, eve):
    with action("companies.create", by=eve):
        theirs = Company.objects.create(organization=elsewhere, name="Theirs")

    with pytest.raises(DatabaseError), action("contacts.create", by=ada):
        Contact.objects.create(organization=acme, name="Mallory", company=theirs)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_an_action_can_be_unwound_whole(inside, grace, bob):
    with pytest.raises(Unrecorded), action("contacts.rename", by=bob) as doing:
        Contact.objects.filter(pk=grace.pk).update(name="Nobody")
        raise Unrecorded

    grace.refresh_from_db()
    assert grace.name == "Grace Hopper"
    assert not Action.objects.filter(pk=doing.id).exists()


def test_where_there_was_nothing_to_do_there_is_nothing_to_read(inside, bob):
    with action("contacts.update", by=bob) as doing:
        nothing_to_do()

    assert not Action.objects.filter(pk=doing.id).exists()


@pytest.mark.parametrize("also", ["change", "summary", "failure"])
def test_an_action_that_did_something_else_is_kept(inside, grace, bob, also):
    with suppress(Refusal), action("contacts.update", by=bob) as doing:
        nothing_to_do()
        if also == "change":
            Contact.objects.filter(pk=grace.pk).update(name="Nobody")
        elif also == "summary":
            doing.summary = "Looked at Grace"
        else:
            raise Refusal("No.")

    assert Action.objects.filter(pk=doing.id).exists()


def test_actions_of_one_turn_go_one_after_another(committed):
    seen: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.wait()
        with action("second", by=system(1), turn="the key"):
            seen.append("second")
        connection.close()

    waiting = threading.Thread(target=second)
    waiting.start()
    with action("first", by=system(1), turn="the key"):
        entered.set()
        waiting.join(0.2)
        seen.append("first")
    waiting.join()

    assert seen == ["first", "second"]
