"""Export of positions and of their history; those of closed pipelines for those who see them."""

from typing import Any, cast

from django.db.models import F, QuerySet

from audit.actors import Actor
from crm import exports, refs
from crm.exports import Export
from pipelines.models import Pipeline, Position, StageVisit


def register_all() -> None:
    """Register the kinds of this app."""
    exports.register(
        "positions",
        Export(
            rows=_positions,
            values=_position,
            # As the cards stand in their columns, so that an import puts them so again.
            order=("stage_id", "rank", "pk"),
            on="position",
            of_pipeline=True,
        ),
    )
    exports.register("history", Export(rows=_visits, values=_visit, of_pipeline=True))


def _positions(by: Actor, pipeline: str) -> QuerySet[Any]:
    rows = Position.objects.visible_to(by)
    rows = rows.filter(pipeline=_find(pipeline, by)) if pipeline else rows
    return rows.select_related("contact", "pipeline", "stage", "owner__user")


def _find(pipeline: str, by: Actor) -> Pipeline:
    """
    Return the pipeline of a name or a reference.

    :raises NotFound: if there is none that `by` may know of
    """
    if refs.is_reference(pipeline):
        return cast(Pipeline, refs.find(pipeline, "pipeline", by=by))
    rows = Pipeline.objects.visible_to(by).filter(name__iexact=pipeline.strip())
    found = rows.order_by(F("archived_at").asc(nulls_first=True), "pk").first()
    if found is None:
        raise refs.NotFound(f"There is no pipeline {pipeline}.")
    return found


def _position(row: Position) -> dict[str, Any]:
    return {
        **exports.about(row.contact),
        "contact_ref": row.contact.ref,
        "pipeline": row.pipeline.name,
        "stage": row.stage.name,
        "owner_email": exports.email_of(row.owner),
        "score": row.score_in_force,
    }


def _visits(by: Actor, pipeline: str) -> QuerySet[Any]:
    rows = StageVisit.objects.visible_to(by)
    rows = rows.filter(pipeline=_find(pipeline, by)) if pipeline else rows
    return rows.select_related("position", "stage")


def _visit(row: StageVisit) -> dict[str, Any]:
    return {"external_id": row.position.external_id or row.position.ref, "stage": row.stage.name}
