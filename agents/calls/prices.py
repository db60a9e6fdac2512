"""What the use of tools costs an organization, which counts against what its agents may spend."""

from decimal import Decimal

from agents.catalogue import registry
from agents.models import ToolPrice
from audit.actions import command
from audit.actors import Actor
from crm.fields import FieldError


@command
def put(tool: str, *, price_cents: Decimal, by: Actor, reason: str = "") -> ToolPrice:
    """
    Say what one use of `tool` costs, from now on.

    :param price_cents: minor units of the organization's currency, 0 or more, to a ten-thousandth
    :raises registry.NoSuchTool: if there is no such tool
    :raises FieldError: if it only reads, or the price is below 0
    """
    if not registry.get(tool).writes:
        raise FieldError({"tool": f"{tool} only reads, and is not charged for."})
    if price_cents < 0:
        raise FieldError({"price_cents": "At least 0."})
    price, _ = ToolPrice.objects.update_or_create(
        organization_id=by.tenant_id,
        tool=tool,
        defaults={"price_cents": price_cents},
        create_defaults={"price_cents": price_cents, "created_by": by.ref},
    )
    return price


def find(by: Actor) -> dict[str, Decimal]:
    """Return what uses cost, by the name of the tool; a tool that costs nothing is left out."""
    priced = ToolPrice.objects.visible_to(by).filter(price_cents__gt=0).order_by("tool")
    return dict(priced.values_list("tool", "price_cents"))
