"""
Making Acme: its people and boards, its records by way of import, and agents with a history.

Nothing is set beside the ledger: records come in as files, agents ask and act through the one door,
and what waits in the inbox really waits.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from agents import agents, tokens
from agents.calls import dispatch
from agents.calls.results import Result
from agents.calls.resumption import resume
from agents.models import Agent
from approvals import approvals
from approvals.deciders import as_person
from approvals.models import Approval
from audit import clock
from audit.actions import tenant
from audit.actors import Actor, ActorKind, Door, system
from config.demo.records import Records
from crm import people
from crm.imports import running
from crm.models import Membership, Organization, Role
from pipelines import pipelines
from pipelines.models import Position

DOMAIN = "acme.example"
PEOPLE = {
    "ada": ("Ada Moreno", Role.OWNER),
    "mo": ("Mo Lindgren", Role.MANAGER),
    "bob": ("Bob Okafor", Role.MEMBER),
    "lena": ("Lena Haddad", Role.MEMBER),
    "vi": ("Vi Tanaka", Role.VIEWER),
}
BLUEPRINTS = ["sales", "support", "onboarding", "upsell"]
# How many decisions let an agent work without asking for everything.
LESSONS = 20


@dataclass(frozen=True)
class Welcome:
    """What someone needs to look around: log-ins, and a token for the agent's side."""

    logins: list[dict[str, str]]
    token: str
    position: str


def make() -> Welcome:
    """Create Acme with everything in it, and return how to get in."""
    organization = people.create_organization("Acme", by=system(None))
    password = secrets.token_urlsafe(9)
    cast = {name: _join(organization, name, password) for name in PEOPLE}
    people.update_organization(organization, changes={"rates": {"EUR": 1.08}}, by=cast["ada"])
    for key in BLUEPRINTS:
        pipelines.create_from_blueprint(key, by=cast["ada"])
    _import(cast["mo"])
    scout = _hire("Scout", "sales", cast)
    echo = _hire("Echo", "support", cast)
    _teach(scout, cast)
    _work(scout, echo, mo=cast["mo"])
    token = tokens.issue_for_agent(scout, by=cast["ada"], name="demo")
    logins = [
        {"email": f"{name}@{DOMAIN}", "password": password, "role": str(role)}
        for name, (_, role) in PEOPLE.items()
    ]
    return Welcome(logins=logins, token=token, position=_cards(organization, "Lead")[0].ref)


def _join(organization: Organization, name: str, password: str) -> Actor:
    full_name, role = PEOPLE[name]
    membership = people.add_member(
        organization,
        email=f"{name}@{DOMAIN}",
        name=full_name,
        role=role,
        password=password,
        by=system(organization.pk),
    )
    return people.actor_of(membership, door=Door.COMMAND)


def _import(by: Actor) -> None:
    for kind, text in Records(clock.now()).files():
        importing = running.begin(text.encode(), by=by, filename=f"acme-{kind}.csv", kind=kind)
        running.run(importing, by=by)


def _hire(name: str, persona: str, cast: dict[str, Actor]) -> Agent:
    owner = Membership.objects.get(pk=cast["bob"].membership_id or 0)
    return agents.create(name, persona=persona, owner=owner, version="1", by=cast["ada"])


def _teach(agent: Agent, cast: dict[str, Actor]) -> None:
    """Let people decide on what the agent asks, until scoring and moving need no asking."""
    organization = agent.organization
    for card in _cards(organization, "Lead", "Qualified", "Demo", "Proposal")[: LESSONS + 2]:
        _decide(_score(agent, card), by=cast["mo"])
    for card in _cards(organization, "Lead")[:LESSONS]:
        _decide(_move(agent, card, "Qualified", confidence=0.93), by=cast["mo"])


def _work(scout: Agent, echo: Agent, *, mo: Actor) -> None:
    """What agents did on their own, what waits for somebody, and what a gate refused."""
    organization = scout.organization
    for card in _cards(organization, "Qualified")[:4]:
        _move(scout, card, "Demo", confidence=0.95, reason="They asked for a date.")
    for card in _cards(organization, "Proposal")[:3]:
        _attest(echo, card, "proposal_accepted", "“We are in”, by phone this morning", by=mo)
        _move(scout, card, "Customer", confidence=0.97, reason="They accepted by phone.")
    for card in _cards(organization, "Demo")[:4]:
        _score(scout, card, again=9)
    for card in _cards(organization, "New")[:3]:
        _move(echo, card, "Triaged", confidence=0.88, reason="The customer has a contract.")


def _attest(agent: Agent, card: Position, criterion: str, evidence: str, *, by: Actor) -> None:
    """Have an agent say, with evidence, that a criterion holds; somebody agrees."""
    arguments = {"position": card.ref, "criterion": criterion, "evidence": evidence}
    waits = _call(agent, "attest_criterion", arguments, confidence=0.9, reason="From the call")
    _decide(waits, by=by)


def _score(agent: Agent, card: Position, *, again: int = 0) -> Result:
    factors = {
        "engagement": min(100, 40 + card.pk * 7 % 55 + again),
        "fit": 45 + card.pk * 11 % 50,
        "intent": 30 + card.pk * 13 % 60,
        "timing": 35 + card.pk * 5 % 55,
    }
    overall = sum(factors.values()) // 4
    arguments: dict[str, Any] = {
        "position": card.ref,
        "factors": factors,
        "overall_score": overall,
        "reasoning": [
            f"{card.contact.company.name if card.contact.company else 'The company'} fits our size",
            "Opened the proposal more than once" if overall > 60 else "Few signs of interest yet",
        ],
    }
    if overall < 55:
        arguments["risk_factors"] = ["No answer for two weeks"]
    return _call(agent, "score_contact", arguments, confidence=0.9, reason="Weekly review")


def _move(
    agent: Agent,
    card: Position,
    to: str,
    *,
    confidence: float,
    reason: str = "Every criterion is met",
) -> Result:
    arguments = {"position": card.ref, "to_stage": to}
    return _call(agent, "move_contact", arguments, confidence=confidence, reason=reason)


def _call(
    agent: Agent, tool: str, arguments: dict[str, Any], *, confidence: float, reason: str
) -> Result:
    actor = Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name=agent.name,
        organization_id=agent.organization_id,
        door=Door.API,
    )
    return dispatch.call(actor, tool, arguments, confidence=confidence, reason=reason)


def _decide(result: Result, *, by: Actor) -> None:
    """Grant what waits and carry it out, as the inbox and the worker do."""
    if result.approval is None or by.organization_id is None:
        return
    with tenant(by.organization_id):
        waiting = Approval.objects.get(pk=int(result.approval.partition(":")[2]))
    granted = approvals.grant(waiting, by=as_person(by), digest=waiting.digest)
    resume(granted)


def _cards(organization: Organization, *stages: str) -> list[Position]:
    with tenant(organization.pk):
        found = Position.objects.filter(
            organization=organization, stage__name__in=stages, closed_at=None
        )
        return list(found.select_related("contact__company", "stage").order_by("pk"))
