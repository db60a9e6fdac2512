"""Undo leaves no value without its field."""

from audit import undo
from audit.models import Action
from audit.undo import Selection
from crm import contacts, custom_fields
from crm.models import CustomField


def plan(*names, by):
    chosen = tuple(Action.objects.filter(name__in=names).values_list("pk", flat=True))
    return undo.plan(Selection(actions=chosen), by=by)


def declare(by):
    return custom_fields.declare("contact", label="Size", type="number", by=by)


def test_a_field_stays_while_others_have_values_of_it(inside, grace, ada, bob):
    declare(ada)
    contacts.update(grace, changes={"custom:size": 3}, by=bob)

    planned = plan("custom_fields.declare", by=ada)

    assert planned.is_empty
    assert "1 contact has a value of Size" in planned.describe()["conflicts"][0].says


def test_a_field_goes_with_its_values(inside, grace, ada):
    declare(ada)
    contacts.update(grace, changes={"custom:size": 3}, by=ada)

    undo.apply(plan("custom_fields.declare", "contacts.update", by=ada), by=ada)

    grace.refresh_from_db()
    assert (grace.properties, CustomField.objects.count()) == ({}, 0)


def test_a_value_does_not_come_back_without_its_field(inside, grace, ada):
    declare(ada)
    contacts.update(grace, changes={"custom:size": 3}, by=ada)
    undone = undo.apply(plan("contacts.update", by=ada), by=ada)
    undo.apply(plan("custom_fields.declare", by=ada), by=ada)

    again = undo.plan(Selection(actions=(undone.action_id,)), by=ada)

    assert again.is_empty
    assert "not there any more" in again.describe()["conflicts"][0].says
    everything = undo.plan(Selection(actor=ada.ref), by=ada)
    everything.as_json()
