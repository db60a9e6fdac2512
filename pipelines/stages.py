"""Stages: the steps of a pipeline and what each asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit import clock
from audit.actions import Refusal, action, command, describe, record
from audit.actors import Actor
from crm import edits, fields, refs
from crm.conditions import Condition
from crm.fields import FieldError
from pipelines import criteria
from pipelines.events import StageAdded, StageArchived, StagesReordered, StageUpdated
from pipelines.models import Criterion, Pipeline, Position, Stage, StageKind

EDITABLE = frozenset(
    {
        *("name", "description", "kind", "colour", "icon", "win_percent", "min_days", "max_days"),
        *("required_fields", "ai_actions", "suggested_prompts", "can_skip", "requires_approval"),
        *("ai_can_automate", "ai_enabled"),
    }
)
# What stages are described by when they are made.
DESCRIBED = EDITABLE | {"external_id", "external_source"}


class StageInUse(Refusal):
    """Cards stand in this stage; move them first."""


class LastStage(Refusal):
    """No stage follows."""


class NotAllStages(Refusal):
    """An order names every stage of the pipeline once."""


@command
def add(
    pipeline: Pipeline,
    *,
    name: str,
    by: Actor,
    after: Stage | None = None,
    exit_criteria: Sequence[str | Mapping[str, Any]] = (),
    reason: str = "",
    **columns: Any,
) -> Stage:
    """
    Add a stage: after another, or where none is named after the last of its kind.

    :param exit_criteria: texts or objects, as `criteria.read` understands them
    :param columns: any of `DESCRIBED`
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    pipeline = refs.lock(pipeline)
    stages = find(pipeline)
    stage = make(pipeline, {"name": name, **columns}, order=0, by=by)
    _check_name(stage, others=stages)
    at = _find_place(stages, stage, after)
    stages.insert(at, stage)
    stage.order = at
    stage.save(force_insert=True)
    _number(stages)
    _ask_for(stage, exit_criteria, by=by)
    record(
        StageAdded(stage_id=stage.pk, pipeline_id=pipeline.pk),
        on=stage,
        summary=f"{pipeline.name} has a new stage, {stage.name}",
    )
    return stage


def update(stage: Stage, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Stage:
    """
    Change the rules or the looks of a stage.

    Switching agents on or off waits for every action under way, so that none ends after it.

    :param changes: any of `EDITABLE`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises StageInUse: if its kind would change under the cards that stand in it
    """
    arguments = describe({"stage": stage, "changes": dict(changes)})
    with action(
        "stages.update",
        by=by,
        target=stage,
        reason=reason,
        arguments=arguments,
        alone="ai_enabled" in changes,
    ):
        stage = refs.lock(stage)
        kind = stage.kind
        changed = edits.apply(stage, _read(changes, EDITABLE))
        _check(stage)
        if "name" in changed:
            _check_name(stage, others=find(stage.pipeline))
        if stage.kind != kind:
            _check_empty(stage)
        if changed:
            stage.save(update_fields=edits.columns_of(changed))
            record(
                StageUpdated(
                    stage_id=stage.pk, pipeline_id=stage.pipeline_id, fields=tuple(changed)
                ),
                on=stage,
                summary=f"{stage.name} was edited",
            )
    return stage


@command
def reorder(
    pipeline: Pipeline, *, stages: Sequence[Stage], by: Actor, reason: str = ""
) -> list[Stage]:
    """
    Put the stages of a pipeline into another order.

    :raises NotAllStages: unless `stages` names each of its stages once
    """
    pipeline = refs.lock(pipeline)
    known = {stage.pk: stage for stage in find(pipeline)}
    if sorted(stage.pk for stage in stages) != sorted(known):
        raise NotAllStages(
            f"{pipeline.name} has {len(known)} stages; name each of them once.",
            stages=[stage.ref for stage in known.values()],
        )
    ordered = [known[stage.pk] for stage in stages]
    _number(ordered)
    record(
        StagesReordered(pipeline_id=pipeline.pk, stage_ids=tuple(s.pk for s in ordered)),
        on=pipeline,
        summary=f"The stages of {pipeline.name} stand in another order",
    )
    return ordered


@command
def archive(stage: Stage, *, by: Actor, reason: str = "") -> Stage:
    """
    Take a stage out of its pipeline; its history stays.

    :raises StageInUse: if cards stand in it
    """
    stage = refs.lock(stage)
    if stage.archived_at is None:
        _check_empty(stage)
        stage.archived_at = clock.now()
        stage.save(update_fields=["archived_at"])
        record(
            StageArchived(stage_id=stage.pk, pipeline_id=stage.pipeline_id),
            on=stage,
            summary=f"{stage.name} was taken out of {stage.pipeline.name}",
        )
    return stage


def find(pipeline: Pipeline) -> list[Stage]:
    """Return the stages of `pipeline` that are in use, in order."""
    return list(Stage.objects.filter(pipeline=pipeline, archived_at=None).order_by("order", "pk"))


def get_next(stage: Stage) -> Stage:
    """
    Return the stage that follows `stage` in its pipeline; one for lost cards never does.

    :raises LastStage: if none does
    """
    ordered = find(stage.pipeline)
    later = [each for each in ordered if (each.order, each.pk) > (stage.order, stage.pk)]
    found = next((each for each in later if each.kind != StageKind.LOST), None)
    if found is None:
        raise LastStage(f"{stage.name} is the last stage of {stage.pipeline.name}.")
    return found


def check(columns: Mapping[str, Any]) -> None:
    """
    Check what a stage is to be.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    stage = Stage(**fields.clean(Stage, columns, allowed=EDITABLE))
    _check(stage)


def create_all(
    pipeline: Pipeline, described: Sequence[Mapping[str, Any]], *, by: Actor
) -> list[Stage]:
    """
    Create the stages of a new pipeline with their exit criteria, inside the action that is open.

    :param described: for each stage `name` and any of `DESCRIBED`, `order` where it is not the
        sequence's own, `exit_criteria`
    :raises FieldError: names the stage, and every field that is unknown or does not fit
    """
    ordered = sorted(enumerate(described), key=_by_order)
    stages: list[Stage] = []
    asked: list[Criterion] = []
    for order, (number, given) in enumerate(ordered):
        columns = {k: v for k, v in given.items() if k not in ("order", "exit_criteria")}
        try:
            stage = make(pipeline, columns, order=order, by=by)
            _check_name(stage, others=stages)
            wanted = _make_criteria(stage, given.get("exit_criteria") or (), by=by)
        except FieldError as problem:
            raise FieldError(
                {f"stages.{number}.{name}": says for name, says in problem.fields.items()}
            ) from None
        stages.append(stage)
        asked.extend(wanted)
    Stage.objects.bulk_create(stages)
    Criterion.objects.bulk_create(asked)
    return stages


def _by_order(numbered: tuple[int, Mapping[str, Any]]) -> tuple[bool, int, int]:
    """Sort by the order that is given, then what gives none as it is listed."""
    number, described = numbered
    order = described.get("order")
    return order is None, order or 0, number


def make(pipeline: Pipeline, described: Mapping[str, Any], *, order: int, by: Actor) -> Stage:
    """
    Return a stage of `pipeline`, not yet saved.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    stage = Stage(
        organization_id=pipeline.organization_id,
        pipeline=pipeline,
        order=order,
        created_by=by.ref,
    )
    edits.apply(stage, _read(described, DESCRIBED))
    _check(stage)
    return stage


def _read(changes: Mapping[str, Any], allowed: frozenset[str]) -> edits.Edit:
    return edits.Edit(fields.clean(Stage, changes, allowed=allowed), {})


def _check(stage: Stage) -> None:
    """Check what only shows when all fields are known."""
    wrong = {}
    stage.name = stage.name.strip()
    if not stage.name:
        wrong["name"] = "A stage needs a name."
    shortest, longest = stage.min_days, stage.max_days
    if shortest is not None and longest is not None and shortest > longest:
        wrong["min_days"] = f"At most the {stage.max_days} of max_days."
    for path in stage.required_fields:
        try:
            Condition.parse([{"field": path, "op": "is_not_empty"}], on=Position)
        except Refusal as problem:
            wrong["required_fields"] = str(problem)
    if wrong:
        raise FieldError(wrong)


def _check_name(stage: Stage, *, others: Sequence[Stage]) -> None:
    """Check that no other stage in use is called the same: people and tools know them by name."""
    same = (each for each in others if each is not stage and each.pk != (stage.pk or 0))
    if any(each.name.casefold() == stage.name.casefold() for each in same):
        raise FieldError({"name": f"There is a stage {stage.name} already; take another name."})


def _check_empty(stage: Stage) -> None:
    standing = Position.objects.filter(stage=stage, archived_at=None)
    count = standing.count()
    if not count:
        return
    cards, stand = ("1 card", "stands") if count == 1 else (f"{count:,} cards", "stand")
    if standing.in_use().exists():
        says = f"{cards} {stand} in {stage.name}; move them first."
    else:  # Nobody sees these on the board, but with their contacts they come back.
        says = f"{cards} of archived contacts {stand} in {stage.name}; restore and move them first."
    raise StageInUse(says, cards=count)


def _find_place(stages: Sequence[Stage], stage: Stage, after: Stage | None) -> int:
    """Return the index at which `stage` goes: an active one before the ends."""
    if after is not None:
        return next((at + 1 for at, each in enumerate(stages) if each.pk == after.pk), len(stages))
    if stage.kind != StageKind.ACTIVE:
        return len(stages)
    return next(
        (at for at, each in enumerate(stages) if each.kind != StageKind.ACTIVE), len(stages)
    )


def _number(stages: Sequence[Stage]) -> None:
    """Write the order of `stages`, where it is another than before."""
    for order, stage in enumerate(stages):
        if stage.order != order:
            stage.order = order
            stage.save(update_fields=["order"])


def _ask_for(stage: Stage, asked: Sequence[str | Mapping[str, Any]], *, by: Actor) -> None:
    Criterion.objects.bulk_create(_make_criteria(stage, asked, by=by))


def _make_criteria(
    stage: Stage, asked: Sequence[str | Mapping[str, Any]], *, by: Actor
) -> list[Criterion]:
    made: list[Criterion] = []
    for order, text in enumerate(asked):
        taken = {criterion.key for criterion in made}
        made.append(criteria.make(stage, text, taken=taken, order=order, by=by))
    return made
