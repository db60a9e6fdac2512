"""An organization in the middle of its work, and an agent that may use every tool."""

import json
from types import SimpleNamespace

import pytest

from agents import agents, tokens
from agents.calls import dispatch
from agents.models import Agent
from approvals import policies
from approvals.deciders import as_person
from approvals.models import Answer, Policy
from crm import custom_fields
from crm.models import Contact
from pipelines.models import Pipeline
from tests.agents.acme_at_work import furnish
from tests.agents.conftest import actor_of
from tests.agents.mcp_client import ask_mcp, knock, result_of
from tests.hostile.places import Ground

__all__ = ["ask_mcp", "knock", "result_of"]
# What managers may have allowed besides: everything that is not about where text came from.
ALLOWED = ("effect", "records", "rules", "value", "won", "automation", "learning")


def pytest_addoption(parser):
    parser.addoption("--every-turn", action="store_true", help="put every text in every argument")


@pytest.fixture
def every_turn(request):
    """Whether it was asked for, which only `python -m tests.hostile` does."""
    return request.config.getoption("--every-turn", default=False)


@pytest.fixture
def work(ada, bob, inside):
    found = furnish(ada)
    custom_fields.declare("contact", label="Remark", type="text", by=ada)
    custom_fields.declare("contact", label="Site", type="url", by=ada)
    agents.update(found.agent, changes={"calls_per_minute": 10**6}, by=ada)
    return found


@pytest.fixture
def ground(work, ada):
    return Ground(
        by=ada,
        grace=Contact.objects.get(name="Grace Hopper"),
        sales=Pipeline.objects.get(name="Sales"),
    )


@pytest.fixture
def token(work, ada):
    return tokens.issue_for_agent(Agent.objects.get(pk=work.agent.pk), by=ada)


@pytest.fixture
def use(work):
    """Call a tool as the agent, quite sure of itself."""

    def call(tool, arguments, **envelope):
        given = {"reason": "because", "confidence": 0.99} | envelope
        return dispatch.call(actor_of(work.agent), tool, arguments, **given)

    return call


@pytest.fixture
def allow_all(ada):
    """Let a manager allow the agent whatever a policy can, but for what it read."""

    def allow():
        for key in ALLOWED:
            policy = Policy(
                organization_id=ada.organization_id, name=key, key=key, answer=Answer.ALLOW
            )
            policies.write(policy, by=as_person(ada))

    return allow


@pytest.fixture
def doors(use, client, token, result_of, ground):
    """Read a row through a door, and return all that came back, as text."""

    def get(path):
        found = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert found.status_code == 200, found.content
        return found.json()

    def through(door, row):
        kind, number = row.ref.split(":")
        reads = {
            "tool": lambda: use("get_object", {"ref": row.ref}).result,
            "search": lambda: use("search_objects", {"type": kind, "limit": 50}).result,
            "dry run": lambda: use(
                f"update_{kind}", {kind: row.ref, "city": "Paris"}, dry_run=True
            ).as_json(),
            "board": lambda: get(f"/api/pipelines/{ground.sales.pk}/board/"),
            "rest": lambda: get(f"/api/objects/{row.ref}/"),
            "list": lambda: get(f"/api/objects/?type={kind}&limit=200"),
            "mcp": lambda: result_of("tools/call", name="get_object", arguments={"ref": row.ref}),
            "resource": lambda: result_of("resources/read", uri=f"wheelhouse://contacts/{number}"),
        }
        return SimpleNamespace(said=json.dumps(reads[door](), ensure_ascii=False, default=str))

    return through
