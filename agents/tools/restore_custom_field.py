"""Put an archived field of the organization's own back into use."""

from agents.catalogue.context import Context
from agents.catalogue.registry import About, tool
from agents.records.own_fields import FieldKey, FieldShown, On, find_field, show
from approvals.proposals import Effect
from crm import custom_fields
from crm.permissions import Permission


def about_field(context: Context, *, on: str, key: str) -> About:
    """Find the field."""
    field = find_field(context, on, key)
    return About(title=f"Restore the field {field.label}", subject=field, changes_rules=True)


@tool(
    effect=Effect.REVERSIBLE,
    about=about_field,
    needs=Permission.CONFIGURE,
    example={"on": "contact", "key": "old_plan"},
    idempotent=True,
)
def restore_custom_field(context: Context, *, on: On, key: FieldKey) -> FieldShown:
    """
    Put an archived field of your own back into use, with the values it held.
    """
    field = find_field(context, on, key)
    return show(custom_fields.restore(field, by=context.by, reason=context.reason))
