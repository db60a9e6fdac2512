"""What narrows a board is written in its address as people write it, and read back the same."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from audit.actions import tenant
from crm.fields import FieldError
from pipelines import boards, narrowing
from pipelines.boards import Filters

OVER = {"field": "position.value_cents", "op": ">", "value": 1_000_000}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (OVER, "10000"),
        ({**OVER, "value": 1_234_50}, "1234.5"),
        ({"field": "position.score", "op": ">=", "value": 80}, "80"),
        ({"field": "contact.do_not_contact", "op": "=", "value": True}, "yes"),
        ({"field": "position.entered_stage_at", "op": "older_than_days", "value": 14}, "14"),
        ({"field": "position.expected_close_on", "op": "<=", "value": "2026-05-31"}, "2026-05-31"),
        ({"field": "contact.city", "op": "in", "value": ["Köln", "Bonn"]}, "Köln | Bonn"),
        ({"field": "contact.tags", "op": "contains", "value": "VIP"}, "VIP"),
        ({"field": "position.owner", "op": "is_empty"}, ""),
    ],
)
def test_comparisons_come_back_as_they_went_into_the_address(inside, written, value):
    narrowed = narrowing.of([written])

    pairs = narrowed.as_pairs()

    assert pairs[-1] == ("value", value)
    again = narrowing.read(QueryDict(urlencode(pairs)))
    assert [each.as_json() for each in again.groups["0"].comparisons] == [written]


def test_alternatives_keep_apart(inside):
    narrowed = narrowing.of([OVER], [[{**OVER, "op": "<"}], [{**OVER, "op": "is_empty"}]])

    again = narrowing.read(QueryDict(urlencode(narrowed.as_pairs())))

    assert sorted(again.groups) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("path", "op", "value"),
    [
        ("position.value_cents", ">", "much"),
        ("position.colour", "=", "red"),
        ("position.value_cents", "resembles", "5"),
        ("position.owner", "=", "stage:1"),
    ],
)
def test_what_does_not_read_is_said_and_narrows_nothing(inside, path, op, value):
    query = urlencode({"group": "0", "field": path, "op": op, "value": value})

    narrowed = narrowing.read(QueryDict(query))

    assert not narrowed
    assert len(narrowed.problems) == 1


def test_data_that_is_no_condition_is_refused(inside):
    with pytest.raises(FieldError):
        narrowing.of([{"field": "position.colour", "op": "=", "value": "red"}])


def test_heads_and_cards_are_narrowed_alike(inside, bob, sales, make_card):
    dear, _ = make_card("Lead", value_cents=8_000_000), make_card("Demo", value_cents=500_000)
    filters = Filters(narrowed=narrowing.of([OVER]))

    with tenant(bob.tenant_id):
        shown = boards.get_board(sales, by=bob, filters=filters)

    assert shown.count == 1
    assert [card.pk for column in shown.columns for card in column.page.cards] == [dear.pk]
