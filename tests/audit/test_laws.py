"""The ledger only grows: for the role that serves, and for the owner while the guards stand."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

from audit import erasure
from audit.actions import NoActionOpen, action, record, tenant
from audit.actors import system
from audit.events import Event as Fact
from audit.models import Action, Change, Event
from crm import contacts, people

LEDGER = ["audit_action", "audit_change", "audit_event"]
NO_PRIVILEGE = "42501"
REFUSED = "WH002"


def sqlstate(error: DatabaseError) -> str:
    return error.__cause__.sqlstate


@pytest.fixture
def written(committed):
    """Something in the ledger that is there to stay; the organization."""
    acme = people.create_organization("Acme", by=system(None))
    contacts.create(name="Grace", by=system(acme.pk))
    return acme


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.parametrize(
    "change", ["update {} set organization_id = 1", "delete from {}", "truncate {} cascade"]
)
@pytest.mark.parametrize(("alias", "state"), [("default", NO_PRIVILEGE), ("owner", REFUSED)])
def test_the_ledger_is_never_changed(written, alias, state, change, table):
    with (
        tenant(written.pk),
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(change.format(table))

    assert sqlstate(refused.value) == state


def test_changes_come_from_triggers_alone(inside, grace):
    with (
        action("test.forge", by=system(inside.pk)),
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("insert into audit_change select * from audit_change limit 1")

    assert sqlstate(refused.value) == NO_PRIVILEGE


def test_what_is_inserted_is_stamped_by_the_database(inside, bob):
    """Whoever writes an action, when it was recorded and what proves it are not theirs to say."""
    with action("test.look", by=bob):
        pass
    real = Action.objects.get(name="test.look")

    forged = Action(**{f.attname: getattr(real, f.attname) for f in Action._meta.concrete_fields})
    forged.pk, forged.name, forged.erased_in = real.pk + 100_000, "test.forged", 7
    forged.save(force_insert=True)

    stored = Action.objects.get(name="test.forged")
    assert stored.erased_in is None
    assert bytes(stored.leaf_hash) != bytes(real.leaf_hash)
    assert stored.recorded_at > real.recorded_at


def test_a_change_without_its_action_cannot_be_committed(written):
    with (
        tenant(written.pk),
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select set_config('app.action_id', nextval('audit_action_id_seq')::text, true)"
        )
        cursor.execute("update crm_contact set name = 'Nobody'")
        cursor.execute("set constraints all immediate")

    assert sqlstate(refused.value) == "23503"


# --- Erasing --------------------------------------------------------------------------------------


class Waved(Fact):
    """Somebody waved."""

    name = "test.contact.waved"


@pytest.fixture
def told(acme, elsewhere, ada, eve):
    """A contact of each organization that something was said about."""
    found = []
    for by in (ada, eve):
        contact = contacts.create(name=f"{by.name}'s", by=by)
        with action("test.wave", by=by, reason="a secret", target=contact):
            record(Waved(), on=contact, summary="a secret")
        found.append(contact)
    return found


def test_erasing_blanks_content_and_keeps_the_skeleton(told, acme, ada):
    contact = told[0]
    with action("test.erase", by=ada) as doing:
        erased = erasure.erase([("crm_contact", contact.pk)], targets=[contact.ref])

    with tenant(acme.pk):
        change = Change.objects.get(table_name="crm_contact")
        [*events] = Event.objects.filter(target=contact.ref)
        wave = Action.objects.get(name="test.wave")
        blanked = [change, *events, *Action.objects.filter(target=contact.ref)]
    assert erased == len(blanked)
    assert (change.before, change.after, change.row_id) == (None, None, contact.pk)
    assert {(each.payload.__repr__(), each.summary) for each in events} == {("{}", "")}
    assert (wave.reason, wave.summary, wave.actor_name) == ("", "", "Ada")
    assert {each.erased_in for each in blanked} == {doing.id}
    assert all(each.salt is None and each.leaf_hash for each in blanked)


def test_erasing_stays_within_the_organization(told, elsewhere, ada):
    theirs = told[1]
    with action("test.erase", by=ada):
        assert erasure.erase([("crm_contact", theirs.pk)], targets=[theirs.ref]) == 0

    with tenant(elsewhere.pk):
        assert Change.objects.get(table_name="crm_contact").after["name"] == "Eve's"
        assert Action.objects.get(name="test.wave").reason == "a secret"


def test_erasing_is_an_action(told, acme):
    with tenant(acme.pk), pytest.raises(NoActionOpen):
        erasure.erase([("crm_contact", told[0].pk)], targets=[])
    with (
        tenant(acme.pk),
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select audit_erase('{crm_contact}', %s::bigint[], '{}')", [[1]])

    assert sqlstate(refused.value) == "WH001"


def test_the_serving_role_cannot_blank_by_saying_that_it_erases(told, acme):
    """The setting that lets the guard pass is anybody's to set; the privilege is not."""
    with (
        tenant(acme.pk),
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        erasure.allowed(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update audit_change set after = null")

    assert sqlstate(refused.value) == NO_PRIVILEGE


def test_what_was_erased_cannot_be_undone(told, acme, ada, monkeypatch):
    from audit import undo

    contact = told[0]
    with action("test.edit", by=ada, target=contact) as doing:
        type(contact).objects.filter(pk=contact.pk).update(name="Other")
    with action("test.erase", by=ada):
        erasure.erase([("crm_contact", contact.pk)], targets=[])

    plan = undo.plan(undo.Selection(actions=(doing.id,)), by=ada)

    assert plan.counts["irreversible"] == 1
    assert plan.is_empty
    assert "has been erased" in plan.describe()["irreversible"][0].says
