"""Export of positions and of their history; those of closed pipelines for those who see them."""

from typing import Any

from django.db.models import QuerySet

from audit.actors import Actor
from crm import exports
from crm.exports import Export
from pipelines.models import Position, StageVisit


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


def _positions(by: Actor, pipeline: int | None) -> QuerySet[Any]:
    rows = Position.objects.visible_to(by)
    rows = rows if pipeline is None else rows.filter(pipeline=pipeline)
    return rows.select_related("contact", "pipeline", "stage", "owner__user")


def _position(row: Position) -> dict[str, Any]:
    return {
        **exports.about(row.contact),
        "contact_ref": row.contact.ref,
        "pipeline": row.pipeline.name,
        "stage": row.stage.name,
        "owner_email": exports.email_of(row.owner),
        "score": row.score_in_force,
    }


def _visits(by: Actor, pipeline: int | None) -> QuerySet[Any]:
    rows = StageVisit.objects.visible_to(by)
    rows = rows if pipeline is None else rows.filter(pipeline=pipeline)
    return rows.select_related("position", "stage")


def _visit(row: StageVisit) -> dict[str, Any]:
    return {"external_id": row.position.external_id or row.position.ref, "stage": row.stage.name}
