"""
Tasks that wait to be told something, to clients that know the extension.

A call of a tool that only those can make, and that must know more, is kept as a row with what it
asks. The answers come one by one, days later if need be, to any process; with the last of them the
call is made as it was, under the row's key, so it takes effect once whoever makes it.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mcp_types.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS

from agents.calls import dispatch
from agents.mcp import answers, inputs
from agents.mcp.asking import Asked
from agents.mcp.inputs import Heard
from agents.mcp.messages import ProtocolError
from agents.mcp.questions import is_storable
from agents.models import Question
from audit import clock
from audit.actions import tenant
from audit.actors import Actor
from audit.texts import storable

KIND = "question"  # of the references that name such tasks
LIFETIME = timedelta(days=7)
POLL = 2_000  # milliseconds between two looks
ABANDONED = timedelta(seconds=60)  # after which whoever looks makes a call that was to be made
MOST_OPEN = 100  # of one caller
OVER_BUDGET = 429


def begin(
    asked: Asked, arguments: Mapping[str, Any], about: Mapping[str, Any], needed: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Return the task of a call that needs to be told more.

    :param about: what is said of the call besides its arguments
    :raises ProtocolError: if the client cannot be asked, or is asked too much already
    """
    able, by = inputs.choose(asked, needed), asked.actor
    with tenant(by.tenant_id):
        if _mine(by).filter(outcome__isnull=True, cancelled_at=None).count() >= MOST_OPEN:
            raise ProtocolError(INVALID_PARAMS, f"Answer some of {MOST_OPEN} open tasks first.")
        question = Question.objects.create(
            organization_id=by.tenant_id,
            actor=by.ref,
            key=secrets.token_urlsafe(16),
            inputs=able,
            call={"name": asked.params["name"], "arguments": arguments, "about": about},
            asked_at=clock.real_now(),
            heard_at=clock.real_now(),
            until=clock.real_now() + LIFETIME,
        )
    # What it asks is told by the first look.
    return {"resultType": "task", **describe(question)}


def find(ref: str, *, by: Actor) -> Question | None:
    """Return a task of the caller's, locked; None where there is none of that name."""
    kind, _, key = storable(ref).partition(":")
    if kind != KIND:
        return None
    found: Question | None = _mine(by).select_for_update().filter(key=key).first()
    return found


def _mine(by: Actor) -> Any:
    return Question.objects.visible_to(by).filter(actor=by.ref, call__isnull=False)


def hear(question: Question, told: Any) -> None:
    """
    Take answers, each once, as long as they are waited for; others are passed over.

    :raises ProtocolError: if they have not the shape of answers
    """
    if not isinstance(told, Mapping) or not all(isinstance(each, dict) for each in told.values()):
        raise ProtocolError(INVALID_PARAMS, "inputResponses must hold an object for each answer.")
    if not is_storable(told):
        raise ProtocolError(INVALID_PARAMS, "This holds a character that cannot be kept.")
    if question.cancelled_at or question.until <= clock.real_now():
        return
    for name in [name for name in told if name in question.inputs]:
        question.answers[name] = told[name]
        del question.inputs[name]
    _keep(question, "inputs", "answers")


def cancel(question: Question) -> None:
    """Give it up; what is being carried out, or has ended, stays as it is."""
    if question.inputs and question.outcome is None and question.cancelled_at is None:
        question.cancelled_at = clock.real_now()
        _keep(question, "cancelled_at")


def _keep(question: Question, *columns: str) -> None:
    question.heard_at = clock.real_now()
    question.save(update_fields=[*columns, "heard_at"])


def is_ready(question: Question) -> bool:
    """Whether all is told, and the call is to be made."""
    over = question.outcome is not None or question.cancelled_at is not None
    return not over and not question.inputs


def is_abandoned(question: Question) -> bool:
    """Whether the call was to be made, and whoever was to make it seems to be gone."""
    return is_ready(question) and clock.real_now() - question.heard_at > ABANDONED


def go_on(asked: Asked, question: Question) -> None:
    """Make the call with what was told, and keep what it comes to, or asks next."""
    call: dict[str, Any] = question.call or {}
    about = dict(call["about"])
    key = about.pop("idempotency_key", "") or question.key
    told = question.answers
    brought = Heard(told, question.key, inputs.read_choice(call["name"], told))
    with inputs.hearing(brought):
        arguments = {**call["arguments"], **brought.arguments}
        result = dispatch.call(
            asked.actor, call["name"], arguments, key=key, token=asked.token, **about
        )
    if result.http == OVER_BUDGET:
        return  # a later look tries again
    with tenant(asked.actor.tenant_id):
        fresh = find(f"{KIND}:{question.key}", by=asked.actor)
        if fresh is None or not is_ready(fresh):
            return
        try:
            if "inputs" in result.details:
                fresh.inputs = inputs.choose(asked, result.details["inputs"])
            elif result.approval and not result.is_done:
                fresh.outcome = {"approval": result.approval}
            else:
                shown = answers.show(result, tool=call["name"])
                fresh.outcome = {"result": shown | {"resultType": "complete"}}
        except ProtocolError as error:
            fresh.outcome = {"error": error.as_json()}
        _keep(fresh, "inputs", "outcome")


def describe(question: Question) -> dict[str, Any]:
    """Return a task as the extension has it."""
    status, says = _find_status(question)
    return {
        "taskId": f"{KIND}:{question.key}",
        "status": status,
        "statusMessage": says,
        "createdAt": _write(question.asked_at),
        "lastUpdatedAt": _write(question.heard_at),
        "ttlMs": int(LIFETIME.total_seconds() * 1000),
        "pollIntervalMs": POLL,
    }


def conclude(question: Question) -> dict[str, Any]:
    """Return what a task asks at present, or came to."""
    status, says = _find_status(question)
    if status == "input_required":
        return {"inputRequests": question.inputs}
    if question.outcome is not None:
        return dict(question.outcome)
    if status == "failed":
        return {"error": {"code": INTERNAL_ERROR, "message": says}}
    return {}


def _find_status(question: Question) -> tuple[str, str]:
    if question.cancelled_at is not None:
        return "cancelled", "You gave it up."
    if question.outcome is not None:
        failed = "error" in question.outcome
        return ("failed", "It cannot go on.") if failed else ("completed", "It has ended.")
    if question.until <= clock.real_now():
        return "failed", "It was not answered in time."
    if question.inputs:
        return "input_required", f"It needs to be told: {', '.join(question.inputs)}."
    return "working", "It is being carried out."


def _write(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
