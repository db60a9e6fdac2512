"""Say who looks after a contact, a company or a card."""

from typing import Annotated

from pydantic import BaseModel, Field

from agents.catalogue.arguments import REACHES, Choices, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import OwnName, Untrusted
from agents.records.whereabouts import find_card
from approvals.proposals import Effect
from crm import companies, contacts, edits
from crm.models import Company, Contact, Membership
from crm.permissions import Permission
from pipelines import positions
from pipelines.models import Position

Owned = Annotated[
    Ref[Contact | Company | Position],
    Field(description="contact:42, company:7 or position:9."),
]
Owner = Annotated[
    str,
    Field(max_length=254, description="A colleague: e-mail or member:3; empty for nobody."),
    Choices("member"),
    REACHES,
]


class Assigned(BaseModel):
    """Who looks after it now."""

    ref: str
    name: Untrusted
    owner: OwnName | None


def about_assigning(
    context: Context, *, object: Ref[Contact | Company | Position], owner: str
) -> About:
    """Find what it is about, and the colleague."""
    row, member = find_owned(context, object), edits.find_member(owner, by=context.by)
    whom = str(member.user) if member else "nobody"
    return About(
        title=f"Give {called(row)} to {whom}",
        subject=row,
        position=row if isinstance(row, Position) else None,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_assigning,
    needs=Permission.EDIT,
    example={"object": "position:9", "owner": "bob@acme.example"},
    idempotent=True,
)
def assign_owner(context: Context, *, object: Owned, owner: Owner) -> Assigned:
    """
    Say which colleague looks after a contact, a company or a card.
    """
    row, member = find_owned(context, object), edits.find_member(owner, by=context.by)
    _assign(row, member, context)
    return Assigned(ref=row.ref, name=called(row), owner=str(member.user) if member else None)


def find_owned(
    context: Context, ref: Ref[Contact | Company | Position]
) -> Contact | Company | Position:
    """:raises NotFound: if there is none that the caller may see"""
    if ref.kind == "position":
        return find_card(context, Ref[Position](kind=ref.kind, id=ref.id))
    return context.find(ref)


def called(row: Contact | Company | Position) -> str:
    """Return what it is called."""
    return row.contact.name if isinstance(row, Position) else row.name


def _assign(row: Contact | Company | Position, member: Membership | None, context: Context) -> None:
    changes, by, reason = {"owner": member}, context.by, context.reason
    if isinstance(row, Position):
        positions.update(row, changes=changes, by=by, reason=reason)
    elif isinstance(row, Contact):
        contacts.update(row, changes=changes, by=by, reason=reason)
    else:
        companies.update(row, changes=changes, by=by, reason=reason)
