"""Moving a card: where it goes, what is written, who hears of it."""

from datetime import timedelta

import pytest

from audit import clock
from audit.actions import action
from audit.models import Action, Change, Event
from pipelines import cards, gates, pipelines, positions, routes
from pipelines.models import Position, StageVisit


def find_stays(card):
    stays = StageVisit.objects.filter(position=card).order_by("id")
    return [(stay.stage.name, stay.left_at is not None) for stay in stays]


def test_a_contact_enters_at_the_first_stage(card, stage):
    assert card.stage == stage("Lead")
    assert find_stays(card) == [("Lead", False)]
    event = Event.objects.get(name="pipelines.position.entered")
    assert event.summary == "Grace Hopper entered Sales in Lead"


def test_a_move_ends_one_stay_and_begins_another(card, stage, bob):
    lead, qualified = stage("Lead"), stage("Qualified")

    moved = positions.move(card, to=qualified, by=bob, reason="she called")

    assert moved is card
    assert (card.stage, card.previous_stage) == (qualified, lead)
    assert find_stays(card) == [("Lead", True), ("Qualified", False)]
    left, entered = StageVisit.objects.filter(position=card).order_by("id")
    assert left.left_at == entered.entered_at == card.entered_stage_at


def test_the_ledger_says_who_moved_it_and_why(card, stage, bob):
    positions.move(card, to=stage("Qualified"), by=bob, reason="she called")

    done = Action.objects.get(name="positions.move")
    assert (done.target, done.reason, done.actor_name) == (card.ref, "she called", "Bob")
    assert done.reach_id == card.pipeline_id
    assert done.summary == "Grace Hopper moved from Lead to Qualified"
    assert done.changes.count() == 3
    moved = Event.objects.get(name="pipelines.position.moved")
    assert moved.payload["to_stage_id"] == stage("Qualified").pk


def test_a_move_is_three_statements_of_its_own(card, stage, bob, django_assert_num_queries):
    qualified = stage("Qualified")

    with action("test.move", by=bob), django_assert_num_queries(3):
        positions.move(card, to=qualified, by=bob)


def test_the_way_that_was_looked_at_is_not_read_again(card, stage, bob, django_assert_num_queries):
    qualified = stage("Qualified")

    with action("test.move", by=bob):
        held = cards.hold(card.pk)
        routes.look(held)
        with django_assert_num_queries(1):
            positions.move(held, to=qualified, by=bob)

    assert find_stays(card) == [("Lead", True), ("Qualified", False)]


def test_the_way_is_read_anew_once_something_happened(card, make_card, stage, bob):
    other, qualified = make_card("Lead"), stage("Qualified")

    with action("test.move", by=bob):
        held = cards.hold(card.pk)
        routes.look(held)
        positions.move(other, to=qualified, by=bob)
        positions.move(held, to=qualified, by=bob)

    assert held.rank < other.rank, "it is on top of the one that came meanwhile"


def test_moving_to_where_it_is_changes_nothing(card, stage, bob):
    positions.move(card, to=stage("Lead"), by=bob)

    assert find_stays(card) == [("Lead", False)]
    assert not Change.objects.filter(action__name="positions.move").exists()


def test_a_stage_of_another_pipeline_is_refused(card, bob, ada):
    support = pipelines.create_from_blueprint("support", by=ada)

    with pytest.raises(gates.WrongPipeline) as refused:
        positions.move(card, to=support.stages.first(), by=bob)

    assert str(refused.value) == "New is not a stage in use of Sales."


def test_a_card_that_was_moved_meanwhile_stays_where_it_is(card, stage, bob, mo):
    seen_by_bob = Position.objects.get(pk=card.pk)
    positions.move(card, to=stage("Qualified"), by=mo)

    with pytest.raises(positions.Conflict) as refused:
        positions.move(seen_by_bob, to=stage("Qualified"), by=bob)

    assert str(refused.value) == "Grace Hopper is in Qualified by now: Mo moved it there."
    assert refused.value.details["stage"] == stage("Qualified").ref
    assert find_stays(card) == [("Lead", True), ("Qualified", False)]


def test_a_mover_may_say_where_the_card_was_seen(card, stage, bob):
    with pytest.raises(positions.Conflict):
        positions.move(card, to=stage("Demo"), expected_stage=stage("Qualified"), by=bob)


def test_a_clock_that_stands_before_the_last_move_breaks_nothing(card, stage, bob, settings):
    settings.FROZEN_NOW = (clock.now() - timedelta(days=30)).isoformat()

    positions.move(card, to=stage("Qualified"), by=bob)

    left, entered = StageVisit.objects.filter(position=card).order_by("id")
    assert left.entered_at <= left.left_at <= entered.entered_at
    assert card.days_in_stage == 0


def test_a_card_moves_on_top_of_its_column(sales, stage, card, bob, make_card):
    others = [make_card("Qualified") for _ in range(3)]

    positions.move(card, to=stage("Qualified"), by=bob)

    column = Position.objects.filter(stage=stage("Qualified")).order_by("rank", "id")
    assert list(column) == [card, *reversed(others)]


def test_a_card_is_dropped_between_two_others(stage, card, bob, make_card):
    low, high = make_card("Qualified"), make_card("Qualified")

    positions.move(card, to=stage("Qualified"), by=bob, below=high)

    column = Position.objects.filter(stage=stage("Qualified")).order_by("rank", "id")
    assert list(column) == [high, card, low]


def test_a_contact_stands_in_one_pipeline_more_than_once(grace, sales, ada, card):
    second = positions.enter(grace, pipeline=sales, by=ada, title="Second deal")

    assert {card, second} == set(Position.objects.filter(contact=grace, pipeline=sales))


def test_values_come_with_the_card(grace, sales, ada, inside):
    card = positions.enter(
        grace,
        pipeline=sales,
        by=ada,
        title="Compiler",
        value_cents=12_000_00,
        owner="Ada@Acme.example",
        external_id="D-1",
        external_source="hubspot",
    )

    card.refresh_from_db()
    assert (card.value_cents, card.currency) == (12_000_00, "USD")
    assert card.owner_id == ada.membership_id
    assert (card.external_id, card.external_source) == ("D-1", "hubspot")


def test_what_was_archived_neither_enters_nor_moves(grace, card, sales, stage, ada):
    positions.archive(card, by=ada)

    with pytest.raises(positions.Archived):
        positions.move(card, to=stage("Qualified"), by=ada)

    positions.restore(card, by=ada)
    positions.move(card, to=stage("Qualified"), by=ada)
    assert card.stage == stage("Qualified")


def test_a_card_that_is_held_is_not_read_again(card, stage, bob, django_assert_num_queries):
    with action("test.hold", by=bob):
        held = cards.hold(card.pk)
        with django_assert_num_queries(0):
            assert cards.lock(held) is held
        assert cards.lock(card) is not held

    with action("test.later", by=bob):
        assert cards.lock(held) is not held, "it was held by another action"
