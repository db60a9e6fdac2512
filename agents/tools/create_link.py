"""Relate one object to another."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import Key
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Sentence
from agents.records.relating import First, Kind, Second, called, find_end, label_of
from approvals.proposals import Effect
from crm import links
from crm.permissions import Permission


class Linked(BaseModel):
    """The relation."""

    link: str
    type: OwnName
    says: Sentence


def about_linking(context: Context, *, type: str, first: str, second: str, **_: Any) -> About:
    """Find both ends."""
    one, other = find_end(context, first), find_end(context, second)
    label = label_of(type, by=context.by)
    return About(title=f"Link: {called(one)} {label} {called(other)}", subject=one)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_linking,
    needs=Permission.EDIT,
    example={"type": "reports_to", "first": "contact:42", "second": "contact:44"},
    idempotent=True,
)
def create_link(
    context: Context,
    *,
    type: Kind,
    first: First,
    second: Second,
    properties: Annotated[
        dict[Key, Any], Field(max_length=50, description="What is said of it: since, role …")
    ]
    | None = None,
) -> Linked:
    """
    Relate one object to another: who reports to whom, who referred whom, which company owns which.

    Where a contact works is a field of theirs: update_contact.
    """
    one, other = find_end(context, first), find_end(context, second)
    made = links.link(
        one, other, type=type, properties=properties, by=context.by, reason=context.reason
    )
    return Linked(
        link=made.ref,
        type=made.type.key,
        says=f"{called(one)} {made.type.label} {called(other)}",
    )
