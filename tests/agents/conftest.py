"""Agents at work: `agent` has learnt, `novice` is still learning; both look after sales."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from agents import agents, tokens
from agents.calls import dispatch
from agents.calls.results import Result
from agents.models import Agent
from audit.actors import Actor, ActorKind, Door
from crm.models import Contact, Membership, Organization
from pipelines import positions
from pipelines.models import Pipeline, Position
from tests.agents.mcp_client import ask_mcp, call_mcp, knock, move_mcp, result_of, shake

__all__ = ["ask_mcp", "call_mcp", "knock", "move_mcp", "result_of", "shake"]


def actor_of(agent: Agent) -> Actor:
    """Return an agent as a token of its names it: only who it is."""
    return Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name="",
        organization_id=agent.organization_id,
        door=Door.API,
    )


@pytest.fixture
def hire(acme: Organization, ada: Actor) -> Callable[..., Agent]:
    """Create an agent of Acme that Ada answers for."""

    def create(name: str = "Sally", **about: Any) -> Agent:
        owner = Membership.objects.get(pk=ada.membership_id)
        given = {"persona": "sales", "owner": owner, "learning_mode": False} | about
        return agents.create(name, by=ada, **given)

    return create


@pytest.fixture
def agent(hire: Callable[..., Agent]) -> Agent:
    return hire()


@pytest.fixture
def novice(hire: Callable[..., Agent]) -> Agent:
    return hire("Newt", learning_mode=True)


@pytest.fixture
def card(grace: Contact, sales: Pipeline, stage: Any, ada: Actor) -> Position:
    """Grace in Sales, in Lead, worth nothing yet."""
    return positions.enter(grace, pipeline=sales, stage=stage("Lead"), by=ada)


@pytest.fixture
def call(agent: Agent) -> Callable[..., Result]:
    """Call a tool as the agent, or as `by`, quite sure of itself."""

    def make(tool: str, /, by: Agent | Actor = agent, **given: Any) -> Result:
        envelope = {"reason": "because", "confidence": 0.95}
        own = {"reason", "confidence", "key", "dry_run", "token"}
        envelope |= {key: given.pop(key) for key in own & given.keys()}
        actor = actor_of(by) if isinstance(by, Agent) else by
        return dispatch.call(actor, tool, given, **envelope)

    return make


@pytest.fixture
def token(agent: Agent, ada: Actor) -> str:
    return tokens.issue_for_agent(agent, by=ada)


@pytest.fixture
def ask(client, token):
    """Send a request as the agent, or as whoever's token `by` is, and return the answer."""

    def send(method, path, body=None, by=token, **headers):
        if by:
            headers |= {"Authorization": f"Bearer {by}"}
        return client.generic(
            method,
            path,
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return send


@pytest.fixture
def token_of():
    """Issue a token for a person."""

    def issue(person):
        membership = Membership.objects.get(pk=person.membership_id)
        return tokens.issue_for_member(membership, by=person)

    return issue


@pytest.fixture
def move(ask, card):
    """Move Grace's card over HTTP."""

    def send(to="Qualified", **envelope):
        arguments = {"position": card.ref, "to_stage": to} | envelope.pop("arguments", {})
        given = {"arguments": arguments, "reason": "ready", "confidence": 0.95} | envelope
        return ask("POST", "/api/tools/move_contact/", given)

    return send
