"""What agents hear of."""

from agents.calls import resumption
from agents.conversations import deciding
from agents.events import SwitchedOn
from approvals import holds
from approvals.events import (
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalReleased,
    ApprovalStale,
    ApprovalUsed,
    ApprovalWithdrawn,
)
from approvals.models import Approval
from audit.actors import Door, system
from audit.events import subscribe
from audit.models import Event
from pipelines.events import PipelineUpdated, StageUpdated
from pipelines.models import Pipeline, Stage


@subscribe(ApprovalGranted, ApprovalReleased)
def carry_out(event: Event) -> None:
    """Do what was granted, unless it is done already."""
    approval = Approval.objects.filter(pk=event.payload["approval_id"]).first()
    if approval is not None:
        result = resumption.resume(approval)
        deciding.hear(Approval.objects.get(pk=approval.pk), result)


@subscribe(ApprovalUsed, ApprovalRefused, ApprovalWithdrawn, ApprovalExpired, ApprovalStale)
def go_on_with_a_job(event: Event) -> None:
    """Have whoever asked go on, with what was decided."""
    approval = Approval.objects.filter(pk=event.payload["approval_id"]).first()
    if approval is not None:
        deciding.hear(approval)


@subscribe(SwitchedOn)
def go_on(event: Event) -> None:
    """Carry out what waited for a switch; what another one holds off waits on for that."""
    _release(event, event.payload["switch"])


@subscribe(PipelineUpdated)
def go_on_with_a_pipeline(event: Event) -> None:
    """Carry out what waited for agents to be let into a pipeline, where they are."""
    found = Pipeline.objects.filter(pk=event.payload["pipeline_id"], ai_enabled=True).first()
    if found is not None and "ai_enabled" in event.payload["fields"]:
        _release(event, found.ref)


@subscribe(StageUpdated)
def go_on_with_a_stage(event: Event) -> None:
    """Carry out what waited for agents to be let into a stage, where they are."""
    found = Stage.objects.filter(pk=event.payload["stage_id"], ai_enabled=True).first()
    if found is not None and "ai_enabled" in event.payload["fields"]:
        _release(event, found.ref)


def _release(event: Event, switch: str) -> None:
    holds.release(switch, by=system(event.organization_id, door=Door.WORKER))
