"""A card under way: locked, read and written in as few statements as the laws allow."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from audit import batches, clock
from audit.actions import Refusal, current
from audit.actors import Actor
from audit.models import Event
from crm.models import Contact
from crm.refs import NotFound
from pipelines import rows
from pipelines.events import PositionMoved
from pipelines.models import Pipeline, Position, Stage, StageKind, StageVisit

# No join on the stage: after waiting for the lock, PostgreSQL would compare the new card with the
# old stage and find nothing. Contact and pipeline of a card do not change.
_LOCK = """
    select {position}, {contact}, {pipeline}
    from pipelines_position p
    join crm_contact c on c.id = p.contact_id
    join pipelines_pipeline l on l.id = p.pipeline_id
    where {which}
    for update of p
"""
# One has words of its own: to look for any of a list, PostgreSQL plans anew at every call.
_ONE, _SEVERAL = "p.id = %s", "p.id = any(%s) order by p.id"
_LOCKED: dict[str, tuple[type[Model], str]] = {
    "position": (Position, "p"),
    "contact": (Contact, "c"),
    "pipeline": (Pipeline, "l"),
}
# The new stay is inserted out of the old one, so that it begins when that has ended.
_MOVE = """
    with moved as (
        update pipelines_position
        set stage_id = %s, previous_stage_id = %s, rank = %s, entered_stage_at = %s,
            closed_at = %s, outcome = %s, lost_reason = %s
        where id = %s
    ), ended as (
        update pipelines_stagevisit set left_at = greatest(%s, entered_at), next_stage_id = %s
        where position_id = %s and left_at is null
        returning 1
    )
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, created_by, created_at, updated_at)
    select %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::timestamptz, %s, %s::timestamptz,
        %s::timestamptz
    from (select count(*) from ended) as before
"""
# The same of several cards.
_MOVE_ALL = """
    with given as (
        select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
            %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::bigint[],
            %s::bigint[], %s::text[], %s::timestamptz[])
        with ordinality as given(id, stage_id, previous_stage_id, rank, moment, closed_at, outcome,
            lost_reason, organization_id, pipeline_id, by, now, place)
    ), moved as (
        update pipelines_position p
        set stage_id = g.stage_id, previous_stage_id = g.previous_stage_id, rank = g.rank,
            entered_stage_at = g.moment, closed_at = g.closed_at, outcome = g.outcome,
            lost_reason = g.lost_reason
        from given g where p.id = g.id
    ), ended as (
        update pipelines_stagevisit v
        set left_at = greatest(g.moment, v.entered_at), next_stage_id = g.stage_id
        from given g where v.position_id = g.id and v.left_at is null
        returning 1
    )
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, created_by, created_at, updated_at)
    select organization_id, pipeline_id, id, stage_id, moment, by, now, now
    from given, (select count(*) from ended) as before order by place
"""
_VISIT = """
    insert into pipelines_stagevisit (organization_id, pipeline_id, position_id, stage_id,
        entered_at, created_by, created_at, updated_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


# On a card that is held: the id of the action that holds it.
HELD_IN = "_held_in"


class Conflict(Refusal):
    """Somebody else moved the card meanwhile; `details` say where it stands now."""

    def __init__(self, card: Position) -> None:
        mover = _find_last_mover(card)
        moved = f"{mover} moved it there" if mover else "it was moved there"
        super().__init__(
            f"{card.contact.name} is in {card.stage.name} by now: {moved}.",
            position=card.ref,
            stage=card.stage.ref,
            stage_name=card.stage.name,
            entered_stage_at=card.entered_stage_at,
            moved_by=mover,
        )
        self.card = card


class ReasonNeeded(Refusal):
    """Say why; the reason is kept."""


def lock_as_seen(position: Position, stage: Stage | None = None) -> Position:
    """
    Lock the card, provided it still stands where it was seen.

    :param stage: where that was; where `position` says, if not given
    :raises Conflict: if it is elsewhere by now
    :raises NotFound: as `lock`
    """
    card = lock(position)
    if card.stage_id != (stage.pk if stage else position.stage_id):
        raise Conflict(card)
    return card


def hold(pk: int) -> Position:
    """
    Lock the card for the whole of the open action: to lock what is returned again costs nothing.

    For whoever looks at a card before a command changes it, so that what was looked at is what is
    changed. Not across a savepoint that is rolled back.

    :raises NotFound: as `lock`
    """
    return _keep(_lock(pk))


def hold_all(pks: Collection[int]) -> list[Position]:
    """Lock several cards as `hold` does, in order of their ids, without those that are gone."""
    return [_keep(card) for card in _read(_SEVERAL, list(pks))]


def lock(position: Position) -> Position:
    """
    Return the card as it is now, held until the transaction ends, with its contact and pipeline.

    :raises NotFound: if it is gone, or belongs to another organization
    """
    opened = current()
    if opened is not None and vars(position).get(HELD_IN) == opened.id:
        return position
    return _lock(position.pk)


def _keep(card: Position) -> Position:
    """Mark a card as held in the open action."""
    opened = current()
    vars(card)[HELD_IN] = opened.id if opened else None
    return card


def _lock(pk: int) -> Position:
    found = _read(_ONE, pk)
    if not found:
        raise NotFound(f"There is no position:{pk}.", ref=f"position:{pk}")
    return found[0]


def _read(which: str, given: Any) -> list[Position]:
    with connection.cursor() as cursor:
        cursor.execute(_lock_sql(which), [given])
        return [_build(found) for found in cursor.fetchall()]


@cache
def _lock_sql(which: str) -> str:
    columns = {name: rows.columns_of(*model) for name, model in _LOCKED.items()}
    return _LOCK.format(which=which, **columns)


def _build(found: Sequence[Any]) -> Position:
    """Make a card, its contact and its pipeline out of one row of `_LOCK`."""
    parts: list[Any] = []
    for model, _ in _LOCKED.values():
        width = len(rows.shape_of(model).columns)
        parts.append(rows.build(model, found[:width]))
        found = found[width:]
    card: Position = parts[0]
    card.contact, card.pipeline = parts[1:]
    return card


def move(card: Position, *, to: Stage, rank: str, reason: str, by: Actor) -> None:
    """Write that `card` left its stage for `to`, whose kind opens or closes it."""
    # A stopped clock may stand before the card came here.
    moment = max(clock.now(), card.entered_stage_at)
    card.previous_stage_id = card.stage_id
    card.stage, card.rank, card.entered_stage_at = to, rank, moment
    close_as(card, to.kind, reason=reason, at=moment)
    batches.write(
        _write_moves,
        [
            *(card.pk, to.pk, card.previous_stage_id, rank, moment, card.closed_at, card.outcome),
            *(card.lost_reason, card.organization_id, card.pipeline_id, by.ref, clock.now()),
        ],
    )


def _write_moves(moves: list[batches.Row]) -> None:
    if len(moves) > 1:
        sql, values = _MOVE_ALL, [list(column) for column in zip(*moves, strict=True)]
    else:
        ((pk, to, was, rank, moment, closed, outcome, lost, organization, pipeline, by, now),) = (
            moves
        )
        sql = _MOVE
        values = [
            *(to, was, rank, moment, closed, outcome, lost, pk),
            *(moment, to, pk),
            *(organization, pipeline, pk, to, moment, by, now, now),
        ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def close_as(card: Position, kind: str, *, reason: str, at: datetime) -> None:
    """Set what a stage of `kind` means for `card`: under way, won or lost."""
    is_open = kind == StageKind.ACTIVE
    card.closed_at = None if is_open else at
    card.outcome = "" if is_open else kind
    card.lost_reason = reason[:500] if kind == StageKind.LOST else ""


def begin_visit(card: Position, *, by: Actor) -> None:
    """Write that `card` came into its stage."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, _visit(card, by))


def find_standing(card: Position) -> StageVisit | None:
    """Return the last stay of `card` in a stage that is not a lost one, with its stage."""
    return (
        StageVisit.objects.filter(position=card)
        .exclude(stage__kind=StageKind.LOST)
        .select_related("stage")
        .order_by("-entered_at", "-id")
        .first()
    )


def show(position: Position, card: Position) -> Position:
    """Let the caller's own row say what is true now, and return it."""
    vars(position).update(vars(card))
    return position


def _find_last_mover(card: Position) -> str:
    moves = Event.objects.filter(
        organization_id=card.organization_id, target=card.ref, name=PositionMoved.name
    )
    last = moves.select_related("action").order_by("-id").first()
    return last.action.actor_name if last else ""


def _visit(card: Position, by: Actor) -> list[Any]:
    now = clock.now()
    return [
        *(card.organization_id, card.pipeline_id, card.pk, card.stage_id),
        *(card.entered_stage_at, by.ref, now, now),
    ]
