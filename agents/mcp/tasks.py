"""
Tasks: what waits for a person, to clients that know the extension.

A task is an approval seen from the client's side, so it ends when a person decides, is there after
any restart, and is cancelled by withdrawing what was asked. Nothing else is kept of it.
"""

from typing import Any

from mcp_types.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY

from agents import actions, registry
from agents.mcp import answers
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method
from agents.mcp.revisions import PRESENT
from agents.results import Result
from agents.untrusted import clean
from approvals import approvals, queries, statuses
from approvals.approvals import AlreadyDecided
from approvals.models import Approval, Status
from audit.actions import tenant
from audit.actors import Actor
from audit.models import Outcome

EXTENSION = "io.modelcontextprotocol/tasks"
POLL = 2_000  # milliseconds between two looks; people take their time
LONGEST_ID = 40  # characters


def becomes_task(asked: Asked, result: Result) -> bool:
    """Whether a call waits and its client can follow a task."""
    return (
        result.status == Outcome.WAITING and result.approval is not None and asked.knows(EXTENSION)
    )


def begin(asked: Asked, result: Result) -> dict[str, Any]:
    """Return the task of a call that waits."""
    with tenant(asked.actor.tenant_id):
        approval = find(result.approval, by=asked.actor)
    return {
        "resultType": "task",
        **describe(approval),
        "statusMessage": clean(answers.tell(result)),
    }


@method("tasks/get", only=(PRESENT,))
def get(asked: Asked) -> dict[str, Any]:
    """Say where a task stands, with its result once it has ended."""
    _check_extension(asked)
    with asked.inside() as caller:
        approval = find(asked.params.get("taskId"), by=caller.actor)
        return describe(approval) | _conclude(approval, caller.actor)


@method("tasks/cancel", only=(PRESENT,))
def cancel(asked: Asked) -> dict[str, Any]:
    """Withdraw what was asked; what has ended already stays as it is."""
    _check_extension(asked)
    with asked.inside() as caller:
        approval = find(asked.params.get("taskId"), by=caller.actor)
        actor = caller.actor
    if approval.is_waiting:
        try:
            approvals.withdraw(approval, by=actor, reason="cancelled by the client")
        except AlreadyDecided:
            return {}  # a person was quicker, and the next look says so
    return {}


@method("tasks/update", only=(PRESENT,))
def update(asked: Asked) -> dict[str, Any]:
    """Take answers. No task of ours waits for any: people decide where they are logged in."""
    _check_extension(asked)
    with asked.inside() as caller:
        find(asked.params.get("taskId"), by=caller.actor)
    return {}


def find(ref: Any, *, by: Actor) -> Approval:
    """:raises ProtocolError: if there is no such task, or not for the caller"""
    kind, _, number = str(ref)[:LONGEST_ID].partition(":")
    found = None
    if kind == "approval" and number.isascii() and number.isdigit() and len(number) < 19:
        found = queries.find_all(by=by).asked_by(by).filter(pk=int(number)).first()  # type: ignore[attr-defined]
    if found is None:
        raise ProtocolError(INVALID_PARAMS, "There is no such task.", taskId=str(ref)[:LONGEST_ID])
    return found


def describe(approval: Approval) -> dict[str, Any]:
    """Return a task as the extension has it."""
    begun, latest = approval.asked_at, approval.decided_at or approval.asked_at
    return {
        "taskId": approval.ref,
        "status": _find_status(approval),
        "statusMessage": clean(statuses.say(approval)),
        "createdAt": begun.isoformat().replace("+00:00", "Z"),
        "lastUpdatedAt": latest.isoformat().replace("+00:00", "Z"),
        "ttlMs": None,
        "pollIntervalMs": POLL,
    }


def _find_status(approval: Approval) -> str:
    if approval.status in (Status.USED, Status.REFUSED):
        return "completed"
    if approval.status == Status.WITHDRAWN:
        return "cancelled"
    if approval.is_final or approval.is_over_time:
        return "failed"
    return "working"


def _conclude(approval: Approval, by: Actor) -> dict[str, Any]:
    """Return what a task that has ended came to: the call's answer, or why there is none."""
    status = _find_status(approval)
    if status == "completed":
        return {"result": answers.show(_answer(approval, by), tool="") | {"resultType": "complete"}}
    if status == "failed":
        return {"error": {"code": INTERNAL_ERROR, "message": statuses.say(approval)}}
    return {}


def _answer(approval: Approval, by: Actor) -> Result:
    """Return what the call that waited answers now that a person has decided."""
    if approval.status == Status.REFUSED:
        says = f"{statuses.say(approval)} {approval.note}"
        return Result(
            status=Outcome.DENIED,
            http=403,
            approval=approval.ref,
            because=[approval.note],
            summary=says,
        )
    done = actions.visible_to(by).filter(pk=approval.used_in_id or 0).first()
    # A tool that records nothing has only its own name to say.
    unsaid = done is None or done.summary == registry.get(approval.tool).title
    says = f"{approval.title}: done" if done is None or unsaid else done.summary
    return Result(
        status=Outcome.DONE,
        approval=approval.ref,
        action=f"action:{approval.used_in_id}",
        summary=says,
    )


def _check_extension(asked: Asked) -> None:
    """:raises ProtocolError: if the client does not declare the extension"""
    if not asked.knows(EXTENSION):
        raise ProtocolError(
            MISSING_REQUIRED_CLIENT_CAPABILITY,
            "Declare the tasks extension to ask for tasks.",
            requiredCapabilities={"extensions": {EXTENSION: {}}},
        )
