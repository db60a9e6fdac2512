"""
Spending: what thinking may cost in a month, counted exactly whoever else thinks at that time.

What an answer may cost at most is paid ahead, and what was not used is given back. A worker that
ends between the two has paid for what its provider charges for all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agents.calls import budgets
from agents.calls.budgets import Ahead
from agents.model_choices.choosing import Choice, Limit
from agents.models import Spending
from audit import clock
from audit.actions import Refusal, tenant
from audit.actors import Actor
from audit.models import Outcome
from crm.models import Organization
from crm.templatetags.crm_format import money

NOTHING = Decimal(0)


class OverLimit(Refusal):
    """What thinking may cost this month is used up."""

    outcome = Outcome.DENIED
    http = 429


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What was paid ahead, of which month, and of which of an agent's budgets."""

    by: Actor
    cents: Decimal
    month_at: datetime | None = None
    agents: tuple[int | None, ...] = ()
    budget: Ahead | None = None


def pay_ahead(by: Actor, choice: Choice, cents: Decimal, *, organization: Organization) -> Paid:
    """
    Pay for an answer that costs `cents` at most; what costs nothing is always paid.

    :param by: who thinks: an agent, or the person it is done for
    :raises OverLimit: if there is not so much left this month; says what there is
    :raises budgets.OverBudget: if an agent may not spend so much
    """
    if not cents:
        return Paid(by=by, cents=NOTHING)
    month = _this_month()
    with tenant(by.tenant_id):
        for limit in choice.limits:
            _take(limit, cents, month, organization)
        ahead = budgets.pay_ahead(by, cents)
    agents = tuple(limit.agent_id for limit in choice.limits)
    return Paid(by=by, cents=cents, month_at=month, agents=agents, budget=ahead)


def settle(paid: Paid, cents: Decimal) -> None:
    """Give back what was paid ahead beyond `cents`; what an answer cost more is counted, too."""
    more = cents - paid.cents
    if not more or paid.month_at is None:
        return
    with tenant(paid.by.tenant_id):
        for agent in paid.agents:
            row = Spending.objects.select_for_update().get(
                organization_id=paid.by.tenant_id, agent=agent
            )
            if row.month_at == paid.month_at:  # what was last month's is counted no more
                row.spent_cents += more
                row.save(update_fields=["spent_cents"])
        budgets.settle_ahead(paid.by, paid.budget, more)


def find_spent(organization: Organization, agent_id: int | None = None) -> Decimal:
    """Return what thinking cost this month, in minor units: all of it, or an agent's."""
    rows = Spending.objects.filter(organization=organization, agent=agent_id)
    found = rows.filter(month_at=_this_month()).values_list("spent_cents", flat=True).first()
    return found or NOTHING


def _take(limit: Limit, cents: Decimal, month: datetime, organization: Organization) -> None:
    row = _hold(limit.agent_id, month, organization)
    spent = row.spent_cents if row.month_at == month else NOTHING
    if limit.cents is not None and spent + cents > limit.cents:
        raise OverLimit(_say_over(limit, spent, cents, organization.currency))
    row.month_at, row.spent_cents = month, spent + cents
    row.save(update_fields=["month_at", "spent_cents"])


def _hold(agent_id: int | None, month: datetime, organization: Organization) -> Spending:
    about = {"organization": organization, "agent_id": agent_id}
    Spending.objects.bulk_create([Spending(**about, month_at=month)], ignore_conflicts=True)
    return Spending.objects.select_for_update().get(organization=organization, agent=agent_id)


def _say_over(limit: Limit, spent: Decimal, cents: Decimal, currency: str) -> str:
    assert limit.cents is not None
    whose = f" for {limit.name}" if limit.agent_id else ""
    most = f"This month's limit of {money(limit.cents, currency)}{whose}"
    raised = "an owner can raise it in Settings."
    if spent >= limit.cents:
        return f"{most} is used up; {raised}"
    left = money(int(limit.cents - spent), currency)
    return (
        f"{most} has {left} left, and the next answer may cost {money(round(cents) or 1, currency)}"
        f"; {raised}"
    )


def _this_month() -> datetime:
    return clock.real_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
