"""
Counts of a board that add up: what is counted of one stretch of time and of the next is, together,
what is counted of both.

A long span until now is answered by what the clock counted from the first of some month on, and by
what is counted now, as of then, of the days before that.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from pipelines.insight.flow import LOST_IN_PLACE, STAYS
from pipelines.models import Pipeline, Stage, StageKind

Counts = dict[str, list[Sequence[Any]]]  # rows of statements, by name
_CLOSED = """
    select width_bucket(closed_at, %(starts)s::timestamptz[]), outcome, currency, count(*)::int,
        sum(value_cents)::bigint
    from pipelines_position
    where stage_id = any(%(stages)s) and organization_id = %(organization)s
        and closed_at is not null and closed_at >= %(start)s and closed_at < %(until)s
    group by 1, 2, 3
"""


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """
    Stretches of time that follow one another.

    :param starts: when each begins, in order
    :param until: before when the last one ends
    :param end: of the span that was asked about: what was left later stood there at its end
    :param now: as of when
    """

    starts: Sequence[datetime]
    until: datetime
    end: datetime
    now: datetime


def count(pipeline: Pipeline, stages: Sequence[Stage], *, of: Stretches) -> list[Counts]:
    """Count each of some stretches, in three statements."""
    given = {
        "pipeline": pipeline.pk,
        "organization": pipeline.organization_id,
        "stages": [stage.pk for stage in stages],
        "starts": list(of.starts),
        "start": of.starts[0],
        "until": of.until,
        "end": of.end,
        "now": of.now,
    }
    active = [stage.pk for stage in stages if stage.kind == StageKind.ACTIVE]
    found: list[Counts] = [{"stays": [], "lost": [], "closed": []} for _ in of.starts]
    for name, statement, own in [
        ("stays", STAYS, {}),
        ("lost", LOST_IN_PLACE, {"stages": active}),
        ("closed", _CLOSED, {}),
    ]:
        for stretch, *row in _read(statement, given | own):
            found[stretch - 1][name].append(row)
    return found


def since_each(counted: Sequence[Counts]) -> list[Counts]:
    """Return what was counted of each stretch together with all that follow."""
    stays: dict[Any, Counter[int]] = defaultdict(Counter)
    seconds: Counter[Any] = Counter()
    lost: Counter[Any] = Counter()
    cards: Counter[Any] = Counter()
    cents: dict[Any, int | None] = {}
    found: list[Counts] = []
    for counts in reversed(counted):
        for stage, following, ended, took, tenths, many in counts["stays"]:
            stays[stage, following, ended].update(dict(zip(tenths, many, strict=True)))
            seconds[stage, following, ended] += took or 0
        for *alike, count in counts["lost"]:
            lost[tuple(alike)] += count
        for outcome, currency, count, worth in counts["closed"]:
            cards[outcome, currency] += count
            cents[outcome, currency] = _plus(cents.get((outcome, currency)), worth)
        found.append(
            {
                "stays": [
                    (*alike, seconds[alike], list(many), list(many.values()))
                    for alike, many in stays.items()
                ],
                "lost": [(*alike, count) for alike, count in lost.items()],
                "closed": [(*alike, count, cents[alike]) for alike, count in cards.items()],
            }
        )
    return found[::-1]


def join(one: Mapping[str, Any], other: Mapping[str, Any]) -> Counts:
    """Return what was counted of two stretches together."""
    return {name: [*one[name], *other[name]] for name in ("stays", "lost", "closed")}


def _plus(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _read(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
