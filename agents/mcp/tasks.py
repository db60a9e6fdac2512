"""
Tasks: what waits for a person, to clients that know the extension.

A task is an approval seen from the client's side, so it ends when a person decides, is there after
any restart, and is cancelled by withdrawing what was asked. Nothing else is kept of it. The others
wait to be told something by the client itself (`inquiries`).
"""

from typing import Any

from mcp_types.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY

from agents.calls.results import Result
from agents.catalogue import registry
from agents.catalogue.untrusted import clean
from agents.mcp import answers, inquiries
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method
from agents.mcp.revisions import PRESENT
from agents.models import Question
from agents.records import actions
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
        approval = find(str(result.approval), by=asked.actor)
    says = clean(answers.tell(result))
    return {"resultType": "task", **describe(approval), "statusMessage": says}


@method("tasks/get", only=(PRESENT,))
def get(asked: Asked) -> dict[str, Any]:
    """Say where a task stands, with what it asks, or its result once it has ended."""
    check_extension(asked)
    ref = _name(asked)
    with asked.inside() as caller:
        question = inquiries.find(ref, by=caller.actor)
        if question is None or not inquiries.is_abandoned(question):
            return _look(ref, question, caller.actor)
    inquiries.go_on(asked, question)
    with asked.inside() as caller:
        return _look(ref, inquiries.find(ref, by=caller.actor), caller.actor)


def _look(ref: str, question: Question | None, by: Actor) -> dict[str, Any]:
    if question is None:
        approval = find(ref, by=by)
    elif question.outcome is None or "approval" not in question.outcome:
        return inquiries.describe(question) | inquiries.conclude(question)
    else:
        # What was told led to something that a person decides.
        approval = find(question.outcome["approval"], by=by)
    return describe(approval) | _conclude(approval, by) | {"taskId": ref}


@method("tasks/cancel", only=(PRESENT,))
def cancel(asked: Asked) -> dict[str, Any]:
    """Withdraw what was asked; what has ended already stays as it is."""
    check_extension(asked)
    ref = _name(asked)
    with asked.inside() as caller:
        actor = caller.actor
        question = inquiries.find(ref, by=actor)
        if question is None:
            approval: Approval | None = find(ref, by=actor)
        else:
            inquiries.cancel(question)
            asks = (question.outcome or {}).get("approval")
            approval = find(asks, by=actor) if asks else None
    if approval is not None and approval.is_waiting:
        try:
            approvals.withdraw(approval, by=actor, reason="cancelled by the client")
        except AlreadyDecided:
            return {}  # a person was quicker, and the next look says so
    return {}


@method("tasks/update", only=(PRESENT,))
def update(asked: Asked) -> dict[str, Any]:
    """Take answers; with the last one the call is made. Where a person decides, none are taken."""
    check_extension(asked)
    ref = _name(asked)
    with asked.inside() as caller:
        question = inquiries.find(ref, by=caller.actor)
        if question is None:
            find(ref, by=caller.actor)
            return {}
        was_ready = inquiries.is_ready(question)
        inquiries.hear(question, asked.params.get("inputResponses"))
        ready = inquiries.is_ready(question) and not was_ready
    if ready:
        inquiries.go_on(asked, question)
    return {}


def _name(asked: Asked) -> str:
    return str(asked.params.get("taskId"))[:LONGEST_ID]


def find(ref: str, *, by: Actor) -> Approval:
    """:raises ProtocolError: if there is no such task, or not for the caller"""
    kind, _, number = ref.partition(":")
    found = None
    if kind == "approval" and number.isascii() and number.isdigit() and len(number) < 19:
        found = queries.find_all(by=by).asked_by(by).filter(pk=int(number)).first()  # type: ignore[attr-defined]
    if found is None:
        raise ProtocolError(INVALID_PARAMS, "There is no such task.", taskId=ref)
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


def check_extension(asked: Asked) -> None:
    """:raises ProtocolError: if the client does not declare the extension"""
    if not asked.knows(EXTENSION):
        raise ProtocolError(
            MISSING_REQUIRED_CLIENT_CAPABILITY,
            "Declare the tasks extension to ask for tasks.",
            requiredCapabilities={"extensions": {EXTENSION: {}}},
        )
