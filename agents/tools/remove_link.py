"""Take a relation away."""

from pydantic import BaseModel

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Sentence
from agents.records.relating import First, Kind, Second, called, find_end, find_link
from approvals.proposals import Effect
from crm import links
from crm.permissions import Permission


class Removed(BaseModel):
    """What no longer holds."""

    type: OwnName
    says: Sentence


def about_unlinking(context: Context, *, type: str, first: str, second: str) -> About:
    """Find the relation and both ends."""
    one = find_end(context, first)
    return About(title=f"Remove the link: {say(context, type, first, second)}", subject=one)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_unlinking,
    needs=Permission.EDIT,
    example={"type": "knows", "first": "contact:42", "second": "contact:44"},
)
def remove_link(context: Context, *, type: Kind, first: First, second: Second) -> Removed:
    """
    Take a relation between two objects away.
    """
    says = say(context, type, first, second)
    links.unlink(find_link(context, type, first, second), by=context.by, reason=context.reason)
    return Removed(type=type, says=says)


def say(context: Context, type: str, first: str, second: str) -> str:
    """Return a relation in words."""
    kind = find_link(context, type, first, second).type
    return f"{called(find_end(context, first))} {kind.label} {called(find_end(context, second))}"
