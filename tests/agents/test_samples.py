"""The same call in other words is the same call: each is run as it stands."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from django.urls import reverse

from agents.catalogue.registry import TOOLS
from agents.forms import samples
from audit.actions import tenant
from audit.models import Action
from tests.agents.test_mcp_clients import db, site

__all__ = ["db", "site"]

SAID = """It's "so": 50 % of $HOME `ls` \\n é 🎉"""


@pytest.fixture
def written(site, grace):
    """A call of which every character matters, in each of its ways."""
    arguments = {"contact": grace.ref, "kind": "note", "body": SAID}
    tool = TOOLS["log_activity"]
    found = samples.write(tool, arguments, home=site, reason=SAID, dry_run=False)
    return {each.key: each.text for each in found}


def run(command, token, **given) -> dict:
    environment = os.environ | {"WHEELHOUSE_TOKEN": token}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=60, **given
    )
    answer: dict = json.loads(done.stdout)
    return answer


def check(grace) -> None:
    with tenant(grace.organization_id):
        done = Action.objects.get(name="log_activity")
        assert (done.outcome, done.reason) == ("done", SAID)
        assert done.confidence == samples.SURE
        assert done.arguments["body"] == SAID


def test_curl_makes_the_call(written, token, grace):
    assert run(["sh", "-c", written["curl"]], token)["status"] == "done"
    check(grace)


def test_python_makes_the_call(written, token, grace):
    assert run([sys.executable, "-c", written["python"]], token)["status"] == "done"
    check(grace)


def test_the_protocols_message_makes_the_call(written, token, grace, site):
    post = 'curl -s "$0/mcp" -H "Authorization: Bearer $WHEELHOUSE_TOKEN"'
    post += ' -H "Content-Type: application/json" -d @-'

    answer = run(["sh", "-c", post, site], token, input=written["mcp"])

    assert answer["result"]["structuredContent"]["status"] == "done", answer
    check(grace)


def test_what_the_page_shows_is_what_stands_in_the_form(log_in, ada, grace, settings):
    page = log_in(ada).get(reverse("agents:tool", args=["get_object"]))

    curl = next(each.text for each in page.context["samples"] if each.key == "curl")
    sent = json.loads(shlex.split(curl)[-1])
    assert sent == {"arguments": page.context["form"].arguments(), "reason": "To see how it works"}
    assert shlex.split(curl)[2] == "http://testserver/api/tools/get_object/"
