"""Put somebody away."""

from agents.calls.subjects import Touched, about_row, touched
from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from approvals.proposals import Effect
from crm import contacts
from crm.models import Contact
from crm.permissions import Permission


@tool(
    effect=Effect.REVERSIBLE,
    about=about_row("Archive {name}", "contact"),
    needs=Permission.EDIT,
    each="contact",
    example={"contact": "contact:42"},
    idempotent=True,
)
def archive_contact(context: Context, *, contact: Ref[Contact]) -> Touched:
    """
    Put a contact away: no list and no board shows them any more. Nothing is lost.

    restore_contact takes them back.
    """
    row = context.find(contact)
    return touched(contacts.archive(row, by=context.by, reason=context.reason))
