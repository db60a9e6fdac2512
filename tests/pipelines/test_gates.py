"""Gates: law 4, sentence by sentence."""

from datetime import timedelta

import pytest

from audit import clock
from audit.actions import action
from audit.models import Action, Event, Outcome
from pipelines import access, criteria, gates, pipelines, positions, stages
from pipelines.gates import AgentsNotAllowed, CriteriaUnmet, MayNotWaive, NeedsApproval


@pytest.fixture
def rule(stage, ada):
    """Give a stage rules: columns, or `asks=[…]` for exit criteria."""

    def give(name, *, asks=(), **changes):
        if changes:
            stages.update(stage(name), changes=changes, by=ada)
        return [criteria.add(stage(name), criterion=each, by=ada) for each in asks]

    return give


def unmet(card, to, by):
    return [(each.key, each.kind, each.stage) for each in gates.check(card, to=to, by=by)]


# --- What is asked for ---------------------------------------------------------------------------


def test_a_condition_on_data_must_hold(card, rule, stage, bob, ada):
    rule("Lead", asks=["position.value_cents > 0"])

    with pytest.raises(CriteriaUnmet) as refused:
        positions.move(card, to=stage("Qualified"), by=bob)

    (missing,) = refused.value.unmet
    assert (missing.kind, missing.label) == ("criterion", "position.value_cents > 0")
    assert not missing.may_waive
    assert missing.waivers == ("manager", "owner")
    positions.update(card, changes={"value_cents": 100}, by=bob)
    positions.move(card, to=stage("Qualified"), by=bob)


def test_a_checklist_item_must_be_attested(card, rule, stage, bob, worker):
    (budget,) = rule("Lead", asks=["budget_confirmed"])
    assert unmet(card, stage("Qualified"), bob) == [("budget_confirmed", "checklist", "Lead")]

    criteria.attest(card, criterion=budget, evidence="Her mail of Monday", by=worker)

    assert unmet(card, stage("Qualified"), bob) == []
    criteria.withdraw(card, criterion=budget, by=bob)
    assert unmet(card, stage("Qualified"), bob) == [("budget_confirmed", "checklist", "Lead")]


def test_required_fields_must_be_filled(card, rule, stage, bob):
    rule("Lead", required_fields=["position.value_cents", "contact.email"])

    assert unmet(card, stage("Qualified"), bob) == [("position.value_cents", "field", "Lead")]


def test_a_stage_is_not_passed_over(card, rule, stage, bob):
    assert unmet(card, stage("Demo"), bob) == [(stage("Qualified").ref, "skip", "Qualified")]

    rule("Qualified", can_skip=True)

    assert unmet(card, stage("Demo"), bob) == []


def test_passing_a_stage_over_is_no_way_round_what_it_asks_for(card, rule, stage, bob):
    rule("Qualified", can_skip=True, required_fields=["position.title"], asks=["budget_confirmed"])

    assert unmet(card, stage("Demo"), bob) == [
        ("position.title", "field", "Qualified"),
        ("budget_confirmed", "checklist", "Qualified"),
    ]


def test_won_and_lost_stages_are_no_steps(card, rule, stage, ada, bob):
    stages.reorder(
        card.pipeline,
        stages=[stage(n) for n in ["Lead", "Lost", "Qualified", "Customer", "Demo", "Proposal"]],
        by=ada,
    )

    assert unmet(card, stage("Qualified"), bob) == []


def test_a_card_stays_for_the_days_a_stage_asks(card, rule, stage, bob, settings):
    rule("Lead", min_days=2)
    (missing,) = gates.check(card, to=stage("Qualified"), by=bob)
    assert (missing.label, missing.says) == (
        "At least 2 days in Lead",
        "it has been there for 0 days.",
    )

    settings.FROZEN_NOW = (clock.now() + timedelta(days=2, minutes=1)).isoformat()

    positions.move(card, to=stage("Qualified"), by=bob)


def test_a_refusal_names_everything_at_once(card, rule, stage, mo):
    rule("Lead", min_days=1, required_fields=["position.title"], asks=["budget_confirmed"])

    with pytest.raises(CriteriaUnmet) as refused:
        positions.move(card, to=stage("Demo"), by=mo)

    assert [each.kind for each in refused.value.unmet] == ["skip", "days", "field", "checklist"]
    assert all(each.may_waive for each in refused.value.unmet)
    attempt = Action.objects.get(name="positions.move")
    assert attempt.outcome == Outcome.REFUSED
    assert [each["kind"] for each in attempt.error["unmet"]] == [
        "skip",
        "days",
        "field",
        "checklist",
    ]
    assert "Budget confirmed: nobody has attested it." in attempt.summary


# --- Whom and what they bind ---------------------------------------------------------------------


def test_they_bind_an_agent_as_they_bind_a_person(card, rule, stage, worker, ada):
    rule("Lead", asks=["budget_confirmed"])

    for actor in (worker, ada):
        with pytest.raises(CriteriaUnmet):
            positions.move(card, to=stage("Qualified"), by=actor)


def test_the_way_back_is_free(rule, stage, make_card, worker):
    rule("Demo", min_days=30, required_fields=["position.title"], asks=["demo_held"])
    rule("Lead", requires_approval=True)
    card = make_card("Demo")

    positions.move(card, to=stage("Lead"), by=worker)

    assert card.stage == stage("Lead")


def test_marking_lost_is_free(card, rule, stage, worker):
    rule("Lead", min_days=30, asks=["budget_confirmed"])
    rule("Lost", requires_approval=True, ai_can_automate=False)

    positions.move(card, to=stage("Lost"), by=worker, reason="no budget")

    assert (card.outcome, card.lost_reason) == ("lost", "no budget")


def test_winning_is_a_way_forward_wherever_the_won_stage_stands(make_card, rule, stage, ada, bob):
    card = make_card("Proposal")
    rule("Proposal", asks=["proposal_accepted"])
    names = ["Lead", "Customer", "Qualified", "Demo", "Proposal", "Lost"]
    stages.reorder(card.pipeline, stages=[stage(name) for name in names], by=ada)

    assert unmet(card, stage("Customer"), bob) == [("proposal_accepted", "checklist", "Proposal")]


def test_losing_a_card_first_opens_no_gate(card, rule, stage, bob):
    rule("Lead", asks=["budget_confirmed"])
    positions.move(card, to=stage("Lost"), by=bob, reason="no budget")

    assert unmet(card, stage("Lead"), bob) == []
    assert unmet(card, stage("Qualified"), bob) == [("budget_confirmed", "checklist", "Lead")]
    assert ("stage:", "skip") in {
        (key[:6], kind) for key, kind, _ in unmet(card, stage("Customer"), bob)
    }


def test_losing_a_card_twice_opens_no_gate(card, rule, stage, bob, ada):
    stages.add(card.pipeline, name="Never", kind="lost", by=ada)
    rule("Lead", asks=["budget_confirmed"])
    positions.move(card, to=stage("Lost"), by=bob, reason="no budget")
    positions.move(card, to=stage("Never"), by=bob, reason="really not")

    assert unmet(card, stage("Qualified"), bob) == [("budget_confirmed", "checklist", "Lead")]


def test_entering_past_the_first_stage_satisfies_every_stage_before(
    grace, sales, rule, stage, worker, inside
):
    rule("Lead", asks=["budget_confirmed"])
    rule("Qualified", required_fields=["position.title"])

    card = positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=worker)

    assert unmet(card, stage("Proposal"), worker) == []


def test_a_criterion_no_longer_asked_for_binds_no_more(card, rule, stage, bob, ada):
    (budget,) = rule("Lead", asks=["budget_confirmed"])

    criteria.archive(budget, by=ada)

    assert unmet(card, stage("Qualified"), bob) == []


# --- Waiving ------------------------------------------------------------------------------------


def test_a_manager_waives_with_a_reason_and_it_is_an_event(card, rule, stage, mo):
    rule("Lead", asks=["budget_confirmed"])

    positions.move(card, to=stage("Qualified"), by=mo, waive_reason="I know her")

    assert card.stage == stage("Qualified")
    waived = Event.objects.get(name="pipelines.gates.waived")
    assert waived.payload["unmet"] == ["budget_confirmed"]
    assert waived.summary == "Waived Budget confirmed: I know her"


def test_a_waiver_needs_a_reason(card, rule, stage, mo):
    rule("Lead", asks=["budget_confirmed"])

    with pytest.raises(gates.WaiverNeedsReason):
        positions.move(card, to=stage("Qualified"), by=mo, waive=True)


def test_a_waiver_of_nothing_is_none(card, stage, mo):
    positions.move(card, to=stage("Qualified"), by=mo, waive_reason="I know her")

    assert not Event.objects.filter(name="pipelines.gates.waived").exists()


def test_a_member_may_not_waive(card, rule, stage, bob):
    rule("Lead", asks=["budget_confirmed"])

    with pytest.raises(MayNotWaive):
        positions.move(card, to=stage("Qualified"), by=bob, waive_reason="trust me")


def test_an_agent_may_not_waive(card, rule, stage, worker):
    rule("Lead", asks=["budget_confirmed"])

    with pytest.raises(MayNotWaive):
        positions.move(card, to=stage("Qualified"), by=worker, waive_reason="trust me")

    card.refresh_from_db()
    assert card.stage == stage("Lead")
    assert Action.objects.get(name="positions.move").outcome == Outcome.DENIED


# --- Approval -----------------------------------------------------------------------------------


def test_a_stage_may_want_each_entry_approved(card, rule, stage, bob, mo):
    rule("Qualified", requires_approval=True)

    with pytest.raises(NeedsApproval) as needed:
        positions.move(card, to=stage("Qualified"), by=bob)

    assert needed.value.because == ["Entering Qualified is approved first."]
    assert needed.value.to == stage("Qualified")
    positions.move(card, to=stage("Qualified"), by=mo)


def test_a_direct_entry_is_no_way_round_approval(grace, sales, rule, stage, bob, inside):
    rule("Demo", requires_approval=True)

    with pytest.raises(NeedsApproval):
        positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=bob)


def test_a_stage_may_want_each_entry_by_an_agent_approved(card, rule, stage, worker, bob):
    rule("Qualified", ai_can_automate=False)

    with pytest.raises(NeedsApproval):
        positions.move(card, to=stage("Qualified"), by=worker)

    positions.move(card, to=stage("Qualified"), by=bob)


def test_an_approved_move_is_made(card, rule, stage, worker):
    rule("Qualified", requires_approval=True, ai_can_automate=False)

    with action("move_contact", by=worker, approval_id=1):
        positions.move(card, to=stage("Qualified"), by=worker)

    assert card.stage == stage("Qualified")


def test_an_approval_opens_no_other_gate(card, rule, stage, worker):
    rule("Lead", asks=["budget_confirmed"])

    with pytest.raises(CriteriaUnmet), action("move_contact", by=worker, approval_id=1):
        positions.move(card, to=stage("Qualified"), by=worker)


# --- Agents -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda card, to, by: positions.move(card, to=to, by=by),
        lambda card, to, by: positions.close(card, outcome="lost", reason="none", by=by),
        lambda card, to, by: positions.update(card, changes={"title": "x"}, by=by),
        lambda card, to, by: positions.place(card, by=by),
        lambda card, to, by: positions.archive(card, by=by),
        lambda card, to, by: positions.enter(card.contact, pipeline=card.pipeline, by=by),
        lambda card, to, by: positions.score(
            card,
            factors={"engagement": 1, "fit": 2, "intent": 3, "timing": 4},
            overall=2,
            confidence=0.5,
            reasons=[],
            by=by,
        ),
    ],
)
def test_agents_are_switched_off_for_a_stage(card, rule, stage, worker, act):
    rule("Lead", ai_enabled=False)

    with pytest.raises(AgentsNotAllowed, match="Agents are switched off for Lead"):
        act(card, stage("Qualified"), worker)


def test_agents_are_switched_off_for_a_pipeline(card, sales, stage, worker, ada, bob):
    pipelines.update(sales, changes={"ai_enabled": False}, by=ada)

    with pytest.raises(AgentsNotAllowed, match="Agents are switched off for Sales"):
        positions.move(card, to=stage("Qualified"), by=worker)
    positions.move(card, to=stage("Qualified"), by=bob)


def test_agents_do_not_move_cards_into_a_stage_they_are_kept_off(card, rule, stage, worker):
    rule("Qualified", ai_enabled=False)

    with pytest.raises(AgentsNotAllowed):
        positions.move(card, to=stage("Qualified"), by=worker)


def test_a_stage_names_the_tools_agents_may_use_there(card, rule, stage):
    gates.check_agent_tool(card, "move_contact")
    rule("Lead", ai_actions=["enrich_contact", "log_activity"])
    card.refresh_from_db()

    gates.check_agent_tool(card, "log_activity")
    with pytest.raises(AgentsNotAllowed) as refused:
        gates.check_agent_tool(card, "move_contact")

    assert refused.value.details["allowed"] == ["enrich_contact", "log_activity"]


def test_what_is_unmet_says_names_not_references(card, rule, stage, bob, ada):
    mine = {"field": "position.owner", "op": "=", "value": f"member:{ada.membership_id}"}
    rule("Lead", asks=[{"label": "Ada has it", "condition": [mine]}])
    positions.update(card, changes={"owner": "bob@acme.example"}, by=ada)

    with pytest.raises(CriteriaUnmet) as refused:
        positions.move(card, to=stage("Qualified"), by=bob)

    assert [each.says for each in refused.value.unmet] == ["owner is Bob; it must be Ada."]


def test_the_stages_of_a_closed_pipeline_are_not_named(card, rule, stage, bob, ada, sales):
    secret = pipelines.create("Secret", stages=[{"name": "Takeover"}], by=ada)
    access.restrict(secret, by=ada)
    there = {"field": "position.stage", "op": "=", "value": secret.stages.get().ref}
    rule("Lead", asks=[{"label": "Taken over", "condition": [there]}])

    (unmet,) = gates.check(card, to=stage("Qualified"), by=bob)

    assert unmet.says == f"stage is Lead; it must be {secret.stages.get().ref}."
