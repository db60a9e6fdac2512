"""Counts that are kept: written by the clock, and read by whoever answers, while they are fresh."""

from datetime import datetime, timedelta
from typing import Any

from audit import clock
from pipelines.models import Counted, Pipeline

FRESH = timedelta(minutes=15)


def keep(pipeline: Pipeline, what: Counted.What, counts: dict[str, Any]) -> None:
    """Keep what was counted of a board just now, in place of what was counted before."""
    Counted.objects.update_or_create(
        pipeline_id=pipeline.pk,
        what=what,
        defaults={
            "organization_id": pipeline.organization_id,
            "as_of": clock.now(),
            "kept_at": clock.real_now(),
            "counts": counts,
        },
    )


def find(pipeline: Pipeline, what: Counted.What) -> tuple[dict[str, Any], datetime] | None:
    """Return what was counted of a board, and as of when; None where nothing fresh is kept."""
    kept = Counted.objects.filter(
        pipeline_id=pipeline.pk,
        what=what,
        kept_at__gt=clock.real_now() - FRESH,
        as_of__gt=clock.now() - FRESH,
        as_of__lte=clock.now(),
    ).first()
    return None if kept is None else (kept.counts, kept.as_of)
