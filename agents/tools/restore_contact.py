"""Take somebody back from the archive."""

from agents.arguments import Ref
from agents.context import Context
from agents.registry import tool
from agents.subjects import Touched, about_row, touched
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
