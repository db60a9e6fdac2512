"""Fields an organization adds: declared once, then checked wherever they are written."""

import pytest

from crm import contacts, custom_fields
from crm.custom_fields import AlreadyDeclared
from crm.fields import FieldError
from crm.models import CustomField
from crm.refs import NotFound


def declare(by, type="text", on="contact", key="plan", **more):
    choices = ["Gold", "Silver"] if type == "choice" else []
    return custom_fields.declare(on, key=key, label="Plan", type=type, choices=choices, by=by)


@pytest.mark.parametrize(
    ("type", "given", "stored"),
    [
        ("text", " gold\n", " gold\n"),
        ("number", 5, 5),
        ("number", "1,234.50", 1234.5),
        ("number", 0.1, 0.1),
        ("number", "1e3", 1000),
        ("money", 120_00, 120_00),
        ("date", "2026-01-31", "2026-01-31"),
        ("choice", " gold ", "Gold"),
        ("yes_no", True, True),
        ("yes_no", "No", False),
        ("url", "navy.example/x", "https://navy.example/x"),
    ],
)
def test_a_value_is_kept_in_its_normal_form(inside, ada, bob, grace, type, given, stored):
    declare(ada, type)

    contact = contacts.update(grace, changes={"custom:plan": given}, by=bob)

    contact.refresh_from_db()
    assert contact.properties == {"plan": stored}


@pytest.mark.parametrize(
    ("type", "given", "says"),
    [
        ("text", 5, "This is text"),
        ("text", "nul\x00", "NUL"),
        ("number", "five", "one looks like 1234.5"),
        ("number", True, "not a number"),
        ("number", float("nan"), "not a number"),
        ("number", 1e300, "not a number"),
        ("money", 120.5, "minor units"),
        ("date", "31/01/2026", "one looks like 2026-01-31"),
        ("choice", "Golt", "did you mean Gold?"),
        ("yes_no", "maybe", "yes or no"),
        ("url", "javascript:alert(1)", "one looks like https://example.com"),
    ],
)
def test_what_does_not_fit_is_refused_by_key(inside, ada, bob, grace, type, given, says):
    declare(ada, type)

    with pytest.raises(FieldError) as refused:
        contacts.update(grace, changes={"custom:plan": given}, by=bob)

    assert says in refused.value.fields["custom:plan"]


def test_an_unknown_key_names_the_nearest(inside, ada, bob, grace):
    declare(ada)

    with pytest.raises(FieldError, match="did you mean plan"):
        contacts.update(grace, changes={"properties": {"plam": "gold"}}, by=bob)


def test_an_emptied_value_is_gone_and_others_stay(inside, ada, bob, grace):
    declare(ada)
    declare(ada, key="tier")
    contacts.update(grace, changes={"custom:plan": "gold", "custom:tier": "1"}, by=bob)

    contact = contacts.update(grace, changes={"custom:plan": ""}, by=bob)

    assert contact.properties == {"tier": "1"}


def test_a_key_is_made_from_the_label(inside, ada):
    keys = [
        custom_fields.declare("contact", label=label, type="text", by=ada).key
        for label in ["Contract end (€)", "2nd plan", "Ünï"]
    ]

    assert keys == ["contract_end", "field_2nd_plan", "n"]


def test_a_key_is_declared_once(inside, ada):
    declare(ada)

    with pytest.raises(AlreadyDeclared):
        declare(ada)


def test_an_archived_field_comes_back_when_declared_again(inside, ada):
    field = declare(ada)
    custom_fields.archive(field, by=ada)
    assert custom_fields.find(inside, "contact") == []

    assert declare(ada) == field
    assert custom_fields.find(inside, "contact") == [field]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"on": "stage", "type": "text"}, "on"),
        ({"on": "contact", "type": "colour"}, "type"),
        ({"on": "contact", "type": "text", "key": "Not a key"}, "key"),
        ({"on": "contact", "type": "text", "label": " "}, "label"),
        ({"on": "contact", "type": "choice"}, "choices"),
        ({"on": "contact", "type": "text", "choices": ["x"]}, "choices"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(inside, ada, given, wrong):
    with pytest.raises(FieldError) as refused:
        custom_fields.declare(by=ada, **({"label": "Plan"} | given))

    assert wrong in refused.value.fields


def test_a_field_can_be_renamed_and_its_choices_changed(inside, ada):
    field = declare(ada, "choice")

    custom_fields.update(field, label="Tier", choices=["Gold", "Gold", "Bronze"], by=ada)

    field.refresh_from_db()
    assert (field.label, field.choices) == ("Tier", ["Gold", "Bronze"])


def test_fields_elsewhere_are_nobodys_business(acme, ada, eve, elsewhere):
    declare(ada)

    assert not CustomField.objects.exists()
    with pytest.raises(FieldError):
        contacts.create(name="Anna", properties={"plan": "gold"}, by=eve)


@pytest.mark.parametrize("verb", ["update", "archive", "restore"])
def test_a_stranger_finds_no_field_to_change(acme, ada, eve, verb):
    field = declare(ada)

    with pytest.raises(NotFound):
        getattr(custom_fields, verb)(field, by=eve)
