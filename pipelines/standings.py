"""A position in full: its pipeline's stages, and what its own stage asks for before it moves on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.actors import Actor
from crm import names
from crm.conditions import Condition, Names, Trace
from pipelines.models import Attestation, Criterion, Position, Stage
from pipelines.scores import FACTORS


@dataclass(frozen=True, kw_only=True)
class State:
    """
    One exit criterion and whether it holds for a position.

    :param said: what the data says of a condition; "" of a checklist item
    """

    pk: int
    label: str
    met: bool
    said: str = ""
    is_checklist: bool = False
    by: str = ""
    at: datetime | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Standing:
    """One position with all that its picture needs."""

    position: Position
    stages: list[Stage]
    criteria: list[State]

    @property
    def factors(self) -> list[tuple[str, float]]:
        """What the agents' score rests on, each 0 to 100."""
        held = self.position.score_factors
        return [(name, held[name]) for name in FACTORS if name in held]


def get(positions: Sequence[Position], *, by: Actor) -> list[Standing]:
    """
    Return each of `positions` with its stages and criteria, in three statements for all.

    Two more for each kind of row that their conditions name.
    """
    pipelines = {position.pipeline_id for position in positions}
    stages = Stage.objects.filter(pipeline__in=pipelines, archived_at=None)
    by_pipeline: dict[int, list[Stage]] = {}
    for stage in stages.order_by("order", "pk"):
        by_pipeline.setdefault(stage.pipeline_id, []).append(stage)
    asked: dict[int, list[Criterion]] = {}
    standing_in = {position.stage_id for position in positions}
    for criterion in Criterion.objects.filter(stage__in=standing_in, archived_at=None).order_by(
        "order", "pk"
    ):
        asked.setdefault(criterion.stage_id, []).append(criterion)
    attested = {
        (each.position_id, each.criterion_id): each
        for each in Attestation.objects.filter(position__in=positions)
    }
    traces = {
        (position.pk, criterion.pk): Condition.parse(criterion.condition, on=Position).evaluate(
            position
        )
        for position in positions
        for criterion in asked.get(position.stage_id, [])
        if criterion.condition
    }
    called = names.find((ref for trace in traces.values() for ref in trace.references), by=by)
    return [
        Standing(
            position=position,
            stages=by_pipeline.get(position.pipeline_id, []),
            criteria=[
                _tell(criterion, traces[key], called)
                if (key := (position.pk, criterion.pk)) in traces
                else _ask(criterion, attested.get(key))
                for criterion in asked.get(position.stage_id, [])
            ],
        )
        for position in positions
    ]


def _tell(criterion: Criterion, trace: Trace, called: Names) -> State:
    """Return the state of a condition."""
    return State(pk=criterion.pk, label=criterion.label, met=trace.holds, said=trace.say(called))


def _ask(criterion: Criterion, attestation: Attestation | None) -> State:
    """Return the state of a checklist item."""
    known: dict[str, Any] = {"pk": criterion.pk, "label": criterion.label, "is_checklist": True}
    if attestation is None:
        return State(**known, met=False)
    return State(
        **known,
        met=True,
        by=attestation.attested_by_name,
        at=attestation.attested_at,
        evidence=attestation.evidence,
    )
