"""Boards: all cards counted, one page of them shown, a constant number of statements."""

from datetime import timedelta

import pytest

from audit import clock
from audit.actions import action
from crm.fields import FieldError
from crm.models import Company, Contact, Organization
from pipelines import boards, positions, ranks
from pipelines.boards import Filters
from pipelines.models import Position, StageVisit


@pytest.fixture
def crowd(inside, sales, stage, ada):
    """Sixty cards in Lead, top to bottom, the first worth 1 cent, the second 2 …"""
    lead = stage("Lead")
    with action("test.arrange", by=ada):
        contacts = Contact.objects.bulk_create(
            Contact(organization=inside, name=f"Contact {n}") for n in range(60)
        )
        return Position.objects.bulk_create(
            Position(
                organization=inside,
                contact=contact,
                pipeline=sales,
                stage=lead,
                rank=rank,
                value_cents=n + 1,
                currency="USD",
            )
            for n, (contact, rank) in enumerate(zip(contacts, ranks.spread(60), strict=True))
        )


def find_head(board, name):
    return next(column.head for column in board.columns if column.stage.name == name)


def test_a_head_counts_all_cards_and_a_page_shows_some(crowd, sales, bob):
    board = boards.get_board(sales, by=bob)

    column = board.columns[0]
    assert [each.stage.name for each in board.columns] == [
        *("Lead", "Qualified", "Demo", "Proposal", "Customer", "Lost")
    ]
    assert (column.head.count, column.head.totals) == (60, {"USD": 60 * 61 // 2})
    assert column.page.cards == crowd[: boards.PAGE]
    assert board.columns[1].head.count == 0
    assert board.columns[1].page == boards.Page(cards=[], next=None)


def test_the_next_page_follows_from_where_the_last_one_ended(crowd, sales, stage, bob):
    seen, after = [], ""
    while after is not None:
        page = boards.get_column(stage("Lead"), by=bob, after=after)
        seen += page.cards
        after = page.next

    assert seen == crowd


def test_cards_of_one_rank_are_on_one_page_only(crowd, sales, stage, bob, ada):
    with action("test.arrange", by=ada):
        Position.objects.update(rank="a0")

    first = boards.get_column(stage("Lead"), by=bob)
    second = boards.get_column(stage("Lead"), by=bob, after=first.next)
    third = boards.get_column(stage("Lead"), by=bob, after=second.next)

    assert first.cards + second.cards + third.cards == crowd
    assert third.next is None


def test_a_made_up_place_is_refused(sales, stage, bob, inside):
    with pytest.raises(FieldError, match="after"):
        boards.get_column(stage("Lead"), by=bob, after="a0'; drop table")


def test_the_number_of_statements_is_constant(
    crowd, sales, bob, make_card, django_assert_num_queries
):
    filters = Filters(owner=bob.membership_id, text="some", value_cents=1, days=0)
    with django_assert_num_queries(4):
        show(boards.get_board(sales, by=bob))
    for name in ["Lead", "Qualified", "Demo", "Lost"]:
        make_card(name, owner="bob@acme.example", value_cents=5)
    with django_assert_num_queries(4):
        show(boards.get_board(sales, by=bob))
    with django_assert_num_queries(5):
        show(boards.get_board(sales, by=bob, filters=filters))


def show(board):
    """Read all that a board shows."""
    for column in board.columns:
        for card in column.page.cards:
            _ = (card.contact.name, card.contact.company, card.owner and card.owner.user.name)
            _ = (card.score_in_force, card.value_cents, card.days_in_stage, card.title)
            _ = (card.stage.name, card.pipeline.name, card.contact.email, card.priority)


def test_a_page_of_a_column_is_two_statements(crowd, stage, bob, django_assert_num_queries):
    lead = stage("Lead")
    lead.pipeline  # noqa: B018  (a door has it already)

    with django_assert_num_queries(2):
        boards.get_column(lead, by=bob)


def test_totals_are_per_currency_and_in_the_organizations_own(make_card, sales, bob, ada):
    with action("test.arrange", by=ada):
        Organization.objects.filter(pk=sales.organization_id).update(rates={"EUR": 1.5})
    make_card("Demo", value_cents=100, currency="USD")
    make_card("Demo", value_cents=200, currency="EUR")
    make_card("Demo", value_cents=300, currency="CHF")
    make_card("Demo")

    head = find_head(boards.get_board(sales, by=bob), "Demo")

    assert head.totals == {"USD": 100, "EUR": 200, "CHF": 300}
    assert (head.count, head.total_cents, head.currency) == (4, 400, "USD")
    assert list(head.totals) == ["USD", "CHF", "EUR"], "their own before all others"
    assert head.unconverted == ("CHF",)


def test_archived_cards_are_on_no_board(make_card, sales, bob):
    positions.archive(make_card("Demo"), by=bob)

    assert boards.get_board(sales, by=bob).count == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["Ada Lovelace", "Alan Turing", "Grace Hopper"]),
        (Filters(owner="none"), ["Alan Turing", "Grace Hopper"]),
        (Filters(text="HOPP"), ["Grace Hopper"]),
        (Filters(text="engine"), ["Ada Lovelace"]),
        (Filters(text="bletchley"), ["Alan Turing"]),
        (Filters(text="navy.example"), ["Grace Hopper"]),
        (Filters(text="%"), []),
        (Filters(text="_"), []),
        (Filters(text="\\"), []),
        (Filters(score=70), ["Alan Turing", "Grace Hopper"]),
        (Filters(score=80), ["Grace Hopper"]),
        (Filters(value_cents=500), ["Ada Lovelace"]),
        (Filters(days=3), ["Alan Turing"]),
        (Filters(text="alan", days=3), ["Alan Turing"]),
        (Filters(text="alan", score=90), []),
    ],
)
def test_filters(make_card, sales, bob, ada, filters, found):
    lovelace = make_card("Demo", contact="Ada Lovelace", title="Analytical Engine", value_cents=900)
    turing = make_card("Demo", contact="Alan Turing", value_cents=100)
    hopper = make_card("Demo", contact="Grace Hopper")
    with action("test.arrange", by=ada):
        company = Company.objects.create(organization_id=sales.organization_id, name="Bletchley")
        Contact.objects.filter(pk=turing.contact_id).update(company=company)
        Contact.objects.filter(pk=hopper.contact_id).update(email="Grace@Navy.example")
        Position.objects.filter(pk=lovelace.pk).update(owner=bob.membership_id)
        Position.objects.filter(pk=turing.pk).update(
            score=75, entered_stage_at=clock.now() - timedelta(days=4)
        )
        Position.objects.filter(pk=hopper.pk).update(score=10, manual_score=90)

    board = boards.get_board(sales, by=bob, filters=filters)

    demo = board.columns[2]
    assert sorted(card.contact.name for card in demo.page.cards) == found
    assert demo.head.count == len(found)
    assert [head.count for head in boards.get_heads(sales, by=bob, filters=filters)] == [
        *(0, 0, len(found), 0, 0, 0)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jose", ["José Müller"]),
        ("MÜLLER", ["José Müller", "Ann Muller"]),
        ("café", ["José Müller"]),
        ("an", ["Ann Muller"]),
        ("m", ["José Müller", "Ann Muller"]),
        ("ul", []),
        ("ull", ["José Müller", "Ann Muller"]),
    ],
)
def test_text_is_found_without_accents_and_where_words_begin(make_card, sales, bob, text, found):
    make_card("Demo", contact="Ann Muller")
    make_card("Demo", contact="José Müller", title="Cafe")

    board = boards.get_board(sales, by=bob, filters=Filters(text=text))

    assert [card.contact.name for card in board.columns[2].page.cards] == found


def test_text_is_not_found_in_another_organization(elsewhere, eve, make_card, sales, ada):
    make_card("Demo", contact="Grace Hopper")
    with action("test.arrange", by=ada):
        StageVisit.objects.all().delete()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.organization', %s, true)", [str(elsewhere.pk)])
        cursor.execute("select count(*) from pipelines_find_positions(%s, 'grace')", [sales.pk])
        assert cursor.fetchone() == (0,)


def test_filters_are_read_from_a_query_string(bob):
    given = {"owner": "me", "text": " grace ", "score": "70", "days": ""}

    filters = boards.read_filters(given, by=bob)

    assert filters == Filters(owner=bob.membership_id, text="grace", score=70)
    assert boards.read_filters({"owner": "none"}, by=bob).owner == "none"
    assert not boards.read_filters({}, by=bob)


def test_what_is_no_number_is_named(bob):
    with pytest.raises(FieldError) as refused:
        boards.read_filters({"owner": "Bob", "score": "high"}, by=bob)

    assert set(refused.value.fields) == {"owner", "score"}


def test_who_owns_cards_is_listed(make_card, sales, bob, ada):
    make_card("Demo", owner="bob@acme.example")

    assert [each.pk for each in boards.find_owners(sales, by=ada)] == [bob.membership_id]
