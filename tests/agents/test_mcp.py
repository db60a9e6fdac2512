"""The Model Context Protocol's door: who is let in, and what is no message."""

import json

import pytest
from django.db import OperationalError

from agents import tokens
from agents.calls import progress, rates
from agents.calls.rates import Rate
from agents.mcp import prompts, revisions, views
from tests.agents.mcp_client import BOTH, CAPABILITIES, PRESENT, SHAKEN, VERSION


# --- Coming in ------------------------------------------------------------------------------------
def test_a_handshake_settles_on_a_revision_and_says_how_to_begin(knock, acme):
    client = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    for asked, agreed in [(SHAKEN, SHAKEN), ("2025-06-18", "2025-06-18"), ("2024-11-05", SHAKEN)]:
        params = {"protocolVersion": asked, **client}
        answer = knock({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})

        assert answer.json()["result"]["protocolVersion"] == agreed
        assert answer["Mcp-Session-Id"].isascii()
    assert acme.name in answer.json()["result"]["instructions"]


def test_since_then_everything_is_said_at_once(result_of):
    found = result_of("server/discover")

    assert found["supportedVersions"] == [PRESENT]
    assert found["resultType"] == "complete"
    assert "io.modelcontextprotocol/tasks" in found["capabilities"]["extensions"]
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "wheelhouse"


def test_a_notification_is_taken_and_not_answered(knock):
    for method in ["notifications/initialized", "notifications/cancelled"]:
        answer = knock({"jsonrpc": "2.0", "method": method}, **{"MCP-Protocol-Version": SHAKEN})

        assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize("by", ["", "nonsense", "whl_a_" + "0" * 36])
def test_without_a_good_token_one_learns_where_to_look(knock, client, by):
    answer = knock({"jsonrpc": "2.0", "id": 1, "method": "ping"}, by=by)
    where = answer["WWW-Authenticate"].partition('resource_metadata="')[2].rstrip('"')

    assert answer.status_code == 401
    assert client.get(where).json()["resource"] == "http://testserver/mcp"


def test_a_session_does_not_open_it(log_in, ada):
    answer = log_in(ada).post("/mcp", data="{}", content_type="application/json")

    assert answer.status_code == 401


def test_a_revoked_token_opens_nothing(ask_mcp, agent, ada, inside):
    tokens.revoke(agent.tokens.get(), by=ada)

    assert ask_mcp("tools/list").status_code == 401


@pytest.mark.parametrize("within", ["agents.tokens.recognise", "agents.mcp.streams.run"])
def test_a_database_that_is_away_is_said_to_be(knock, monkeypatch, within):
    def away(*_):
        raise OperationalError("connection refused: host 10.0.0.1")

    monkeypatch.setattr(within, away)

    answer = knock({"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again in 5 s" in answer.json()["error"]["message"]


def test_pages_of_other_sites_do_not_call(knock, client, token):
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert knock(ping, Origin="http://evil.example").status_code == 403
    assert knock(ping, Origin="http://[evil.example").status_code == 403
    assert knock(ping, Host="evil.example").status_code == 400
    assert knock(ping, Origin="http://testserver").status_code == 200


@pytest.mark.parametrize("method", ["get", "delete", "put"])
def test_there_is_nothing_to_listen_to_and_nothing_to_end(client, method):
    answer = getattr(client, method)("/mcp")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"x": NaN}}', -32700),
        ("[" * 100_000, -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"x": 1, "x": 2}}', -32600),
        ([{"jsonrpc": "2.0", "id": 1, "method": "ping"}], -32600),
        ({"id": 1, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, -32600),
        ("3", -32600),
    ],
)
def test_what_is_no_message_is_told_so(knock, body, code):
    answer = knock(body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_request_has_an_end(knock):
    assert knock(" " * 1_000_001).status_code == 413


def test_strangers_and_people_do_not_knock_without_end(
    knock, ask_mcp, monkeypatch, mo, token_of, settings
):
    monkeypatch.setattr(views, "STRANGERS", Rate(2))
    monkeypatch.setattr(views, "PEOPLE", Rate(1))
    monkeypatch.setattr(rates, "MINUTE", 10**10)  # that does not turn over on the way
    ping, person = {"jsonrpc": "2.0", "id": 1, "method": "ping"}, token_of(mo)

    strangers = [knock(ping, by="") for _ in range(3)]
    people = [knock(ping, by=person).status_code for _ in range(2)]

    assert [each.status_code for each in strangers] == [401, 401, 429]
    assert int(strangers[2]["Retry-After"]) >= 1
    assert people == [200, 429]
    assert knock(ping).status_code == 200, "an agent has a budget of its own"
    settings.HTTPS = True
    assert knock(ping, by="", **{"X-Forwarded-For": "1.1.1.1, 2.2.2.2"}).status_code == 401


def test_other_kinds_of_content_are_refused(client, token):
    bearer = {"Authorization": f"Bearer {token}"}
    kinds = {"content_type": "text/plain"}, {"content_type": "application/json"}

    assert client.post("/mcp", "{}", headers=bearer, **kinds[0]).status_code == 415
    html = bearer | {"Accept": "text/html"}
    assert client.post("/mcp", "{}", headers=html, **kinds[1]).status_code == 406


def test_an_unserved_revision_is_named_with_those_that_are(ask_mcp, knock):
    meta = {VERSION: "2030-01-01", CAPABILITIES: {}}
    body = {"jsonrpc": "2.0", "id": 7, "method": "server/discover", "params": {"_meta": meta}}
    headers = {"MCP-Protocol-Version": "2030-01-01", "Mcp-Method": "server/discover"}

    answer = knock(body, **headers)

    assert answer.status_code == 400
    assert answer.json()["error"]["data"] == {"supported": [PRESENT], "requested": "2030-01-01"}
    assert answer.json()["id"] == 7


@pytest.mark.parametrize("header", ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"])
def test_headers_agree_with_the_body(knock, header):
    meta = {VERSION: PRESENT, CAPABILITIES: {}}
    params = {"name": "get_object", "arguments": {}, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "MCP-Protocol-Version": PRESENT,
        "Mcp-Method": "tools/call",
        "Mcp-Name": "get_object",
    } | {header: "other"}

    assert knock(body, **headers).json()["error"]["code"] == -32020


def test_a_header_may_be_encoded():
    assert revisions.decode("=?base64?w4lyaWM=?=") == "Éric"
    assert revisions.decode("=?base64?!?=") is None
    assert revisions.decode("plain") == "plain"


@BOTH
def test_an_unknown_method_is_told_so(ask_mcp, revision):
    answer = ask_mcp("tools/lost", revision)

    assert answer.json()["error"]["code"] == -32601
    assert answer.status_code == (404 if revision == PRESENT else 200)


def test_what_one_age_dropped_the_other_keeps(ask_mcp):
    assert ask_mcp("ping", SHAKEN).json()["result"] == {}
    assert ask_mcp("ping", PRESENT).status_code == 404
    assert ask_mcp("server/discover", SHAKEN).json()["error"]["code"] == -32601


def test_parameters_of_another_shape_are_named(ask_mcp):
    error = ask_mcp("tools/call", SHAKEN, name=5).json()["error"]

    assert error["code"] == -32602
    assert "params.name" in error["data"]["fields"]


# --- Progress -------------------------------------------------------------------------------------
def test_progress_is_told_before_the_answer_to_whoever_wants_to_hear(knock, monkeypatch):
    def write(given):
        progress.report(1, of=2, says="half")
        return [prompts.say("done")]

    slow = prompts.Prompt(name="slow", title="Slow", does="Takes its time.", write=write)
    monkeypatch.setitem(prompts.OTHERS, "slow", slow)
    body = {"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": "slow"}}
    heard = body | {"params": {"name": "slow", "_meta": {"progressToken": "t"}}}
    both = {"Accept": "application/json, text/event-stream"}

    streamed = knock(heard, **both)
    frames = [
        json.loads(line.removeprefix("data: "))
        for line in streamed.getvalue().decode().splitlines()
        if line.startswith("data: ")
    ]

    assert streamed["Content-Type"] == "text/event-stream"
    assert frames[0]["params"] == {
        "progressToken": "t",
        "progress": 1,
        "total": 2,
        "message": "half",
    }
    assert frames[1]["result"]["messages"][0]["content"]["text"] == "done"
    assert knock(body, **both)["Content-Type"] == "application/json"
    assert knock(heard, Accept="application/json").json()["id"] == 1


# --- Whatever comes -------------------------------------------------------------------------------
ODD = [
    "",
    "\0",
    "%00",
    "\ud800",
    "%ED%A0%80",
    "'",
    '"',
    "{x}",
    "%",
    "\\",
    "é" * 300,
    "-1",
    "9" * 30,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_no_faults(knock, text):
    requests = [
        ("resources/read", {"uri": f"wheelhouse://boards/{text}"}),
        ("resources/read", {"uri": f"wheelhouse://contacts/{text}"}),
        ("resources/read", {"uri": text}),
        ("prompts/get", {"name": text}),
        ("prompts/get", {"name": "review_pipeline", "arguments": {"pipeline": text}}),
        ("tools/list", {"cursor": text}),
        ("tools/call", {"name": text}),
        ("tools/call", {"name": "get_object", "arguments": {"ref": text, text: text}}),
        ("tools/call", {"name": "get_object", "_meta": {"progressToken": text}}),
        *(
            (
                "completion/complete",
                {
                    "ref": {"type": "ref/prompt", "name": "move_card"},
                    "argument": {"name": name, "value": text},
                    "context": {"arguments": {"pipeline": text}},
                },
            )
            for name in ("pipeline", "stage", "contact", text)
        ),
    ]
    for method, params in requests:
        body = {"jsonrpc": "2.0", "id": text, "method": method, "params": params}
        answer = knock(body)

        assert answer.status_code < 500, (method, answer.content)
        assert answer.json().get("error", {}).get("code") != -32603, (method, params)
        if "result" in answer.json():
            assert answer.json()["result"].get("structuredContent", {}).get("status") != "failed"
