"""Exit criteria: what a stage asks for before a card leaves it, and who says that it holds."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import refs
from crm.conditions import Condition
from crm.fields import FieldError
from pipelines import cards, gates
from pipelines.events import (
    AttestationWithdrawn,
    CriterionAdded,
    CriterionArchived,
    CriterionAttested,
)
from pipelines.models import Attestation, Criterion, Position, Stage

COMPARISON = re.compile(r"\s*([a-z_][a-z0-9_.]*)\s*(==|=|!=|<=|>=|<|>)\s*(\S.*?)\s*", re.ASCII)
FILLED = re.compile(r"\s*([a-z_][a-z0-9_.]*)\s+is\s+(not\s+)?empty\s*", re.ASCII)


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


def read(text: str | Mapping[str, Any]) -> tuple[str, str, list[dict[str, Any]] | None]:
    """
    Return key, label and condition of a criterion; without a condition it is a checklist item.

    A text is a condition where it compares a field that is known, `position.value_cents > 0`; all
    other text is an item to attest: `has_budget_confirmed`. An object names `label`, and `key` or
    `condition` where they are to be other than that.

    :raises FieldError: if there is no label, or the condition names no field that is known
    """
    if isinstance(text, Mapping):
        label = str(text.get("label") or text.get("key") or "").strip()
        condition = list(text.get("condition") or []) or None
        if condition:
            Condition.parse(condition, on=Position)
    else:
        label, condition = str(text).strip(), _read_comparison(str(text))
    if not label:
        raise FieldError({"exit_criteria": "Say what must hold, as budget_confirmed."})
    key = str(text.get("key") or label) if isinstance(text, Mapping) else label
    return _key(key), label[:200] if condition else _label(label), condition


def _read_comparison(text: str) -> list[dict[str, Any]] | None:
    """Return the comparison that `text` writes out; None unless its field is known."""
    comparison = COMPARISON.fullmatch(text)
    filled = FILLED.fullmatch(text)
    if comparison:
        field, sign, value = comparison.groups()
        written = {"op": "=" if sign == "==" else sign, "value": _read_value(value)}
    elif filled:
        field = filled[1]
        written = {"op": "is_not_empty" if filled[2] else "is_empty"}
    else:
        return None
    for name in (field, f"position.{field}"):
        try:
            Condition.parse([{"field": name, **written}], on=Position)
        except Refusal:
            continue
        return [{"field": name, **written}]
    return None


def _read_value(text: str) -> Any:
    try:
        return json.loads(text.replace("'", '"'))
    except ValueError:
        return text


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:80] or "criterion"


def _label(text: str) -> str:
    words = re.sub(r"(?<=\w)_+(?=\w)", " ", text)
    return (words[:1].upper() + words[1:])[:200]


def _check_asked_for(card: Position, criterion: Criterion) -> None:
    if criterion.pipeline_id != card.pipeline_id or criterion.archived_at is not None:
        raise WrongCriterion(
            f"{criterion.label} is not asked for in {card.pipeline.name}.",
            criterion=criterion.key,
        )
