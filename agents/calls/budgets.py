"""
Budgets: calls a minute, writes an hour, records a day, money a day and a month.

They are counted exactly whoever else counts at that time; minutes, hours, days and months are those
of UTC. A call that may change something takes one write of one record ahead, and gets back what it
did not use; what it used beyond that is counted in its own transaction, and refused with it. So no
more is ever done than there was, though a call that comes to nothing may keep the last of it from
another meanwhile, and with no record left nothing is asked for either. What a person granted counts
like the rest, but is not refused: they said yes to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from math import ceil, floor

from django.db import connection

from agents.events import Charged
from agents.models import Agent, Budget
from agents.tokens import NotLetIn
from audit import clock
from audit.actions import Refusal, record
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from crm import refs
from crm.templatetags.crm_format import money

SAYS = {
    "calls": "This agent may call {at_most} times a minute.",
    "writes": "This agent may change things {at_most} times an hour.",
    "records": "This agent may change {at_most} records a day.",
    "spend_a_day": "This agent may spend {at_most} a day.",
    "spend_a_month": "This agent may spend {at_most} a month.",
}
# Rows about what is done, not what it is done to.
NO_RECORDS = {"action", "approval", "import"}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The hour a write was taken of ahead, and the day a record was."""

    hour_at: datetime
    day_at: datetime


@dataclass(frozen=True, kw_only=True)
class Left:
    """What an agent may still do, and when there is more of it; money in minor units."""

    calls: int
    calls_again_at: datetime
    writes: int
    writes_again_at: datetime
    records: int
    records_again_at: datetime
    spend_cents: int
    spend_again_at: datetime
    spent_today_cents: Decimal
    spent_this_month_cents: Decimal


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """The day and the month of which money was paid ahead."""

    day_at: datetime
    month_at: datetime


class OverBudget(Refusal):
    """
    An agent has used up what it may do for now.

    :param again_at: when there is more; None where so much at once is never within the limit
    :param first: the first overrun of this minute, which the ledger hears of
    """

    outcome = Outcome.DENIED
    http = 429

    def __init__(
        self, over: str, at_most: int, again_at: datetime | None, *, first: bool, unit: str = ""
    ) -> None:
        says = SAYS[over].format(at_most=money(at_most, unit) if unit else at_most)
        if again_at is None:
            super().__init__(f"{says} This is more at once: make it less.", over=over)
        else:
            wait = max(1, ceil((again_at - clock.real_now()).total_seconds()))
            super().__init__(f"{says} Try again in {wait} s.", over=over, retry_after=wait)
        self.details["at_most"] = at_most
        self.first = first


def spend(by: Actor, *, a_write: bool, token: bytes | None = None) -> Taken | None:
    """
    Count one call of an agent, refused ones included, and a write of one record where it is one.

    Outside a transaction it is committed at once, so that no two calls wait for each other's work.

    :param token: digest of the token that was shown; with one that is no good nothing is counted
    :returns: what a write took ahead, to be settled or given back
    :raises OverBudget: if there is nothing left; says when there will be
    :raises NotLetIn: if the token is no longer good
    """
    if by.kind is not ActorKind.AGENT:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select over, at_most, again_at, first, hour_at, day_at"
            " from agents_spend(%s, %s, %s, %s, %s)",
            [by.organization_id, by.id, token, a_write, not connection.in_atomic_block],
        )
        over, at_most, again_at, first, hour_at, day_at = cursor.fetchone()
    if over == "token":
        raise NotLetIn("This token was revoked, or has expired.")
    if over:
        raise OverBudget(over, at_most, again_at, first=first)
    return Taken(hour_at=hour_at, day_at=day_at) if hour_at else None


def give_back(by: Actor, taken: Taken | None, *, of: Outcome | None) -> None:
    """
    Return what was taken ahead by a call that ended as `of` says; None is one that was not made.

    One that waits for a person keeps its write, and has changed no record.
    """
    if taken is None or of == Outcome.DONE:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select agents_give_back(%s, %s, %s, %s, %s, %s)",
            [
                *(by.organization_id, by.id, of != Outcome.WAITING, taken.hour_at, taken.day_at),
                not connection.in_atomic_block,
            ],
        )


def settle(
    by: Actor,
    *,
    action: int,
    uses: Mapping[str, int],
    taken: Taken | None = None,
    refuse: bool = True,
) -> None:
    """
    Count what the action under way did: the records it wrote, and what its tools cost.

    Last in the action's transaction, so that the agent's other calls hardly wait for it. Records
    are the ledger's: each row that can be named by a reference and was written in the action, once.

    :param uses: how often each tool was used; of one applied to many, each is a write
    :param taken: what the call took ahead
    :param refuse: False where a person granted it
    :raises OverBudget: if there is not so much left
    """
    _count(by, action=action, taken=taken, uses=uses, refuse=refuse)


def charge(by: Actor, cents: Decimal, *, used: str, refuse: bool = True) -> None:
    """
    Charge an agent for something that costs money, inside an action; last in it, since the agent's
    other calls wait for its end.

    :param cents: minor units of the organization's currency, to a millionth of one
    :param used: what was paid for, as the ledger keeps it: a model's name
    :param refuse: False where it has been spent already, and can only be counted
    :raises OverBudget: if there is not so much left
    :raises NoActionOpen: outside an action
    """
    _count(by, used=used, cents=cents, refuse=refuse)


def pay_ahead(by: Actor, cents: Decimal) -> Ahead | None:
    """
    Take money for something that is about to be used, in a transaction of its own.

    :param cents: minor units, the most it may cost
    :returns: what `settle_ahead` is to know; None where nobody's budget is concerned
    :raises OverBudget: if there is not so much left
    """
    if by.kind is not ActorKind.AGENT:
        return None
    _ask(by, cents=cents, refuse=True)
    used = Budget.objects.get(pk=by.id)
    return Ahead(day_at=used.day_at, month_at=used.month_at)


def settle_ahead(by: Actor, ahead: Ahead | None, more_cents: Decimal) -> None:
    """Count what it cost beyond what was paid ahead, or, below 0, give that back."""
    if ahead is None:
        return
    used = Budget.objects.select_for_update().get(pk=by.id)
    if used.day_at == ahead.day_at:
        used.spent_today_cents += more_cents
    if used.month_at == ahead.month_at:
        used.spent_this_month_cents += more_cents
    used.save(update_fields=["spent_today_cents", "spent_this_month_cents"])


def tell_charged(agent: Agent, cents: Decimal, *, used: str, currency: str) -> None:
    """
    Tell the ledger of money that an agent's budget has been charged already.

    :raises NoActionOpen: outside an action
    """
    record(
        Charged(cents=f"{cents.normalize():f}", currency=currency, used=used),
        on=agent,
        summary=f"{used} was charged for",
    )


def _count(
    by: Actor,
    *,
    action: int = 0,
    taken: Taken | None = None,
    uses: Mapping[str, int] | None = None,
    cents: Decimal = Decimal(0),
    used: str = "",
    refuse: bool,
) -> None:
    if by.kind is not ActorKind.AGENT:
        return
    charged, unit = _ask(by, action=action, taken=taken, uses=uses, cents=cents, refuse=refuse)
    if charged:
        tell_charged(
            Agent(pk=by.id, organization_id=by.tenant_id),
            charged,
            used=used or ", ".join(uses or {}),
            currency=unit,
        )


def _ask(
    by: Actor,
    *,
    action: int = 0,
    taken: Taken | None = None,
    uses: Mapping[str, int] | None = None,
    cents: Decimal = Decimal(0),
    refuse: bool,
) -> tuple[Decimal, str]:
    """
    Have the database count; return what was charged, and in which currency.

    :raises OverBudget: if there is not so much left
    """
    tools, times = list(uses or {}), list((uses or {}).values())
    with connection.cursor() as cursor:
        cursor.execute(
            "select over, at_most, again_at, fits, charged, unit from agents_settle("
            "%s, %s, %s, %s::text[], %s, %s, %s::text[], %s::int[], %s, %s)",
            [
                *(by.organization_id, by.id, action, _find_tables()),
                *(taken.day_at if taken else None, max([1, *times]) - 1),
                *(_list(tools), _list(times), cents, refuse),
            ],
        )
        over, at_most, again_at, fits, charged, unit = cursor.fetchone()
    if over:
        unit = unit if over.startswith("spend") else ""
        raise OverBudget(over, at_most, again_at if fits else None, first=True, unit=unit)
    return charged, unit


@cache
def _find_tables() -> str:
    """Return the tables whose rows are records."""
    kinds = [kind for kind in refs.find_kinds() if kind not in NO_RECORDS]
    return _list(refs.get_model(kind)._meta.db_table for kind in kinds)


def _list(names: Iterable[str | int]) -> str:
    """Return plain names or numbers as PostgreSQL writes a list."""
    return f"{{{','.join(map(str, names))}}}"


def find_left(agent: Agent) -> Left:
    """Return what an agent may still do in the present minute, hour, day and month."""
    now = clock.real_now()
    minute = now.replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    day = hour.replace(hour=0)
    month = day.replace(day=1)
    next_day, next_month = day + timedelta(days=1), (month + timedelta(days=32)).replace(day=1)
    used = Budget.objects.filter(pk=agent.pk).first()
    calls = used.calls if used and used.minute_at >= minute else 0
    writes = used.writes if used and used.hour_at >= hour else 0
    records = used.records if used and used.day_at >= day else 0
    today = used.spent_today_cents if used and used.day_at >= day else Decimal(0)
    this_month = used.spent_this_month_cents if used and used.month_at >= month else Decimal(0)
    left_today = agent.spend_cents_per_day - today
    left_this_month = agent.spend_cents_per_month - this_month
    return Left(
        calls=max(0, agent.calls_per_minute - calls),
        calls_again_at=minute + timedelta(minutes=1),
        writes=max(0, agent.writes_per_hour - writes),
        writes_again_at=hour + timedelta(hours=1),
        records=max(0, agent.records_per_day - records),
        records_again_at=next_day,
        spend_cents=max(0, floor(min(left_today, left_this_month))),
        spend_again_at=next_day if left_today < left_this_month else next_month,
        spent_today_cents=today,
        spent_this_month_cents=this_month,
    )
