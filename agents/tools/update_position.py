"""Change what a card says."""

from typing import Any, Unpack

from pydantic import BaseModel

from agents.calls.subjects import check_given
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.catalogue.untrusted import Untrusted
from agents.records.details import CardChanges, names_in, with_own
from agents.records.whereabouts import CardRef, OfContact, OfPipeline, find_card
from approvals.proposals import Effect
from crm.permissions import Permission
from pipelines import positions


class Updated(BaseModel):
    """The card, and the names of the fields that were given."""

    position: str
    contact_name: Untrusted
    fields: list[str]


def about_update(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **changes: Any,
) -> About:
    """Find the card, and say what would change."""
    card = find_card(context, position, contact, pipeline)
    check_given(context, "position", changes)
    return About(
        title=f"Change {names_in(changes)} of {card.contact.name} in {card.pipeline.name}",
        subject=card,
        position=card,
    )


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.EDIT,
    each="position",
    example={
        "position": "position:9",
        "value_cents": 480_000,
        "currency": "USD",
        "next_follow_up_at": "2027-01-31T09:30:00Z",
        "notes": "Wants an offer by the end of January.",
    },
    idempotent=True,
)
def update_position(
    context: Context,
    *,
    position: CardRef = None,
    contact: OfContact = None,
    pipeline: OfPipeline = None,
    **changes: Unpack[CardChanges],
) -> Updated:
    """
    Change a card: its value, notes, expected close, next follow-up … Only what you give is changed.

    Where it stands is for move_contact and close_position.
    """
    given = with_own(dict(changes))
    card = positions.update(
        find_card(context, position, contact, pipeline),
        changes=given,
        by=context.by,
        reason=context.reason,
    )
    return Updated(position=card.ref, contact_name=card.contact.name, fields=sorted(given))
