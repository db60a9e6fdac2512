"""How a pipeline performs: its flow in a span of time, and what was closed in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audit import clock
from audit.actors import Actor
from crm.models import Organization
from pipelines.insight import counting, flow, stretches
from pipelines.insight.flow import Flow
from pipelines.insight.spans import Span
from pipelines.insight.stretches import Stretches
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Pipeline, PositionOutcome, Stage

LATEST = 500  # won cards that are asked when they came
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
    """Return how `pipeline` did in `span`, in eight statements at most however many cards."""
    counts, as_of = _find_kept(pipeline, span=span, by=by)
    if counts is None:
        counts = count(pipeline, span=span, by=by)
    won = [(row[1], row[2], row[3]) for row in counts["closed"] if row[0] == PositionOutcome.WON]
    ((timed, days),) = counts["to_close"]
    return Performance(
        flow=flow.trace(pipeline, counts, span=span, by=by),
        won=add_up(won, organization=organization),
        lost=sum(row[2] for row in counts["closed"] if row[0] == PositionOutcome.LOST),
        days_to_close=days,
        timed=timed,
        as_of=as_of,
    )


def count(pipeline: Pipeline, *, span: Span, by: Actor) -> dict[str, Any]:
    """Count how `pipeline` did in `span`; what `measure` makes figures of."""
    stages = flow.find_stages(pipeline, by=by)
    whole = Stretches(starts=[span.start], until=span.end, end=span.end, now=clock.now())
    (counted,) = stretches.count(pipeline, stages, of=whole)
    return {**counted, "to_close": _time(pipeline, stages, span)}


def count_since(
    pipeline: Pipeline, starts: Sequence[datetime], *, by: Actor
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Count how `pipeline` did from each of `starts`, in order, until now."""
    stages, now = flow.find_stages(pipeline, by=by), clock.now()
    until = now + timedelta(microseconds=1)
    all_of_them = Stretches(starts=starts, until=until, end=until, now=now)
    counted = stretches.since_each(stretches.count(pipeline, stages, of=all_of_them))
    latest, enough = [], 0
    for start, counts in reversed(list(zip(starts, counted, strict=True))):
        # Where there were as many as are asked, those who were won earlier change nothing.
        if enough < LATEST:
            latest, enough = _time(pipeline, stages, Span(start, until)), _count_won(counts)
        yield start, {**counts, "to_close": latest}


def _find_kept(
    pipeline: Pipeline, *, span: Span, by: Actor
) -> tuple[dict[str, Any] | None, datetime]:
    """
    Return what the clock lately counted of a span until now, and as of when.

    What it counted may begin later; then the days before are counted, as of then.
    """
    kept = counting.find_since(pipeline, span.start)
    if kept is None or span.end <= kept.as_of:
        return None, clock.now()
    if kept.since == span.start:
        return kept.counts, kept.as_of
    stages = flow.find_stages(pipeline, by=by)
    days = Stretches(starts=[span.start], until=kept.since, end=span.end, now=kept.as_of)
    (before,) = stretches.count(pipeline, stages, of=days)
    enough = _count_won(kept.counts) >= LATEST
    to_close = kept.counts["to_close"] if enough else _time(pipeline, stages, span)
    return {**stretches.join(before, kept.counts), "to_close": to_close}, kept.as_of


def _count_won(counts: Mapping[str, Any]) -> int:
    return sum(row[2] for row in counts["closed"] if row[0] == PositionOutcome.WON)


def _time(pipeline: Pipeline, stages: Sequence[Stage], span: Span) -> list[tuple[Any, ...]]:
    """Ask how long the latest won cards of a span took."""
    given: dict[str, Any] = {
        "stages": [stage.pk for stage in stages],
        "organization": pipeline.organization_id,
        "start": span.start,
        "end": span.end,
        "latest": LATEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TO_CLOSE, given)
        return list(cursor.fetchall())
