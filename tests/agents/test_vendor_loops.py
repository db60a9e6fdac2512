"""The loops of vendors' SDKs in docs/ run as they stand; the model says what we wrote down."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from audit.actions import tenant
from audit.models import Action
from tests.agents.test_mcp_clients import db, site

__all__ = ["db", "site"]

DOCS = Path(__file__).parents[2] / "docs"
CHOICE = {"to_stage": "Qualified", "_reason": "They signed", "_confidence": 0.97}


class Vendor(ThreadingHTTPServer):
    """A vendor's API: asks for one move, and says so once it hears what came of it."""

    def __init__(self, position: str) -> None:
        super().__init__(("127.0.0.1", 0), Speaks)
        self.arguments = {"position": position, **CHOICE}
        self.heard: list[dict] = []


class Speaks(BaseHTTPRequestHandler):
    server: Vendor

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append(asked)
        say = as_openai if "completions" in self.path else as_anthropic
        told = json.dumps(say(asked["messages"], self.server.arguments)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def as_openai(messages: list[dict], arguments: dict) -> dict:
    message: dict = {"role": "assistant", "content": "Grace is in Qualified."}
    if messages[-1]["role"] == "user":
        function = {"name": "move_contact", "arguments": json.dumps(arguments)}
        call = {"id": "call_1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    about = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    return {**about, "choices": [choice]}


def as_anthropic(messages: list[dict], arguments: dict) -> dict:
    content: dict = {"type": "text", "text": "Grace is in Qualified."}
    if len(messages) == 1:
        content = {"type": "tool_use", "id": "call_1", "name": "move_contact", "input": arguments}
    about = {"id": "m", "type": "message", "role": "assistant", "model": "m"}
    usage = {"input_tokens": 1, "output_tokens": 1}
    return {**about, "content": [content], "stop_reason": "end_turn", "usage": usage}


@pytest.fixture
def vendor(card) -> Iterator[Vendor]:
    server = Vendor(card.ref)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("script", "key", "address"),
    [
        ("agent_openai.py", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
        ("agent_anthropic.py", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"),
    ],
)
def test_a_loop_moves_a_card(site, vendor, token, card, stage, script, key, address):
    environment = os.environ | {
        "WHEELHOUSE_URL": site,
        "WHEELHOUSE_TOKEN": token,
        key: "none",
        address: f"http://127.0.0.1:{vendor.server_port}",
    }

    run = subprocess.run(
        [sys.executable, str(DOCS / script), "Move Grace on."],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    with tenant(card.organization_id):
        card.refresh_from_db()
        done = Action.objects.get(name="move_contact")
    assert run.stdout == "Grace is in Qualified.\n", run.stderr
    assert card.stage_id == stage("Qualified").pk
    assert (done.reason, done.confidence) == ("They signed", 0.97)
    assert "_confidence" in json.dumps(vendor.heard[0]["tools"])
    assert "moved from Lead to Qualified" in json.dumps(vendor.heard[1]["messages"])
