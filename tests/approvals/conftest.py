"""What the tests of approvals ask for: moves of one card, by an agent that knows its trade."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from approvals import approvals, executors
from approvals.executors import Executor
from approvals.models import Approval
from approvals.policy import judge
from approvals.proposals import Effect, Proposal, Row, Shown
from audit.actions import action
from audit.actors import Actor, ActorKind, Door
from crm import people, refs
from crm.models import Membership
from pipelines.models import Position, Stage

AGENT = 7


@pytest.fixture
def scout(acme, sales) -> Actor:
    """An agent of Acme's, kept to Sales."""
    return Actor(
        kind=ActorKind.AGENT,
        id=AGENT,
        name="Scout",
        organization_id=acme.pk,
        door=Door.API,
        version="1",
        pipelines=frozenset({sales.pk}),
    )


@pytest.fixture
def card(acme, ada, grace, sales, stage) -> Position:
    """Grace stands in Lead, worth $5,000."""
    with action("test.arrange", by=ada):
        return Position.objects.create(
            organization=acme,
            contact=grace,
            pipeline=sales,
            stage=stage("Lead"),
            rank="a",
            value_cents=500_000,
            currency="USD",
        )


Propose = Callable[..., Proposal]


@pytest.fixture
def propose(scout, card, stage) -> Propose:
    """Make a proposal to move the card: Scout's, to Qualified, 90 % sure, unless told otherwise."""

    def make(**other: Any) -> Proposal:
        to = other.pop("to_stage", None) or stage("Qualified")
        arguments = {"position": card.ref, "to_stage": to.ref}
        told: dict[str, Any] = {
            "by": scout,
            "tool": "move_contact",
            "effect": Effect.REVERSIBLE,
            "arguments": arguments,
            "subject": card,
            "position": card,
            "to_stage": to,
            "confidence": 0.9,
            "reason": "She asked for a demo.",
        }
        return Proposal(**(told | other))

    return make


def preview(proposal: Proposal) -> Shown:
    """Show a move."""
    card, to = proposal.position, proposal.to_stage
    return Shown(
        title=f"Move {card.contact.name} to {to.name}",
        rows=[Row(label="Stage", before=card.stage.name, after=to.name)],
        reads={"notes": card.notes},
    )


@pytest.fixture
def executor(scout) -> Iterator[Executor]:
    """Carries out nothing, but knows what a move is."""

    def make(approval: Approval, arguments: Mapping[str, Any], by: Actor | None) -> Proposal:
        asker = replace(scout, id=approval.asked_by_id)
        if approval.asked_by_kind == ActorKind.PERSON:
            asker = people.actor_of(
                Membership.objects.get(user_id=approval.asked_by_id), door=Door.BOARD
            )
        looking = by or asker
        card = refs.find(arguments["position"], "position", by=looking)
        to = refs.find(arguments["to_stage"], "stage", by=looking)
        return Proposal(
            by=asker,
            tool=approval.tool,
            tool_version=approval.tool_version,
            effect=Effect(approval.effect),
            arguments=arguments,
            subject=card,
            position=card,
            to_stage=to,
            confidence=approval.confidence,
            owner_id=approval.owner_id,
        )

    before = list(executors._registered)
    yield executors.register(Executor(propose=make, preview=preview))
    executors._registered[:] = before


@pytest.fixture
def ask(executor, propose) -> Callable[..., Approval]:
    """Let a proposal wait."""

    def wait(proposal: Proposal | None = None, **other: Any) -> Approval:
        lifetime = {"lifetime": other.pop("lifetime")} if "lifetime" in other else {}
        proposal = proposal or propose(**({"confidence": 0.6} | other))
        return approvals.ask(proposal, verdict=judge(proposal), shown=preview(proposal), **lifetime)

    return wait


@pytest.fixture
def change(ada) -> Callable[..., None]:
    """Change a row, as Ada."""

    def write(row: Any, **columns: Any) -> None:
        with action("test.change", by=ada):
            type(row).objects.filter(pk=row.pk).update(**columns)
        row.refresh_from_db()

    return write


@pytest.fixture
def won(stage) -> Stage:
    return stage("Customer")
