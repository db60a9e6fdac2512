"""From asking to doing, with real tools: what is done is what was approved, once, or nothing."""

from typing import Any

import pytest

from agents import agents
from agents.calls import dispatch
from approvals import approvals, deciders, queries
from approvals.approvals import AlreadyDecided
from approvals.decisions import Stale
from approvals.models import Approval, Policy
from audit.actions import action
from audit.actors import Actor, ActorKind, Door
from audit.models import Action, Delivery
from crm.models import Membership
from pipelines import positions

pytestmark = pytest.mark.usefixtures("inside")


def actor_of(agent):
    return Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name=agent.name,
        organization_id=agent.organization_id,
        door=Door.API,
    )


@pytest.fixture
def sally(ada, mo):
    """An agent that has learnt, and that Mo answers for."""
    owner = Membership.objects.get(pk=mo.membership_id)
    return actor_of(
        agents.create("Sally", persona="sales", by=ada, owner=owner, learning_mode=False)
    )


@pytest.fixture
def deal(grace, sales, stage, ada):
    return positions.enter(grace, pipeline=sales, stage=stage("Lead"), by=ada)


@pytest.fixture
def move(sally, deal):
    def call(to: str = "Qualified", confidence: float | None = 0.6, by: Actor = sally) -> Any:
        arguments = {"position": deal.ref, "to_stage": to}
        return dispatch.call(by, "move_contact", arguments, reason="!", confidence=confidence)

    return call


def waiting(result):
    assert result.status == "waiting", result
    return Approval.objects.get(pk=int(result.approval.partition(":")[2]))


def stage_of(card):
    card.refresh_from_db()
    return card.stage.name


def test_granting_runs_the_parked_call(move, mo, deal, deliver):
    asked = move()
    approval = waiting(asked)
    assert asked.because == ["confidence 60 % is below 85 %"]
    assert stage_of(deal) == "Lead"

    approvals.grant(approval, by=mo, digest=approval.digest)
    deliver()

    approval.refresh_from_db()
    assert (stage_of(deal), approval.status) == ("Qualified", "used")
    done = Action.objects.get(pk=approval.used_in_id)
    assert (done.resumes_id, done.approval_id) == (approval.asked_in_id, approval.pk)
    assert done.actor_name == "Sally"


def test_what_a_person_edited_is_what_is_done(move, mo, deal, stage, deliver):
    approval = waiting(move())

    approvals.grant(approval, by=mo, arguments=approval.arguments | {"to_stage": stage("Lost").ref})
    deliver()

    assert stage_of(deal) == "Lost"


def test_a_grant_that_is_delivered_again_is_carried_out_once(move, mo, deal, deliver):
    approval = approvals.grant(waiting(move()), by=mo)
    deliver()
    assert stage_of(deal) == "Qualified"
    positions.move(deal, to=deal.pipeline.stages.get(name="Demo"), by=mo)
    with action("test.again", by=mo):
        Delivery.objects.update(delivered_at=None)

    deliver()

    approval.refresh_from_db()
    assert (stage_of(deal), approval.status) == ("Demo", "used")
    assert Action.objects.filter(approval_id=approval.pk, outcome="done").count() == 1


def test_what_changed_between_granting_and_doing_is_not_done(move, mo, ada, deal, deliver):
    approval = approvals.grant(waiting(move()), by=mo)
    positions.update(deal, changes={"value_cents": 900_000, "currency": "USD"}, by=ada)

    deliver()

    approval.refresh_from_db()
    assert (stage_of(deal), approval.status) == ("Lead", "stale")
    assert "what the deal is worth has changed" in approval.ended_because


def test_what_changed_before_granting_is_not_granted(move, mo, ada, deal, deliver):
    approval = waiting(move())
    positions.update(deal, changes={"value_cents": 900_000, "currency": "USD"}, by=ada)

    with pytest.raises(Stale):
        approvals.grant(approval, by=mo)
    deliver()

    assert stage_of(deal) == "Lead"


@pytest.mark.parametrize("change", [{"answer": "deny"}, {"decides_role": "owner"}])
def test_no_approval_outlives_a_stricter_policy(acme, ada, mo, move, deal, deliver, change):
    approval = approvals.grant(waiting(move()), by=mo)
    with action("policies.write", by=ada):
        Policy.objects.create(organization=acme, key="house", because="the house says so", **change)

    deliver()

    approval.refresh_from_db()
    assert (stage_of(deal), approval.status) == ("Lead", "stale")
    assert "the house says so" in approval.ended_because


def test_a_refused_agent_is_told_why_instead_of_asking_for_ever(move, mo):
    approvals.refuse(waiting(move()), by=mo, because="She is on leave.")

    again = move()

    assert (again.status, again.http) == ("refused", 403)
    assert "She is on leave." in again.summary
    assert queries.count_waiting(by=mo) == 0


def test_even_what_policy_would_allow_is_refused_after_a_refusal(move, mo, deal):
    approvals.refuse(waiting(move()), by=mo, because="No.")

    assert move(confidence=1.0).status == "refused"
    assert stage_of(deal) == "Lead"


def test_asking_the_same_twice_waits_once(move, mo):
    assert move().approval == move().approval
    assert queries.count_waiting(by=mo) == 1


def test_an_agents_own_owner_does_not_decide_on_a_move_into_a_won_stage(
    move, mo, ada, deal, deliver
):
    approval = waiting(move(to="Lost"))
    assert not approval.high_risk
    approvals.refuse(approval, by=mo, because="Not lost.")

    positions.move(
        deal, to=deal.pipeline.stages.get(name="Proposal"), by=ada, waive=True, waive_reason="t"
    )
    risk = waiting(move(to="Customer", confidence=1.0))
    assert risk.high_risk
    with pytest.raises(deciders.NotYoursToDecide):
        approvals.grant(risk, by=mo)
    approvals.grant(risk, by=ada)
    deliver()

    assert stage_of(deal) == "Customer"


def test_one_click_decides_however_often_it_is_made(move, mo, ada, deliver, deal):
    approval = approvals.grant(waiting(move()), by=mo)

    with pytest.raises(AlreadyDecided, match="Mo approved this"):
        approvals.grant(approval, by=ada)
    deliver()
    with pytest.raises(AlreadyDecided, match="Mo approved this"):
        approvals.grant(approval, by=ada)

    assert Action.objects.filter(approval_id=approval.pk, outcome="done").count() == 1
