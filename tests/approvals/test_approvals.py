"""Approvals: what is asked waits, people decide once, and what was shown binds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from approvals import approvals, endings, queries
from approvals.approvals import (
    AlreadyDecided,
    BecauseMissing,
    NotGranted,
    OtherThanShown,
    RefusedBefore,
)
from approvals.deciders import NotYoursToDecide, OnlyPeopleDecide
from approvals.decisions import ConfirmationNeeded, Stale
from approvals.edits import Unacceptable
from approvals.models import Answer, Approval, Policy
from approvals.policy import judge
from audit import clock
from audit.actions import action
from audit.models import Action, Event
from crm import refs
from crm.models import Membership
from tests.approvals.conftest import preview

pytestmark = pytest.mark.usefixtures("inside")

SOON = timedelta(microseconds=1)


def events(approval):
    names = Event.objects.filter(target=approval.ref).order_by("pk").values_list("name", flat=True)
    return [name.rpartition(".")[2] for name in names]


def last(name):
    return Action.objects.filter(name=name).latest("pk")


# --- Asking ---------------------------------------------------------------------------------------
def test_what_is_asked_waits_with_everything_a_person_needs(ask, scout, card, grace, sales):
    approval = ask()

    assert approval.status == "waiting"
    assert approval.title == "Move Grace Hopper to Qualified"
    assert approval.shown["rows"] == [{"label": "Stage", "before": "Lead", "after": "Qualified"}]
    assert approval.because == ["confidence 60 % is below 85 %"]
    assert (approval.confidence, approval.reason) == (0.6, "She asked for a demo.")
    assert (approval.asked_by_ref, approval.asked_by_name) == (scout.ref, "Scout")
    assert (approval.target, approval.contact, approval.reach_id) == (
        card.ref,
        grace.ref,
        sales.pk,
    )
    assert events(approval) == ["asked"]
    assert approval.asked_in_id == last("approvals.ask").pk


def test_asking_the_same_twice_waits_once(ask):
    assert ask() == ask()
    assert Approval.objects.count() == 1


def test_asking_again_after_a_change_replaces_what_waits(ask, change, card):
    first = ask()
    change(card, notes="She called.")

    second = ask()

    first.refresh_from_db()
    assert (first.status, second.status) == ("stale", "waiting")


# --- Granting -------------------------------------------------------------------------------------
def test_granting_records_a_decision_and_does_nothing(ask, mo, card):
    approval = ask()

    approvals.grant(approval, by=mo, digest=approval.digest, note="Go on.")

    approval.refresh_from_db()
    card.refresh_from_db()
    assert (approval.status, approval.decision, approval.note) == ("granted", "granted", "Go on.")
    assert approval.decided_by_id == mo.id
    assert card.stage.name == "Lead"
    assert events(approval) == ["asked", "granted"]
    assert last("approvals.grant").summary == "Approved: Move Grace Hopper to Qualified"


def test_a_second_decision_says_who_decided_and_when(ask, mo, ada):
    approval = ask()
    approvals.grant(approval, by=mo)

    with pytest.raises(AlreadyDecided) as late:
        approvals.refuse(approval, by=ada, because="No.")

    assert str(late.value).startswith("Mo approved this on ")
    assert str(clock.real_now().year) in str(late.value)
    assert late.value.details["decided_by"] == "Mo"


@pytest.mark.parametrize("who", ["scout", "machine"])
def test_only_people_decide(ask, scout, acme, who):
    from audit.actors import system

    approval = ask()
    by = scout if who == "scout" else system(acme.pk)

    for decide in (
        lambda: approvals.grant(approval, by=by),
        lambda: approvals.refuse(approval, by=by, because="No."),
        lambda: approvals.lift_rejection(approval, by=by),
    ):
        with pytest.raises(OnlyPeopleDecide):
            decide()
    approval.refresh_from_db()
    assert approval.status == "waiting"
    assert last("approvals.grant").outcome == "denied"


def test_a_member_is_told_who_decides(ask, bob, vi):
    approval = ask()

    with pytest.raises(NotYoursToDecide, match="member, does not decide this: a manager or"):
        approvals.grant(approval, by=bob)
    with pytest.raises(NotYoursToDecide, match="viewer, does not decide"):
        approvals.refuse(approval, by=vi, because="No.")


def test_a_role_counts_as_it_is_now(ask, mo, change):
    approval = ask()
    change(Membership.objects.get(pk=mo.membership_id), role="member")

    with pytest.raises(NotYoursToDecide):
        approvals.grant(approval, by=mo)


def test_whoever_left_decides_nothing(ask, ada, change):
    approval = ask()
    change(Membership.objects.get(pk=ada.membership_id), ended_at=clock.now())

    with pytest.raises(NotYoursToDecide):
        approvals.grant(approval, by=ada)


def test_policy_can_leave_it_to_owners(ask, acme, ada, mo):
    house(acme, ada, decides_role="owner")
    approval = ask()

    with pytest.raises(NotYoursToDecide, match="an owner does"):
        approvals.grant(approval, by=mo)
    approvals.grant(approval, by=ada)


def test_policy_can_leave_it_to_someone_by_name(ask, acme, ada, mo, bob):
    house(acme, ada, decides_member_id=bob.membership_id)
    approval = ask()

    with pytest.raises(NotYoursToDecide, match="Bob or an owner does"):
        approvals.grant(approval, by=mo)
    approvals.grant(approval, by=bob)


def house(acme, ada, **columns):
    with action("policies.write", by=ada):
        return Policy.objects.create(
            organization=acme, **({"key": "house", "because": "the house says so"} | columns)
        )


# --- What was shown binds -------------------------------------------------------------------------
def test_a_digest_of_something_else_grants_nothing(ask, mo):
    approval = ask()

    with pytest.raises(OtherThanShown):
        approvals.grant(approval, by=mo, digest="0" * 64)

    approval.refresh_from_db()
    assert approval.status == "waiting"


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"notes": "She called."}, "what it rests on has changed"),
        ({"value_cents": 600_000}, "what the deal is worth has changed"),
    ],
)
def test_what_changed_since_makes_it_stale(ask, mo, card, change, columns, says):
    approval = ask()
    change(card, **columns)

    with pytest.raises(Stale, match=says):
        approvals.grant(approval, by=mo)

    approval.refresh_from_db()
    assert (approval.status, approval.decision) == ("stale", "")
    assert events(approval) == ["asked", "stale"]
    assert last("approvals.grant").outcome == "refused"


def test_a_shown_value_that_changed_is_named(ask, mo, card, change, stage):
    approval = ask()
    change(card, stage_id=stage("Demo").pk)

    with pytest.raises(Stale, match="Stage was Lead and is now Demo"):
        approvals.grant(approval, by=mo)


def test_a_card_that_is_gone_makes_it_stale(ask, mo, card):
    approval = ask()
    with action("test.remove", by=mo):
        card.delete()

    with pytest.raises(Stale, match="There is no position"):
        approvals.grant(approval, by=mo)


def test_nothing_else_that_changed_matters(ask, mo, card, change):
    approval = ask()
    change(card, ai_notes="Unrelated.")

    approvals.grant(approval, by=mo)


# --- Editing --------------------------------------------------------------------------------------
def edited(approval, to):
    return approval.arguments | {"to_stage": to.ref}


def test_an_edited_call_is_granted_as_edited(ask, mo, stage):
    approval = ask()
    asked = approval.digest

    approvals.grant(approval, by=mo, arguments=edited(approval, stage("Demo")))

    approval.refresh_from_db()
    assert (approval.status, approval.decision) == ("granted", "edited")
    assert approval.arguments["to_stage"] == stage("Qualified").ref
    assert approval.arguments_in_force["to_stage"] == stage("Demo").ref
    assert approval.title == "Move Grace Hopper to Demo"
    assert approval.digest != asked


def test_the_same_arguments_are_no_edit(ask, mo):
    approval = ask()

    approvals.grant(approval, by=mo, arguments=dict(approval.arguments))

    approval.refresh_from_db()
    assert (approval.decision, approval.arguments_as_decided) == ("granted", None)


def test_arguments_that_do_not_fit_are_refused_and_it_waits_on(ask, mo):
    approval = ask()

    with pytest.raises(refs.NotAReference):
        approvals.grant(approval, by=mo, arguments=approval.arguments | {"to_stage": "Demo"})

    approval.refresh_from_db()
    assert approval.status == "waiting"


def test_an_edit_cannot_reach_what_the_approver_may_not_see(ask, mo, stage, sales, change):
    approval = ask()
    change(sales, restricted_at=clock.now())

    with pytest.raises(refs.NotFound):
        approvals.grant(approval, by=mo, arguments=edited(approval, stage("Demo")))


def test_an_edited_call_is_judged_anew(ask, mo, stage, sales, acme, ada):
    house(acme, ada, answer="deny", stage=stage("Demo"), pipeline=sales)
    approval = ask()

    with pytest.raises(Unacceptable, match="the house says so"):
        approvals.grant(approval, by=mo, arguments=edited(approval, stage("Demo")))


def test_an_edit_does_not_reach_past_ones_role(ask, mo, ada, stage, sales, acme):
    house(acme, ada, decides_role="owner", stage=stage("Demo"), pipeline=sales)
    approval = ask()
    demo = edited(approval, stage("Demo"))

    with pytest.raises(NotYoursToDecide, match="the house says so"):
        approvals.grant(approval, by=mo, arguments=demo)
    approvals.grant(approval, by=ada, arguments=demo)


# --- Refusing -------------------------------------------------------------------------------------
def test_a_refusal_wants_a_reason(ask, mo):
    with pytest.raises(BecauseMissing):
        approvals.refuse(ask(), by=mo, because="  ")


def test_a_refused_agent_gets_the_reason_back_when_it_asks_the_same(ask, mo):
    approvals.refuse(ask(), by=mo, because="She is on leave.")

    with pytest.raises(RefusedBefore, match="Mo rejected the same: She is on leave") as again:
        ask()

    assert again.value.details["because"] == "She is on leave."


def test_a_refusal_stops_the_same_call_only(ask, mo, scout, propose, stage):
    approvals.refuse(ask(), by=mo, because="No.")

    assert approvals.find_rejection(propose(to_stage=stage("Demo"))) is None
    assert approvals.find_rejection(propose(tool="score_contact")) is None
    assert approvals.find_rejection(propose(by=replace(scout, id=8))) is None
    assert approvals.find_rejection(propose(confidence=1.0, reason="Please.")) is not None


def test_a_refusal_holds_for_seven_days(ask, mo, propose, monkeypatch):
    approvals.refuse(ask(), by=mo, because="No.")
    now = clock.real_now()

    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(days=6, hours=23))
    assert approvals.find_rejection(propose()) is not None
    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(days=7, hours=1))
    assert approvals.find_rejection(propose()) is None


def test_a_refusal_can_be_lifted(ask, mo, ada, propose):
    refused = approvals.refuse(ask(), by=mo, because="No.")

    approvals.lift_rejection(refused, by=ada, reason="She is back.")

    assert approvals.find_rejection(propose()) is None
    assert events(refused) == ["asked", "refused", "lifted"]
    with pytest.raises(AlreadyDecided):
        approvals.lift_rejection(refused, by=ada)


# --- Withdrawing and expiring ---------------------------------------------------------------------
def test_whoever_asked_can_withdraw(ask, scout, bob):
    approval = ask()

    with pytest.raises(NotYoursToDecide):
        approvals.withdraw(approval, by=bob)
    approvals.withdraw(approval, by=scout, reason="I was wrong.")

    approval.refresh_from_db()
    assert (approval.status, approval.ended_because) == ("withdrawn", "I was wrong.")


def test_what_is_withdrawn_cannot_be_granted(ask, scout, mo):
    approval = approvals.withdraw(ask(), by=scout)

    with pytest.raises(AlreadyDecided, match="Scout has withdrawn this"):
        approvals.grant(approval, by=mo)


def test_what_is_over_time_cannot_be_granted_even_before_the_sweeper_came(ask, mo):
    approval = ask(lifetime=SOON)

    with pytest.raises(AlreadyDecided, match="This expired on"):
        approvals.grant(approval, by=mo)


def test_the_sweeper_lets_what_is_over_time_expire(ask, propose, stage, mo):
    over = ask(lifetime=SOON)
    waits = ask(propose(to_stage=stage("Demo"), confidence=0.5))

    assert endings.expire_due() == 1

    over.refresh_from_db()
    waits.refresh_from_db()
    assert (over.status, waits.status) == ("expired", "waiting")
    assert events(over) == ["asked", "expired"]


def test_what_was_granted_and_never_carried_out_expires(ask, mo, scout, monkeypatch):
    approval = approvals.grant(ask(), by=mo)
    now = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(days=2))

    with pytest.raises(NotGranted), action("test.resume", by=scout):
        approvals.take_up(approval, by=scout)


def test_what_expired_can_be_asked_again(ask):
    over = ask(lifetime=SOON)

    again = ask()

    over.refresh_from_db()
    assert (over.status, again.status) == ("expired", "waiting")


# --- One's own agent ------------------------------------------------------------------------------
@pytest.fixture
def risk(ask, propose, won, mo):
    """A move into a won stage, by Mo's own agent."""
    return ask(propose(to_stage=won, owner_id=mo.id))


def test_nobody_decides_on_their_own_agents_high_risk(risk, mo, ada):
    with pytest.raises(NotYoursToDecide, match="answer for the agent"):
        approvals.grant(risk, by=mo)
    approvals.grant(risk, by=ada)


def test_anybody_refuses_their_own_agents_high_risk(risk, mo):
    assert approvals.refuse(risk, by=mo, because="No.").status == "refused"


def test_ones_own_agents_small_things_are_ones_own(ask, propose, mo):
    approvals.grant(ask(propose(owner_id=mo.id, confidence=0.5)), by=mo)


def test_an_edit_can_make_a_high_risk_of_it(ask, propose, mo, ada, won):
    approval = ask(propose(owner_id=mo.id, confidence=0.5))

    with pytest.raises(NotYoursToDecide):
        approvals.grant(approval, by=mo, arguments=edited(approval, won))


def test_an_owner_who_is_alone_confirms_twice(ask, propose, won, ada, bob, vi):
    approval = ask(propose(to_stage=won, owner_id=ada.id))

    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada, confirm=True)
    approval.refresh_from_db()
    assert (approval.status, approval.confirmed_at) == ("waiting", None)
    approvals.grant(approval, by=ada, confirm=True)

    approval.refresh_from_db()
    assert approval.status == "granted"
    assert approval.confirm_asked_at < approval.confirmed_at
    assert Event.objects.get(name="approvals.approval.granted").payload["by_its_owner"] is True


def test_a_second_click_without_confirming_confirms_nothing(ask, propose, won, ada):
    approval = ask(propose(to_stage=won, owner_id=ada.id))

    for _ in range(2):
        with pytest.raises(ConfirmationNeeded):
            approvals.grant(approval, by=ada)


def test_what_is_confirmed_is_what_was_asked_about(ask, propose, won, stage, ada):
    approval = ask(propose(to_stage=won, owner_id=ada.id))
    other = edited(approval, stage("Demo"))

    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada)
    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada, arguments=other, confirm=True)
    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada, confirm=True)
    granted = approvals.grant(approval, by=ada, confirm=True)

    assert (granted.status, granted.decision) == ("granted", "granted")


def test_an_edit_is_confirmed_with_the_values_it_was_asked_about(
    ask, propose, won, card, change, ada
):
    approval = ask(propose(owner_id=ada.id))
    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada, arguments=edited(approval, won))

    change(card, value_cents=90_000_00)

    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada, arguments=edited(approval, won), confirm=True)
    granted = approvals.grant(approval, by=ada, arguments=edited(approval, won), confirm=True)
    assert granted.confirm_digest == granted.digest


def test_a_manager_who_cannot_see_the_board_is_nobody_else(
    ask, propose, won, ada, mo, sales, change
):
    change(sales, restricted_at=clock.now())
    approval = ask(propose(to_stage=won, owner_id=ada.id))

    with pytest.raises(ConfirmationNeeded):
        approvals.grant(approval, by=ada)


def test_what_one_asked_for_oneself_somebody_else_decides(ask, propose, bob, ada, change, stage):
    change(stage("Demo"), requires_approval=True)
    demo = refs.find(stage("Demo").ref, "stage", by=ada)
    approval = ask(propose(by=bob, to_stage=demo))
    change(Membership.objects.get(pk=bob.membership_id), role="manager")

    with pytest.raises(NotYoursToDecide, match="You asked for this"):
        approvals.grant(approval, by=bob)


# --- Carrying out ---------------------------------------------------------------------------------
def objections(approval, proposal):
    return approvals.find_objections(
        approval, proposal, shown=preview(proposal), verdict=judge(proposal)
    )


def test_what_was_granted_is_used_up_in_the_action_that_does_it(ask, mo, scout, propose):
    approval = approvals.grant(ask(), by=mo)

    with action("move_contact", by=scout, target=propose().position) as doing:
        held = approvals.take_up(approval, by=scout)
        assert objections(held, propose(confidence=0.6)) == []
        approvals.mark_used(held)

    approval.refresh_from_db()
    assert (approval.status, approval.used_in_id) == ("used", doing.id)
    with pytest.raises(NotGranted), action("move_contact", by=scout):
        approvals.take_up(approval, by=scout)


def test_what_only_waits_cannot_be_taken_up(ask, scout):
    approval = ask()

    with pytest.raises(NotGranted, match="waits for a decision"), action("test.do", by=scout):
        approvals.take_up(approval, by=scout)


def test_other_arguments_than_the_approved_are_objected_to(ask, mo, propose, stage):
    approval = approvals.grant(ask(), by=mo)

    assert objections(approval, propose(confidence=0.6, to_stage=stage("Demo"))) != []


def test_another_version_of_the_tool_is_objected_to(ask, mo, propose):
    approval = approvals.grant(ask(), by=mo)

    assert objections(approval, propose(tool_version="2")) == ["what it rests on has changed"]


def test_a_policy_that_denies_by_now_is_objected_to(ask, mo, propose, acme, ada):
    approval = approvals.grant(ask(), by=mo)
    house(acme, ada, answer=Answer.DENY)

    assert objections(approval, propose()) == ["the house says so"]


def test_a_policy_that_leaves_it_to_owners_by_now_is_objected_to(ask, mo, propose, acme, ada):
    approval = approvals.grant(ask(), by=mo)
    house(acme, ada, decides_role="owner")

    assert objections(approval, propose()) == ["the house says so"]


def test_a_policy_that_still_asks_is_covered(ask, mo, propose, acme, ada):
    approval = approvals.grant(ask(), by=mo)
    house(acme, ada, answer=Answer.ASK)

    assert objections(approval, propose()) == []


def test_what_cannot_be_carried_out_goes_stale(ask, mo, scout):
    approval = approvals.grant(ask(), by=mo)

    approvals.mark_stale(approval, by=scout, because="the house says so")

    approval.refresh_from_db()
    assert (approval.status, approval.decision) == ("stale", "granted")
    with pytest.raises(AlreadyDecided):
        approvals.mark_stale(approval, by=scout, because="again")


# --- Counting -------------------------------------------------------------------------------------
def test_what_waits_is_counted_and_never_denied(ask, mo, scout):
    assert queries.count_waiting(by=mo) == 0
    approval = ask()
    assert queries.count_waiting(by=mo) == 1
    assert list(queries.find_all(by=scout).waiting()) == [approval]

    approvals.grant(approval, by=mo)
    assert queries.count_waiting(by=mo) == 0
