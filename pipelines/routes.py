"""The way from one stage to another, and what the stages on it ask for."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pipelines import cards, rows
from pipelines.models import Position, Stage, StageKind

_STAGES = """
    select {stage},
        (select jsonb_agg(jsonb_build_array(k.id, k.key, k.label, k.condition, exists (
                    select from pipelines_attestation a
                    where a.criterion_id = k.id and a.position_id = %s))
                order by k."order", k.id)
            from pipelines_criterion k where k.stage_id = s.id and k.archived_at is null),
        (select p.rank from pipelines_position p
            where p.stage_id = s.id and s.id = %s and p.archived_at is null
            order by p.rank limit 1)
    from pipelines_stage s
    where s.pipeline_id = %s and (s.archived_at is null or s.id = any(%s))
    order by s."order", s.id
"""


@dataclass(frozen=True)
class Demand:
    """One exit criterion of a stage, and whether it was attested for the card."""

    id: int
    key: str
    label: str
    condition: list[dict[str, object]] | None
    is_attested: bool


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stage on the way, with its exit criteria."""

    stage: Stage
    demands: tuple[Demand, ...]


@dataclass(frozen=True, kw_only=True)
class Route:
    """
    A card's way to another stage.

    :param present: the stage it stands in
    :param left: the stage it moves on from: that one; of a lost card the one it stood in before, or
        marking it lost would be a way round every gate
    :param passed: the active stages between, in order; won and lost ones are ends, not steps
    :param since: when it came into `left`
    :param until: when it left that again, if it is not there now
    :param first_rank: the rank of the card on top of the column it goes to
    """

    present: Stage
    left: Step
    passed: tuple[Step, ...]
    to: Stage
    since: datetime
    until: datetime | None
    first_rank: str | None

    @property
    def is_forward(self) -> bool:
        """
        Whether gates bind: not on the way back, and never on the way to a lost stage.

        Winning a card is a way forward wherever the won stage stands among the others.
        """
        if self.to.kind == StageKind.LOST:
            return False
        wins = self.to.kind == StageKind.WON and self.left.stage.kind == StageKind.ACTIVE
        return wins or _place(self.to) > _place(self.left.stage)


class NoSuchStage(LookupError):
    """The stage is not one of the pipeline's, or was archived."""


def find(card: Position, to: Stage) -> Route:
    """
    Return the way of `card` to stage `to`, as both are now.

    :raises NoSuchStage: if `to` is archived, or no stage of the card's pipeline
    """
    visit = cards.find_standing(card) if _is_lost(card) else None
    left_id = visit.stage_id if visit else card.stage_id
    steps, first_rank = _read(card, to, left_id)
    if to.pk not in steps or steps[to.pk].stage.archived_at:
        raise NoSuchStage
    left, target = steps[left_id], steps[to.pk].stage
    return Route(
        present=steps[card.stage_id].stage,
        left=left,
        passed=tuple(step for step in steps.values() if _lies_between(step, left, target)),
        to=target,
        since=visit.entered_at if visit else card.entered_stage_at,
        until=visit.left_at if visit else None,
        first_rank=first_rank,
    )


def _is_lost(card: Position) -> bool:
    return card.outcome == "lost"


def _lies_between(step: Step, left: Step, to: Stage) -> bool:
    stage = step.stage
    is_step = stage.kind == StageKind.ACTIVE and stage.archived_at is None
    return is_step and _place(left.stage) < _place(stage) < _place(to)


def _place(stage: Stage) -> tuple[int, int]:
    return stage.order, stage.pk


def _read(card: Position, to: Stage, left_id: int) -> tuple[dict[int, Step], str | None]:
    """Read the pipeline's stages with their criteria, in order, and the first rank of `to`."""
    steps: dict[int, Step] = {}
    first_rank = None
    width = len(rows.shape_of(Stage).columns)
    with connection.cursor() as cursor:
        cursor.execute(
            _STAGES.format(stage=rows.columns_of(Stage, "s")),
            [card.pk, to.pk, card.pipeline_id, [left_id, card.stage_id]],
        )
        for found in cursor.fetchall():
            stage = rows.build(Stage, found[:width])
            demands = tuple(Demand(*each) for each in json.loads(found[width] or "[]"))
            steps[stage.pk] = Step(stage=stage, demands=demands)
            first_rank = found[width + 1] or first_rank
    return steps, first_rank
