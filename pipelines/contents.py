"""What a card says beside where it stands: title, value, owner … and custom fields."""

from collections.abc import Collection, Mapping
from typing import Any

from audit.actors import Actor
from crm import currencies, edits, refs
from crm.edits import Edit
from crm.fields import FieldError
from pipelines.models import Position

# What an agent may say along with a score.
SUGGESTED = frozenset(
    {"risk_factors", "suggested_stage", "suggested_action", "ai_notes", "next_follow_up_at"}
)
EDITABLE = SUGGESTED | {
    *("title", "value_cents", "currency", "priority", "owner", "expected_close_on", "notes"),
}
ENTERED = EDITABLE | {"external_id", "external_source"}


def check(changes: Mapping[str, Any], *, by: Actor) -> None:
    """
    Check what is to change on a card.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _read(changes, by=by, allowed=EDITABLE)


def assign(
    card: Position, changes: Mapping[str, Any], *, by: Actor, allowed: Collection[str]
) -> list[str]:
    """
    Set `changes` on `card`, unsaved, and return the names of those that differ from what it held.

    A value without a currency is in the organization's.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    if not changes:
        return []
    edit = _read(changes, by=by, allowed=allowed)
    columns = edit.columns
    stage = columns.get("suggested_stage")
    if stage is not None and stage.pipeline_id != card.pipeline_id:
        raise FieldError({"suggested_stage": "A stage of the card's own pipeline."})
    if columns.get("value_cents") is not None and not (columns.get("currency") or card.currency):
        columns["currency"] = card.organization.currency
    return edits.apply(card, edit)


def _read(changes: Mapping[str, Any], *, by: Actor, allowed: Collection[str]) -> Edit:
    edit = edits.read(Position, changes, by=by, allowed=allowed, refine={})
    columns = edit.columns
    if columns.get("currency"):
        columns["currency"] = columns["currency"].strip().upper()
        if not currencies.is_code(columns["currency"]):
            raise FieldError({"currency": "A code of ISO 4217, such as EUR."})
    if isinstance(columns.get("suggested_stage"), str):
        stage = columns["suggested_stage"]
        columns["suggested_stage"] = refs.find(stage, "stage", by=by) if stage else None
    return edit
