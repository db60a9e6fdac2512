"""Clients that shook hands: asked over their call's own stream, and told what happens meanwhile."""

from datetime import timedelta

import pytest

from agents import tokens
from agents.catalogue.registry import TOOLS, tool
from agents.mcp import inputs, questions, sessions
from agents.mcp.answers import Blocks
from agents.models import ClientSession, Question
from approvals.proposals import Effect
from config.stack import product
from crm.permissions import Permission
from pipelines import positions
from tests.agents.mcp_client import PRESENT, SHAKEN, STREAMS, call, frames, set_level
from tests.agents.test_mcp import ODD

LEVEL = "io.modelcontextprotocol/logLevel"


def chosen(card):
    return {"action": "accept", "content": {"position": card.ref}}


@pytest.fixture
def two_cards(card, grace, sales, ada, stage):
    return [card, positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=ada)]


@pytest.fixture
def ambiguous(grace, two_cards):
    return call("move_contact", {"contact": grace.ref, "to_stage": "Proposal"})


@pytest.fixture
def eves(eve, token_of):
    """A token of another organization."""
    return token_of(eve)


# --- Asked back -----------------------------------------------------------------------------------
def test_a_person_at_the_client_is_asked_which_card(shake, ambiguous, two_cards, stage, inside):
    say = shake(elicitation={})

    stream = frames(say(ambiguous))
    question = next(stream)
    taken = say({"id": question["id"], "result": chosen(two_cards[1])})
    answer = next(stream)

    two_cards[1].refresh_from_db()
    assert question["method"] == "elicitation/create"
    assert (taken.status_code, taken.content) == (202, b"")
    assert answer["id"] == 1
    assert answer["result"]["structuredContent"]["status"] == "done"
    assert two_cards[1].stage == stage("Proposal")
    assert list(stream) == []
    assert not Question.objects.exists(), "an answer is used once"


def test_whoever_turns_away_is_told_the_candidates_and_not_asked_again(
    shake, ambiguous, two_cards, inside
):
    say = shake(elicitation={})

    stream = frames(say(ambiguous))
    say({"id": next(stream)["id"], "result": {"action": "decline"}})
    answer = next(stream)["result"]

    assert answer["isError"] is True
    assert two_cards[1].ref in answer["content"][0]["text"]


def test_an_answer_counts_once_and_from_the_caller_who_is_asked_alone(
    shake, ambiguous, two_cards, hire, ada, eves
):
    say = shake(elicitation={})
    stream = frames(say(ambiguous))
    question = next(stream)
    answer = {"id": question["id"], "result": chosen(two_cards[1])}
    others = [tokens.issue_for_agent(hire("Other"), by=ada), eves]

    refused = [say(answer, by=other).status_code for other in others]
    odd = say({"id": question["id"], "result": {"action": "perhaps"}}).status_code
    unknown = [
        say(answer | {"id": id}).status_code
        for id in (7, "x", "x.position", question["id"] + "s", question["id"].partition(".")[0])
    ]
    first, second = say(answer).status_code, say(answer).status_code

    assert (refused, odd, unknown) == ([400, 400], 400, [400] * 5)
    assert (first, second) == (202, 400)
    assert next(stream)["result"]["isError"] is False


def test_answers_that_come_too_late_are_not_waited_for(
    shake, ambiguous, two_cards, monkeypatch, inside
):
    monkeypatch.setattr(questions, "PATIENCE", timedelta(0))
    say = shake(elicitation={})

    stream = frames(say(ambiguous))
    question = next(stream)
    late = say({"id": question["id"], "result": chosen(two_cards[1])})
    answer = next(stream)["result"]

    assert late.status_code == 400
    assert two_cards[1].ref in answer["content"][0]["text"]


def turn_away(say, stream):
    """Answer what is asked as somebody who has no time."""
    say({"id": next(stream)["id"], "result": {"action": "cancel"}})
    assert [each["id"] for each in stream] == [1]


def test_threads_are_left_for_others(shake, ambiguous, two_cards, inside, monkeypatch):
    say = shake(elicitation={})
    waiting = [frames(say(ambiguous)) for _ in range(questions.PROCESS_WAITS)]
    monkeypatch.setattr(questions, "CALLER_WAITS", 10)

    over = say(ambiguous)

    assert over["Content-Type"] == "application/json"
    assert two_cards[1].ref in over.json()["result"]["content"][0]["text"]
    for stream in waiting:
        turn_away(say, stream)
    assert questions.PROCESS_WAITS * 2 <= product.THREADS
    turn_away(say, frames(say(ambiguous)))


def test_one_caller_does_not_take_all_the_room(shake, ambiguous, two_cards, inside, monkeypatch):
    monkeypatch.setattr(questions, "CALLER_WAITS", 1)
    say = shake(elicitation={})
    first = frames(say(ambiguous))

    second = say(ambiguous).json()["result"]

    assert two_cards[1].ref in second["content"][0]["text"]
    turn_away(say, first)


def test_a_request_that_is_given_up_is_not_answered(shake, ambiguous, inside):
    say = shake(elicitation={})
    stream = frames(say(ambiguous))
    next(stream)

    given_up = {"method": "notifications/cancelled", "params": {"requestId": 1}}
    taken = shake(elicitation={})(given_up), say(given_up)

    assert [each.status_code for each in taken] == [202, 202]
    assert list(stream) == []
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("abilities", "other"), [({}, {}), ({"elicitation": {}}, {"Accept": "application/json"})]
)
def test_clients_that_cannot_be_asked_are_told_the_candidates(
    shake, ambiguous, two_cards, abilities, other
):
    answer = shake(**abilities)(ambiguous, **other).json()["result"]

    assert answer["isError"] is True
    assert two_cards[1].ref in answer["content"][0]["text"]


@pytest.fixture
def ask_the_model(monkeypatch):
    """A tool that asks the client's model, and says what that says."""

    def asks_the_model(context) -> Blocks:
        """Ask the model of the client."""
        told = inputs.heard().answers
        if "answer" not in told:
            message = {"role": "user", "content": {"type": "text", "text": "What is it?"}}
            params = {"messages": [message], "maxTokens": 100}
            raise inputs.InputNeeded(answer={"method": "sampling/createMessage", "params": params})
        return Blocks(content=[told["answer"]["content"]])

    tool(effect=Effect.READ, needs=Permission.SEE)(asks_the_model)
    yield "asks_the_model"
    del TOOLS["asks_the_model"]


def test_the_clients_model_is_asked_and_may_refuse(shake, ask_the_model, mo, token_of, inside):
    say = shake(by=token_of(mo), sampling={})
    model = {"role": "assistant", "model": "m", "content": {"type": "text", "text": "A wheel."}}

    heard, refused = frames(say(call(ask_the_model))), frames(say(call(ask_the_model)))
    say({"id": next(heard)["id"], "result": model})
    say({"id": next(refused)["id"], "error": {"code": -1, "message": "The user said no."}})

    assert next(heard)["result"]["content"] == [{"type": "text", "text": "A wheel."}]
    assert "The user said no." in next(refused)["error"]["message"]


@pytest.mark.parametrize("text", ODD)
def test_odd_answers_are_no_faults(shake, ambiguous, text):
    say = shake(elicitation={})
    stream = frames(say(ambiguous))
    id = next(stream)["id"]

    refused = [
        say({"id": f"{text}.position", "result": {}}),
        say({"id": text, "error": {"code": 1, "message": text}}),
        say({"id": id, "result": {"action": "accept", "content": {"position": text, "x": "\0"}}}),
    ]
    given_up = say({"method": "notifications/cancelled", "params": {"requestId": text}})
    taken = say({"id": id, "error": {"code": 1, "message": text}})

    assert [each.status_code for each in refused] == [400, 400, 400]
    assert (given_up.status_code, taken.status_code) == (202, 202)
    assert next(stream)["result"]["isError"] is True


# --- Sessions -------------------------------------------------------------------------------------
def test_a_session_is_good_for_its_caller_and_its_time(
    shake, knock, hire, ada, two_cards, monkeypatch
):
    say = shake(elicitation={})
    ping = {"id": 1, "method": "ping"}
    other = tokens.issue_for_agent(hire("Other"), by=ada)

    assert say(ping).status_code == 200
    assert say(ping, by=other).status_code == 404
    assert say(ping, **{sessions.HEADER: "nonsense"}).status_code == 404
    monkeypatch.setattr(sessions, "LIFETIME", -1)
    assert say(ping).status_code == 404


def test_nothing_is_kept_of_a_handshake(shake, inside):
    shake(elicitation={})

    assert not ClientSession.objects.exists()


# --- Told meanwhile -------------------------------------------------------------------------------
def test_a_client_hears_of_its_calls_what_it_wants_to_hear(shake, card, inside):
    say, quiet = shake(), shake()
    look = call("get_object", {"ref": card.ref})

    assert set_level(say, "debug").json()["result"] == {}
    *told, answer = frames(say(look))
    assert [(each["method"], each["params"]["level"]) for each in told] == [
        ("notifications/message", "debug"),
        ("notifications/message", "info"),
    ]
    assert told[0]["params"]["data"]["says"] == "Policy says allow."
    assert told[1]["params"]["data"]["status"] == "done"
    assert answer["result"]["isError"] is False
    assert quiet(look)["Content-Type"] == "application/json"

    set_level(say, "notice")
    assert say(look)["Content-Type"] == "application/json"
    waiting = call("move_contact", {"position": card.ref, "to_stage": "Qualified"}, sure=0.5)
    told, _ = frames(say(waiting))
    assert told["params"]["level"] == "notice"
    assert ClientSession.objects.count() == 1


def test_since_then_each_request_says_what_it_wants_to_hear(knock, card):
    meta = {
        "io.modelcontextprotocol/protocolVersion": PRESENT,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    look = {"jsonrpc": "2.0"} | call("get_object", {"ref": card.ref}, **meta, **{LEVEL: "info"})
    headers = {
        "MCP-Protocol-Version": PRESENT,
        "Mcp-Method": "tools/call",
        "Mcp-Name": "get_object",
    }

    told, _ = frames(knock(look, **headers, **STREAMS))

    assert told["params"]["level"] == "info"


def test_a_level_is_one_there_is_and_a_sessions(shake, ask_mcp):
    assert set_level(shake(), "loud").json()["error"]["code"] == -32602
    assert (
        "Mcp-Session-Id"
        in ask_mcp("logging/setLevel", SHAKEN, level="info").json()["error"]["message"]
    )
