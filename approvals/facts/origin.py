"""Whether what it carries is the caller's own, or was read in a record."""

from approvals.facts import Kind, fact
from approvals.proposals import Proposal


@fact(Kind.YES_NO)
def tainted(proposal: Proposal) -> bool:
    """It carries text read in a record."""
    return any(not taint.steers for taint in proposal.taints)


@fact(Kind.YES_NO)
def untrusted_reach(proposal: Proposal) -> bool:
    """Where it leads, or what it sets up, was read in a record."""
    return any(taint.reaches for taint in proposal.taints)


@fact(Kind.YES_NO)
def steered(proposal: Proposal) -> bool:
    """It may be what text asked for that was just read."""
    return any(taint.steers for taint in proposal.taints)


@fact(Kind.TEXT)
def read_in(proposal: Proposal) -> str:
    """Where the text was read."""
    places = [f"{taint.field} of {taint.source}" for taint in proposal.taints]
    return ", ".join(dict.fromkeys(places))
