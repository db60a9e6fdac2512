"""What is called, and how far it reaches."""

from approvals.facts import Kind, fact
from approvals.proposals import Proposal


@fact(Kind.NAME)
def tool(proposal: Proposal) -> str:
    """The tool."""
    return proposal.tool


@fact(Kind.TEXT)
def effect(proposal: Proposal) -> str:
    """The effect."""
    return proposal.effect.value


@fact(Kind.NUMBER, binds=True)
def records(proposal: Proposal) -> int:
    """The number of records it touches."""
    return proposal.records


@fact(Kind.YES_NO)
def changes_rules(proposal: Proposal) -> bool:
    """It changes what cards, and so agents, are bound by."""
    return proposal.changes_rules


@fact(Kind.TEXT)
def door(proposal: Proposal) -> str:
    """The door it came in by."""
    return proposal.by.door.value
