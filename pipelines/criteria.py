"""Exit criteria: what a stage asks for before a card leaves it, and who says that it holds."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import fields, refs
from crm.fields import FieldError, Unsuitable
from pipelines import cards, gates
from pipelines.criterion_texts import read, read_condition, read_label
from pipelines.events import (
    AttestationWithdrawn,
    CriterionAdded,
    CriterionArchived,
    CriterionAttested,
    CriterionUpdated,
)
from pipelines.models import Attestation, Criterion, Position, Stage

EDITABLE = ("label", "condition", "order")


class NotAChecklistItem(Refusal):
    """This is read from the data; there is nothing to attest."""


class EvidenceNeeded(Refusal):
    """Say what was seen or heard, and where."""


class WrongCriterion(Refusal):
    """This is asked for in another pipeline, or no longer."""


class NotAttested(Refusal):
    """Nobody has attested this, so there is nothing to withdraw."""


@command
def attest(
    position: Position,
    *,
    criterion: Criterion,
    evidence: str,
    by: Actor,
    source: str = "",
    reason: str = "",
) -> Attestation:
    """
    Say, with evidence, that a checklist item holds for a card; again replaces what was said before.

    :param evidence: what was seen or heard, and where
    :param source: a reference or an address
    :raises EvidenceNeeded: if there is none
    :raises NotAChecklistItem: if the criterion is a condition on data
    :raises WrongCriterion: if it is not one of the card's pipeline
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    if not evidence.strip():
        raise EvidenceNeeded
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    _check_asked_for(card, criterion)
    if not criterion.is_checklist:
        raise NotAChecklistItem(f"{criterion.label} is read from the data; nobody attests it.")
    attestation, _ = Attestation.objects.update_or_create(
        position=card,
        criterion=criterion,
        defaults={
            "evidence": evidence,
            "source": source[:300],
            "attested_by": by.ref,
            "attested_by_name": by.name,
            "attested_at": clock.now(),
        },
        create_defaults={
            "organization_id": card.organization_id,
            "pipeline_id": card.pipeline_id,
            "evidence": evidence,
            "source": source[:300],
            "attested_by": by.ref,
            "attested_by_name": by.name,
            "created_by": by.ref,
        },
    )
    record(
        CriterionAttested(
            position_id=card.pk, pipeline_id=card.pipeline_id, criterion_id=criterion.pk
        ),
        on=card,
        summary=f"{criterion.label} was attested for {card.contact.name}: {evidence}",
    )
    return attestation


@command
def withdraw(position: Position, *, criterion: Criterion, by: Actor, reason: str = "") -> Position:
    """
    Take back that a checklist item holds for a card.

    :raises NotAttested: if nobody has attested it
    :raises AgentsNotAllowed: if agents are kept off the pipeline or the stage
    """
    card = cards.lock(position)
    gates.check_agent(by, card.pipeline, card.stage)
    withdrawn, _ = Attestation.objects.filter(position=card, criterion=criterion).delete()
    if not withdrawn:
        raise NotAttested(f"Nobody has attested {criterion.label} for {card.contact.name}.")
    record(
        AttestationWithdrawn(
            position_id=card.pk, pipeline_id=card.pipeline_id, criterion_id=criterion.pk
        ),
        on=card,
        summary=f"{criterion.label} no longer counts as attested for {card.contact.name}",
    )
    return card


@command
def add(
    stage: Stage, *, criterion: str | Mapping[str, Any], by: Actor, reason: str = ""
) -> Criterion:
    """
    Have a stage ask for one thing more; `read` says what `criterion` may be.

    :raises FieldError: if it cannot be read
    """
    stage = refs.lock(stage)
    live = Criterion.objects.filter(stage=stage, archived_at=None)
    taken = set(live.values_list("key", flat=True))
    added = make(stage, criterion, taken=taken, order=len(taken), by=by)
    added.save(force_insert=True)
    record(
        CriterionAdded(criterion_id=added.pk, stage_id=stage.pk),
        on=stage,
        summary=f"{stage.name} asks for {added.label}",
    )
    return added


@command
def update(
    criterion: Criterion, *, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> Criterion:
    """
    Reword what a stage asks for, change its condition, or give it another place in the list.

    Its key stays, and so does what was attested: to ask for something else, add another and archive
    this one. For the same reason a checklist item does not become a condition, nor the reverse.

    :param changes: any of `EDITABLE`; `order` is its place among the stage's, from 0
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises WrongCriterion: if it is asked for no longer
    """
    stage = refs.lock(criterion.stage)
    criterion = refs.lock(criterion)
    if criterion.archived_at is not None:
        raise WrongCriterion(f"{criterion.label} is asked for no longer; add it anew.")
    live = Criterion.objects.filter(stage=stage, archived_at=None).order_by("order", "pk")
    others = list(live.exclude(pk=criterion.pk))
    wanted = check(criterion, changes, places=len(others) + 1)
    place = wanted.pop("order", None)
    changed = [name for name, value in wanted.items() if getattr(criterion, name) != value]
    for name in changed:
        setattr(criterion, name, wanted[name])
    if changed:
        criterion.save(update_fields=changed)
    if place is not None and _put(criterion, others, place):
        changed.append("order")
    if changed:
        record(
            CriterionUpdated(criterion_id=criterion.pk, stage_id=stage.pk, fields=tuple(changed)),
            on=stage,
            summary=f"What {stage.name} asks for was edited: {criterion.label}",
        )
    return criterion


def check(criterion: Criterion, changes: Mapping[str, Any], *, places: int) -> dict[str, Any]:
    """
    Return what is to change of a criterion as it is stored.

    :param places: how many criteria its stage has, itself included
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    read_as: dict[str, Callable[[Any], Any]] = {
        "label": read_label,
        "condition": lambda value: _read_kindred(criterion, value),
        "order": lambda value: _read_place(value, places),
    }
    read_values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in changes.items():
        if name not in read_as:
            wrong[name] = fields.unknown(name, EDITABLE)
            continue
        try:
            read_values[name] = read_as[name](value)
        except FieldError as problem:
            wrong |= problem.fields
        except Unsuitable as problem:
            wrong[name] = str(problem)
    if wrong:
        raise FieldError(wrong)
    return read_values


@command
def archive(criterion: Criterion, *, by: Actor, reason: str = "") -> Criterion:
    """Have a stage ask for something no longer; who attested it stays."""
    criterion = refs.lock(criterion)
    if criterion.archived_at is None:
        criterion.archived_at = clock.now()
        criterion.save(update_fields=["archived_at"])
        record(
            CriterionArchived(criterion_id=criterion.pk, stage_id=criterion.stage_id),
            on=criterion.stage,
            summary=f"{criterion.stage.name} no longer asks for {criterion.label}",
        )
    return criterion


def make(
    stage: Stage, text: str | Mapping[str, Any], *, taken: Collection[str], order: int, by: Actor
) -> Criterion:
    """
    Return a criterion of `stage`, not yet saved, made of what `read` understands.

    :param taken: keys that are in use in the stage
    :raises FieldError: if it cannot be read
    """
    key, label, condition = read(text)
    free = key
    while free in taken:
        free = f"{key[:76]}_{int(free.rpartition('_')[2]) + 1 if free != key else 2}"
    return Criterion(
        organization_id=stage.organization_id,
        pipeline_id=stage.pipeline_id,
        stage=stage,
        key=free,
        label=label,
        condition=condition,
        order=order,
        created_by=by.ref,
    )


def _check_asked_for(card: Position, criterion: Criterion) -> None:
    if criterion.pipeline_id != card.pipeline_id or criterion.archived_at is not None:
        raise WrongCriterion(
            f"{criterion.label} is not asked for in {card.pipeline.name}.",
            criterion=criterion.key,
        )


def _read_kindred(criterion: Criterion, value: Any) -> list[dict[str, Any]] | None:
    condition = read_condition(value)
    if bool(condition) != bool(criterion.condition):
        is_now = "attested" if criterion.is_checklist else "read from the data"
        raise Unsuitable(f"{criterion.label} is {is_now}; to ask otherwise, add another.")
    return condition


def _read_place(value: Any, places: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < places:
        raise Unsuitable(f"A whole number from 0 to {places - 1}.")
    return value


def _put(criterion: Criterion, others: list[Criterion], place: int) -> bool:
    """Number the criteria of a stage with `criterion` at `place`; say whether that moved it."""
    before = criterion.order
    for order, each in enumerate([*others[:place], criterion, *others[place:]]):
        if each.order != order:
            each.order = order
            each.save(update_fields=["order"])
    return criterion.order != before
