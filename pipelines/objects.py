"""Pipelines, stages and positions in the one shape of all objects, related and found by text."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.urls import reverse

from audit.actors import Actor
from crm import objects, relations, search
from crm.models import Contact
from crm.models.folding import Fold
from crm.objects import Shape
from crm.relations import Relation
from crm.search import Searched
from pipelines.models import Attestation, Criterion, Pipeline, Position, Stage

PIPELINE = [
    *("icon", "colour", "order", "is_default", "ai_enabled", "auto_scoring", "auto_progression"),
    *("suggest_actions", "assistant", "score_model"),
]
STAGE = [
    *("pipeline", "kind", "order", "colour", "icon", "win_percent", "min_days", "max_days"),
    *("required_fields", "ai_actions", "suggested_prompts", "can_skip", "requires_approval"),
    *("ai_can_automate", "ai_enabled"),
]
POSITION = [
    *("contact", "pipeline", "stage", "previous_stage", "entered_stage_at", "owner", "title"),
    *("value_cents", "currency", "priority", "expected_close_on", "closed_at", "outcome"),
    *("lost_reason", "score", "confidence", "score_factors", "score_reasons", "risk_factors"),
    *("suggested_stage", "suggested_action", "ai_notes", "next_follow_up_at", "reviewed_at"),
    *("notes", "manual_score", "override_reason"),
]


def register_all() -> None:
    """Say what the objects of this app look like, and how they are found."""
    objects.register("pipeline", Shape(columns=PIPELINE, more=_own))
    objects.register("stage", Shape(columns=STAGE, more=_criteria, subtype="kind"))
    objects.register(
        "position", Shape(columns=POSITION, more=_standing, called=called, status=_status)
    )
    search.register("pipeline", Searched(narrow_by_name, "name"))
    search.register("stage", Searched(narrow_by_name, "name"))
    search.register("position", Searched(narrow_positions, "contact__name", find_first_positions))


def called(position: Position) -> str:
    """Return what a position is called: by its title, else by its contact."""
    return position.title or position.contact.name


def narrow_by_name(rows: QuerySet, needle: str) -> QuerySet:
    """Find pipelines and stages by a part of the name."""
    return rows.alias(folded=Fold("name")).filter(folded__contains=Fold(Value(needle)))


def narrow_positions(rows: "QuerySet[Position]", needle: str) -> "QuerySet[Position]":
    """Find positions by their title, their contact or the contact's company."""
    every_pipeline = "select pipelines_find_positions(p.id, %s) from pipelines_pipeline p"
    return rows.filter(search.found_by(every_pipeline, [needle]))


def find_first_positions(needle: str, by: Actor) -> list[int]:
    """Return the ids of cards that a text finds best, in order, on the boards `by` knows of."""
    boards = list(Pipeline.objects.visible_to(by).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "select pipelines_find_cards(%s::bigint[], %s, %s)",
            [boards, needle, search.MOST_FOUND],
        )
        return [row[0] for row in cursor.fetchall()]


def _status(position: Position) -> str:
    if position.archived_at:
        return "archived"
    return position.outcome or "open"


def _own(rows: Sequence[Pipeline]) -> dict[int, dict[str, Any]]:
    return {row.pk: {"custom": row.properties} for row in rows}


def _criteria(stages: Sequence[Stage]) -> dict[int, dict[str, Any]]:
    """Return the exit criteria of stages."""
    found: dict[int, dict[str, Any]] = {stage.pk: {"exit_criteria": []} for stage in stages}
    criteria = Criterion.objects.filter(stage__in=stages, archived_at=None)
    for criterion in criteria.order_by("order", "id"):
        found[criterion.stage_id]["exit_criteria"].append(
            {"key": criterion.key, "label": criterion.label, "condition": criterion.condition}
        )
    return found


def _standing(positions: Sequence[Position]) -> dict[int, dict[str, Any]]:
    """Return what positions have beside columns: the score in force, and what was attested."""
    found: dict[int, dict[str, Any]] = {
        position.pk: {
            "custom": position.properties,
            "score_in_force": position.score_in_force,
            "days_in_stage": position.days_in_stage,
            "attested": [],
        }
        for position in positions
    }
    attested = Attestation.objects.filter(position__in=positions).select_related("criterion")
    for attestation in attested.order_by("id"):
        found[attestation.position_id]["attested"].append(attestation.criterion.key)
    return found


@relations.register("contact")
def _standings(contacts: Sequence[Contact], by: Actor) -> dict[int, list[Relation]]:
    """Say on which boards contacts stand, as far as those are open to `by`."""
    positions = Position.objects.visible_to(by).filter(
        contact_id__in=[contact.pk for contact in contacts], archived_at=None
    )
    found: dict[int, list[Relation]] = defaultdict(list)
    for position in positions.select_related("pipeline", "stage").order_by("id"):
        found[position.contact_id].append(
            Relation(
                type="in_pipeline",
                said="stands in",
                ref=position.ref,
                name=f"{position.pipeline.name}: {position.stage.name}",
                properties={
                    "pipeline": position.pipeline.ref,
                    "stage": position.stage.ref,
                    "score": position.score_in_force,
                    "value_cents": position.value_cents,
                    "currency": position.currency,
                },
                url=board(position.pipeline),
            )
        )
    return found


@relations.register("position")
def _ends(positions: Sequence[Position], by: Actor) -> dict[int, list[Relation]]:
    """Say who stands where."""
    return {
        position.pk: [
            Relation(
                type="contact",
                said="is the position of",
                ref=position.contact.ref,
                name=position.contact.name,
                url=position.contact.get_absolute_url(),
            ),
            Relation(
                type="in_pipeline",
                said="stands in",
                ref=position.stage.ref,
                name=f"{position.pipeline.name}: {position.stage.name}",
                properties={"pipeline": position.pipeline.ref},
                url=board(position.pipeline),
            ),
        ]
        for position in positions
    }


@relations.register("stage")
def _pipelines(stages: Sequence[Stage], by: Actor) -> dict[int, list[Relation]]:
    """Say to which pipeline stages belong."""
    return {
        stage.pk: [
            Relation(
                type="belongs_to_pipeline",
                said="belongs to",
                ref=stage.pipeline.ref,
                name=stage.pipeline.name,
                properties={"order": stage.order},
                url=board(stage.pipeline),
            )
        ]
        for stage in stages
    }


@relations.register("pipeline")
def _stages(pipelines: Sequence[Pipeline], by: Actor) -> dict[int, list[Relation]]:
    """Say which stages pipelines have."""
    found: dict[int, list[Relation]] = defaultdict(list)
    stages = Stage.objects.visible_to(by).filter(pipeline__in=pipelines, archived_at=None)
    for stage in stages.order_by("order", "id"):
        found[stage.pipeline_id].append(
            Relation(
                type="belongs_to_pipeline",
                said="has the stage",
                ref=stage.ref,
                name=stage.name,
                properties={"order": stage.order, "kind": stage.kind},
            )
        )
    return found


def board(pipeline: Pipeline) -> str:
    """Return the address of a pipeline's board."""
    return reverse("pipelines:board", args=[pipeline.pk])
