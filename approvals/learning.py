"""Learning mode: an agent asks for everything until people have mostly agreed with it."""

from approvals.models import Approval, Decision
from audit.actors import Actor

LESSONS = 20  # decisions by people on one tool, the latest ones
AGREED = 18  # of them approved as they were: 90 %


def has_graduated(agent: Actor, *, tool: str) -> bool:
    """Whether people approved enough of the agent's latest calls of `tool`, without an edit."""
    latest = find_lessons(agent, tool=tool)
    return len(latest) >= LESSONS and latest.count(Decision.GRANTED) >= AGREED


def find_lessons(agent: Actor, *, tool: str) -> list[str]:
    """Return what people decided on the agent's calls of `tool`, the latest `LESSONS` of them."""
    decided = Approval.objects.asked_by(agent).filter(tool=tool).exclude(decision="")
    decided = decided.order_by("-decided_at", "-pk")
    return list(decided.values_list("decision", flat=True)[:LESSONS])
