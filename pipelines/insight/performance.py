"""How a pipeline performs: its flow in a span of time, and what was closed in it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from audit import clock
from audit.actors import Actor
from crm.models import Organization
from pipelines.insight import flow
from pipelines.insight.flow import Flow
from pipelines.insight.spans import Span
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Pipeline, PositionOutcome

LATEST = 1_000  # won cards that are asked when they came
_CLOSED = """
    select outcome, currency, count(*)::int, sum(value_cents)::bigint from pipelines_position
    where stage_id = any(%(stages)s) and organization_id = %(organization)s
        and closed_at is not null and closed_at >= %(start)s and closed_at < %(end)s
    group by outcome, currency
"""
# A card without past stays may still say when it was made; one that only says when it was closed
# says nothing of how long that took.
_TO_CLOSE = """
    select count(*)::int, avg(date_part('epoch', closed_at - came) / 86400) from (
        select p.closed_at, least(p.created_at, (
            select min(v.entered_at) from pipelines_stagevisit v where v.position_id = p.id
        )) as came
        from pipelines_position p
        where p.stage_id = any(%(stages)s) and p.organization_id = %(organization)s
            and p.closed_at is not null and p.closed_at >= %(start)s and p.closed_at < %(end)s
            and p.outcome = 'won'
        order by p.closed_at desc limit %(latest)s
    ) closed where came < closed_at
"""


@dataclass(frozen=True, kw_only=True)
class Performance:
    """
    How a pipeline did in a span.

    :param timed: how many of the won cards `days_to_close` rests on
    """

    flow: Flow
    won: Sum
    lost: int
    days_to_close: float | None
    timed: int

    @property
    def conversion_rate(self) -> float | None:
        """The share of the cards seen in the span that ended it won, 0 to 1."""
        return self.flow.won / self.flow.total if self.flow.total else None

    @property
    def win_rate(self) -> float | None:
        """The share of the cards closed in the span that was won, 0 to 1."""
        closed = self.won.count + self.lost
        return self.won.count / closed if closed else None

    @property
    def days_passed(self) -> float:
        """Days of the span that are over."""
        span = self.flow.span
        return max(0.0, (min(span.end, clock.now()) - span.start) / timedelta(days=1))


def measure(
    pipeline: Pipeline, *, span: Span, organization: Organization, by: Actor
) -> Performance:
    """Return how `pipeline` did in `span`, in five statements however many cards."""
    traced = flow.trace(pipeline, span=span, by=by)
    given = {
        "stages": traced.stage_ids,
        "organization": pipeline.organization_id,
        "start": span.start,
        "end": span.end,
        "latest": LATEST,
    }
    closed = _read(_CLOSED, given)
    won = [(row[1], row[2], row[3]) for row in closed if row[0] == PositionOutcome.WON]
    ((timed, days),) = _read(_TO_CLOSE, given)
    return Performance(
        flow=traced,
        won=add_up(won, organization=organization),
        lost=sum(row[2] for row in closed if row[0] == PositionOutcome.LOST),
        days_to_close=days,
        timed=timed,
    )


def _read(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
