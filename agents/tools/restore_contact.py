"""Take somebody back from the archive."""

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
    about=about_row("Restore {name}", "contact"),
    needs=Permission.EDIT,
    each="contact",
    example={"contact": "contact:43"},
    idempotent=True,
)
def restore_contact(context: Context, *, contact: Ref[Contact]) -> Touched:
    """
    Take a contact back from the archive, with their cards and everything known of them.
    """
    row = context.find(contact)
    return touched(contacts.restore(row, by=context.by, reason=context.reason))
