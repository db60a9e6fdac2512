"""The ledger says which of its rows does not hold."""

from contextlib import suppress
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit import erasure, verification
from audit.actions import action, record, tenant
from audit.actors import system
from audit.events import Event as Fact
from audit.models import Action, Change, Event
from crm import contacts, people

LEDGER = {"action": Action, "change": Change, "event": Event}


class Nodded(Fact):
    """Somebody nodded."""

    name = "test.contact.nodded"


@pytest.fixture
def written(committed):
    """An organization with a contact that was edited, and one that was erased."""
    acme = people.create_organization("Acme", by=system(None))
    by = system(acme.pk)
    for name in ["Erased", "Grace"]:
        contact = contacts.create(name=name, by=by)
        contacts.update(contact, changes={"city": "Boston"}, by=by)
        with action("test.nod", by=by, target=contact, reason="asked", confidence=0.5) as doing:
            doing.verdict, doing.error = {"answer": "allow"}, {"type": "none"}
            record(Nodded(), on=contact, summary=f"{name} nodded")
        if name == "Erased":
            with action("test.erase", by=by):
                erasure.erase([("crm_contact", contact.pk)], targets=[contact.ref])
    return acme


def as_owner(*statements: str) -> None:
    """Tamper, as only the owner can, past the guard."""
    with connections["owner"].cursor() as cursor:
        for verb in ["disable", "enable"]:
            for kind in LEDGER:
                cursor.execute(f"alter table audit_{kind} {verb} trigger user")
            if verb == "disable":
                for statement in statements:
                    cursor.execute(statement)
    connections["owner"].close()


def find_key(table: str) -> str:
    """Return the name of a table's key to its action."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select conname from pg_constraint where contype = 'f' and conrelid = %s::regclass",
            [table],
        )
        return str(cursor.fetchone()[0])


def complain(organization=None) -> str:
    with pytest.raises(CommandError) as said:
        call_command("verify_audit", organization=organization)
    return str(said.value)


def test_an_untouched_ledger_is_whole(written, capsys):
    call_command("verify_audit")

    assert capsys.readouterr().out.startswith("The ledger is whole: ")


def test_a_row_that_was_tampered_with_is_named(written):
    as_owner(
        "update audit_change set row_id = row_id + 1 where id = (select max(id) from audit_change)"
    )

    said = complain(written.name)
    assert said.startswith("change ")
    assert "who, when or what" in said


@pytest.mark.parametrize("eraser", ["999999", "action_id"])
def test_nothing_is_blanked_unnoticed(written, eraser):
    blank = f"salt = null, before = null, after = null, erased_in = {eraser}"
    as_owner(f"update audit_change set {blank} where id = (select max(id) from audit_change)")

    assert "no action says so" in complain()


OTHER = {
    "id": "id + 100000",
    "correlation": f"'{uuid4()}'",
    "undoes": "array[7]",
    "door": "'board'",
    "withheld": "array['x']",
    "verb": "'delete'",
    "confidence": "0.25",
    "salt": "'x'",
    "content_hash": "'x'",
    "leaf_hash": "'x'",
    "erasure_hash": "'x'",
}
BY_TYPE = {
    "bigint": "coalesce({}, 0) + 1",
    "integer": "coalesce({}, 0) + 1",
    "smallint": "{} + 1",
    "timestamp with time zone": "{} + interval '1 microsecond'",
    "jsonb": "'{{\"x\": 1}}'",
    "text": "{} || 'x'",
    "character varying": "left({} || 'x', 7)",
}


def columns() -> list[tuple[str, str]]:
    return [
        (kind, field.column) for kind, model in LEDGER.items() for field in model._meta.local_fields
    ]


def test_no_column_can_be_changed_unnoticed(written):
    """Of every row of the ledger, the erased ones included."""
    sorts = "select data_type from information_schema.columns where table_name = %s"
    unnoticed = []
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for kind, column in columns():
            cursor.execute(f"alter table audit_{kind} disable trigger user")
            cursor.execute(sorts + " and column_name = %s", [f"audit_{kind}", column])
            ((sort,),) = cursor.fetchall()
            value = OTHER.get(column) or BY_TYPE[sort].format(column)
            for state in ["is null", "is not null"]:
                named = "and name = 'test.nod'" if kind == "action" else ""
                with suppress(Undo), transaction.atomic(using="owner"):
                    cursor.execute(
                        f"update audit_{kind} set {column} = {value} where id ="
                        f" (select max(id) from audit_{kind} where erased_in {state} {named})"
                    )
                    assert cursor.rowcount == 1
                    cursor.execute("select kind, broken from audit_verify(null)")
                    # What belongs to what may show at either end.
                    if not {"action", kind} & {
                        kind for kind, broken in cursor.fetchall() if broken
                    }:
                        unnoticed.append((kind, column, state))
                    raise Undo
        transaction.set_rollback(True, using="owner")
    connections["owner"].close()

    assert unnoticed == []


class Undo(Exception):
    """Ends a savepoint."""


def test_who_erased_cannot_be_changed(written):
    with action("test.erase", by=system(written.pk)) as other:
        pass

    as_owner(f"update audit_change set erased_in = {other.id} where erased_in is not null")

    assert "no action says so" in complain()


def test_what_was_erased_cannot_be_written_anew(written):
    as_owner('update audit_change set after = \'{"name": "x"}\' where erased_in is not null')

    assert "not all of it" in complain()


@pytest.mark.parametrize("kind", ["change", "event"])
def test_a_row_that_is_missing_shows(written, kind):
    with tenant(written.pk):
        action_id = LEDGER[kind].objects.filter(erased_in=None).latest("id").action_id

    as_owner(f"delete from audit_{kind} where action_id = {action_id}")

    said = complain()
    assert said.startswith(f"action {action_id}: ")
    assert "not all there" in said


def test_an_action_that_is_missing_shows(written):
    as_owner(
        f"alter table audit_change drop constraint {find_key('audit_change')}",
        f"alter table audit_event drop constraint {find_key('audit_event')}",
        "delete from audit_action where id = (select max(action_id) from audit_event)",
    )

    assert "no action says who" in complain()


def test_what_is_added_to_an_action_of_long_ago_shows(written):
    """Whoever can run SQL can say which action is open; that one of the past was is found."""
    with tenant(written.pk), connection.cursor() as cursor:
        past = Action.objects.filter(name="contacts.update").first()
        cursor.execute("select set_config('app.action_id', %s, true)", [str(past.pk)])
        cursor.execute("update crm_contact set city = 'Forged'")
        cursor.execute("select set_config('app.action_id', '', true)")

    assert complain().startswith(f"action {past.pk}: ")


def test_words_cannot_be_cut_differently(written):
    """What separates the parts of a hash may stand in a reason as well."""
    with action("test.say", by=system(written.pk), reason="a\x1f3") as doing:
        pass
    assert verification.verify().broken is None

    as_owner(
        "update audit_action set reason = 'a', verdict = '3', summary = '\x1f'"
        f" where id = {doing.id}"
    )

    assert complain().startswith(f"action {doing.id}: ")


def test_the_first_that_does_not_hold_is_named(written):
    with tenant(written.pk):
        first = Change.objects.filter(erased_in=None).earliest("id")

    as_owner(f"update audit_change set row_id = 0 where id >= {first.pk}")

    assert complain().startswith(f"change {first.pk}: ")


def test_an_unknown_organization_is_refused(written):
    assert "no organization Nowhere" in complain("Nowhere")


def test_every_row_is_looked_at(written):
    with tenant(written.pk):
        rows = sum(model.objects.count() for model in LEDGER.values())

    assert verification.verify(written.pk).checked == rows
