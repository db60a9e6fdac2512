"""What happens to pipelines and to the positions in them."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class PositionEntered(Event):
    """A contact was put into a pipeline."""

    name = "pipelines.position.entered"
    position_id: int
    contact_id: int
    pipeline_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class PositionMoved(Event):
    """A contact left one stage for another in the same pipeline."""

    name = "pipelines.position.moved"
    position_id: int
    pipeline_id: int
    from_stage_id: int
    to_stage_id: int


@dataclass(frozen=True, kw_only=True)
class PositionClosed(Event):
    """A card was won or lost; the reason is the one given, which the lost always have."""

    name = "pipelines.position.closed"
    position_id: int
    pipeline_id: int
    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PositionReopened(Event):
    """A closed card is under way again."""

    name = "pipelines.position.reopened"
    position_id: int
    pipeline_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class PositionPlaced(Event):
    """A card was given another place in its column."""

    name = "pipelines.position.placed"
    position_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class PositionUpdated(Event):
    """Fields of a card were changed."""

    name = "pipelines.position.updated"
    position_id: int
    pipeline_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PositionScored(Event):
    """A card was given a score, 0 to 100."""

    name = "pipelines.position.scored"
    position_id: int
    pipeline_id: int
    score: int
    before: int | None


@dataclass(frozen=True, kw_only=True)
class ManualScoreSet(Event):
    """A person set the score in force, 0 to 100, or (None) gave it back to the agents."""

    name = "pipelines.position.manually_scored"
    position_id: int
    pipeline_id: int
    score: int | None


@dataclass(frozen=True, kw_only=True)
class PositionArchived(Event):
    """A card was taken off its board."""

    name = "pipelines.position.archived"
    position_id: int
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PositionRestored(Event):
    """An archived card is back on its board."""

    name = "pipelines.position.restored"
    position_id: int
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class GatesWaived(Event):
    """A person let a card move on although something was unmet; `unmet` are its keys."""

    name = "pipelines.gates.waived"
    position_id: int
    from_stage_id: int
    to_stage_id: int
    unmet: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class GatesWaivedByImport(Event):
    """A person's import put cards where the file says they stand, whatever the gates."""

    name = "pipelines.gates.waived_by_import"
    pipeline_ids: tuple[int, ...]
    positions: int


@dataclass(frozen=True, kw_only=True)
class CriterionAttested(Event):
    """Somebody said, with evidence, that a checklist item holds."""

    name = "pipelines.criterion.attested"
    position_id: int
    pipeline_id: int
    criterion_id: int


@dataclass(frozen=True, kw_only=True)
class AttestationWithdrawn(Event):
    """A checklist item no longer counts as holding."""

    name = "pipelines.criterion.withdrawn"
    position_id: int
    pipeline_id: int
    criterion_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineCreated(Event):
    """There is a new pipeline."""

    name = "pipelines.pipeline.created"
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineUpdated(Event):
    """Settings of a pipeline were changed."""

    name = "pipelines.pipeline.updated"
    pipeline_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PipelineArchived(Event):
    """A pipeline was put away."""

    name = "pipelines.pipeline.archived"
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineRestored(Event):
    """A pipeline that was put away is in use again."""

    name = "pipelines.pipeline.restored"
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineRestricted(Event):
    """A pipeline was closed to all but owners and those named."""

    name = "pipelines.pipeline.restricted"
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineUnrestricted(Event):
    """A closed pipeline was opened to everybody."""

    name = "pipelines.pipeline.unrestricted"
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineOpened(Event):
    """Someone was let into a closed pipeline."""

    name = "pipelines.pipeline.opened"
    pipeline_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class PipelineShut(Event):
    """Someone was let into a closed pipeline no longer."""

    name = "pipelines.pipeline.shut"
    pipeline_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class StageAdded(Event):
    """A pipeline has a new stage."""

    name = "pipelines.stage.added"
    stage_id: int
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class StageUpdated(Event):
    """Rules or looks of a stage were changed."""

    name = "pipelines.stage.updated"
    stage_id: int
    pipeline_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StagesReordered(Event):
    """A pipeline's stages stand in another order."""

    name = "pipelines.stage.reordered"
    pipeline_id: int
    stage_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StageArchived(Event):
    """A stage is no longer part of its pipeline."""

    name = "pipelines.stage.archived"
    stage_id: int
    pipeline_id: int


@dataclass(frozen=True, kw_only=True)
class CriterionAdded(Event):
    """A stage asks for something more before a card leaves it."""

    name = "pipelines.criterion.added"
    criterion_id: int
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class CriterionUpdated(Event):
    """What a stage asks for was reworded, or asked for in another place."""

    name = "pipelines.criterion.updated"
    criterion_id: int
    stage_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CriterionArchived(Event):
    """A stage no longer asks for something."""

    name = "pipelines.criterion.archived"
    criterion_id: int
    stage_id: int
