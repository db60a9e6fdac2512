"""Pipelines: the ways contacts go, created with their stages, configured, put away."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit import clock
from audit.actions import action, command, describe, record
from audit.actors import Actor
from crm import edits, fields, refs
from crm.fields import FieldError
from crm.models import Organization
from pipelines import blueprints
from pipelines import stages as stage_rows
from pipelines.events import (
    PipelineArchived,
    PipelineCreated,
    PipelineRestored,
    PipelineUpdated,
)
from pipelines.models import Pipeline

EDITABLE = frozenset(
    {
        *("name", "description", "subtype", "icon", "colour", "order", "is_default"),
        *("ai_enabled", "auto_scoring", "auto_progression", "suggest_actions"),
        *("assistant", "score_model"),
    }
)
DESCRIBED = EDITABLE | {"external_id", "external_source"}


@command
def create(
    name: str,
    *,
    by: Actor,
    subtype: str = "custom",
    stages: Sequence[Mapping[str, Any]] = (),
    reason: str = "",
    **columns: Any,
) -> Pipeline:
    """
    Create a pipeline with its stages and their exit criteria. The first one becomes the default.

    :param stages: as `stages.create_all` describes them
    :param columns: any of `DESCRIBED`
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _take_turn(by)
    others = Pipeline.objects.filter(organization_id=by.tenant_id, archived_at=None)
    pipeline = Pipeline(organization_id=by.tenant_id, created_by=by.ref, order=others.count())
    pipeline.is_default = not others.filter(is_default=True).exists()
    _assign(pipeline, {"name": name, "subtype": subtype, **columns}, allowed=DESCRIBED)
    if pipeline.is_default:
        others.filter(is_default=True).update(is_default=False)
    pipeline.save(force_insert=True)
    made = stage_rows.create_all(pipeline, stages, by=by)
    record(
        PipelineCreated(pipeline_id=pipeline.pk),
        on=pipeline,
        summary=f"The pipeline {pipeline.name} was created: "
        + (", ".join(stage.name for stage in made) or "no stages yet"),
    )
    return pipeline


def create_from_blueprint(
    key: str, *, by: Actor, name: str = "", reason: str = "", **columns: Any
) -> Pipeline:
    """
    Create a pipeline as a blueprint draws it.

    :param key: sales, support, onboarding, partner or upsell
    :param name: the blueprint's own where it is not given
    :raises NoSuchBlueprint: names those there are
    """
    blueprint = blueprints.get(key)
    return create(
        name or blueprint.name,
        by=by,
        reason=reason,
        **{**blueprint.settings, **columns},
        stages=blueprint.stages,
    )


def update(
    pipeline: Pipeline, *, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> Pipeline:
    """
    Change settings of a pipeline.

    Switching agents on or off waits for every action under way, so that none ends after it.

    :param changes: any of `EDITABLE`
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    arguments = describe({"pipeline": pipeline, "changes": dict(changes)})
    with action(
        "pipelines.update",
        by=by,
        target=pipeline,
        reason=reason,
        arguments=arguments,
        alone="ai_enabled" in changes,
    ):
        if changes.get("is_default"):
            _take_turn(by)
        pipeline = refs.lock(pipeline)
        was_default = pipeline.is_default
        changed = _assign(pipeline, changes, allowed=EDITABLE)
        if pipeline.is_default and not was_default:
            Pipeline.objects.filter(
                organization_id=pipeline.organization_id, is_default=True
            ).update(is_default=False)
        if changed:
            pipeline.save(update_fields=changed)
            record(
                PipelineUpdated(pipeline_id=pipeline.pk, fields=tuple(changed)),
                on=pipeline,
                summary=f"{pipeline.name} was edited",
            )
    return pipeline


@command
def archive(pipeline: Pipeline, *, by: Actor, reason: str = "") -> Pipeline:
    """Put a pipeline away with its cards; nothing moves in it until it is restored."""
    pipeline = refs.lock(pipeline)
    if pipeline.archived_at is None:
        pipeline.archived_at = clock.now()
        pipeline.is_default = False
        pipeline.save(update_fields=["archived_at", "is_default"])
        record(
            PipelineArchived(pipeline_id=pipeline.pk),
            on=pipeline,
            summary=f"{pipeline.name} was put away",
        )
    return pipeline


@command
def restore(pipeline: Pipeline, *, by: Actor, reason: str = "") -> Pipeline:
    """Take a pipeline back into use."""
    pipeline = refs.lock(pipeline)
    if pipeline.archived_at is not None:
        pipeline.archived_at = None
        pipeline.save(update_fields=["archived_at"])
        record(
            PipelineRestored(pipeline_id=pipeline.pk),
            on=pipeline,
            summary=f"{pipeline.name} is in use again",
        )
    return pipeline


def _take_turn(by: Actor) -> None:
    """Wait for whoever else makes a pipeline the default: of two, the second sees the first's."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.tenant_id)


def _assign(
    pipeline: Pipeline, changes: Mapping[str, Any], *, allowed: frozenset[str]
) -> list[str]:
    edit = edits.Edit(fields.clean(Pipeline, changes, allowed=allowed), {})
    changed = edits.apply(pipeline, edit)
    pipeline.name = pipeline.name.strip()
    if not pipeline.name:
        raise FieldError({"name": "A pipeline needs a name."})
    return changed
