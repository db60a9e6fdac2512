"""Cards with a past: laid as an import would, so that every figure can be reckoned by hand."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from audit.actions import action
from audit.actors import Actor
from crm.models import Contact
from pipelines.insight import flow, performance
from pipelines.insight.flow import Flow
from pipelines.insight.spans import Span
from pipelines.models import Pipeline, Position, Stage, StageKind, StageVisit

NOW = "2026-03-31T12:00:00Z"


def day(number: float, month: int = 3) -> datetime:
    """Return a moment of spring 2026: day(3.5) is noon of the third of March."""
    whole = int(number)
    return datetime(2026, month, whole, round((number - whole) * 24), tzinfo=UTC)


def trace(pipeline: Pipeline, *, span: Span, by: Actor) -> Flow:
    """Return the flow of a pipeline, counted now."""
    counts = performance.count(pipeline, span=span, by=by)
    return flow.trace(pipeline, counts, span=span, by=by)


def lay(
    pipeline: Pipeline, *stays: tuple[str, datetime], by: Actor, contact: Any = None, **values: Any
) -> Position:
    """
    Make a card that entered stages one after another.

    :param contact: the contact, or columns of a new one
    """
    stages = {stage.name: stage for stage in Stage.objects.filter(pipeline=pipeline)}
    organization = pipeline.organization_id
    with action("test.arrange", by=by):
        if not isinstance(contact, Contact):
            named = {"name": "Someone", **(contact or {})}
            contact = Contact.objects.create(organization_id=organization, **named)
        name, entered = stays[-1]
        kind = stages[name].kind
        card = Position.objects.create(
            **{
                "organization_id": organization,
                "contact": contact,
                "pipeline": pipeline,
                "stage": stages[name],
                "rank": "a",
                "entered_stage_at": entered,
                "outcome": "" if kind == StageKind.ACTIVE else kind,
                "closed_at": None if kind == StageKind.ACTIVE else entered,
                **values,
            }
        )
        common = {"organization_id": organization, "pipeline": pipeline, "position": card}
        for (name, entered), (following, left) in pairwise(stays):
            StageVisit.objects.create(
                stage=stages[name],
                entered_at=entered,
                left_at=left,
                next_stage=stages[following],
                **common,
            )
        StageVisit.objects.create(stage=stages[stays[-1][0]], entered_at=stays[-1][1], **common)
    return card
