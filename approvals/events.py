"""What happens to an approval."""

from dataclasses import dataclass

from audit.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(Event):
    """A call waits for a person."""

    name = "approvals.approval.asked"
    approval_id: int
    tool: str


@dataclass(frozen=True, kw_only=True)
class ApprovalGranted(Event):
    """A person granted a call, as it was asked or edited. Nothing is done yet."""

    name = "approvals.approval.granted"
    approval_id: int
    edited: bool
    by_its_owner: bool


@dataclass(frozen=True, kw_only=True)
class ApprovalRefused(Event):
    """A person refused a call, and said why."""

    name = "approvals.approval.refused"
    approval_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class RefusalLifted(Event):
    """The call that was refused may be asked for again."""

    name = "approvals.approval.lifted"
    approval_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """Whoever asked no longer wants it."""

    name = "approvals.approval.withdrawn"
    approval_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalExpired(Event):
    """Nobody decided in time, or what was granted was not carried out in time."""

    name = "approvals.approval.expired"
    approval_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalStale(Event):
    """It can no longer be carried out as it was shown."""

    name = "approvals.approval.stale"
    approval_id: int
    because: str


@dataclass(frozen=True, kw_only=True)
class ApprovalHeld(Event):
    """What was granted waits until something is switched on: a reference, or a tool's name."""

    name = "approvals.approval.held"
    approval_id: int
    off: str


@dataclass(frozen=True, kw_only=True)
class ApprovalReleased(Event):
    """What a granted call waited for is switched on."""

    name = "approvals.approval.released"
    approval_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalUsed(Event):
    """What was granted was carried out; the approval is good for nothing more."""

    name = "approvals.approval.used"
    approval_id: int


@dataclass(frozen=True, kw_only=True)
class PolicyWritten(Event):
    """A person set, changed or switched off a policy."""

    name = "approvals.policy.written"
    policy_id: int
    key: str
