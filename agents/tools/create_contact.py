"""Make somebody known."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import ContactDetails, with_own
from approvals.proposals import Effect
from crm import contacts
from crm.permissions import Permission


class Created(BaseModel):
    """The new contact."""

    contact: str
    name: Untrusted
    company: str | None
    company_name: Untrusted | None


def about_creation(context: Context, **details: Any) -> About:
    """Name whom it would be."""
    known = (details.get(key) for key in ("name", "email", "phone", "mobile", "last_name"))
    return About(title=f"Add {next(filter(None, known), 'a contact')}")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_creation,
    needs=Permission.EDIT,
    example={
        "name": "Grete Hermann",
        "email": "grete@example.org",
        "job_title": "Head of research",
    },
)
def create_contact(context: Context, **details: Unpack[ContactDetails]) -> Created:
    """
    Add a person, by name, e-mail address or phone number.

    Someone who seems to be known already, by e-mail, phone, or name within the company, is not
    added again: the answer then names them. A company is taken by name or domain, and added if new.
    """
    contact = contacts.create(by=context.by, reason=context.reason, **with_own(dict(details)))
    company = contact.company
    return Created(
        contact=contact.ref,
        name=contact.name,
        company=company.ref if company else None,
        company_name=company.name if company else None,
    )
