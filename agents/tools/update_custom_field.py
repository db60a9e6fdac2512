"""Rename a field of the organization's own, or change its choices."""

from agents.catalogue.arguments import BadArguments
from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.own_fields import FieldKey, FieldShown, Label, Offered, On, find_field, show
from approvals.proposals import Effect
from crm import custom_fields
from crm.permissions import Permission


def about_update(
    context: Context,
    *,
    on: str,
    key: str,
    label: str | None = None,
    choices: list[str] | None = None,
) -> About:
    """Find the field."""
    field = find_field(context, on, key)
    if label is None and choices is None:
        raise BadArguments(context.tool, {"label": "is missing; or give choices"})
    return About(title=f"Change the field {field.label}", subject=field, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_update,
    needs=Permission.CONFIGURE,
    example={"on": "contact", "key": "plan", "label": "Plan", "choices": ["free", "team", "pro"]},
    idempotent=True,
)
def update_custom_field(
    context: Context,
    *,
    on: On,
    key: FieldKey,
    label: Label | None = None,
    choices: Offered | None = None,
) -> FieldShown:
    """
    Rename a field of your own, or change what may be chosen. What was chosen before stays.
    """
    field = find_field(context, on, key)
    return show(
        custom_fields.update(
            field, label=label, choices=choices, by=context.by, reason=context.reason
        )
    )
