"""Write an e-mail that a person can read, change and send."""

from typing import Annotated, Any

from pydantic import Field

from agents.catalogue.arguments import Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records import letters
from agents.records.letters import Address, Body, Letter, Subject, Template, ToContact
from approvals.proposals import Effect
from crm import emails
from crm.models import Email
from crm.permissions import Permission

Draft = Annotated[Ref[Email] | None, Field(description="A draft to change instead of a new one.")]


def about_draft(
    context: Context,
    *,
    contact: ToContact = None,
    email: Draft = None,
    template: str = "",
    **_: Any,
) -> About:
    """Find whom it is to, or the draft that is to be changed."""
    if email is None:
        who = letters.find_contact(context, contact)
        letters.find_words(context, template)
        return About(title=f"Draft an e-mail to {who.name}", subject=who)
    letters.check_alone(context, contact=contact, template=template)
    found = letters.find(context, email)
    return About(title=f"Edit the e-mail {found.subject}", subject=found.contact)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_draft,
    needs=Permission.EDIT,
    example={
        "contact": "contact:42",
        "subject": "Your demo",
        "body": "Dear Grace,\n\nshall we say Monday at ten?",
    },
)
def draft_email(
    context: Context,
    *,
    contact: ToContact = None,
    subject: Subject = "",
    body: Body = "",
    template: Template = "",
    to_address: Address = "",
    email: Draft = None,
) -> Letter:
    """
    Write an e-mail to a contact without sending it, or change one that was not sent.

    Give subject and body, or a template that has them. send_email sends it.
    """
    words = {"subject": subject, "body": body, "to_address": to_address}
    by, reason = context.by, context.reason
    if email is None:
        who = letters.find_contact(context, contact)
        given = letters.find_words(context, template, **words)
        return letters.show(emails.draft(who, **given, by=by, reason=reason))
    changes = {name: value for name, value in words.items() if value}
    found = letters.find(context, email)
    return letters.show(emails.update(found, changes=changes, by=by, reason=reason))
