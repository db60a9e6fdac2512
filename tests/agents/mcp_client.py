"""A client of the Model Context Protocol that speaks both of its ages."""

import json

import pytest
from mcp_types.methods import validate_server_result

from agents.mcp import revisions, sessions

PRESENT, SHAKEN = revisions.PRESENT, revisions.SHAKEN[0]
BOTH = pytest.mark.parametrize("revision", [PRESENT, SHAKEN])
VERSION, CAPABILITIES = (
    "io.modelcontextprotocol/protocolVersion",
    "io.modelcontextprotocol/clientCapabilities",
)
STREAMS = {"Accept": "application/json, text/event-stream"}
TASKS = {"extensions": {"io.modelcontextprotocol/tasks": {}}}


@pytest.fixture
def knock(client, token):
    """Send a body to the door, as the agent or as whoever's token `by` is."""

    def send(body, by=token, path="/mcp", **headers):
        if by:
            headers |= {"Authorization": f"Bearer {by}"}
        text = body if isinstance(body, str) else json.dumps(body)
        return client.post(path, data=text, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def ask_mcp(knock):
    """Make a request of a revision and return the whole answer."""

    def send(
        method, revision=PRESENT, capabilities=None, meta=None, by=None, path="/mcp", **params
    ):
        meta = dict(meta or {})
        headers = {"MCP-Protocol-Version": revision}
        if revision == PRESENT:
            meta |= {VERSION: revision, CAPABILITIES: capabilities or {}}
            named = params.get(revisions.NAMED.get(method, ""))
            headers |= {"Mcp-Method": method} | ({"Mcp-Name": named} if named else {})
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params | {"_meta": meta}}
        return knock(body, path=path, **({"by": by} if by else {}), **headers)

    return send


@pytest.fixture
def result_of(ask_mcp):
    """Make a request and return its result, which fits what the protocol says of it."""

    def send(method, revision=PRESENT, **given):
        answer = ask_mcp(method, revision, **given).json()
        assert "result" in answer, answer
        if not method.startswith("tasks/") and answer["result"].get("resultType") != "task":
            validate_server_result(method, revision, answer["result"])
        return answer["result"]

    return send


@pytest.fixture
def call_mcp(result_of):
    """Call a tool through the door."""

    def send(tool, arguments=None, revision=PRESENT, sure=0.95, **given):
        meta = {"wheelhouse/reason": "ready", "wheelhouse/confidence": sure} | given.pop("meta", {})
        return result_of(
            "tools/call", revision, name=tool, arguments=arguments or {}, meta=meta, **given
        )

    return send


@pytest.fixture
def move_mcp(call_mcp, card):
    """Move Grace's card through the door."""

    def send(to="Qualified", **given):
        return call_mcp("move_contact", {"position": card.ref, "to_stage": to}, **given)

    return send


@pytest.fixture
def shake(knock, token):
    """Shake hands as a client that can do this; return how it speaks from then on."""

    def begin(by=token, **abilities):
        client = {"name": "test", "version": "1"}
        params = {"protocolVersion": SHAKEN, "capabilities": abilities, "clientInfo": client}
        hello = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
        session = knock(hello, by=by)[sessions.HEADER]
        headers = STREAMS | {sessions.HEADER: session, "MCP-Protocol-Version": SHAKEN}

        def say(message, **other):
            return knock({"jsonrpc": "2.0"} | message, **({"by": by} | headers | other))

        return say

    return begin


def call(tool, arguments=None, sure=0.95, id=1, **meta):
    meta |= {"wheelhouse/reason": "ready", "wheelhouse/confidence": sure}
    params = {"name": tool, "arguments": arguments or {}, "_meta": meta}
    return {"id": id, "method": "tools/call", "params": params}


def frames(answer):
    """Yield the messages of a stream, as they come."""
    for chunk in answer.streaming_content:
        for line in chunk.decode().splitlines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def set_level(say, level):
    return say({"id": 9, "method": "logging/setLevel", "params": {"level": level}})
