"""The organization's own fields, as arguments name them: by what they are on and their key."""

from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context
from agents.catalogue.untrusted import OwnName
from crm.models import CustomField

On = Annotated[
    Literal["contact", "company", "position"], Field(description="What it is a field of.")
]
FieldKey = Annotated[str, Field(min_length=1, max_length=60, description="Such as plan.")]
Label = Annotated[str, Field(min_length=1, max_length=120, description="What people read: Plan.")]
Offered = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(max_length=200, description="For type choice: what may be chosen, all of it."),
]


class FieldShown(BaseModel):
    """A field as it is now."""

    field: str
    on: str
    key: OwnName
    label: OwnName
    type: str
    choices: list[OwnName]
    status: str


def show(field: CustomField) -> FieldShown:
    """Return a field for an answer."""
    return FieldShown(
        field=field.ref,
        on=field.on,
        key=field.key,
        label=field.label,
        type=field.type,
        choices=list(field.choices),
        status="archived" if field.archived_at else "active",
    )


def find_field(context: Context, on: str, key: str) -> CustomField:
    """
    Return a field by its key, in use or archived.

    :raises BadArguments: if there is none; names the nearest
    """
    return context.once(("field", on, key), lambda: _find(context, on, key))


def _find(context: Context, on: str, key: str) -> CustomField:
    rows = CustomField.objects.visible_to(context.by).filter(on=on).order_by("pk")
    known = {field.key: field for field in rows}
    if key in known:
        return known[key]
    near = get_close_matches(key, known, n=1)
    there = ", ".join(known) or "none yet"
    right = f"did you mean {near[0]}" if near else f"there are {there}"
    raise BadArguments(context.tool, {"key": f"is no field of a {on}; {right}"})
