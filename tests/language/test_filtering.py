"""A sentence as a filter of one board: all of it, or why it cannot be one."""

import pytest

from agents.language.questions import filtering
from audit.actions import tenant
from pipelines.models import Pipeline


@pytest.fixture
def filtered(cobalt):
    """Return what a sentence asks for of the cards of New business."""
    with tenant(cobalt.organization.pk):
        board = str(Pipeline.objects.get(name="New business").ref)

    def read(text):
        return filtering.read(text, pipeline=board, by=cobalt.by)

    return read


def compared(found):
    return {(each["field"], each["op"]): each.get("value") for each in found.every}


def test_a_number_without_a_unit_is_what_the_cards_are_worth(filtered):
    found = filtered("deals over 15,000 whose expected close date has passed")

    assert found.problem == ""
    assert compared(found) == {
        ("position.value_cents", ">"): 15_000_00,
        ("position.expected_close_on", "<"): "2026-05-12",
    }


def test_without_one_thing_or_another_is_without_both(filtered):
    found = filtered("without a phone number or an email address")

    assert set(compared(found)) == {("contact.phone", "is_empty"), ("contact.email", "is_empty")}


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("top 3 by value", "first of an order"),
        ("customers who have no open deal in Renewals", "No filter of a board"),
        ("purple deals", "purple"),
        ("which of those are in Demo", "remembers nothing"),
        ("deals in Renewals", "another board"),
    ],
)
def test_what_no_filter_can_say_is_said(filtered, text, because):
    found = filtered(text)

    assert because in found.problem
    assert (found.every, found.either) == ((), ())
