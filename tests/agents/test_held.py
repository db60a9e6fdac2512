"""What is granted while something is switched off waits for the switch, and is not forgotten."""

import pytest

from agents import switches
from agents.calls import resumption
from approvals import approvals, endings
from approvals.models import Approval, Status
from audit import clock, relay, undo
from audit.actions import action
from audit.models import Action, Delivery, Outcome
from audit.undo import Selection
from audit.undo.applying import NothingRestored
from pipelines import pipelines, positions, stages

OFF = ["organization", "agent", "tool", "pipeline", "stage", "stage it goes to"]


@pytest.fixture
def approval(call, card, inside):
    """Grace's card waits to be moved to Qualified."""
    call("move_contact", position=card.ref, to_stage="Qualified", confidence=0.6)
    return Approval.objects.get()


@pytest.fixture
def switch(acme, agent, sales, stage, ada):
    """Switch something off or on."""

    def turn(what, *, on):
        if what == "organization":
            (switches.resume_agents if on else switches.pause_agents)(acme, by=ada)
        elif what == "agent":
            (switches.enable if on else switches.disable)(agent, by=ada)
        elif what == "tool":
            (switches.turn_on if on else switches.turn_off)("move_contact", by=ada)
        elif what == "pipeline":
            pipelines.update(sales, changes={"ai_enabled": on}, by=ada)
        else:
            place = stage("Lead" if what == "stage" else "Qualified")
            stages.update(place, changes={"ai_enabled": on}, by=ada)

    return turn


@pytest.mark.parametrize("granted_first", [True, False])
@pytest.mark.parametrize("what", OFF)
def test_what_is_granted_waits_for_the_switch(
    approval, switch, mo, card, stage, deliver, what, granted_first
):
    if granted_first:
        approvals.grant(approval, by=mo)
        switch(what, on=False)
    else:
        switch(what, on=False)
        approvals.grant(approval, by=mo)
    deliver()

    approval.refresh_from_db()
    card.refresh_from_db()
    assert (approval.status, card.stage) == (Status.GRANTED, stage("Lead"))
    assert approval.is_held
    assert "switched on" in approval.held_until

    switch(what, on=True)
    deliver()

    approval.refresh_from_db()
    card.refresh_from_db()
    assert (approval.status, card.stage) == (Status.USED, stage("Qualified"))
    assert (approval.held_by, approval.held_until) == ("", "")


def test_that_it_waits_is_in_the_ledger_once(approval, switch, mo, deliver):
    switch("organization", on=False)
    approvals.grant(approval, by=mo)
    deliver()
    for _ in range(3):
        resumption.resume(approval)

    held = Action.objects.get(resumes_id=approval.asked_in_id)
    assert held.outcome == Outcome.WAITING
    assert held.summary == (
        "Move Grace Hopper to Qualified: waits until the agents of Acme are switched on"
    )


def test_it_waits_for_the_last_of_the_switches(approval, switch, mo, card, stage, deliver):
    for what in ("organization", "agent", "pipeline"):
        switch(what, on=False)
    approvals.grant(approval, by=mo)
    deliver()

    for what in ("pipeline", "organization"):
        switch(what, on=True)
        deliver()
        card.refresh_from_db()
        assert card.stage == stage("Lead")
    approval.refresh_from_db()
    assert approval.held_until == "Sally is switched on"

    switch("agent", on=True)
    deliver()

    card.refresh_from_db()
    assert card.stage == stage("Qualified")


def test_what_changed_while_it_waited_makes_it_stale(approval, switch, mo, bob, card, deliver):
    switch("organization", on=False)
    approvals.grant(approval, by=mo)
    deliver()
    positions.update(card, changes={"value_cents": 90_000_00, "currency": "USD"}, by=bob)

    switch("organization", on=True)
    deliver()

    approval.refresh_from_db()
    assert (approval.status, approval.held_by) == (Status.STALE, "")
    assert "what the deal is worth" in approval.ended_because


def test_what_changed_on_a_board_without_agents_makes_it_stale(
    approval, switch, mo, bob, card, deliver
):
    switch("pipeline", on=False)
    positions.update(card, changes={"value_cents": 90_000_00, "currency": "USD"}, by=bob)
    approvals.grant(approval, by=mo)
    deliver()

    switch("pipeline", on=True)
    deliver()

    approval.refresh_from_db()
    assert approval.status == Status.STALE


def test_a_worker_that_dies_on_the_way_loses_nothing(approval, switch, mo, monkeypatch, deliver):
    switch("organization", on=False)
    approvals.grant(approval, by=mo)
    deliver()
    switch("organization", on=True)

    class Died(BaseException):
        pass

    def die(approval):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(resumption, "resume", die)
        with pytest.raises(Died):
            relay.deliver_pending()
            relay.deliver_pending()
    Delivery.objects.update(due_at=clock.real_now())
    deliver()

    approval.refresh_from_db()
    assert approval.status == Status.USED


def test_what_waits_for_a_switch_waits_as_long_as_a_question(approval, switch, mo, deliver):
    switch("organization", on=False)
    approvals.grant(approval, by=mo)
    deliver()

    approval.refresh_from_db()
    assert (approval.expires_at - approval.decided_at).days == 7


def test_what_expired_while_it_waited_is_not_carried_out(
    approval, switch, mo, ada, card, stage, deliver
):
    switch("organization", on=False)
    approvals.grant(approval, by=mo)
    deliver()
    with action("test.time", by=ada):
        Approval.objects.update(expires_at=approval.asked_at + approvals.LIFETIME / 10**9)
    endings.expire_due()

    switch("organization", on=True)
    deliver()

    approval.refresh_from_db()
    card.refresh_from_db()
    assert (approval.status, card.stage) == (Status.EXPIRED, stage("Lead"))


def test_switching_on_what_held_nothing_does_nothing_more(approval, switch, deliver):
    switch("organization", on=False)
    switch("organization", on=True)
    deliver()

    assert not Action.objects.filter(name="approvals.release").exists()


def test_a_stages_own_list_of_tools_is_no_switch(approval, mo, ada, stage, deliver):
    approvals.grant(approval, by=mo)
    stages.update(stage("Lead"), changes={"ai_actions": ["log_activity"]}, by=ada)
    deliver()

    approval.refresh_from_db()
    assert approval.status == Status.STALE


@pytest.mark.parametrize("what", ["pipeline", "stage"])
def test_an_undo_neither_stops_agents_nor_lets_them_go_on(switch, sales, stage, ada, what, inside):
    switch(what, on=False)
    turned = Action.objects.order_by("-pk").first()

    with pytest.raises(NothingRestored):
        undo.apply(undo.plan(Selection(actions=(turned.pk,)), by=ada), by=ada)

    place = sales if what == "pipeline" else stage("Lead")
    place.refresh_from_db()
    assert not place.ai_enabled
