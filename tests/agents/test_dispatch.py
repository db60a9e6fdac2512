"""Dispatch: one path for every call, whatever comes of it."""

from datetime import timedelta

import pytest

from agents import agents, switches
from agents.calls import calls, dispatch
from agents.models import Call
from approvals import approvals
from approvals.models import Approval, Policy
from audit import clock
from audit.actions import action
from audit.events import Event as Fact
from audit.models import Action, Change, Event, Outcome
from crm.models import Contact
from pipelines import access, positions, stages
from pipelines import pipelines as boards
from pipelines.models import Position, StageVisit

DONE, WAITING, REFUSED, DENIED = Outcome.DONE, Outcome.WAITING, Outcome.REFUSED, Outcome.DENIED
assert Fact is not Event  # the row, here


@pytest.fixture
def move(call, card):
    """Move Grace's card."""

    def make(to="Qualified", **given):
        return call("move_contact", **{"position": card.ref, "to_stage": to} | given)

    return make


def recorded(result):
    return Action.objects.get(pk=int(result.action.partition(":")[2]))


# --- Allowed --------------------------------------------------------------------------------------
def test_a_sure_agent_moves_a_card(move, card, stage, agent, inside):
    result = move(reason="they have a budget")

    card.refresh_from_db()
    done = recorded(result)
    assert (result.status, result.http, card.stage) == (DONE, 200, stage("Qualified"))
    assert (done.name, done.actor_ref, done.actor_name) == ("move_contact", agent.ref, "Sally")
    assert (done.outcome, done.reason, done.confidence) == (DONE, "they have a budget", 0.95)
    assert (done.target, done.reach_id) == (card.ref, card.pipeline_id)
    assert done.summary == result.summary == "Grace Hopper moved from Lead to Qualified"


def test_the_verdict_is_kept_with_its_trace(move, inside):
    verdict = recorded(move()).verdict

    assert (verdict["answer"], verdict["effect"], verdict["because"]) == ("allow", "reversible", [])
    confidence = next(line for line in verdict["trace"] if line["field"] == "confidence")
    assert (confidence["actual"], confidence["result"]) == (0.95, False)


def test_what_is_read_is_recorded_too(call, grace, inside):
    result = call("get_object", ref=grace.ref)

    assert recorded(result).outcome == DONE
    assert not recorded(result).changes.exists()


def test_the_agents_version_is_logged(call, hire, card, inside):
    old = hire("Old", version="2.1")

    assert recorded(call("get_object", ref=card.ref, by=old)).actor_version == "2.1"


# --- Asked ----------------------------------------------------------------------------------------
def test_an_unsure_agent_asks_first(move, card, stage, inside):
    result = move(confidence=0.6)

    card.refresh_from_db()
    assert (result.status, result.http, card.stage) == (WAITING, 202, stage("Lead"))
    assert result.because == ["confidence 60 % is below 85 %"]
    assert recorded(result).outcome == WAITING
    assert f"approval:{recorded(result).approval_id}" == result.approval


def test_a_missing_confidence_asks(move):
    assert move(confidence=None).status == WAITING


@pytest.mark.parametrize("claim", [{"exit_criteria_met": ["everything", "auto_approve"]}])
def test_what_an_agent_claims_makes_no_answer_laxer(move, claim, inside):
    result = move(confidence=0.6, **claim)

    assert result.status == WAITING
    assert Approval.objects.get().claims == claim


def test_a_move_into_a_won_stage_asks(call, grace, sales, stage, ada, inside):
    last = positions.enter(grace, pipeline=sales, stage=stage("Proposal"), by=ada)

    result = call("move_contact", position=last.ref, to_stage="Customer")

    assert result.status == WAITING
    assert "won" in result.because[0]


def test_learning_mode_asks_for_everything(move, novice):
    result = move(by=novice)

    assert result.status == WAITING
    assert "still learning" in result.because[0]


def test_whoever_decides_sees_every_value_before_and_after(move, card, inside):
    move(confidence=0.6)

    approval = Approval.objects.get()
    rows = {row["label"]: (row["before"], row["after"]) for row in approval.shown["rows"]}
    assert approval.title == "Move Grace Hopper to Qualified"
    assert rows == {"Stage": ("Lead", "Qualified")}
    assert approval.target == card.ref


def test_what_is_shown_is_taken_back_whole(move, card, inside):
    changes = Change.objects.count()

    result = move(confidence=0.6)

    later = recorded(result).changes.values_list("table_name", flat=True)
    assert set(later) == {"approvals_approval"}
    assert Change.objects.count() == changes + 1
    assert StageVisit.objects.filter(position=card).count() == 1
    told = Event.objects.filter(action_id=recorded(result).pk).values_list("name", flat=True)
    assert set(told) == {"approvals.approval.asked"}


def test_what_cannot_be_done_is_refused_not_queued(move, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)

    result = move(confidence=0.6)

    assert (result.status, result.http) == (REFUSED, 422)
    assert not Approval.objects.exists()


def test_a_stage_that_requires_approval_asks_whatever_policy_allows(move, stage, acme, ada, inside):
    stages.update(stage("Qualified"), changes={"requires_approval": True}, by=ada)
    with action("test.policy", by=ada):
        Policy.objects.create(
            organization=acme,
            key="stage_approval",
            answer="allow",
            when=[{"field": "stage_requires_approval", "op": "=", "value": True}],
        )

    assert move().status == WAITING


# --- Refused --------------------------------------------------------------------------------------
def test_a_gate_names_what_is_missing(move, card, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)

    result = move()

    card.refresh_from_db()
    assert (result.status, result.http, card.stage) == (REFUSED, 422, stage("Lead"))
    assert result.details["unmet"][0]["key"] == "position.value_cents"
    assert result.details["unmet"][0]["may_waive"] is False
    assert recorded(result).outcome == REFUSED
    assert not recorded(result).changes.exists()


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("add_contact_to_pipeline", {"confidence": 0.5}),
        ("add_contact_to_pipeline", {"stage": "Nowhere"}),
        ("add_contact_to_pipeline", {}),
        ("move_contact", {"to_stage": "Nowhere"}),
        ("attest_criterion", {"criterion": "nothing", "evidence": "none"}),
        ("get_board", {}),
    ],
)
def test_whom_a_board_is_closed_to_hears_of_no_call_about_it(
    call, card, grace, sales, bob, ada, inside, tool, given
):
    whom = {"contact": grace.ref, "pipeline": sales.ref}
    whom = {"pipeline": sales.ref} if tool == "get_board" else whom

    result = call(tool, **whom | given)

    access.restrict(sales, by=ada)
    assert Action.objects.visible_to(ada).filter(pk=recorded(result).pk).exists()
    assert not Action.objects.visible_to(bob).filter(pk=recorded(result).pk).exists()


def test_a_stage_is_named_as_it_is_called(move):
    result = move("Demos")

    assert (result.status, result.http) == (REFUSED, 400)
    assert "there is no stage Demos in Sales; there is Demo" in result.summary


def test_from_stage_is_checked(move, card, stage, inside):
    result = move("Demo", from_stage="Qualified")

    card.refresh_from_db()
    assert (result.status, result.http, card.stage) == (REFUSED, 409, stage("Lead"))
    assert result.details["stage"] == stage("Lead").ref


def test_nobody_is_asked_about_a_card_that_is_elsewhere(move, inside):
    result = move("Demo", from_stage="Qualified", confidence=0.5)

    assert (result.status, result.http) == (REFUSED, 409)
    assert not Approval.objects.exists()


def test_a_contact_with_two_cards_is_ambiguous(call, card, grace, sales, ada, stage, inside):
    other = positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=ada)

    result = call("move_contact", contact=grace.ref, pipeline=sales.ref, to_stage="Qualified")

    assert (result.status, result.http) == (REFUSED, 409)
    found = [each["position"] for each in result.details["candidates"]]
    assert found == [card.ref, other.ref]


def test_a_contact_with_one_card_needs_no_reference(call, card, grace, stage, inside):
    call("move_contact", contact=grace.ref, to_stage="Qualified")

    card.refresh_from_db()
    assert card.stage == stage("Qualified")


def test_bad_arguments_are_an_attempt(call, inside):
    result = call("move_contact", positon="position:1")

    attempt = recorded(result)
    assert (result.http, attempt.name, attempt.outcome) == (400, "move_contact", REFUSED)
    assert result.details["fields"]["positon"] == "is unknown; did you mean position"
    assert attempt.arguments == {"positon": "position:1"}


def test_an_unknown_tool_is_an_attempt_and_names_the_nearest(call, inside):
    result = call("move_contacts")

    assert (result.http, recorded(result).name) == (404, "move_contacts")
    assert "did you mean move_contact?" in result.summary


def test_what_is_not_there_looks_like_what_is_not_yours(call, inside):
    result = call("move_contact", position="position:999999", to_stage="Qualified")

    assert (result.status, result.http) == (REFUSED, 404)


def test_a_person_refused_it_so_it_is_refused_with_their_reason(move, mo, inside):
    move(confidence=0.6)
    approvals.refuse(Approval.objects.get(), by=mo, because="Talk to Grace first.")

    again = move(confidence=0.99)

    assert (again.status, again.http) == (REFUSED, 403)
    assert "Talk to Grace first." in again.summary
    assert recorded(again).outcome == REFUSED


def test_other_words_for_the_same_call_are_the_same_call(move, card, grace, stage, mo, inside):
    move(confidence=0.6)
    approvals.refuse(Approval.objects.get(), by=mo, because="No.")

    assert move(stage("Qualified").ref).http == 403
    assert move("qualified", from_stage="Lead").http == 403
    assert move(exit_criteria_met=["all of them"]).http == 403


def test_a_fault_of_ours_is_recorded_and_says_nothing_of_its_insides(
    call, card, monkeypatch, inside
):
    import agents.tools.move_contact as module

    def broken(*args, **kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(module.positions, "move", broken)

    result = call("move_contact", position=card.ref, to_stage="Qualified")

    assert (result.status, result.http) == (Outcome.FAILED, 500)
    assert "secret" not in f"{result}{recorded(result).error}"
    assert recorded(result).error == {"type": "ZeroDivisionError"}


# --- Denied ---------------------------------------------------------------------------------------
def test_policy_denies(move, acme, ada, card, stage, inside):
    with action("test.policy", by=ada):
        Policy.objects.create(
            organization=acme,
            key="no_moves",
            tool="move_contact",
            answer="deny",
            because="nothing moves in August",
        )

    result = move()

    card.refresh_from_db()
    assert (result.status, result.http, card.stage) == (DENIED, 403, stage("Lead"))
    assert result.because == ["nothing moves in August"]
    assert recorded(result).verdict["answer"] == "deny"


def test_a_tool_outside_the_scope_is_denied(move, hire, inside):
    narrow = hire("Narrow", tools=["get_object"])

    result = move(by=narrow)

    assert (result.status, result.http) == (DENIED, 403)
    assert result.details["allowed"] == ["get_object"]


def test_an_agent_without_a_scope_has_its_personas(call, hire, sales, inside):
    analyst = hire("Ann", persona="analytics")

    assert call("get_board", pipeline=sales.ref, by=analyst).is_done
    assert call("move_contact", position="position:1", to_stage="x", by=analyst).http == 403


def test_a_scope_can_only_name_tools_there_are(hire):
    from agents.catalogue.registry import NoSuchTool

    with pytest.raises(NoSuchTool, match="did you mean move_contact"):
        hire("Typo", tools=["move_contct"])


def test_an_agent_reaches_only_its_pipelines(call, hire, card, sales, ada, inside):
    other = boards.create("Support", by=ada, stages=[{"name": "New"}])
    there = hire("There", pipelines=[other])

    assert call("get_object", ref=card.ref, by=there).http == 404
    assert call("move_contact", position=card.ref, to_stage="Demo", by=there).http == 404
    assert call("get_board", pipeline=sales.ref, by=there).http == 404
    assert call("get_board", pipeline=other.ref, by=there).is_done


def test_a_limit_to_pipelines_can_be_lifted(call, hire, sales, ada, inside):
    other = boards.create("Support", by=ada, stages=[{"name": "New"}])
    there = hire("There", pipelines=[other])

    agents.limit(there, to=[], by=ada)

    assert call("get_board", pipeline=sales.ref, by=there).is_done


# --- Switches -------------------------------------------------------------------------------------
def test_paused_agents_do_nothing(move, acme, ada, inside):
    switches.pause_agents(acme, by=ada)
    paused = move()
    switches.resume_agents(acme, by=ada)

    assert (paused.status, paused.http) == (DENIED, 403)
    assert paused.summary == "The agents of Acme are paused."
    assert move().is_done


def test_a_disabled_agent_does_nothing(move, agent, ada):
    switches.disable(agent, by=ada)
    disabled = move()
    switches.enable(agent, by=ada)

    assert (disabled.status, disabled.summary) == (DENIED, "Sally is switched off.")
    assert move().is_done


def test_a_tool_can_be_switched_off(move, call, card, ada):
    switches.turn_off("move_contact", by=ada, reason="the stages are being redrawn")
    off = move()
    read = call("get_object", ref=card.ref)
    switches.turn_on("move_contact", by=ada)

    assert off.summary == "move_contact is switched off: the stages are being redrawn."
    assert read.is_done
    assert move().is_done


def test_a_pipeline_can_be_closed_to_agents(move, call, card, sales, ada, inside):
    boards.update(sales, changes={"ai_enabled": False}, by=ada)

    assert (move().status, move().http) == (DENIED, 403)
    assert call("get_object", ref=card.ref).is_done, "looking is not acting"


def test_a_stage_can_be_closed_to_agents(move, call, card, stage, ada, inside):
    stages.update(stage("Lead"), changes={"ai_enabled": False}, by=ada)

    assert move().status == DENIED
    score = call("score_contact", position=card.ref, **SCORE)
    assert score.status == DENIED


SCORE = {
    "factors": {"engagement": 80, "fit": 70, "intent": 60, "timing": 50},
    "overall_score": 65,
    "reasoning": ["opened every e-mail"],
}


def test_a_stage_may_name_the_only_tools_for_its_cards(move, call, card, stage, ada, inside):
    stages.update(stage("Lead"), changes={"ai_actions": ["score_contact"]}, by=ada)

    refused = move()

    assert refused.status == DENIED
    assert refused.summary == "In Lead agents may only use score_contact."
    assert call("score_contact", position=card.ref, **SCORE).is_done


def test_people_are_not_agents(call, card, acme, stage, bob, ada, inside):
    switches.pause_agents(acme, by=ada)
    stages.update(stage("Lead"), changes={"ai_actions": ["score_contact"]}, by=ada)

    assert call("move_contact", position=card.ref, to_stage="Qualified", by=bob).is_done


# --- People ---------------------------------------------------------------------------------------
def test_a_person_uses_the_same_tools_under_their_role(call, card, bob, vi, inside):
    done = call("move_contact", position=card.ref, to_stage="Qualified", by=bob, confidence=None)
    denied = call("move_contact", position=card.ref, to_stage="Demo", by=vi)

    assert done.is_done
    assert recorded(done).actor_ref == bob.ref
    assert (denied.status, denied.http) == (DENIED, 403)
    assert "viewer" in denied.summary


def test_a_member_asks_where_a_stage_requires_approval_and_a_manager_does_not(
    call, card, stage, bob, mo, ada, inside
):
    stages.update(stage("Qualified"), changes={"requires_approval": True}, by=ada)

    asked = call("move_contact", position=card.ref, to_stage="Qualified", by=bob)
    done = call("move_contact", position=card.ref, to_stage="Qualified", by=mo)

    assert asked.status == WAITING
    assert done.is_done


# --- Trying ---------------------------------------------------------------------------------------
def test_a_dry_run_shows_the_change_and_leaves_nothing(move, card, stage, inside):
    before = [Action.objects.count(), Change.objects.count(), Event.objects.count()]

    result = move(dry_run=True, key="k")

    card.refresh_from_db()
    shown = result.result["would"]["rows"]
    assert (result.status, result.http, result.action) == (DONE, 200, None)
    assert shown == [{"label": "Stage", "before": "Lead", "after": "Qualified"}]
    assert card.stage == stage("Lead")
    assert before == [Action.objects.count(), Change.objects.count(), Event.objects.count()]
    assert not Call.objects.exists()


def test_a_dry_run_says_that_it_would_wait(move, inside):
    result = move(dry_run=True, confidence=0.5)

    assert (result.status, result.http) == (WAITING, 200)
    assert result.because == ["confidence 50 % is below 85 %"]
    assert not Approval.objects.exists()


def test_a_dry_run_is_refused_as_the_call_would_be_and_leaves_nothing(move, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)
    before = Action.objects.count()

    result = move(dry_run=True)

    assert (result.status, result.http, result.action) == (REFUSED, 422, None)
    assert Action.objects.count() == before


# --- Once -----------------------------------------------------------------------------------------
def test_the_same_call_under_a_key_is_done_once(call, inside):
    first = call("create_contact", name="Ada Lovelace", key="abc")
    again = call("create_contact", name="Ada Lovelace", key="abc")

    assert first.is_done
    assert again == first
    assert Contact.objects.filter(name="Ada Lovelace").count() == 1
    assert Action.objects.filter(name="create_contact").count() == 1


def test_a_key_is_for_one_call(call, inside):
    call("create_contact", name="Ada Lovelace", key="abc")

    other = call("create_contact", name="Alan Turing", key="abc")
    tool = call("log_activity", contact="contact:1", kind="note", key="abc")

    assert (other.status, other.http, tool.http) == (REFUSED, 409, 409)
    assert "another tool or other arguments" in other.summary
    assert not Contact.objects.filter(name="Alan Turing").exists()


def test_a_key_is_ones_own(call, hire, inside):
    other = hire("Other")
    call("create_contact", name="Ada Lovelace", key="abc")

    assert call("create_contact", name="Alan Turing", key="abc", by=other).is_done


def test_what_waits_is_asked_once_under_a_key(move, inside):
    first = move(confidence=0.6, key="abc")
    again = move(confidence=0.6, key="abc")

    assert again == first
    assert Approval.objects.count() == 1


def test_a_key_is_forgotten_in_time(call, acme, monkeypatch, inside):
    call("create_contact", name="Ada Lovelace", key="old")

    early = calls.forget_old()
    monkeypatch.setattr(calls, "KEPT", -timedelta(days=400))
    never_so_early = calls.forget_old()

    assert (early, never_so_early) == (0, 0)
    assert Call.objects.count() == 1


def test_old_keys_are_forgotten_and_new_ones_kept(call, inside):
    call("create_contact", name="Ada Lovelace", key="old")
    Call.objects.update(created_at=clock.real_now() - calls.KEPT - timedelta(minutes=1))
    call("create_contact", name="Alan Turing", key="new")

    assert calls.forget_old() == 1
    assert Call.objects.get().key == "new"


def test_a_refusal_leaves_the_key_free(move, card, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)
    refused = move(key="abc")
    stages.update(stage("Lead"), changes={"required_fields": []}, by=ada)

    assert refused.http == 422
    assert move(key="abc").is_done


def test_a_call_is_an_action_of_its_own(call, ada, inside):
    with pytest.raises(dispatch.NotByItself), action("test.outer", by=ada):
        call("create_contact", name="Ada Lovelace")


# --- What cannot be kept --------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["a\x00b", "half \ud800", "\udfff"])
def test_text_that_cannot_be_kept_is_refused_and_recorded(call, text, inside):
    for given in [{"name": text}, {"name": "x", "reason": text}]:
        result = call("create_contact", **given)

        assert (result.status, result.http) == (REFUSED, 400)
        assert "cannot be kept" in result.summary
        assert recorded(result).outcome == REFUSED


def test_a_key_may_be_any_text(call, inside):
    assert call("create_contact", name="x", key="a\x00b\ud800").is_done
    assert call("create_contact", name="x", key="a\x00b\ud800").is_done
    assert Contact.objects.filter(name="x").count() == 1


def test_very_long_arguments_are_logged_by_name(call, grace, inside):
    result = call("log_activity", contact=grace.ref, kind="note", body="x" * 30_000)

    assert result.http == 400
    assert recorded(result).arguments["body"] == "too long to keep"


def test_the_envelope_has_its_limits(call, inside):
    assert "reason" in call("create_contact", name="x", reason="y" * 5_000).details["fields"]
    assert "idempotency_key" in call("create_contact", name="x", key="y" * 300).details["fields"]


def test_positions_are_what_a_move_leaves_behind(move, card, inside):
    move()

    assert Position.objects.get(pk=card.pk).previous_stage.name == "Lead"


def test_a_move_to_where_the_card_stands_asks_nobody(call, novice, card):
    result = call("move_contact", by=novice, position=card.ref, to_stage="Lead", confidence=0.1)

    assert (result.status, result.approval) == (Outcome.DONE, None)
