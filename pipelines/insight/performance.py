"""How a pipeline performs: its flow in a span of time, and what was closed in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audit import clock
from audit.actors import Actor
from crm.models import Organization
from pipelines.insight import counting, flow
from pipelines.insight.flow import Flow
from pipelines.insight.spans import Span
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Counted, Pipeline, PositionOutcome

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
    :param as_of: when it was counted
    """

    flow: Flow
    won: Sum
    lost: int
    days_to_close: float | None
    timed: int
    as_of: datetime

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
    """Return how `pipeline` did in `span`, in seven statements however many cards."""
    counts, as_of = _find_kept(pipeline, span)
    if counts is None:
        counts = count(pipeline, span=span, by=by)
    won = [(row[1], row[2], row[3]) for row in counts["closed"] if row[0] == PositionOutcome.WON]
    ((timed, days),) = counts["to_close"]
    return Performance(
        flow=flow.trace(pipeline, span=span, by=by, counts=counts),
        won=add_up(won, organization=organization),
        lost=sum(row[2] for row in counts["closed"] if row[0] == PositionOutcome.LOST),
        days_to_close=days,
        timed=timed,
        as_of=as_of,
    )


def count(pipeline: Pipeline, *, span: Span, by: Actor) -> dict[str, Any]:
    """Count how `pipeline` did in `span`; what `measure` makes figures of, and the clock keeps."""
    stages = flow.find_stages(pipeline, by=by)
    given = {
        "stages": [stage.pk for stage in stages],
        "organization": pipeline.organization_id,
        "start": span.start,
        "end": span.end,
        "latest": LATEST,
    }
    return {
        "span": [span.start.isoformat(), span.end.isoformat()],
        "closed": _read(_CLOSED, given),
        "to_close": _read(_TO_CLOSE, given),
        **flow.count(pipeline, stages, span=span),
    }


def _find_kept(pipeline: Pipeline, span: Span) -> tuple[dict[str, Any] | None, datetime]:
    """Return what the clock counted of the same span, if it did lately, and as of when."""
    kept = counting.find(pipeline, Counted.What.FLOW)
    if kept and kept[0]["span"] == [span.start.isoformat(), span.end.isoformat()]:
        return kept
    return None, clock.now()


def _read(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
