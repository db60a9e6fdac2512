"""What became of an approval, in words."""

from datetime import datetime

from approvals.models import Approval, Decision, Status

DECIDED = {
    Decision.GRANTED: "approved",
    Decision.EDITED: "approved, with changes,",
    Decision.REFUSED: "rejected",
}


def say(approval: Approval) -> str:
    """Return one sentence on where `approval` stands, with who decided and when."""
    if approval.status == Status.WITHDRAWN:
        return f"{approval.withdrawn_by or approval.asked_by_name} has withdrawn this."
    if approval.status == Status.STALE:
        return f"This cannot be done as it was shown: {approval.ended_because}."
    if approval.status == Status.EXPIRED or (not approval.is_final and approval.is_over_time):
        return f"This expired on {say_when(approval.expires_at)}."
    if approval.decided_at is not None:
        how = DECIDED[Decision(approval.decision)]
        said = f"{approval.decided_by} {how} this on {say_when(approval.decided_at)}."
        return f"{said} It waits until {approval.held_until}." if approval.is_held else said
    return "This waits for a decision."


def say_when(moment: datetime) -> str:
    """Return an instant for a sentence: 5 March 2026 at 14:30 UTC."""
    return f"{moment:%-d %B %Y at %H:%M} UTC"
