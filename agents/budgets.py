"""Budgets: calls a minute and writes an hour, counted exactly whoever else counts at that time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import F

from agents.models import Agent, Budget
from agents.tokens import NotLetIn
from audit import clock
from audit.actions import Refusal
from audit.actors import Actor, ActorKind
from audit.models import Outcome

SAYS = {
    "calls": "This agent may call {at_most} times a minute.",
    "writes": "This agent may change things {at_most} times an hour.",
}


@dataclass(frozen=True, kw_only=True)
class Left:
    """What an agent may still do: calls this minute, writes this hour, and when there are more."""

    calls: int
    calls_again_at: datetime
    writes: int
    writes_again_at: datetime


class OverBudget(Refusal):
    """
    An agent has used up what it may do for now.

    :param first: the first overrun of this minute, which the ledger hears of
    """

    outcome = Outcome.DENIED
    http = 429

    def __init__(self, over: str, at_most: int, again_at: datetime, *, first: bool) -> None:
        wait = max(1, ceil((again_at - clock.real_now()).total_seconds()))
        super().__init__(
            f"{SAYS[over].format(at_most=at_most)} Try again in {wait} s.",
            over=over,
            at_most=at_most,
            retry_after=wait,
        )
        self.retry_after = wait
        self.first = first


def spend(by: Actor, *, a_write: bool, token: bytes | None = None) -> None:
    """
    Count one call of an agent, refused ones included, and one write where it is to be one.

    Outside a transaction it is committed at once, so that no two calls wait for each other's work.

    :param token: digest of the token that was shown; with one that is no good nothing is counted
    :raises OverBudget: if there is nothing left; says when there will be
    :raises NotLetIn: if the token is no longer good
    """
    if by.kind is not ActorKind.AGENT:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select over, at_most, again_at, first from agents_spend(%s, %s, %s, %s, %s)",
            [by.organization_id, by.id, token, a_write, not connection.in_atomic_block],
        )
        over, at_most, again_at, first = cursor.fetchone()
    if over == "token":
        raise NotLetIn("This token was revoked, or has expired.")
    if over:
        raise OverBudget(over, at_most, again_at, first=first)


def spend_more(by: Actor, *, writes: int) -> None:
    """
    Count further writes of the call under way: of many records, each is one.

    Last in the call's transaction, so that the agent's other calls hardly wait for it.

    :raises OverBudget: if there are not so many left
    """
    if by.kind is not ActorKind.AGENT or writes < 1:
        return
    agent = Agent.objects.visible_to(by).get(pk=by.id or 0)
    budget = Budget.objects.visible_to(by).filter(agent=agent)
    room = budget.filter(writes__lte=agent.writes_per_hour - writes)
    if not room.update(writes=F("writes") + writes):
        again_at = budget.get().hour_at + timedelta(hours=1)
        raise OverBudget("writes", agent.writes_per_hour, again_at, first=True)


def give_back(by: Actor) -> None:
    """Return a write that came to nothing."""
    if by.kind is ActorKind.AGENT:
        with connection.cursor() as cursor:
            cursor.execute("select agents_give_back(%s, %s)", [by.organization_id, by.id])


def find_left(agent: Agent) -> Left:
    """Return what an agent may still do in the present minute and hour."""
    now = clock.real_now()
    minute = now.replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    used = Budget.objects.filter(pk=agent.pk).first()
    calls = used.calls if used and used.minute_at >= minute else 0
    writes = used.writes if used and used.hour_at >= hour else 0
    return Left(
        calls=max(0, agent.calls_per_minute - calls),
        calls_again_at=minute + timedelta(minutes=1),
        writes=max(0, agent.writes_per_hour - writes),
        writes_again_at=hour + timedelta(hours=1),
    )
