"""Add a field of the organization's own."""

from typing import Annotated, Any, Literal

from pydantic import Field

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.own_fields import FieldShown, Label, Offered, On, show
from approvals.proposals import Effect
from crm import custom_fields
from crm.permissions import Permission


def about_declaring(context: Context, *, on: str, label: str, **_: Any) -> About:
    """Name it."""
    return About(title=f"Add the field {label} to each {on}")


@tool(
    effect=Effect.REVERSIBLE,
    about=about_declaring,
    needs=Permission.CONFIGURE,
    example={"on": "company", "label": "Tier", "type": "choice", "choices": ["gold", "silver"]},
)
def create_custom_field(
    context: Context,
    *,
    on: On,
    label: Label,
    type: Annotated[
        Literal["text", "number", "money", "date", "choice", "yes_no", "url"],
        Field(description="What it holds; money in minor units."),
    ],
    key: Annotated[
        str, Field(max_length=60, description="Such as tier; made from the label if left out.")
    ] = "",
    choices: Offered | None = None,
) -> FieldShown:
    """
    Add a field of your own to every contact, company or card. It is then an argument, under
    custom, of the tools that write those.
    """
    made = custom_fields.declare(
        on,
        label=label,
        type=type,
        key=key,
        choices=choices or [],
        by=context.by,
        reason=context.reason,
    )
    return show(made)
