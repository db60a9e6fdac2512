"""Tasks that wait to be told something by the client that began them."""

from datetime import timedelta

import pytest

from agents.catalogue.registry import TOOLS, tool
from agents.mcp import inputs, sessions
from agents.mcp.answers import Blocks
from agents.models import ClientSession, Question
from approvals.proposals import Effect
from audit import clock
from crm.permissions import Permission
from tests.agents.mcp_client import BOTH, TASKS, set_level
from tests.agents.test_mcp import ODD


@pytest.fixture
def eves(eve, token_of):
    """A token of another organization."""
    return token_of(eve)


@pytest.fixture
def survey(monkeypatch):
    """A tool that two things must be told, however long that takes."""

    def take_survey(context) -> Blocks:
        """Ask two things."""
        told = inputs.heard().answers
        missing = {name: ask_for(name) for name in ("first", "second") if name not in told}
        if missing:
            raise inputs.InputNeeded(**missing)
        words = [told[name]["content"]["text"] for name in ("first", "second")]
        return Blocks(content=[{"type": "text", "text": " ".join(words)}])

    tool(effect=Effect.READ, needs=Permission.SEE, follow_only=True)(take_survey)
    yield "take_survey"
    del TOOLS["take_survey"]


def ask_for(name):
    schema = {"type": "object", "properties": {"text": {"type": "string"}}}
    return {
        "method": "elicitation/create",
        "params": {"message": f"Your {name} word?", "requestedSchema": schema},
    }


def word(text):
    return {"action": "accept", "content": {"text": text}}


ABLE = TASKS | {"elicitation": {}}


@pytest.fixture
def follow(result_of, ask_mcp, mo, token_of):
    """Make a request about tasks, as Mo."""
    text = token_of(mo)

    def ask(method, refused=False, **given):
        given |= {"capabilities": ABLE, "by": text}
        if refused:
            return ask_mcp(method, **given).json()["error"]
        return result_of(method, **given)

    return ask


def test_a_task_goes_on_when_all_is_told(follow, survey):
    task = follow("tools/call", name=survey, arguments={})["taskId"]
    open_both = follow("tasks/get", taskId=task)
    follow("tasks/update", taskId=task, inputResponses={"first": word("Hello,")})
    follow("tasks/update", taskId=task, inputResponses={"first": word("No"), "x": word("y")})
    open_one = follow("tasks/get", taskId=task)
    taken = follow("tasks/update", taskId=task, inputResponses={"second": word("world")})
    ended = follow("tasks/get", taskId=task)

    assert (open_both["status"], set(open_both["inputRequests"])) == (
        "input_required",
        {"first", "second"},
    )
    assert (open_one["status"], set(open_one["inputRequests"])) == ("input_required", {"second"})
    assert set(taken) == {"resultType", "_meta"}
    assert ended["status"] == "completed"
    assert ended["result"]["content"][0]["text"] == "Hello, world"


def test_whoever_looks_makes_a_call_that_was_left_unmade(follow, survey, inside):
    task = follow("tools/call", name=survey, arguments={})["taskId"]
    Question.objects.update(inputs={}, answers={"first": word("Hello,"), "second": word("world")})
    working = follow("tasks/get", taskId=task)
    Question.objects.update(heard_at=clock.real_now() - timedelta(minutes=5))

    ended = follow("tasks/get", taskId=task)

    assert (working["status"], ended["status"]) == ("working", "completed")


def test_a_task_that_was_given_up_or_forgotten_takes_no_answers(follow, survey, inside):
    given_up, late = (follow("tools/call", name=survey, arguments={})["taskId"] for _ in "12")
    follow("tasks/cancel", taskId=given_up)
    Question.objects.filter(cancelled_at=None).update(until=clock.real_now())
    both = {"first": word("Hello,"), "second": word("world")}
    for task in (given_up, late):
        follow("tasks/update", taskId=task, inputResponses=both)

    assert follow("tasks/get", taskId=given_up)["status"] == "cancelled"
    assert follow("tasks/get", taskId=late)["status"] == "failed"


def test_a_task_that_waits_is_whoevers_asked(eves, follow, ask_mcp, survey, ada, token_of):
    task = follow("tools/call", name=survey, arguments={})["taskId"]

    for other in (eves, token_of(ada)):
        for method in ("tasks/get", "tasks/cancel", "tasks/update"):
            answer = ask_mcp(method, taskId=task, inputResponses={}, capabilities=ABLE, by=other)
            assert answer.json()["error"]["code"] == -32602


@BOTH
def test_only_who_follows_tasks_calls_a_tool_that_needs_it(ask_mcp, survey, mo, token_of, revision):
    error = ask_mcp("tools/call", revision, name=survey, by=token_of(mo)).json()["error"]

    assert error["code"] == -32021
    assert error["data"]["requiredCapabilities"] == TASKS


def test_what_ended_long_ago_is_forgotten(follow, survey, shake, inside):
    set_level(shake(), "info")
    follow("tools/call", name=survey, arguments={})
    assert sessions.forget_old() == 0

    long_ago = clock.real_now() - timedelta(days=8)
    Question.objects.update(until=long_ago)
    ClientSession.objects.update(heard_at=long_ago)

    assert sessions.forget_old() == 2


@pytest.mark.parametrize("text", ODD)
def test_odd_answers_are_no_faults(follow, survey, text):
    task = follow("tools/call", name=survey, arguments={})["taskId"]

    for given in (
        {"taskId": f"question:{text}"},
        {"taskId": task, "inputResponses": {text: {"action": "\0"}}},
        {"taskId": task, "inputResponses": text},
    ):
        error = follow("tasks/update", refused=True, **given)
        assert error["code"] == -32602, given
