"""What agents hear of."""

from agents import resumption
from approvals.events import ApprovalGranted
from approvals.models import Approval
from audit.events import subscribe
from audit.models import Event


@subscribe(ApprovalGranted)
def carry_out(event: Event) -> None:
    """Do what was granted, unless it is done already."""
    approval = Approval.objects.filter(pk=event.payload["approval_id"]).first()
    if approval is not None:
        resumption.resume(approval)
