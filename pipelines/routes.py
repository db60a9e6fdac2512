"""The way from one stage to another, and what the stages on it ask for."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db import connection

from audit.actions import current
from pipelines import cards, rows
from pipelines.models import Position, Stage, StageKind

_STAGES = """
    select {stage},
        (select jsonb_agg(jsonb_build_array(k.id, k.key, k.label, k.condition, {attested})
                order by k."order", k.id)
            from pipelines_criterion k where k.stage_id = s.id and k.archived_at is null),
        (select p.rank from pipelines_position p
            where p.stage_id = s.id and p.archived_at is null
            order by p.rank limit 1)
    from pipelines_stage s
    where s.pipeline_id = %s and (s.archived_at is null or s.id {besides})
    order by s."order", s.id
"""
# Of one card, whether each was attested and which stages besides; of several, for which.
_OF_ONE = (
    "exists (select from pipelines_attestation a"
    " where a.criterion_id = k.id and a.position_id = %s)",
    "in (%s, %s)",
)
_OF_SEVERAL = (
    "array(select a.position_id from pipelines_attestation a"
    " where a.criterion_id = k.id and a.position_id = any(%s))",
    "= any(%s)",
)
# On cards that are held together: what is known of their board.
BOARD = "_board"
# On a card that is held: its pipeline's steps, with the action and the place in it they are of.
READ_IN = "_steps_read_in"


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
    """
    A stage on the way, with its exit criteria.

    :param first_rank: the rank of the card on top of its column
    """

    stage: Stage
    demands: tuple[Demand, ...]
    first_rank: str | None


@dataclass(kw_only=True)
class Board:
    """
    The stages of one pipeline, read once for cards that are held together.

    It is good as long as nothing happens in the action but that these cards move.

    :param demands: the exit criteria by stage, each with the cards it was attested for
    :param first_ranks: the rank on top of each column; those that are not known any more lack
    :param after: the last event that it knows of
    :param moving: the card that is on its way
    """

    action: int
    after: object
    stages: dict[int, Stage]
    demands: dict[int, list[tuple[Demand, frozenset[int]]]]
    first_ranks: dict[int, str | None]
    moving: int | None = None

    def steps_of(self, card: Position) -> dict[int, Step]:
        """Return the steps as they are for one card, in order."""
        return {
            pk: Step(
                stage=stage,
                demands=tuple(
                    replace(demand, is_attested=card.pk in attested)
                    for demand, attested in self.demands[pk]
                ),
                first_rank=self.first_ranks.get(pk),
            )
            for pk, stage in self.stages.items()
        }


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
    steps = _share(card, left_id, to) or _recall(card, left_id) or _read(card, left_id)
    if to.pk not in steps or steps[to.pk].stage.archived_at:
        raise NoSuchStage
    left, target = steps[left_id], steps[to.pk].stage
    first_rank = steps[to.pk].first_rank
    return Route(
        present=steps[card.stage_id].stage,
        left=left,
        passed=tuple(step for step in steps.values() if _lies_between(step, left, target)),
        to=target,
        since=visit.entered_at if visit else card.entered_stage_at,
        until=visit.left_at if visit else None,
        first_rank=first_rank,
    )


def look_together(held: Sequence[Position]) -> None:
    """Read what the ways of several held cards need, of each board at once."""
    by_board: dict[int, list[Position]] = defaultdict(list)
    for card in held:
        by_board[card.pipeline_id].append(card)
    for mine in by_board.values():
        if len(mine) > 1:
            _read_board(mine)


def follow(card: Position, *, was: str) -> None:
    """
    Let those that are held with a card know that it moved on, on top of its column.

    :param was: its rank in the column it left
    """
    board: Board | None = vars(card).get(BOARD)
    opened = current()
    if board is None or opened is None or board.moving != card.pk:
        return
    left = card.previous_stage_id or 0
    if board.first_ranks.get(left) == was:
        del board.first_ranks[left]
    board.first_ranks[card.stage_id] = card.rank
    board.after, board.moving = opened.events[-1], None


def _is_lost(card: Position) -> bool:
    return card.outcome == "lost"


def _lies_between(step: Step, left: Step, to: Stage) -> bool:
    stage = step.stage
    is_step = stage.kind == StageKind.ACTIVE and stage.archived_at is None
    return is_step and _place(left.stage) < _place(stage) < _place(to)


def _place(stage: Stage) -> tuple[int, int]:
    return stage.order, stage.pk


def look(card: Position) -> list[Stage]:
    """
    Return the stages of a held card's pipeline that are in use, and its own, in order.

    The way of the card that is found next is then known, unless something happens before.
    """
    if (board := _find_board(card)) is not None:
        steps = board.steps_of(card)
    else:
        steps = _read(card, card.stage_id)
        opened = current()
        if opened is not None:
            vars(card)[READ_IN] = (opened.id, len(opened.events)), steps
    for step in steps.values():
        step.stage._state.fields_cache["pipeline"] = card.pipeline
    return [step.stage for step in steps.values()]


def _recall(card: Position, left_id: int) -> dict[int, Step] | None:
    """Return the steps that were read in this action, if nothing has happened in it since."""
    opened = current()
    read_in, steps = vars(card).get(READ_IN, (None, {}))
    known = opened is not None and read_in == (opened.id, len(opened.events)) and left_id in steps
    return steps if known else None


def _share(card: Position, left_id: int, to: Stage) -> dict[int, Step] | None:
    """Return the steps as they were read for all cards that are held with this one, if known."""
    if (board := _find_board(card)) is None:
        return None
    if left_id not in board.stages or to.pk not in board.first_ranks:
        return None
    board.moving = card.pk
    return board.steps_of(card)


def _find_board(card: Position) -> Board | None:
    """Return what is known of a card's board, if it is so still."""
    board: Board | None = vars(card).get(BOARD)
    opened = current()
    if board is None or opened is None or board.action != opened.id:
        return None
    board.moving = None
    return board if board.after is _last_event() else None


def _last_event() -> object:
    opened = current()
    return opened.events[-1] if opened is not None and opened.events else None


def _read_board(held: Sequence[Position]) -> None:
    opened = current()
    if opened is None:
        return
    board = Board(action=opened.id, after=_last_event(), stages={}, demands={}, first_ranks={})
    width = len(rows.shape_of(Stage).columns)
    pks, stages = [card.pk for card in held], [card.stage_id for card in held]
    with connection.cursor() as cursor:
        cursor.execute(_sql(*_OF_SEVERAL), [pks, held[0].pipeline_id, stages])
        for found in cursor.fetchall():
            stage = rows.build(Stage, found[:width])
            board.stages[stage.pk] = stage
            board.demands[stage.pk] = [
                (Demand(pk, key, label, condition, is_attested=False), frozenset(attested))
                for pk, key, label, condition, attested in json.loads(found[width] or "[]")
            ]
            board.first_ranks[stage.pk] = found[width + 1]
    for card in held:
        vars(card)[BOARD] = board


def _read(card: Position, left_id: int) -> dict[int, Step]:
    """Read the stages of a card's pipeline, with criteria and first ranks, in order."""
    steps: dict[int, Step] = {}
    width = len(rows.shape_of(Stage).columns)
    with connection.cursor() as cursor:
        cursor.execute(_sql(*_OF_ONE), [card.pk, card.pipeline_id, left_id, card.stage_id])
        for found in cursor.fetchall():
            stage = rows.build(Stage, found[:width])
            demands = tuple(Demand(*each) for each in json.loads(found[width] or "[]"))
            steps[stage.pk] = Step(stage=stage, demands=demands, first_rank=found[width + 1])
    return steps


@cache
def _sql(attested: str, besides: str) -> str:
    return _STAGES.format(stage=rows.columns_of(Stage, "s"), attested=attested, besides=besides)
