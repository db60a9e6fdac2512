"""Who is put away is on no board, in no sum and not found; restored, they stand as before."""

import pytest

from audit.actions import Refusal
from audit.undo import Selection, apply, plan
from crm import contacts, objects, search
from pipelines import access, boards, positions, stages
from pipelines.boards import Filters
from pipelines.models import Position
from pipelines.stages import StageInUse


def shown(pipeline, by, **filters):
    """Return what a board shows: names of cards, counts and sums by column."""
    board = boards.get_board(pipeline, by=by, filters=Filters(**filters))
    return [
        (
            column.stage.name,
            [card.contact.name for card in column.page.cards],
            column.head.count,
            column.head.totals,
        )
        for column in board.columns
    ]


@pytest.fixture
def team(make_card):
    """Three cards in Demo, Grace's between the others, and one that Grace won."""
    return {
        name: make_card("Demo", contact=name, value_cents=cents, currency="USD")
        for name, cents in [("Ada Lovelace", 100), ("Grace Hopper", 20), ("Alan Turing", 3)]
    }


def test_an_archived_contacts_cards_leave_board_sums_and_search(team, sales, stage, bob):
    contacts.archive(team["Grace Hopper"].contact, by=bob)

    demo = ("Demo", ["Alan Turing", "Ada Lovelace"], 2, {"USD": 103})
    assert shown(sales, bob)[2] == demo
    assert [head.count for head in boards.get_heads(sales, by=bob)] == [0, 0, 2, 0, 0, 0]
    column = boards.get_column(stage("Demo"), by=bob)
    assert [card.contact.name for card in column.cards] == demo[1]
    assert shown(sales, bob, text="hopper")[2] == ("Demo", [], 0, {})
    assert search.find("hopper", by=bob) == []
    listed = objects.find_page("position", by=bob)
    assert team["Grace Hopper"].ref not in [each.ref for each in listed.rows]


def test_closed_cards_go_as_well(make_card, sales, bob):
    won = make_card("Customer", contact="Grace Hopper")

    contacts.archive(won.contact, by=bob)

    assert boards.get_board(sales, by=bob).count == 0


def test_an_owner_of_archived_contacts_cards_alone_is_no_choice(make_card, sales, bob):
    card = make_card("Demo", owner="bob@acme.example")

    contacts.archive(card.contact, by=bob)

    assert boards.find_owners(sales, by=bob) == []


def test_restoring_brings_back_exactly_what_was_there(team, sales, bob):
    positions.archive(team["Alan Turing"], by=bob)
    before = shown(sales, bob)
    for card in team.values():
        contacts.archive(card.contact, by=bob)
    assert boards.get_board(sales, by=bob).count == 0

    for card in team.values():
        contacts.restore(card.contact, by=bob)

    assert shown(sales, bob) == before, "what was archived for itself stays so"


def test_undoing_the_archiving_brings_the_cards_back(team, sales, bob):
    before = shown(sales, bob)
    with_action = contacts.archive(team["Grace Hopper"].contact, by=bob)

    apply(plan(Selection(actor=bob.ref), by=bob), by=bob)

    with_action.refresh_from_db()
    assert with_action.archived_at is None
    assert shown(sales, bob) == before


def test_archiving_tells_nothing_of_a_closed_board_and_empties_it_too(team, sales, ada, bob):
    access.restrict(sales, by=ada)
    before = Position.objects.filter(archived_at=None).count()

    contacts.archive(team["Grace Hopper"].contact, by=bob)

    assert boards.get_board(sales, by=ada).count == 2
    assert Position.objects.filter(archived_at=None).count() == before, "no card is written"


@pytest.mark.parametrize(
    "verb",
    [
        lambda card, stage, by: positions.move(card, to=stage("Proposal"), by=by),
        lambda card, stage, by: positions.close(card, outcome="lost", reason="gone", by=by),
        lambda card, stage, by: positions.place(card, by=by),
    ],
    ids=["move", "close", "place"],
)
def test_nothing_is_done_with_an_archived_contacts_card(team, stage, bob, verb):
    card = team["Grace Hopper"]
    contacts.archive(card.contact, by=bob)

    with pytest.raises(Refusal, match="Grace Hopper was put away; restore it first"):
        verb(card, stage, bob)


def test_a_stage_keeps_the_cards_of_archived_contacts(team, stage, bob, ada):
    for card in team.values():
        contacts.archive(card.contact, by=bob)

    with pytest.raises(StageInUse, match="3 cards of archived contacts"):
        stages.archive(stage("Demo"), by=ada)


def test_a_board_without_some_is_as_many_statements(
    team, sales, bob, django_assert_max_num_queries
):
    contacts.archive(team["Grace Hopper"].contact, by=bob)

    with django_assert_max_num_queries(4):
        boards.get_board(sales, by=bob)
