"""Which e-mail, or which words for a new one, a call of the tools for e-mail means."""

from typing import Annotated, Any

from django.conf import settings
from pydantic import BaseModel, Field

from agents.catalogue.arguments import INSTEAD, REACHES, BadArguments, Ref
from agents.catalogue.context import Context
from agents.catalogue.untrusted import Untrusted
from crm import email_templates, refs
from crm.models import Contact, Email, EmailTemplate
from crm.models.emails import LONGEST_BODY, LONGEST_SUBJECT

ToContact = Annotated[
    Ref[Contact] | None,
    Field(description="To whom, for a new e-mail.", json_schema_extra={INSTEAD: "email"}),
]
Subject = Annotated[str, Field(max_length=LONGEST_SUBJECT, description="One line.")]
Body = Annotated[str, Field(max_length=LONGEST_BODY, description="Plain text.")]
Address = Annotated[
    str,
    Field(max_length=254, description="One of the contact's own; their first if left out."),
    REACHES,
]
Template = Annotated[
    str, Field(max_length=60, description="Key of a template that gives subject and body.")
]


class Letter(BaseModel):
    """The e-mail, and how far it is; held means it goes out at send_at unless it is recalled."""

    email: str
    contact: Untrusted
    to: Untrusted
    subject: Untrusted
    status: str
    send_at: str | None


def find(context: Context, ref: Ref[Email]) -> Email:
    """
    Return an e-mail, held from here on: the text that policy judges is the one that goes out.

    :raises refs.NotFound: if there is none that the caller may see
    """
    return context.once(("email", str(ref)), lambda: refs.lock(context.find(ref)))


def find_contact(context: Context, ref: Ref[Contact] | None, *, instead: str = "email") -> Contact:
    """
    Return whom a new e-mail is to, held from here on: a template says what is known of them.

    :raises BadArguments: if nobody is named
    :raises refs.NotFound: if there is none that the caller may see
    """
    if ref is None:
        raise BadArguments(context.tool, {"contact": f"is missing; or give {instead}"})
    return context.once(("to", str(ref)), lambda: refs.lock(context.find(ref)))


def find_words(context: Context, template: str = "", **words: str) -> dict[str, Any]:
    """
    Return the arguments of a new e-mail: subject, body, to_address, template.

    :raises refs.NotFound: if there is no such template; names the nearest
    """
    if not template:
        return words
    found = context.once(
        ("template", template),
        lambda: refs.lock(email_templates.find(template, by=context.by)),
    )
    assert isinstance(found, EmailTemplate)
    return words | {"template": found}


def check_alone(context: Context, **others: object) -> None:
    """
    Check that nothing is said of a new e-mail where one there is was named.

    :raises BadArguments: names what was
    """
    if wrong := {name: "is for a new e-mail" for name, value in others.items() if value}:
        raise BadArguments(context.tool, wrong)


def text_of(email: Email) -> dict[str, str]:
    """Return all of an e-mail that would go out, for whoever decides."""
    return {"To": email.to_address, "Subject": email.subject, "Text": email.body}


def when_it_goes() -> dict[str, str]:
    """Return when an e-mail that is to be sent would go out."""
    minutes = settings.EMAIL_HOLD_MINUTES
    return {"Goes out": f"{minutes} minutes after that, unless it is recalled"}


def show(email: Email) -> Letter:
    """Return an e-mail as tools answer with it."""
    return Letter(
        email=email.ref,
        contact=email.contact.name,
        to=email.to_address,
        subject=email.subject,
        status=email.status,
        send_at=email.send_at.isoformat() if email.send_at else None,
    )
