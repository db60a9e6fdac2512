"""How long a stage may take: its limit, set by people, or else what its own past says is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from audit import clock
from pipelines.insight.durations import Durations
from pipelines.insight.flow import FEWEST
from pipelines.models import Pipeline, Stage

STRETCHES, STRETCH_DAYS = 60, 6  # the past that says how long a stage usually takes
MOST = 50  # stays that are looked at of each stretch
USUAL = 0.75
# Some stays of each stretch of the past year: the latest alone would all be short.
_STAYS = """
    select stage_id, is_over, array_agg(tenths), array_agg(many::int) from (
        select stage_id, left_at is not null as is_over,
            (date_part('epoch', coalesce(left_at, greatest(%(now)s, entered_at)) - entered_at)
                / 8640)::int as tenths, count(*) as many
        from generate_series(1, %(stretches)s) as n
        cross join lateral (
            select stage_id, entered_at, left_at from pipelines_stagevisit
            where pipeline_id = %(pipeline)s and organization_id = %(organization)s
                and entered_at > %(now)s - n * make_interval(days => %(days)s)
                and entered_at <= %(now)s - (n - 1) * make_interval(days => %(days)s)
            order by entered_at limit %(most)s
        ) some_of_them group by 1, 2, 3
    ) counted group by 1, 2
"""


@dataclass(frozen=True)
class Limit:
    """How long a stage may take: its `max_days`, set by people, or else what is usual there."""

    days: float
    is_set: bool


def find_limits(pipeline: Pipeline, stages: Sequence[Stage]) -> dict[int, Limit]:
    """Return how long each of `stages` may take, of those that say so or have enough history."""
    limits = {
        stage.pk: Limit(float(stage.max_days), True)
        for stage in stages
        if stage.max_days is not None
    }
    if len(limits) == len(stages):
        return limits
    for stage_id, durations in find_usual_stays(pipeline).items():
        usual = durations.find_days_until(USUAL)
        if stage_id not in limits and durations.count >= FEWEST and usual is not None:
            limits[stage_id] = Limit(usual, False)
    return limits


def find_usual_stays(pipeline: Pipeline) -> dict[int, Durations]:
    """Return how long stays of the past year took, by stage id."""
    given: dict[str, Any] = {
        "now": clock.now(),
        "pipeline": pipeline.pk,
        "organization": pipeline.organization_id,
        "stretches": STRETCHES,
        "days": STRETCH_DAYS,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, given)
        rows = cursor.fetchall()
    counted = {(row[0], row[1]): dict(zip(row[2], row[3], strict=True)) for row in rows}
    stages = {stage_id for stage_id, _ in counted}
    return {
        pk: Durations(counted.get((pk, True), {}), counted.get((pk, False), {})) for pk in stages
    }
