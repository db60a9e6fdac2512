"""
What was granted and cannot be carried out yet, because something is switched off.

A switch is not a reason to forget a decision: what is held goes on when the switch is on again,
judged once more like everything that was granted.
"""

from datetime import timedelta

from approvals.events import ApprovalHeld, ApprovalReleased
from approvals.models import Approval
from audit.actions import action, record
from audit.actors import Actor

TIME_TO_HOLD = timedelta(days=7)  # from the decision on; then it expires


def hold(approval: Approval, *, off: str, until: str) -> Approval:
    """
    Let a locked, granted approval wait in the open action until what is `off` is switched on.

    :param off: a reference, or the name of a tool
    :param until: what it waits for, in words: agents are switched on for Sales
    """
    assert approval.decided_at is not None
    approval.held_by, approval.held_until = off, until
    approval.expires_at = approval.decided_at + TIME_TO_HOLD
    approval.save(update_fields=["held_by", "held_until", "expires_at"])
    record(
        ApprovalHeld(approval_id=approval.pk, off=off),
        on=approval,
        summary=f"{approval.title}: waits until {until}",
    )
    return approval


def release(off: str, *, by: Actor) -> int:
    """Have everything carried out that waits for `off` to be switched on; return how much."""
    held = Approval.objects.filter(organization_id=by.tenant_id, held_by=off)
    if not held.exists():
        return 0
    with action("approvals.release", by=by, arguments={"on": off}) as act:
        released = list(held.order_by("pk"))
        for approval in released:
            record(ApprovalReleased(approval_id=approval.pk), on=approval)
        act.summary = f"What waited for {off} goes on"
    return len(released)
