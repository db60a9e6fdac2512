"""Others' clients at our door, over HTTP with real tokens: the protocol's own, for Python."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import ElicitResult

from agents import tokens
from approvals import approvals
from approvals.models import Approval
from audit.actions import tenant
from pipelines import positions

AGES = pytest.mark.parametrize("mode", ["auto", "legacy"])
SURE = {"wheelhouse/reason": "They signed", "wheelhouse/confidence": 0.97}
UNSURE = SURE | {"wheelhouse/confidence": 0.5}


@pytest.fixture
def db(committed: str) -> None:
    """Here the cast commits, so that the served product sees it."""


@pytest.fixture
def site(committed: str, settings: Any) -> Iterator[str]:
    """Serve the product on the committed database; its address."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def talk(site, token):
    """Let a conversation, a coroutine that is given a client, run; return what it returns."""

    def run(conversation, *, by=token, mode="auto", **abilities):
        async def connect():
            http = create_mcp_http_client(headers={"Authorization": f"Bearer {by}"})
            async with (
                http,
                Client(
                    streamable_http_client(f"{site}/mcp", http_client=http), mode=mode, **abilities
                ) as client,
            ):
                return await conversation(client)

        return asyncio.run(connect())

    return run


@AGES
def test_a_client_finds_its_way(talk, card, mode):
    async def conversation(client):
        return {
            "tools": await client.list_tools(),
            "resources": await client.list_resources(),
            "templates": await client.list_resource_templates(),
            "prompts": await client.list_prompts(),
            "card": await client.call_tool("get_object", {"ref": card.ref}),
        }

    found = talk(conversation, mode=mode)

    assert "move_contact" in {tool.name for tool in found["tools"].tools}
    assert found["resources"].resources[0].title == "Sales"
    assert len(found["templates"].resource_templates) == 3
    assert "be_sales" in {prompt.name for prompt in found["prompts"].prompts}
    assert found["card"].structured_content["result"]["ref"] == card.ref


@AGES
def test_what_waits_is_done_once_a_person_has_granted_it(
    talk, card, stage, mo, deliver, mode, acme
):
    arguments = {"position": card.ref, "to_stage": "Qualified"}

    async def ask(client):
        return await client.call_tool("move_contact", arguments, meta=UNSURE)

    asked = talk(ask, mode=mode).structured_content
    with tenant(acme.pk):
        approval = Approval.objects.get()
    approvals.grant(approval, by=mo)
    deliver()

    async def follow(client):
        return await client.call_tool("get_action", {"action": asked["action"]})

    found = talk(follow, mode=mode).structured_content["result"]
    with tenant(acme.pk):
        card.refresh_from_db()
    assert (asked["status"], asked["approval"]) == ("waiting", approval.ref)
    assert (found["status"], found["door"]) == ("done", "mcp")
    assert card.stage_id == stage("Qualified").pk


@AGES
def test_a_stranger_finds_nothing(talk, card, eve, token_of, mode):
    async def conversation(client):
        return await client.list_resources(), await client.call_tool(
            "get_object", {"ref": card.ref}
        )

    resources, answer = talk(conversation, by=token_of(eve), mode=mode)

    assert resources.resources == []
    assert answer.is_error
    assert "Grace" not in answer.model_dump_json()


@AGES
def test_scope_and_budget_are_told_to_clients(talk, hire, ada, card, mode):
    narrow = hire("Narrow", tools=["get_object"], calls_per_minute=4)
    text = tokens.issue_for_agent(narrow, by=ada)

    async def conversation(client):
        move = {"position": card.ref, "to_stage": "Qualified"}
        refused = await client.call_tool("move_contact", move, meta=SURE)
        looks = [await client.call_tool("get_object", {"ref": card.ref}) for _ in range(12)]
        # A minute may have turned over on the way.
        return refused, next(look for look in looks if look.is_error)

    refused, over = talk(conversation, by=text, mode=mode)

    assert refused.is_error
    assert "may not use move_contact" in refused.content[0].text
    assert over.is_error
    assert over.structured_content["retry_after"] >= 1


@AGES
def test_a_person_at_the_client_is_asked_which_card(talk, card, grace, sales, stage, ada, mode):
    other = positions.enter(grace, pipeline=sales, stage=stage("Demo"), by=ada)
    asked = []

    async def choose(context, params):
        asked.append(params.message)
        return ElicitResult(action="accept", content={"position": other.ref})

    async def conversation(client):
        move = {"contact": grace.ref, "to_stage": "Proposal"}
        return await client.call_tool("move_contact", move, meta=SURE)

    answer = talk(conversation, mode=mode, elicitation_callback=choose)

    with tenant(other.organization_id):
        other.refresh_from_db()
    assert answer.structured_content["status"] == "done"
    assert "2 cards that fit" in asked[0]
    assert other.stage_id == stage("Proposal").pk


def test_what_is_not_there_is_an_error_of_the_protocol(talk):
    async def conversation(client):
        with pytest.raises(MCPError, match="did you mean get_object"):
            await client.call_tool("get_objekt", {})
        with pytest.raises(MCPError, match="no pipeline"):
            await client.read_resource("wheelhouse://boards/999999")
        return True

    assert talk(conversation)
