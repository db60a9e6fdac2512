"""Tools by the Model Context Protocol: listed, called, asked back about, followed as tasks."""

import json

import pytest

from agents import agents, switches, tokens
from agents.mcp import pages
from approvals import approvals
from approvals.models import Approval
from audit.models import Action
from pipelines import positions, stages
from tests.agents.mcp_client import BOTH, PRESENT, SHAKEN, TASKS


# --- Tools ----------------------------------------------------------------------------------------
@BOTH
def test_the_listing_is_the_same_as_over_rest(ask, result_of, revision):
    rest = ask("GET", "/api/tools/?dialect=mcp").json()["results"]

    assert result_of("tools/list", revision)["tools"] == rest
    assert [each["name"] for each in rest] == sorted(each["name"] for each in rest)


def test_everyday_tools_are_listed_unless_all_are_asked_for(result_of, ask_mcp, hire, ada):
    wide = hire("Wide", tools=["get_board", "create_pipeline"])
    text = tokens.issue_for_agent(wide, by=ada)

    assert [t["name"] for t in result_of("tools/list", by=text)["tools"]] == ["get_board"]
    everything = result_of("tools/list", by=text, path="/mcp?all=1")["tools"]
    assert [t["name"] for t in everything] == ["create_pipeline", "get_board"]


def test_long_listings_come_in_pages(result_of, ask_mcp, monkeypatch):
    whole = [t["name"] for t in result_of("tools/list")["tools"]]
    monkeypatch.setattr(pages, "SIZE", 4)
    found, cursor = [], {}
    while cursor is not None:
        page = result_of("tools/list", **cursor)
        found += [t["name"] for t in page["tools"]]
        cursor = {"cursor": page["nextCursor"]} if "nextCursor" in page else None

    assert found == whole
    assert ask_mcp("tools/list", cursor="nonsense").json()["error"]["code"] == -32602


@BOTH
def test_a_call_is_done_and_says_so_once(move_mcp, stage, card, inside, revision):
    answer = move_mcp(revision=revision)

    card.refresh_from_db()
    facts = answer["structuredContent"]
    assert card.stage == stage("Qualified")
    assert answer["isError"] is False
    assert answer["content"] == [
        {"type": "text", "text": "Grace Hopper moved from Lead to Qualified."}
    ]
    assert (facts["status"], facts["result"]["stage_name"]) == ("done", "Qualified")
    assert Action.objects.get(pk=int(facts["action"].partition(":")[2])).door == "mcp"


def test_what_is_said_of_a_call_may_stand_among_its_arguments(call_mcp, card, inside):
    said = {"_reason": "They signed", "_confidence": 0.97, "_idempotency_key": "k"}
    arguments = {"position": card.ref, "to_stage": "Qualified"} | said

    first = call_mcp("move_contact", arguments, meta={}, sure=0.97)["structuredContent"]
    again = call_mcp("move_contact", arguments, meta={}, sure=0.97)["structuredContent"]

    assert first["status"] == "done"
    assert first["action"] == again["action"]


def test_what_is_said_of_a_call_must_fit(call_mcp, card):
    arguments = {"position": card.ref, "to_stage": "Qualified", "_dry_run": "yes"}

    answer = call_mcp("move_contact", arguments)

    assert answer["isError"] is True
    assert answer["structuredContent"]["fields"] == {"dry_run": "must be true or false"}


def test_a_dry_run_changes_nothing(move_mcp, card, stage, inside):
    facts = move_mcp(meta={"wheelhouse/dry_run": True})["structuredContent"]

    card.refresh_from_db()
    assert card.stage == stage("Lead")
    assert facts["would"]["title"] == "Move Grace Hopper to Qualified"
    assert "result" not in facts


@BOTH
def test_a_call_that_waits_is_a_complete_answer_with_handles(move_mcp, revision, inside):
    answer = move_mcp(revision=revision, sure=0.5)

    facts = answer["structuredContent"]
    assert (answer["isError"], facts["status"]) == (False, "waiting")
    assert facts["approval"] == Approval.objects.get().ref
    assert facts["because"] == ["confidence 50 % is below 85 %"]
    assert facts["action"] in answer["content"][0]["text"]


def test_a_gate_refuses_with_what_is_missing(move_mcp, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)

    answer = move_mcp()

    assert answer["isError"] is True
    assert answer["structuredContent"]["unmet"][0]["key"] == "position.value_cents"
    assert "Missing:" in answer["content"][0]["text"]


def test_arguments_that_do_not_fit_are_an_answer_a_model_learns_from(call_mcp):
    answer = call_mcp("get_object", {"reff": "contact:1"})

    assert answer["isError"] is True
    assert "did you mean ref" in answer["content"][0]["text"]


def test_an_unknown_tool_is_an_error_of_the_protocol(ask_mcp):
    error = ask_mcp("tools/call", name="move_contcat", arguments={}).json()["error"]

    assert error["code"] == -32602
    assert "move_contact" in error["message"]


def test_scope_binds_here_too(ask_mcp, call_mcp):
    answer = call_mcp("create_pipeline", {"name": "New"})

    assert answer["isError"] is True
    assert answer["structuredContent"]["status"] == "denied"
    assert "may not use create_pipeline" in answer["content"][0]["text"]


def test_over_budget_says_when_to_come_back(ask_mcp, call_mcp, agent, ada, card):
    agents.update(agent, changes={"calls_per_minute": 1}, by=ada)
    call_mcp("get_object", {"ref": card.ref})

    refused = call_mcp("get_object", {"ref": card.ref})
    listing = ask_mcp("tools/list")

    assert refused["isError"] is True
    assert 1 <= refused["structuredContent"]["retry_after"] <= 60
    assert (listing.status_code, listing.json()["error"]["code"]) == (429, -32000)
    assert 1 <= int(listing["Retry-After"]) <= 60


def test_a_switch_stops_calls_here_too(call_mcp, agent, ada, card, inside):
    switches.disable(agent, by=ada)

    answer = call_mcp("get_object", {"ref": card.ref})

    assert "is switched off" in answer["content"][0]["text"]


def test_strangers_find_nothing(call_mcp, card, eve, token_of, ask_mcp):
    answer = call_mcp("get_object", {"ref": card.contact.ref}, by=token_of(eve))

    assert answer["isError"] is True
    assert "Grace" not in json.dumps(answer)


# --- Asking back ----------------------------------------------------------------------------------
@pytest.fixture
def two_cards(card, grace, sales, ada, stage):
    return [card, positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=ada)]


@pytest.fixture
def ambiguous(grace):
    return {"contact": grace.ref, "to_stage": "Proposal"}


def test_a_client_that_can_ask_is_asked_which_card(call_mcp, two_cards, ambiguous, stage, inside):
    able = {"elicitation": {}}
    asked = call_mcp("move_contact", ambiguous, capabilities=able)
    options = asked["inputRequests"]["position"]["params"]["requestedSchema"]["properties"]
    chosen = {"position": {"action": "accept", "content": {"position": two_cards[1].ref}}}

    again = {"inputResponses": chosen, "requestState": asked["requestState"]}
    done = call_mcp("move_contact", ambiguous, capabilities=able, **again)
    repeated = call_mcp("move_contact", ambiguous, capabilities=able, **again)

    assert asked["resultType"] == "input_required"
    assert [each["const"] for each in options["position"]["oneOf"]] == [c.ref for c in two_cards]
    two_cards[1].refresh_from_db()
    assert two_cards[1].stage == stage("Proposal")
    facts = done["structuredContent"]
    assert (facts["status"], facts["action"]) == ("done", repeated["structuredContent"]["action"])


def test_others_are_told_the_candidates(call_mcp, two_cards, ambiguous):
    for revision in (PRESENT, SHAKEN):
        answer = call_mcp("move_contact", ambiguous, revision)

        assert answer["isError"] is True
        assert two_cards[1].ref in answer["content"][0]["text"]


def test_a_state_is_good_for_its_caller_and_its_request_only(
    ask_mcp, call_mcp, two_cards, ambiguous, hire, ada
):
    able = {"elicitation": {}}
    state = call_mcp("move_contact", ambiguous, capabilities=able)["requestState"]
    other = tokens.issue_for_agent(hire("Other"), by=ada)

    def refused(arguments=ambiguous, state=state, **given):
        answer = ask_mcp(
            "tools/call",
            name="move_contact",
            arguments=arguments,
            requestState=state,
            capabilities=able,
            **given,
        )
        return answer.json().get("error", {}).get("code") == -32602

    assert refused(by=other)
    assert refused(arguments=ambiguous | {"to_stage": "Demo"})
    assert refused(state=state + "x")
    assert not refused()


# --- Tasks ----------------------------------------------------------------------------------------
def test_a_task_ends_when_a_person_decides(move_mcp, result_of, mo, card, stage, deliver, inside):
    task = move_mcp(sure=0.5, capabilities=TASKS)
    working = result_of("tasks/get", taskId=task["taskId"], capabilities=TASKS)
    approvals.grant(Approval.objects.get(), by=mo)
    deliver()
    ended = result_of("tasks/get", taskId=task["taskId"], capabilities=TASKS)

    card.refresh_from_db()
    assert (task["resultType"], task["status"], working["status"]) == ("task", "working", "working")
    assert card.stage == stage("Qualified")
    assert ended["status"] == "completed"
    assert ended["result"]["structuredContent"]["status"] == "done"
    assert ended["result"]["content"][0]["text"] == "Grace Hopper moved from Lead to Qualified."


def test_a_task_that_a_person_rejects_gives_the_reason(move_mcp, result_of, mo, inside):
    task = move_mcp(sure=0.5, capabilities=TASKS)
    approvals.refuse(Approval.objects.get(), by=mo, because="Too early.")

    ended = result_of("tasks/get", taskId=task["taskId"], capabilities=TASKS)

    assert (ended["status"], ended["result"]["isError"]) == ("completed", True)
    assert "Too early." in ended["result"]["content"][0]["text"]


def test_a_cancelled_task_is_withdrawn(move_mcp, result_of, inside):
    task = move_mcp(sure=0.5, capabilities=TASKS)
    for _ in range(2):
        result_of("tasks/cancel", taskId=task["taskId"], capabilities=TASKS)

    found = result_of("tasks/get", taskId=task["taskId"], capabilities=TASKS)

    assert found["status"] == "cancelled"
    assert Approval.objects.get().status == "withdrawn"


def test_a_task_is_whoevers_asked(move_mcp, ask_mcp, hire, ada, eve, token_of):
    task = move_mcp(sure=0.5, capabilities=TASKS)
    others = [tokens.issue_for_agent(hire("Other"), by=ada), token_of(eve)]

    for other in others:
        for method in ("tasks/get", "tasks/cancel", "tasks/update"):
            answer = ask_mcp(method, taskId=task["taskId"], capabilities=TASKS, by=other)
            assert answer.json()["error"]["code"] == -32602


def test_tasks_are_for_clients_that_know_them(ask_mcp):
    for method in ("tasks/get", "tasks/cancel", "tasks/update"):
        assert ask_mcp(method, taskId="approval:1").json()["error"]["code"] == -32021
