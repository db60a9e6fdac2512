"""Lengthy calls over real connections: heard as they run, stopped by whoever gives them up."""

import json
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event
from urllib.parse import urlsplit

import pytest

from agents.calls import progress
from agents.catalogue.registry import TOOLS, About, tool
from agents.mcp import sessions
from agents.mcp.answers import Blocks
from approvals.proposals import Effect
from audit.actions import tenant
from audit.models import Action
from crm import contacts
from crm.models import Contact
from crm.permissions import Permission
from tests.agents.mcp_client import SHAKEN
from tests.agents.test_mcp_clients import db, site

__all__ = ["db", "site"]

LONG = 30  # seconds that nothing here takes
RESULT = {"isError": False, "content": [{"type": "text", "text": "Done."}]}


class Work:
    """A lengthy tool that writes, reports, and waits to be let on."""

    def __init__(self):
        self.may_end = Event()

    def __call__(self, context):
        contacts.create(name="Half Done", by=context.by)
        deadline = time.monotonic() + LONG
        for number in range(1, 10_000):
            progress.report(number, says="working")
            if self.may_end.wait(0.05) or time.monotonic() > deadline:
                break
        return Blocks(content=RESULT["content"])


@pytest.fixture
def work():
    """A lengthy tool, and what lets it end."""
    doing = Work()

    def works_long(context) -> Blocks:
        """Write something, and take a long time about it."""
        return doing(context)

    def about(context) -> About:
        return About(title="Work long", records=1)

    tool(effect=Effect.REVERSIBLE, about=about, needs=Permission.EDIT, lengthy=True)(works_long)
    yield doing
    doing.may_end.set()
    del TOOLS["works_long"]


class Client:
    """A client that has shaken hands, with a connection for each request."""

    def __init__(self, site, token):
        self.host = urlsplit(site).netloc
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": SHAKEN,
        }
        about = {"name": "test", "version": "1"}
        hello = {"protocolVersion": SHAKEN, "capabilities": {}, "clientInfo": about}
        with self.send(message("initialize", id=0, **hello)) as answer:
            self.headers[sessions.HEADER] = answer.headers[sessions.HEADER]

    @contextmanager
    def send(self, body, **headers):
        """Send a message, and hang up after whatever is read of the answer."""
        connection = HTTPConnection(self.host, timeout=LONG)
        connection.request("POST", "/mcp", json.dumps(body), self.headers | headers)
        try:
            with connection.getresponse() as answer:
                yield answer
        finally:
            connection.close()


@pytest.fixture
def client(site, mo, token_of):
    """A client of Mo's."""
    return Client(site, token_of(mo))


def message(method, id=None, **params):
    body = {"jsonrpc": "2.0", "method": method, "params": params}
    return body if id is None else body | {"id": id}


CALL = message("tools/call", id=1, name="works_long", _meta={"progressToken": "t"})


def read(answer):
    """Yield the messages of a stream, as they come."""
    while line := answer.readline().decode():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def find_outcome(acme):
    """Return how the call ended, as soon as it has, and whether what it wrote is there."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        with tenant(acme.pk):
            ended = Action.objects.filter(name="works_long").first()
            if ended is not None:
                return ended.outcome, Contact.objects.filter(name="Half Done").exists()
        time.sleep(0.05)
    raise AssertionError("the call goes on and on")


def test_progress_is_heard_while_a_call_runs(client, work, acme):
    with client.send(CALL) as response:
        parts = read(response)
        first, second = next(parts), next(parts)
        work.may_end.set()
        *_, answer = parts

    assert response.headers["Content-Type"] == "text/event-stream"
    assert (first["params"]["progress"], second["params"]["progress"]) == (1, 2)
    assert answer["result"] == RESULT
    assert find_outcome(acme) == ("done", True)


def test_a_client_that_hangs_up_stops_its_call(client, work, acme):
    with client.send(CALL) as response:
        next(read(response))

    assert find_outcome(acme) == ("refused", False)


def test_a_call_that_is_given_up_stops_and_is_not_answered(client, work, acme):
    with client.send(CALL) as response:
        parts = read(response)
        next(parts)
        given_up = message("notifications/cancelled", requestId=1, reason="no time")
        with client.send(given_up) as taken:
            assert taken.status == 202
        rest = list(parts)

    assert all(part["method"] == "notifications/progress" for part in rest)
    assert find_outcome(acme) == ("refused", False)


def test_a_client_that_takes_no_streams_gets_one_answer(client, work, acme):
    work.may_end.set()

    with client.send(CALL, Accept="application/json") as answer:
        assert json.load(answer)["result"] == RESULT
