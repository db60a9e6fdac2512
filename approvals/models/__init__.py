"""Whether it may be done: what policy says, and what waits for a person."""

from approvals.models.approvals import OPEN, Approval, ApprovalQuerySet, Decision, Status
from approvals.models.policies import Answer, Policy

__all__ = ["OPEN", "Answer", "Approval", "ApprovalQuerySet", "Decision", "Policy", "Status"]
