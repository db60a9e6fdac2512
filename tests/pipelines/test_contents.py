"""What a card says: fields, custom fields, scores."""

import pytest

from audit.models import Action, Event, Outcome
from crm import custom_fields
from crm.fields import FieldError
from crm.refs import NotFound
from pipelines import pipelines, positions
from pipelines.scores import OnlyPeople

FACTORS = {"engagement": 85, "fit": 90, "intent": 70, "timing": 60}


def test_fields_are_changed_and_named_in_the_event(card, bob):
    positions.update(
        card, changes={"title": "Compiler", "value_cents": 5, "currency": "eur"}, by=bob
    )

    card.refresh_from_db()
    assert (card.title, card.value_cents, card.currency) == ("Compiler", 5, "EUR")
    updated = Event.objects.get(name="pipelines.position.updated")
    assert updated.payload["fields"] == ["title", "value_cents", "currency"]


def test_what_is_the_same_already_is_no_event(card, bob):
    positions.update(card, changes={"title": ""}, by=bob)

    assert not Event.objects.filter(name="pipelines.position.updated").exists()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"stage": 1}, "stage"),
        ({"titel": "x"}, "did you mean title"),
        ({"value_cents": -1}, "value_cents"),
        ({"value_cents": "much"}, "whole number"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "E1R"}, "ISO 4217"),
        ({"expected_close_on": "soon"}, "expected_close_on"),
        ({"custom:plan": "pro"}, "custom:plan"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(card, bob, changes, named):
    with pytest.raises(FieldError, match=named):
        positions.update(card, changes=changes, by=bob)


def test_custom_fields_of_cards(card, bob, ada):
    custom_fields.declare("position", label="Plan", type="choice", choices=["pro"], by=ada)

    positions.update(card, changes={"custom:plan": "pro"}, by=bob)

    card.refresh_from_db()
    assert card.properties == {"plan": "pro"}


def test_an_owner_is_of_this_organization(eve, card, bob):
    with pytest.raises(NotFound):
        positions.update(card, changes={"owner": f"member:{eve.membership_id}"}, by=bob)


def test_a_suggested_stage_is_of_the_same_pipeline(card, stage, bob, ada):
    support = pipelines.create_from_blueprint("support", by=ada)

    positions.update(card, changes={"suggested_stage": stage("Qualified")}, by=bob)
    with pytest.raises(FieldError, match="own pipeline"):
        positions.update(card, changes={"suggested_stage": support.stages.first()}, by=bob)


def test_a_score_keeps_its_factors_and_reasons(card, worker):
    positions.score(
        card,
        factors=FACTORS,
        overall=82,
        confidence=0.88,
        reasons=["opened five mails"],
        by=worker,
        risk_factors=["no answer in a week"],
    )

    card.refresh_from_db()
    assert (card.score, card.confidence, card.score_factors) == (82, 0.88, FACTORS)
    assert card.score_reasons == ["opened five mails"]
    assert card.risk_factors == ["no answer in a week"]
    assert card.reviewed_at is not None
    assert Event.objects.get(name="pipelines.position.scored").payload["score"] == 82


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"overall": 101}, "overall"),
        ({"overall": 82.5}, "overall"),
        ({"confidence": 1.1}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"factors": {"fit": 3}}, "engagement, fit, intent, timing"),
        ({"factors": FACTORS | {"fit": 300}}, "factors"),
        ({"manual_score": 3}, "manual_score"),
    ],
)
def test_a_score_out_of_range_is_refused(card, worker, values, named):
    given = {"factors": FACTORS, "overall": 82, "confidence": 0.9, "reasons": []} | values

    with pytest.raises(FieldError, match=named):
        positions.score(card, **given, by=worker)


def test_the_manual_score_is_in_force_until_it_is_given_back(card, worker, bob):
    positions.set_manual_score(card, score=95, reason="I know her", by=bob)
    positions.score(card, factors=FACTORS, overall=40, confidence=0.9, reasons=["quiet"], by=worker)

    assert (card.score, card.score_in_force) == (40, 95)
    assert card.override_reason == "I know her"
    positions.set_manual_score(card, score=None, by=bob)
    assert (card.score_in_force, card.override_reason) == (40, "")


def test_a_manual_score_needs_a_reason(card, bob):
    with pytest.raises(positions.ReasonNeeded):
        positions.set_manual_score(card, score=95, by=bob)


def test_an_agent_never_sets_the_manual_score(card, worker):
    with pytest.raises(OnlyPeople):
        positions.set_manual_score(card, score=95, reason="sure", by=worker)

    assert Action.objects.get(name="scores.set_manual_score").outcome == Outcome.DENIED


def test_a_manual_score_is_0_to_100(card, bob):
    with pytest.raises(FieldError, match="0 to 100"):
        positions.set_manual_score(card, score=101, reason="sure", by=bob)
