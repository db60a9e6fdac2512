"""Put tags on a contact, and take them off."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from approvals.proposals import Effect
from crm import contacts
from crm.models import Contact
from crm.permissions import Permission

Tags = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=60)]], Field(min_length=1, max_length=50)
]


class Tagged(BaseModel):
    """The contact, and all the tags it has now."""

    contact: str
    name: Untrusted
    tags: list[Untrusted]


def about_tagging(
    context: Context, *, contact: Ref[Contact], add: Any = None, remove: Any = None
) -> About:
    """Find the contact."""
    who = context.find(contact)
    if not add and not remove:
        raise BadArguments(context.tool, {"add": "or remove: give one of the two"})
    return About(title=f"Change tags of {who.name}", subject=who)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_tagging,
    needs=Permission.EDIT,
    each="contact",
    example={"contact": "contact:42", "add": ["speaker"]},
    idempotent=True,
)
def tag_contact(
    context: Context,
    *,
    contact: Ref[Contact],
    add: Annotated[Tags, Field(description="Tags to put on.")] | None = None,
    remove: Annotated[Tags, Field(description="Tags to take off.")] | None = None,
) -> Tagged:
    """
    Put tags on a contact and take others off; those that are not named stay.
    """
    who = context.find(contact)
    gone = {tag.casefold() for tag in remove or []}
    kept = [tag for tag in who.tags if tag.casefold() not in gone]
    there = {tag.casefold() for tag in kept}
    new = [tag for tag in dict.fromkeys(add or []) if tag.casefold() not in there]
    updated = contacts.update(
        who, changes={"tags": [*kept, *new]}, by=context.by, reason=context.reason
    )
    return Tagged(contact=updated.ref, name=updated.name, tags=updated.tags)
