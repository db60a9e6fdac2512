"""What docs/agents.md says is so: its commands are run as they stand, against the product."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from agents.catalogue.registry import TOOLS
from agents.views import connecting
from audit.actions import tenant
from audit.models import Action
from tests.agents.test_mcp_clients import db, site

__all__ = ["db", "site"]

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "agents.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
# What needs the machine's own programs, or starts the product itself; tried elsewhere.
ELSEWHERE = ("make ", "export ", "claude ", "uv run ")


def blocks(language) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


@pytest.fixture
def said(site, token, card) -> list[dict]:
    """What the commands answer, in order, run in one shell that stops at the first failure."""
    script = "\n".join(each for each in blocks("sh") if not each.startswith(ELSEWHERE))
    environment = os.environ | {"WHEELHOUSE_URL": site, "WHEELHOUSE_TOKEN": token}
    run = subprocess.run(
        ["sh", "-eu"],
        input=script,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    decoder, text, found = json.JSONDecoder(), run.stdout.strip(), []
    while text:
        answer, end = decoder.raw_decode(text)
        found.append(answer)
        text = text[end:].strip()
    return found


def test_its_commands_do_what_it_says(said, card):
    listing, cards, tried, done, undone, protocol = said

    assert "update_position" in {each["function"]["name"] for each in listing["results"]}
    assert cards["result"]["results"][0]["ref"] == card.ref
    assert tried["result"]["dry_run"] is True
    assert (done["status"], undone["status"]) == ("done", "done")
    assert "archive_position" in json.dumps(protocol["result"])
    with tenant(card.organization_id):
        card.refresh_from_db()
        names = list(Action.objects.filter(actor_kind="agent").values_list("name", flat=True))
        assert card.priority == ""
        assert (names.count("update_position"), names.count("undo_action")) == (1, 1)


def test_its_configuration_is_what_the_page_shows():
    shown = {way.key: way.text for way in connecting.clients("http://localhost:8000")}
    written = [json.loads(each) for each in blocks("json")]

    assert written == [json.loads(shown["claude-desktop"]), json.loads(shown["cursor"])]


def test_it_names_tools_and_files_there_are():
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", TEXT))
    assert named - set(TOOLS) <= {"idempotency_key", "dry_run", "_reason", "_confidence", "_meta"}
    for path in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (DOCS / path).exists(), path
    for path in re.findall(r"docs/[a-z_]+\.py", TEXT):
        assert (DOCS.parent / path).exists(), path


def test_the_readme_leads_there():
    assert "(docs/agents.md)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
