"""
The flow of a pipeline: what became of the stays that began in a span of time.

A stay counts where it began, and for what became of it up to now: the card moved on (to a later
stage, or was won), dropped off (was lost), moved back, or stands there still. History out of
imports counts like any other. Everything comes out of one pass over one index; durations are
counted in tenths of a day, so that quantiles are exact to a tenth.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from audit.actors import Actor
from pipelines.insight.durations import Durations
from pipelines.insight.spans import Span
from pipelines.models import Pipeline, Stage, StageKind

STANDING = "standing"
FEWEST = 5  # stays that are over, before anything is made of their figures
DEFINITIONS = {
    "entered": "Stays in the stage that began in the range, each stay counted.",
    "conversion_rate": "Of those, the share that moved on to a later stage or was won, by now.",
    "drop_off_rate": "Of those, the share that was lost from the stage, by now.",
    "days": "Days from entering to leaving, of the stays counted that are over; medians and"
    " percentiles to a tenth of a day. What still stands is in standing.",
    "total_contacts": "Cards with a stay that began in the range.",
    "metrics.conversion_rate": "Of those cards, the share whose last such stay is in a won stage.",
    "win_rate": "Of the cards closed in the range, the share that was won.",
    "avg_days_to_close": "Mean days from coming into the pipeline to being won, of the latest 500"
    " cards won in the range of which both are known.",
    "velocity": "What was won in the range, by the days of the range that have passed.",
    "bottleneck_stage": "The active stage that half of the cards take longest to leave, those that"
    f" still wait counted in (Kaplan and Meier); of stages with at least {FEWEST} stays over.",
    "as_of": "When it was counted. Spans until now of large boards are counted every few minutes.",
    "transitions": "Moves out of the stays counted, by stage left and stage entered.",
}
# date_part counts in floating point; extract would in decimals, which take twice as long.
STAYS = """
    with stays as (
        select width_bucket(entered_at, %(starts)s::timestamptz[]) as stretch, stage_id,
            case when left_at <= %(now)s then next_stage_id end as next_stage_id,
            case when left_at is null or left_at > %(now)s then 'standing'
                when left_at >= %(end)s then 'after' end as ended,
            (date_part('epoch', coalesce(
                case when left_at <= %(now)s then left_at end, greatest(%(now)s, entered_at)
            ) - entered_at) / 8640)::int as tenths,
            count(*) as many, sum(date_part('epoch', left_at - entered_at)) as seconds
        from pipelines_stagevisit
        where pipeline_id = %(pipeline)s and organization_id = %(organization)s
            and entered_at >= %(start)s and entered_at < %(until)s
        group by 1, 2, 3, 4, 5
    )
    select stretch, stage_id, next_stage_id, ended, sum(seconds), array_agg(tenths),
        array_agg(many::int)
    from stays group by 1, 2, 3, 4
"""
# Lost where they stood, in a pipeline without a stage for it: the stay has no end of its own.
LOST_IN_PLACE = """
    select width_bucket(entered_stage_at, %(starts)s::timestamptz[]), stage_id,
        (date_part('epoch', greatest(closed_at, entered_stage_at) - entered_stage_at) / 8640)::int,
        (date_part('epoch', greatest(%(now)s, entered_stage_at) - entered_stage_at) / 8640)::int,
        count(*)
    from pipelines_position
    where stage_id = any(%(stages)s) and organization_id = %(organization)s
        and closed_at is not null
        and entered_stage_at >= %(start)s and entered_stage_at < %(until)s
    group by 1, 2, 3, 4
"""
Counts = Mapping[str, Sequence[Sequence[Any]]]  # rows of statements, by name


@dataclass
class StageFlow:
    """
    What became of the stays in one stage that began in the span.

    :param following: where those that are over went: how many by stage id
    :param dropped: how many were lost from it
    :param last: how many were the last of their card that began in the span
    """

    stage: Stage
    entered: int = 0
    moved_on: int = 0
    dropped: int = 0
    moved_back: int = 0
    last: int = 0
    following: Counter[int] = field(default_factory=Counter)
    over: Counter[int] = field(default_factory=Counter)
    standing: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def is_active(self) -> bool:
        return self.stage.kind == StageKind.ACTIVE

    @property
    def conversion_rate(self) -> float | None:
        """The share that moved on, 0 to 1; None of a stage nothing can leave by that."""
        return self.moved_on / self.entered if self.is_active and self.entered else None

    @property
    def drop_off_rate(self) -> float | None:
        """The share that was lost, 0 to 1."""
        return self.dropped / self.entered if self.is_active and self.entered else None

    @cached_property
    def durations(self) -> Durations:
        return Durations(self.over, self.standing, self.seconds)


@dataclass(frozen=True)
class Flow:
    """
    The flow of a whole pipeline.

    :param stages: in order; those out of use where something was there
    :param stage_ids: of all it ever had
    """

    pipeline: Pipeline
    span: Span
    stages: list[StageFlow]
    stage_ids: list[int]

    @property
    def total(self) -> int:
        """How many cards had a stay that began in the span."""
        return sum(each.last for each in self.stages)

    @property
    def won(self) -> int:
        """Of those, how many ended it in a won stage."""
        return sum(each.last for each in self.stages if each.stage.kind == StageKind.WON)

    @property
    def active(self) -> list[StageFlow]:
        return [each for each in self.stages if each.is_active]

    @property
    def telling(self) -> list[StageFlow]:
        """Active stages of which enough stays are over to make something of them."""
        return [each for each in self.active if each.durations.count >= FEWEST]

    @cached_property
    def bottleneck(self) -> StageFlow | None:
        """The stage half of the cards take longest to leave; the earlier of two alike."""
        return max(self.telling, key=_half_gone, default=None)

    def find_transitions(self) -> Iterator[tuple[Stage, Stage, int]]:
        """Yield each way that was gone, in order of its stages, and how often."""
        known = {each.stage.pk: each.stage for each in self.stages}
        for each in self.stages:
            for stage in known.values():
                if count := each.following[stage.pk]:
                    yield each.stage, stage, count


def find_stages(pipeline: Pipeline, *, by: Actor) -> list[Stage]:
    """Return all stages a pipeline ever had, in order."""
    stages = Stage.objects.visible_to(by).filter(pipeline=pipeline)
    return list(stages.order_by("order", "pk"))


def trace(pipeline: Pipeline, counts: Counts, *, span: Span, by: Actor) -> Flow:
    """
    Return what became of the stays in `pipeline` that began in `span`.

    :param counts: what was counted of them
    """
    stages = find_stages(pipeline, by=by)
    flows = {stage.pk: StageFlow(stage) for stage in stages}
    for row in counts["stays"]:
        if row[0] in flows:
            _count(flows[row[0]], row, flows)
    for stage_id, after, until_now, many in counts["lost"]:
        if stage_id in flows:
            _count_lost(flows[stage_id], after, until_now, many)
    shown = [each for each in flows.values() if each.entered or each.stage.archived_at is None]
    return Flow(pipeline, span, shown, list(flows))


def _count(flow: StageFlow, row: Sequence[Any], flows: dict[int, StageFlow]) -> None:
    """Add stays of one stage that ended alike."""
    _, next_id, ended, seconds, tenths, many = row
    counted = dict(zip(tenths, many, strict=True))
    count = sum(many)
    flow.entered += count
    flow.last += count if ended else 0
    if ended == STANDING:
        flow.standing.update(counted)
        return
    flow.over.update(counted)
    flow.seconds += seconds or 0.0
    if next_id in flows:
        flow.following[next_id] += count
        _judge(flow, flows[next_id].stage, count)


def _judge(flow: StageFlow, to: Stage, count: int) -> None:
    """Add where they went as what it means: on, lost, or back."""
    here = flow.stage
    if to.kind == StageKind.LOST:
        flow.dropped += count
    elif to.kind == StageKind.WON or (to.order, to.pk) > (here.order, here.pk):
        flow.moved_on += count
    else:
        flow.moved_back += count


def _count_lost(flow: StageFlow, after: int, until_now: int, count: int) -> None:
    """Take cards that were lost where they stand from those that stand there."""
    count = min(count, flow.standing[until_now])
    flow.standing[until_now] -= count
    flow.over[after] += count
    flow.dropped += count
    flow.seconds += count * after * 8640.0


def _half_gone(flow: StageFlow) -> float:
    half = flow.durations.find_days_until(0.5)
    return float("inf") if half is None else half
