"""Closing and reopening: outcome and reason, and the way back."""

import pytest

from audit.models import Event
from crm.fields import FieldError
from pipelines import pipelines, positions
from pipelines.models import StageVisit


def test_closing_moves_the_card_to_the_stage_of_its_outcome(card, stage, bob):
    positions.close(card, outcome="lost", reason="too expensive", by=bob)

    assert (card.stage, card.outcome) == (stage("Lost"), "lost")
    assert card.lost_reason == "too expensive"
    assert card.closed_at == card.entered_stage_at
    closed = Event.objects.get(name="pipelines.position.closed")
    assert closed.summary == "Grace Hopper was lost in Sales: too expensive"


def test_moving_into_a_won_stage_closes(make_card, stage, mo):
    card = make_card("Proposal")

    positions.move(card, to=stage("Customer"), by=mo)

    assert (card.outcome, card.is_open, card.lost_reason) == ("won", False, "")


def test_a_lost_card_needs_a_reason(card, stage, bob):
    with pytest.raises(positions.ReasonNeeded, match="Say why Grace Hopper is lost"):
        positions.move(card, to=stage("Lost"), by=bob)

    card.refresh_from_db()
    assert card.stage == stage("Lead")


def test_there_are_two_outcomes(card, bob):
    with pytest.raises(FieldError, match="did you mean lost"):
        positions.close(card, outcome="loost", reason="x", by=bob)


def test_winning_by_closing_passes_the_same_gates(card, bob):
    with pytest.raises(Exception, match="may not be passed over"):
        positions.close(card, outcome="won", by=bob)


def test_a_reopened_card_goes_back_to_where_it_stood(make_card, stage, bob):
    card = make_card("Demo")
    positions.close(card, outcome="lost", reason="too expensive", by=bob)

    positions.reopen(card, by=bob)

    assert (card.stage, card.outcome, card.closed_at) == (stage("Demo"), "", None)
    assert card.lost_reason == ""
    assert Event.objects.filter(name="pipelines.position.reopened").count() == 1


def test_moving_a_closed_card_to_an_active_stage_reopens_it(make_card, stage, bob):
    card = make_card("Customer")

    positions.move(card, to=stage("Proposal"), by=bob)

    assert card.is_open
    assert Event.objects.filter(name="pipelines.position.reopened").exists()


def test_a_card_that_entered_closed_reopens_in_the_first_stage(make_card, stage, bob):
    card = make_card("Lost")

    positions.reopen(card, by=bob)

    assert card.stage == stage("Lead")


def test_an_open_card_is_not_reopened(card, bob):
    with pytest.raises(positions.NotClosed):
        positions.reopen(card, by=bob)


def test_a_card_is_not_reopened_into_an_end(make_card, stage, bob):
    with pytest.raises(positions.NoStage):
        positions.reopen(make_card("Lost"), to=stage("Customer"), by=bob)


def test_a_pipeline_without_a_lost_stage_keeps_the_lost_card_in_place(grace, inside, ada):
    support = pipelines.create_from_blueprint("support", by=ada)
    card = positions.enter(grace, pipeline=support, by=ada)

    positions.close(card, outcome="lost", reason="spam", by=ada)
    assert (card.stage.name, card.outcome, card.lost_reason) == ("New", "lost", "spam")

    positions.reopen(card, by=ada)
    assert (card.stage.name, card.outcome, card.is_open) == ("New", "", True)
    assert StageVisit.objects.filter(position=card).count() == 1


def test_a_pipeline_without_a_won_stage_wins_nothing(grace, inside, ada):
    board = pipelines.create("Ideas", by=ada, stages=[{"name": "New"}])
    card = positions.enter(grace, pipeline=board, by=ada)

    with pytest.raises(positions.NoStage):
        positions.close(card, outcome="won", by=ada)


def test_entering_a_won_stage_closes_at_once(make_card):
    assert make_card("Customer").outcome == "won"


def test_entering_a_lost_stage_needs_a_reason(grace, sales, stage, ada, inside):
    with pytest.raises(positions.ReasonNeeded):
        positions.enter(grace, pipeline=sales, stage=stage("Lost"), by=ada)
