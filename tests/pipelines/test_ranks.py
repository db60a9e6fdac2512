"""Ranks: any order of cards can be reached by giving one card a new key, and keys stay short."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from pipelines import ranks


def grow(places: list[float]) -> list[str]:
    """Insert a key at each place, a share of the column from 0 (its top) to 1 (its end)."""
    column: list[str] = []
    for place in places:
        at = round(place * len(column))
        low = column[at - 1] if at else None
        high = column[at] if at < len(column) else None
        column.insert(at, ranks.between(low, high))
    return column


@given(st.lists(st.floats(0, 1), max_size=150))
def test_a_key_sorts_where_it_was_put(places):
    column = grow(places)

    assert column == sorted(set(column))


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_the_same_gap_costs_a_character_for_five_cards(sides):
    low, high = "a0", "a1"
    for above in sides:
        key = ranks.between(low, high)
        low, high = (key, high) if above else (low, key)

    assert len(key) <= 4 + len(sides) / 5


def test_a_long_column_has_short_keys():
    column = ranks.spread(50_000)

    assert column == sorted(set(column))
    assert max(map(len, column)) <= 5


def test_cards_put_on_top_have_short_keys():
    first = None
    for _ in range(20_000):
        first, before = ranks.on_top(first), first
        assert before is None or first < before

    assert len(first) <= 7


@given(st.integers(0, 200), st.lists(st.floats(0, 1), min_size=2, max_size=40), st.data())
def test_keys_spread_over_a_gap_stay_in_it(count, places, data):
    column = grow(places)
    at = data.draw(st.integers(0, len(column)))
    low = column[at - 1] if at else None
    high = column[at] if at < len(column) else None

    keys = ranks.spread(count, low, high)

    assert len(keys) == count
    assert keys == sorted(set(keys))
    assert low is None or not keys or low < keys[0]
    assert high is None or not keys or keys[-1] < high


@pytest.mark.parametrize(("low", "high"), [("a1", "a0"), ("a0", "a0"), ("?", None), ("a00", None)])
def test_what_is_no_gap_is_refused(low, high):
    with pytest.raises(ValueError, match=r"rank|before"):
        ranks.between(low, high)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60))
def test_the_database_sorts_keys_as_python_does(django_db_blocker, django_db_setup, places):
    column = grow(places)

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            'select array_agg(key order by key collate "C") from unnest(%s::text[]) as key',
            [column[::-1]],
        )
        assert cursor.fetchone()[0] == column
