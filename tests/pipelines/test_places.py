"""Places in a column: one row is written, unless neighbours leave no room."""

import pytest

from audit.actions import action
from audit.models import Change
from pipelines import places, positions, ranks
from pipelines.models import Position


def find_column(stage):
    return list(Position.objects.filter(stage=stage, archived_at=None).order_by("rank", "id"))


@pytest.fixture
def tie(ada):
    """Give cards the same rank, as two who drop a card at once may."""

    def give(cards, rank):
        with action("test.arrange", by=ada):
            Position.objects.filter(pk__in=[card.pk for card in cards]).update(rank=rank)

    return give


@pytest.fixture
def column(make_card):
    """Five cards in Lead, top to bottom."""
    return [make_card("Lead") for _ in range(5)][::-1]


def test_a_place_is_one_row(column, stage, bob):
    first, second, third, fourth, fifth = column

    positions.place(fifth, above=second, by=bob)

    assert find_column(stage("Lead")) == [first, fifth, second, third, fourth]
    change = Change.objects.get(action__name="positions.place")
    assert list(change.after) == ["rank"]


def test_below_and_at_the_ends(column, stage, bob):
    first, second, third, fourth, fifth = column

    positions.place(first, below=third, by=bob)
    assert find_column(stage("Lead")) == [second, third, first, fourth, fifth]
    positions.place(second, below=fifth, by=bob)
    assert find_column(stage("Lead")) == [third, first, fourth, fifth, second]
    positions.place(second, above=third, by=bob)
    assert find_column(stage("Lead")) == [second, third, first, fourth, fifth]
    positions.place(fifth, by=bob)
    assert find_column(stage("Lead")) == [fifth, second, third, first, fourth]


def test_moving_within_the_stage_is_a_place(column, stage, bob):
    first, second, *others = column

    positions.move(first, to=stage("Lead"), below=second, by=bob)

    assert find_column(stage("Lead")) == [second, first, *others]


def test_cards_of_one_rank_are_told_apart_where_a_third_comes_between(column, stage, bob, tie):
    first, second, third, fourth, fifth = column[::-1]
    tie(column, "a5")
    assert find_column(stage("Lead")) == [first, second, third, fourth, fifth]

    positions.place(fifth, above=second, by=bob)

    assert find_column(stage("Lead")) == [first, fifth, second, third, fourth]
    assert len({card.rank for card in find_column(stage("Lead"))}) == 5


def test_a_gap_that_is_used_up_makes_room_for_more(column, stage, bob, tie):
    first, second, third, fourth, fifth = column
    tie([first], "a0" + "0" * ranks.COMFORTABLE + "1")
    tie([second], "a0" + "0" * ranks.COMFORTABLE + "2")

    positions.place(fifth, above=second, by=bob)

    assert find_column(stage("Lead")) == [third, fourth, first, fifth, second]
    assert max(len(card.rank) for card in find_column(stage("Lead"))) < 8


def test_a_neighbour_that_left_the_column_is_no_place(column, stage, bob, make_card):
    gone = make_card("Qualified")

    with pytest.raises(places.NotInColumn):
        positions.place(column[0], below=gone, by=bob)
