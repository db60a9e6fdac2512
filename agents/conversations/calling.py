"""Calls: what a model wants done, made through the one door or asked about first."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agents.calls import dispatch
from agents.calls.calls import loggable
from agents.calls.results import Result
from agents.catalogue import registry
from agents.conversations import memory, thinking, wordings, work
from agents.conversations.models import LOCAL
from agents.models import Job, Step
from agents.reading.recalling import OfConversation
from approvals.proposals import digest_of
from audit.actions import Refusal, action
from audit.actors import Actor
from audit.models import Outcome
from audit.texts import storable_json

SURE = 1.0  # what the planner is of what it was told in so many words
# What an agent's model says of a call, among its arguments.
ENVELOPE = {
    "_reason": {"type": "string", "description": "Why, in a sentence a colleague can check."},
    "_confidence": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "How sure you are, honestly; what is less than sure waits for a person.",
    },
}


def add_envelope(tools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return tools as an agent's model is told of them: with room for why, and how sure it is."""
    return [
        {
            **tool,
            "function": {
                **tool["function"],
                "parameters": {
                    **tool["function"]["parameters"],
                    "properties": {**tool["function"]["parameters"]["properties"], **ENVELOPE},
                },
            },
        }
        for tool in tools
    ]


def answer(job: Job, steps: list[Step], calls: list[dict[str, Any]], *, by: Actor) -> bool:
    """Make the next call, or ask first whether it may be made."""
    call = calls[0]
    arguments = thinking.arguments_of(call)
    told = memory.find(job, steps, call, by=by)
    asks = _wants_asking(job, call)
    tried = _try(call, by=by, told=told) if asks and arguments is not None else None
    if tried is not None and tried.status in (Outcome.DONE, Outcome.WAITING):
        wanted = [each for each in calls if _wants_asking(job, each)]
        work.ask(job, [_preview(job, steps, each, by=by) for each in wanted])
        return False
    if arguments is None:
        answer = _refuse("The arguments of a call must be a JSON object.")
    elif tried is not None:  # nobody is asked about what cannot be done
        answer = _show(_record(job, call, arguments, tried, by=by))
    elif job.confirmed.get(call["id"]) is False:
        answer = _refuse(f"{by.name} does not want this done.")
    elif _changed_since_asked(job, steps, call, by=by):
        answer = _refuse("What this would change is no longer what was confirmed; look again.")
    else:
        answer = _show(make(job, call, arguments, by=by, told=told))
    work.add(
        job,
        kind=Step.Kind.CALL,
        call_id=call["id"],
        tool=call["tool"],
        arguments=_storable(arguments or {}),
        answer=answer,
    )
    return True


def _wants_asking(job: Job, call: dict[str, Any]) -> bool:
    """
    Whether the speaker confirms a call first: one that writes, wanted by a model from elsewhere.

    What `local/planner` wants was put in words by the speaker, and by nothing it read. What an
    agent does as itself is for policy to judge.
    """
    tool = registry.TOOLS.get(call["tool"])
    writes = tool is not None and tool.writes
    asked = job.agent_id is None and job.model != LOCAL
    return writes and asked and call["id"] not in job.confirmed


def make(
    job: Job,
    call: dict[str, Any],
    arguments: dict[str, Any],
    *,
    by: Actor,
    told: OfConversation | None = None,
) -> Result:
    """
    Make a call; however often, it is done once.

    :param told: what the model of a conversation had been told when it wanted the call
    """
    reason, confidence = job.said, None
    if job.agent_id is not None:
        arguments, said = _split(arguments)
        reason = str(said.get("_reason") or job.said)
        confidence = SURE if job.model == LOCAL else said.get("_confidence")
        if confidence is not None and not _is_number(confidence):
            return _refusal("_confidence must be a number from 0 to 1.")
    return dispatch.call(
        by,
        call["tool"],
        arguments,
        reason=reason,
        confidence=confidence,
        key=f"{job.ref} {call['id']}",
        correlation=job.correlation,
        told=told,
    )


def _split(arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a call's arguments, and what is said of it among them."""
    said = {name: arguments[name] for name in ENVELOPE if name in arguments}
    return {name: given for name, given in arguments.items() if name not in said}, said


def _preview(job: Job, steps: list[Step], call: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return what a call would change, as its speaker is shown it, and what was read where."""
    result = _try(call, by=by, told=memory.find(job, steps, call, by=by))
    would = (result.result or {}).get("would")
    says = [would["title"] if would else result.summary]
    if result.status == Outcome.WAITING:
        says.append("then it waits for approval")
    says += wordings.say_read((would or {}).get("taints", []))
    return {
        "id": call["id"],
        "tool": call["tool"],
        "arguments": thinking.arguments_of(call) or {},
        "summary": "; ".join(says),
        "would": would,
        "digest": digest_of([result.status, result.result]),
    }


def _try(call: dict[str, Any], *, by: Actor, told: OfConversation | None) -> Result:
    arguments = thinking.arguments_of(call) or {}
    return dispatch.call(by, call["tool"], arguments, dry_run=True, told=told)


def _record(
    job: Job, call: dict[str, Any], arguments: dict[str, Any], tried: Result, *, by: Actor
) -> Result:
    """Put on record that a call was wanted and refused when it was tried; return the refusal."""
    refusal = Refusal(tried.summary)
    refusal.outcome = tried.status
    attempt = action(
        call["tool"],
        by=by,
        reason=job.said,
        arguments=loggable(arguments),
        correlation=job.correlation,
    )
    with suppress(Refusal), attempt as opened:
        raise refusal
    return replace(tried, action=opened.ref)


def _changed_since_asked(job: Job, steps: list[Step], call: dict[str, Any], *, by: Actor) -> bool:
    """Whether a call that was confirmed would change something else by now."""
    asked = next((each for each in job.asked if each["id"] == call["id"]), None)
    return asked is not None and _preview(job, steps, call, by=by)["digest"] != asked["digest"]


def _show(result: Result) -> dict[str, Any]:
    """Return an answer as every door gives it."""
    return {
        "status": result.status.value,
        "result": result.result,
        "action": result.action,
        "approval": result.approval,
        "because": result.because,
        "summary": result.summary,
        "http": result.http,
        **{key: value for key, value in result.details.items() if key != "because"},
    }


def _refuse(says: str) -> dict[str, Any]:
    return _show(_refusal(says))


def _refusal(says: str) -> Result:
    return Result(status=Outcome.REFUSED, because=[says], summary=says)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _storable(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments as a step keeps them, whatever a model put into them."""
    kept: dict[str, Any] = json.loads(storable_json(json.dumps(arguments)))
    return kept
