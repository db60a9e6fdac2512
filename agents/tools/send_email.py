"""Send an e-mail to a contact."""

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

Draft = Annotated[Ref[Email] | None, Field(description="A draft to send as it is.")]


def about_sending(
    context: Context,
    *,
    email: Draft = None,
    contact: ToContact = None,
    template: str = "",
    **words: Any,
) -> About:
    """Find whom it is to, and show all that would go out."""
    when = letters.when_it_goes()
    if email is None:
        who = letters.find_contact(context, contact)
        letters.find_words(context, template)
        return About(title=f"Send {who.name} an e-mail", subject=who, says=when)
    letters.check_alone(context, contact=contact, template=template, **words)
    found = letters.find(context, email)
    return About(
        title=f"Send {found.contact.name} the e-mail {found.subject}",
        subject=found.contact,
        says=letters.text_of(found) | when,
    )


@tool(
    effect=Effect.EXTERNAL,
    about=about_sending,
    needs=Permission.EDIT,
    held=True,
    example={
        "contact": "contact:42",
        "subject": "Your demo",
        "body": "Dear Grace,\n\nshall we say Monday at ten?",
    },
)
def send_email(
    context: Context,
    *,
    email: Draft = None,
    contact: ToContact = None,
    subject: Subject = "",
    body: Body = "",
    template: Template = "",
    to_address: Address = "",
) -> Letter:
    """
    Send a contact an e-mail: a draft, or subject and body, or a template.

    It goes to the contact's own addresses only, and is held for some minutes; recall_email calls
    it back until then.
    """
    if email is not None:
        held = emails.send(letters.find(context, email), by=context.by, reason=context.reason)
        return letters.show(held)
    given = letters.find_words(context, template, subject=subject, body=body, to_address=to_address)
    who = letters.find_contact(context, contact)
    return letters.show(emails.compose(who, **given, by=context.by, reason=context.reason))
