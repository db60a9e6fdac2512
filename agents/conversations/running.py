"""
The loop: ask the model, make the calls it wants through the one door, tell it what came of them.

Nothing is held open while a model thinks. Each step is kept before the next is taken, and each call
is made under a key of its own, so that a worker that takes the job up does nothing twice.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agents import admission, dispatch, listings, registry
from agents.calls import loggable
from agents.conversations import history, thinking, work
from agents.conversations.models import LOCAL
from agents.conversations.thinking import Heard, NoAnswer
from agents.conversations.work import NoLongerHeld
from agents.models import Job, State, Step
from agents.registry import Dialect
from agents.results import Result
from agents.tokens import NotLetIn
from approvals.proposals import digest_of
from audit.actions import Refusal, action, tenant
from audit.actors import Actor, Door
from audit.models import Outcome
from crm import people
from crm.models import Membership

MOST_THOUGHTS = 25
MOST_CALLS = 100
MOST_TOKENS = 400_000

logger = logging.getLogger(__name__)


def advance_all(limit: int = 20) -> int:
    """Go on with the jobs nobody holds; return how many were taken up."""
    return sum(advance(organization, job) for organization, job in work.find_due(limit))


def advance(organization_id: int, job_id: int) -> bool:
    """Take a job up and go on with it until it ends or asks; False where another worker does."""
    job = work.take(organization_id, job_id)
    if job is None:
        return False
    if job.attempts > work.MOST_ATTEMPTS:
        work.end(job, State.FAILED, error="The workers ended before this did, again and again.")
        return True
    try:
        while _take_step(job):
            pass
    except NoLongerHeld:
        logger.info("%s was taken up by another worker, or stopped", job.ref)
    except NotLetIn as gone:
        work.end(job, State.FAILED, error=str(gone))
    except NoAnswer as silence:
        work.end(job, State.FAILED, error=str(silence))
    except Exception:  # the log has the fault; whoever waits is told
        logger.exception("Unable to go on with %s", job.ref)
        work.end(job, State.FAILED, error="Something went wrong here; what was done is listed.")
    return True


def _take_step(job: Job) -> bool:
    """Take one step; return whether there is another to take."""
    steps = work.find_steps(job)
    by = speaker_of(job)
    if calls := work.find_open_calls(job, steps):
        return _answer(job, calls, by=by)
    if steps and steps[-1].is_thought:
        work.end(job, State.DONE)
        return False
    if limit := _find_limit(steps):
        work.end(job, State.OVER, error=f"This took more than {limit}; it was stopped there.")
        return False
    thought = _think(job, steps, by=by)
    work.add(job, kind=Step.Kind.THOUGHT, **vars(thought))
    return True


def _find_limit(steps: list[Step]) -> str:
    """Name the limit that was reached, if one was."""
    thoughts = [step for step in steps if step.is_thought]
    if len(thoughts) >= MOST_THOUGHTS:
        return f"{MOST_THOUGHTS} answers of the model"
    if len(steps) - len(thoughts) >= MOST_CALLS:
        return f"{MOST_CALLS} calls"
    if sum(step.tokens_in + step.tokens_out for step in thoughts) >= MOST_TOKENS:
        return f"{MOST_TOKENS:,} tokens"
    return ""


def speaker_of(job: Job) -> Actor:
    """Return who speaks: what is done in a conversation is done as them, by their rights."""
    with tenant(job.organization_id):
        membership = Membership.objects.select_related("user").get(pk=job.speaker_id)
    return replace(people.actor_of(membership, door=Door.CHAT), version=job.model)


def _think(job: Job, steps: list[Step], *, by: Actor) -> thinking.Thought:
    with tenant(job.organization_id):
        caller = admission.admit(by)
        messages = history.tell(job, steps, by=caller.actor, organization=caller.organization)
        listed = listings.find(caller, everything=job.model == LOCAL)
        tools = listings.show(listed, Dialect.OPENAI, by=caller)
    return thinking.think(
        messages,
        tools,
        model=job.model,
        heard=Heard(by=caller.actor, page=job.page),
        tell=lambda text: work.write(job, text),
    )


# --- Calls ----------------------------------------------------------------------------------------


def _answer(job: Job, calls: list[dict[str, Any]], *, by: Actor) -> bool:
    """Make the next call, or ask first whether it may be made."""
    call = calls[0]
    arguments = thinking.arguments_of(call)
    asks = _wants_asking(job, call)
    tried = _try(call, by=by) if asks and arguments is not None else None
    if tried is not None and tried.status in (Outcome.DONE, Outcome.WAITING):
        work.ask(job, [_preview(each, by=by) for each in calls if _wants_asking(job, each)])
        return False
    if arguments is None:
        answer = _refuse("The arguments of a call must be a JSON object.")
    elif tried is not None:  # nobody is asked about what cannot be done
        answer = _show(_record(job, call, arguments, tried, by=by))
    elif job.confirmed.get(call["id"]) is False:
        answer = _refuse(f"{by.name} does not want this done.")
    elif _changed_since_asked(job, call, by=by):
        answer = _refuse("What this would change is no longer what was confirmed; look again.")
    else:
        answer = _show(_call(job, call, arguments, by=by))
    work.add(
        job,
        kind=Step.Kind.CALL,
        call_id=call["id"],
        tool=call["tool"],
        arguments=arguments or {},
        answer=answer,
    )
    return True


def _wants_asking(job: Job, call: dict[str, Any]) -> bool:
    """
    Whether the speaker confirms a call first: one that writes, wanted by a model from elsewhere.

    What `local/planner` wants was put in words by the speaker, and by nothing it read.
    """
    tool = registry.TOOLS.get(call["tool"])
    writes = tool is not None and tool.writes
    return writes and job.model != LOCAL and call["id"] not in job.confirmed


def _call(
    job: Job, call: dict[str, Any], arguments: dict[str, Any], *, by: Actor, dry_run: bool = False
) -> Result:
    return dispatch.call(
        by,
        call["tool"],
        arguments,
        reason=job.said,
        key=f"{job.ref} {call['id']}",
        correlation=job.correlation,
        dry_run=dry_run,
    )


def _preview(call: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """Return what a call would change, as its speaker is shown it."""
    result = _try(call, by=by)
    would = (result.result or {}).get("would")
    title = would["title"] if would else result.summary
    waits = result.status == Outcome.WAITING
    return {
        "id": call["id"],
        "tool": call["tool"],
        "arguments": thinking.arguments_of(call) or {},
        "summary": f"{title}; then it waits for approval" if waits else title,
        "would": would,
        "digest": digest_of([result.status, result.result]),
    }


def _try(call: dict[str, Any], *, by: Actor) -> Result:
    return dispatch.call(by, call["tool"], thinking.arguments_of(call) or {}, dry_run=True)


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


def _changed_since_asked(job: Job, call: dict[str, Any], *, by: Actor) -> bool:
    """Whether a call that was confirmed would change something else by now."""
    asked = next((each for each in job.asked if each["id"] == call["id"]), None)
    return asked is not None and _preview(call, by=by)["digest"] != asked["digest"]


def _show(result: Result) -> dict[str, Any]:
    """Return an answer as every door gives it."""
    return {
        "status": result.status.value,
        "result": result.result,
        "action": result.action,
        "approval": result.approval,
        "because": result.because,
        "summary": result.summary,
        **{key: value for key, value in result.details.items() if key != "because"},
    }


def _refuse(says: str) -> dict[str, Any]:
    return _show(Result(status=Outcome.REFUSED, because=[says], summary=says))
