"""Positions: put a contact into a pipeline, move the card, close it, score it, put it away."""

from collections.abc import Mapping
from typing import Any

from audit import clock
from audit.actions import Refusal, command, nothing_to_do, record
from audit.actors import Actor
from crm import edits, fields
from crm.fields import FieldError
from crm.models import Contact
from pipelines import cards, contents, gates, places, ranks, routes
from pipelines.cards import Conflict, ReasonNeeded
from pipelines.events import (
    PositionArchived,
    PositionClosed,
    PositionEntered,
    PositionMoved,
    PositionPlaced,
    PositionReopened,
    PositionRestored,
    PositionUpdated,
)
from pipelines.models import Pipeline, Position, PositionOutcome, Stage, StageKind
from pipelines.scores import score, set_manual_score

__all__ = [
    "Archived",
    "Conflict",
    "NoStage",
    "NotClosed",
    "ReasonNeeded",
    "archive",
    "close",
    "enter",
    "move",
    "place",
    "reopen",
    "restore",
    "score",
    "set_manual_score",
    "update",
]


class Archived(Refusal):
    """This was put away; restore it first."""


class NotClosed(Refusal):
    """The card is under way; there is nothing to reopen."""


class NoStage(Refusal):
    """The pipeline has no stage for this."""


@command
def enter(
    contact: Contact,
    *,
    pipeline: Pipeline,
    by: Actor,
    stage: Stage | None = None,
    reason: str = "",
    **values: Any,
) -> Position:
    """
    Put `contact` into `pipeline`: on top of `stage`, or of its first stage.

    Past the first stage, every stage before counts as satisfied; an approval that `stage` asks of
    whoever enters it is still needed. In a won or lost stage the card is closed at once.

    :param values: columns of `contents.ENTERED`; custom fields as `custom:<key>` or in `properties`
    :raises FieldError: if a value does not fit
    :raises WrongPipeline: if `stage` is no stage in use of `pipeline`
    :raises NeedsApproval: if entering `stage` is approved first
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    :raises ReasonNeeded: if a card enters a lost stage without a reason
    """
    pipeline = Pipeline.objects.select_related("organization").get(pk=pipeline.pk)
    to = gates.find_entrance(pipeline, stage)
    _check_in_use(contact, pipeline)
    gates.check_agent(by, pipeline, to)
    if to.kind != StageKind.LOST:
        gates.check_approval(to, by=by)
    _check_reason(contact, to, reason)
    card = Position(
        organization_id=pipeline.organization_id,
        contact=contact,
        pipeline=pipeline,
        stage=to,
        rank=ranks.on_top(places.find_first_rank(to.pk)),
        entered_stage_at=clock.now(),
        created_by=by.ref,
    )
    cards.close_as(card, to.kind, reason=reason, at=card.entered_stage_at)
    contents.assign(card, values, by=by, allowed=contents.ENTERED)
    card.save(force_insert=True)
    cards.begin_visit(card, by=by)
    record(
        PositionEntered(
            position_id=card.pk,
            contact_id=contact.pk,
            pipeline_id=pipeline.pk,
            stage_id=to.pk,
        ),
        on=card,
        summary=f"{contact.name} entered {pipeline.name} in {to.name}",
    )
    _record_closing(card, reason)
    return card


@command
def move(
    position: Position,
    *,
    to: Stage,
    by: Actor,
    reason: str = "",
    expected_stage: Stage | None = None,
    waive: bool = False,
    waive_reason: str = "",
    above: Position | None = None,
    below: Position | None = None,
) -> Position:
    """
    Move a card to stage `to`, on top of the column or next to another card; its days start anew.

    Into a won or lost stage closes it, out of one reopens it. Moving to the stage it is in changes
    nothing but its place. `position` itself says what is true afterwards.

    :param reason: why; of a card that is lost it is the reason that is shown
    :param expected_stage: where the mover saw the card; where `position` says it is, if not given
    :param waive: pass what is unmet, because of `waive_reason` or else `reason`
    :raises Conflict: if it is elsewhere by now
    :raises WrongPipeline: if `to` is no stage in use of its pipeline
    :raises CriteriaUnmet: if what the stages on the way ask for does not hold; names each thing
    :raises NeedsApproval: if the move is approved first
    :raises AgentsNotAllowed: if agents are kept off the pipeline or one of the stages
    :raises MayNotWaive: if `by` may not waive
    :raises ReasonNeeded: if a card is lost without a reason
    """
    card = cards.lock_as_seen(position, expected_stage)
    if to.pk == card.stage_id:
        if above or below:
            return place(position, by=by, above=above, below=below)
        nothing_to_do()
        return position
    route = gates.find_route(card, to)
    left, to = route.present, route.to
    _check_in_use(card, card.contact, card.pipeline)
    gates.check_agent(by, card.pipeline, left, to)
    if waive or waive_reason:
        gates.waive(card, route, by=by, reason=waive_reason or reason)
    else:
        gates.enforce(card, route, by=by)
    if route.is_forward:
        gates.check_approval(to, by=by)
    _check_reason(card.contact, to, reason)
    was_closed, was = not card.is_open, card.rank
    cards.move(
        card,
        to=to,
        rank=places.find_rank(card, stage_id=to.pk, above=above, below=below)
        if above or below
        else ranks.on_top(route.first_rank),
        reason=reason,
        by=by,
    )
    record(
        PositionMoved(
            position_id=card.pk,
            pipeline_id=card.pipeline_id,
            from_stage_id=left.pk,
            to_stage_id=to.pk,
        ),
        on=card,
        summary=f"{card.contact.name} moved from {left.name} to {to.name}",
    )
    _record_closing(card, reason)
    if was_closed:
        _record_reopening(card)
    if not (above or below):
        routes.follow(card, was=was)
    return cards.show(position, card)


@command
def place(
    position: Position,
    *,
    by: Actor,
    above: Position | None = None,
    below: Position | None = None,
    reason: str = "",
) -> Position:
    """
    Put a card directly above or below another of its column; on top where neither is given.

    :raises Conflict: if it is in another stage by now
    :raises NotInColumn: if the other card is no longer in the column
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    card = cards.lock_as_seen(position)
    _check_in_use(card, card.contact)
    gates.check_agent(by, card.pipeline, card.stage)
    if above or below:
        card.rank = places.find_rank(card, stage_id=card.stage_id, above=above, below=below)
    else:
        card.rank = ranks.on_top(places.find_first_rank(card.stage_id))
    card.save(update_fields=["rank"])
    record(
        PositionPlaced(position_id=card.pk, stage_id=card.stage_id),
        on=card,
        summary=f"{card.contact.name} was given another place in {card.stage.name}",
    )
    return cards.show(position, card)


@command
def close(
    position: Position,
    *,
    outcome: str,
    by: Actor,
    reason: str = "",
    expected_stage: Stage | None = None,
    waive_reason: str = "",
) -> Position:
    """
    Close a card: move it to its pipeline's first stage for `outcome`, won or lost.

    A pipeline without a lost stage keeps the lost card where it stands.

    :raises FieldError: if there is no such outcome
    :raises NoStage: if the pipeline has no stage for cards that are won
    :raises ReasonNeeded: if it is lost without a reason; and whatever `move` raises
    """
    if outcome not in PositionOutcome.values:
        raise FieldError({"outcome": fields.not_a_choice(outcome, PositionOutcome.values)})
    ends = Stage.objects.filter(pipeline=position.pipeline_id, kind=outcome, archived_at=None)
    to = ends.order_by("order", "pk").first()
    if to is not None:
        return move(
            position,
            to=to,
            by=by,
            reason=reason,
            expected_stage=expected_stage,
            waive_reason=waive_reason,
        )
    if outcome == PositionOutcome.WON:
        raise NoStage(f"{position.pipeline.name} has no stage for cards that are won; add one.")
    card = cards.lock_as_seen(position, expected_stage)
    _check_in_use(card, card.contact, card.pipeline)
    gates.check_agent(by, card.pipeline, card.stage)
    _check_reason(card.contact, Stage(kind=outcome), reason)
    cards.close_as(card, outcome, reason=reason, at=max(clock.now(), card.entered_stage_at))
    card.save(update_fields=["closed_at", "outcome", "lost_reason"])
    _record_closing(card, reason)
    return cards.show(position, card)


@command
def reopen(position: Position, *, by: Actor, to: Stage | None = None, reason: str = "") -> Position:
    """
    Put a closed card under way again: in `to`, or in the active stage it stood in last.

    :raises NotClosed: if it is not closed
    :raises NoStage: if `to` is not an active stage; and whatever `move` raises
    """
    card = cards.lock_as_seen(position)
    if card.is_open:
        raise NotClosed
    _check_in_use(card, card.contact)
    to = to or find_last_active(card)
    if to is None or to.kind != StageKind.ACTIVE:
        raise NoStage(f"{card.pipeline.name} has no such stage for cards that are under way.")
    if to.pk != card.stage_id:
        return move(position, to=to, by=by, reason=reason)
    gates.check_agent(by, card.pipeline, to)
    cards.close_as(card, StageKind.ACTIVE, reason="", at=clock.now())
    card.save(update_fields=["closed_at", "outcome", "lost_reason"])
    _record_reopening(card)
    return cards.show(position, card)


@command
def update(
    position: Position, *, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> Position:
    """
    Change fields of a card; its stage, closing and scores have verbs of their own.

    :param changes: columns of `contents.EDITABLE`, and custom fields as `custom:<key>`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    changed = contents.assign(card, changes, by=by, allowed=contents.EDITABLE)
    if changed:
        card.save(update_fields=edits.columns_of(changed))
        record(
            PositionUpdated(
                position_id=card.pk, pipeline_id=card.pipeline_id, fields=tuple(changed)
            ),
            on=card,
            summary=f"{card.contact.name} in {card.pipeline.name} was edited",
        )
    else:
        nothing_to_do()
    return cards.show(position, card)


@command
def archive(position: Position, *, by: Actor, reason: str = "") -> Position:
    """
    Take a card off its board; it keeps where it stood.

    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    if card.archived_at is None:
        card.archived_at = clock.now()
        card.save(update_fields=["archived_at"])
        record(
            PositionArchived(position_id=card.pk, pipeline_id=card.pipeline_id),
            on=card,
            summary=f"{card.contact.name} was taken off {card.pipeline.name}",
        )
    else:
        nothing_to_do()
    return cards.show(position, card)


@command
def restore(position: Position, *, by: Actor, reason: str = "") -> Position:
    """
    Put an archived card back on its board, where it stood.

    :raises NoStage: if that stage was taken out of the pipeline
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    if card.archived_at is not None:
        _check_stage_in_use(card)
        card.archived_at = None
        card.save(update_fields=["archived_at"])
        record(
            PositionRestored(position_id=card.pk, pipeline_id=card.pipeline_id),
            on=card,
            summary=f"{card.contact.name} is back on {card.pipeline.name}",
        )
    else:
        nothing_to_do()
    return cards.show(position, card)


def _check_in_use(*rows: Contact | Position | Pipeline) -> None:
    for each in rows:
        if each.archived_at is not None:
            name = each.contact.name if isinstance(each, Position) else each.name
            raise Archived(f"{name} was put away; restore it first.", archived=each.ref)


def _check_stage_in_use(card: Position) -> None:
    if card.stage.archived_at is not None:
        raise NoStage(
            f"{card.stage.name}, where {card.contact.name} stood, was taken out of"
            f" {card.pipeline.name}; add them to the board anew."
        )


def _check_reason(contact: Contact, to: Stage, reason: str) -> None:
    if to.kind == StageKind.LOST and not reason.strip():
        raise ReasonNeeded(f"Say why {contact.name} is lost; the reason is kept.", field="reason")


def find_last_active(card: Position) -> Stage | None:
    """Return the active stage the card stood in last, else its pipeline's first."""
    active = Stage.objects.filter(
        pipeline=card.pipeline_id, kind=StageKind.ACTIVE, archived_at=None
    )
    last = active.filter(visits__position=card).order_by("-visits__entered_at", "-visits__pk")
    return last.first() or active.order_by("order", "pk").first()


def _record_closing(card: Position, reason: str) -> None:
    if card.is_open:
        return
    why = f": {reason}" if reason else ""
    record(
        PositionClosed(
            position_id=card.pk,
            pipeline_id=card.pipeline_id,
            outcome=card.outcome,
            reason=reason,
        ),
        on=card,
        summary=f"{card.contact.name} was {card.outcome} in {card.pipeline.name}{why}",
    )


def _record_reopening(card: Position) -> None:
    if card.is_open:
        record(
            PositionReopened(
                position_id=card.pk, pipeline_id=card.pipeline_id, stage_id=card.stage_id
            ),
            on=card,
            summary=f"{card.contact.name} is under way again in {card.stage.name}",
        )
