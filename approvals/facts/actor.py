"""Who wants it, as we know them, and what they claim."""

from approvals import learning as lessons
from approvals.facts import Kind, fact
from approvals.proposals import Proposal
from audit.actors import ActorKind
from crm.permissions import Permission, allows


@fact(Kind.YES_NO)
def by_agent(proposal: Proposal) -> bool:
    """An agent wants it."""
    return proposal.by.kind is ActorKind.AGENT


@fact(Kind.YES_NO)
def by_person(proposal: Proposal) -> bool:
    """A person wants it."""
    return proposal.by.is_person


@fact(Kind.TEXT)
def actor(proposal: Proposal) -> str:
    """Whoever wants it."""
    return proposal.by.ref


@fact(Kind.TEXT)
def role(proposal: Proposal) -> str:
    """The role of the person who wants it."""
    return proposal.by.role


@fact(Kind.YES_NO)
def may_decide(proposal: Proposal) -> bool:
    """It comes from a person who may decide."""
    return proposal.by.is_person and allows(proposal.by, Permission.DECIDE)


@fact(Kind.YES_NO)
def learning(proposal: Proposal) -> bool:
    """The agent is still learning to use this tool."""
    return proposal.learning and not lessons.has_graduated(proposal.by, tool=proposal.tool)


@fact(Kind.SHARE, unknown="it does not say how confident it is", claimed=True)
def confidence(proposal: Proposal) -> float | None:
    """Confidence."""
    return proposal.confidence


@fact(Kind.LIST, claimed=True)
def claims(proposal: Proposal) -> list[str]:
    """What it claims besides."""
    return sorted(name for name, value in proposal.claims.items() if value)
