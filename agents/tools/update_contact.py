"""Change what is known of somebody."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.catalogue.arguments import BadArguments, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import ContactDetails, names_in, with_own
from approvals.proposals import Effect
from crm import contacts
from crm.models import Contact
from crm.permissions import Permission


class Updated(BaseModel):
    """The contact, and the names of the fields that were given."""

    contact: str
    name: Untrusted
    fields: list[str]


def about_update(context: Context, *, contact: Ref[Contact], **details: Any) -> About:
    """Find the contact, and say what would change."""
    who = context.find(contact)
    if not details:
        raise BadArguments(context.tool, {"contact": "is all there is; give a field to change"})
    return About(title=f"Change {names_in(details)} of {who.name}", subject=who)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.EDIT,
    each="contact",
    example={"contact": "contact:42", "job_title": "Rear admiral", "tags": ["speaker"]},
    idempotent=True,
)
def update_contact(
    context: Context, *, contact: Ref[Contact], **details: Unpack[ContactDetails]
) -> Updated:
    """
    Change fields of a contact. Only those you give are changed; null empties one.

    What you found out elsewhere, with a source, is for enrich_contact.
    """
    changes = with_own(dict(details))
    updated = contacts.update(
        context.find(contact), changes=changes, by=context.by, reason=context.reason
    )
    return Updated(contact=updated.ref, name=updated.name, fields=sorted(changes))
