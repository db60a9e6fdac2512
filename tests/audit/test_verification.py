"""The ledger says which of its rows does not hold."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from audit import verification
from audit.actions import action, tenant
from audit.actors import system
from audit.models import Action, Change, Event
from crm import contacts, people


@pytest.fixture
def written(committed):
    """An organization with a contact that was edited, committed; its change's id."""
    acme = people.create_organization("Acme", by=system(None))
    by = system(acme.pk)
    grace = contacts.create(name="Grace", by=by)
    with action("contacts.update", by=by, target=grace):
        contacts.update(grace, changes={"city": "Boston"}, by=by)
    return acme


def as_owner(sql: str) -> None:
    """Tamper, as only the owner can, past the guard."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table audit_change disable trigger no_update")
        cursor.execute(sql)
        cursor.execute("alter table audit_change enable trigger no_update")
    connections["owner"].close()


def test_an_untouched_ledger_is_whole(written, capsys):
    call_command("verify_audit")

    assert capsys.readouterr().out.startswith("The ledger is whole: ")


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        ('after = \'{"city": "Elsewhere"}\'', "what it says"),
        ("row_id = row_id + 1", "who, when or what"),
        ("salt = null", "what it says"),
        ("salt = null, erased_in = 999999", "no action says so"),
    ],
)
def test_a_row_that_was_tampered_with_is_named(written, tampering, why):
    as_owner(f"update audit_change set {tampering} where id = (select max(id) from audit_change)")

    with pytest.raises(CommandError) as said:
        call_command("verify_audit", organization=written.name)

    assert "change " in str(said.value)
    assert why in str(said.value)


def test_an_unknown_organization_is_refused(written):
    with pytest.raises(CommandError, match="no organization Nowhere"):
        call_command("verify_audit", organization="Nowhere")


def test_every_row_is_looked_at(written):
    with tenant(written.pk):
        rows = sum(model.objects.count() for model in (Action, Change, Event))

    assert verification.verify(written.pk).checked == rows
