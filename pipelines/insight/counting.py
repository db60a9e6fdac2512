"""Counts that are kept: written by the clock, and read by whoever answers, while they are fresh."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from audit import clock
from pipelines.models import Counted, Pipeline

FRESH = timedelta(minutes=15)


@dataclass(frozen=True)
class Since:
    """What was counted from `since` on, until and as of `as_of`."""

    since: datetime
    counts: dict[str, Any]
    as_of: datetime


def keep(
    pipeline: Pipeline,
    what: Counted.What,
    counted: Iterable[tuple[datetime | None, dict[str, Any]]],
) -> None:
    """
    Keep what was counted of a board just now, in place of all that was counted before.

    :param counted: since when (None where it is of no stretch of time), and the counts
    """
    now, real_now = clock.now(), clock.real_now()
    Counted.objects.filter(pipeline_id=pipeline.pk, what=what).delete()
    Counted.objects.bulk_create(
        Counted(
            organization_id=pipeline.organization_id,
            pipeline_id=pipeline.pk,
            what=what,
            since=since,
            as_of=now,
            kept_at=real_now,
            counts=counts,
        )
        for since, counts in counted
    )


def find(pipeline: Pipeline, what: Counted.What) -> tuple[dict[str, Any], datetime] | None:
    """Return what was counted of a board, and as of when; None where nothing fresh is kept."""
    kept = _fresh(pipeline, what).filter(since=None).first()
    return None if kept is None else (kept.counts, kept.as_of)


def find_since(pipeline: Pipeline, start: datetime) -> Since | None:
    """Return the flow that was counted from `start` on, or from as soon after as any fresh one."""
    kept = _fresh(pipeline, Counted.What.FLOW).filter(since__gte=start).order_by("since").first()
    if kept is None or kept.since is None:
        return None
    return Since(kept.since, kept.counts, kept.as_of)


def _fresh(pipeline: Pipeline, what: Counted.What) -> QuerySet[Counted]:
    return Counted.objects.filter(
        pipeline_id=pipeline.pk,
        what=what,
        kept_at__gt=clock.real_now() - FRESH,
        as_of__gt=clock.now() - FRESH,
        as_of__lte=clock.now(),
    )
