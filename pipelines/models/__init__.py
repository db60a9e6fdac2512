"""Where they stand: pipelines, their stages, and the positions contacts hold in them."""

from pipelines.models.boards import (
    SEE,
    Colour,
    Criterion,
    InPipelineQuerySet,
    Pipeline,
    PipelineType,
    PipelineUserObjectPermission,
    Stage,
    StageKind,
    open_to,
)
from pipelines.models.cards import Attestation, Position, PositionOutcome, StageVisit
from pipelines.models.counted import Counted
from pipelines.models.totals import StageTotal

__all__ = [
    "SEE",
    "Attestation",
    "Colour",
    "Counted",
    "Criterion",
    "InPipelineQuerySet",
    "Pipeline",
    "PipelineType",
    "PipelineUserObjectPermission",
    "Position",
    "PositionOutcome",
    "Stage",
    "StageKind",
    "StageTotal",
    "StageVisit",
    "open_to",
]
