"""The inspector's command line at our door, with a real token: a developer's first try."""

import json
import os
import subprocess

import pytest

from tests.agents.test_mcp_clients import db, site
from tests.conformance import suites

__all__ = ["db", "site"]

pytestmark = pytest.mark.slow


@pytest.fixture
def inspect(site, token):
    """Let the inspector make a request of a method; return what it prints, read."""
    try:
        command = suites.inspector()
    except suites.NpmMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    bearer = ["--header", f"Authorization: Bearer {token}"]

    def run(method, *words):
        asked = ["--transport", "http", *bearer, "--method", method, *words]
        ran = subprocess.run(
            [*command, f"{site}/mcp", *asked],
            env=suites.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return json.loads(ran.stdout)

    return run


def test_the_inspector_finds_its_way(inspect, card):
    tools = {each["name"] for each in inspect("tools/list", "--strict")["tools"]}
    prompts = {each["name"] for each in inspect("prompts/list")["prompts"]}
    resources = [each["title"] for each in inspect("resources/list")["resources"]]
    looked = inspect("tools/call", "--tool-name", "get_object", "--tool-arg", f"ref={card.ref}")
    read = inspect("resources/read", "--uri", f"wheelhouse://contacts/{card.contact_id}")

    assert "move_contact" in tools
    assert "be_sales" in prompts
    assert resources == ["Sales"]
    assert looked["structuredContent"]["result"]["ref"] == card.ref
    assert json.loads(read["contents"][0]["text"])["ref"] == card.contact.ref
