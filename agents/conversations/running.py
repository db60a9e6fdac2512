"""
The loop: ask the model, make the calls it wants through the one door, tell it what came of them.

Nothing is held open while a model thinks. Each step is kept before the next is taken, and each call
is made under a key of its own, so that a worker that takes the job up does nothing twice.
"""

import logging
from dataclasses import replace
from decimal import Decimal
from typing import Any

from agents.calls import admission, budgets, listings
from agents.calls.admission import Caller
from agents.catalogue.registry import Dialect
from agents.conversations import calling, costing, deciding, history, thinking, work
from agents.conversations.models import LOCAL
from agents.conversations.thinking import Heard, NoAnswer
from agents.conversations.work import NoLongerHeld
from agents.model_choices import choosing, spending
from agents.model_choices.spending import OverLimit
from agents.models import Job, State, Step
from agents.tokens import NotLetIn
from audit.actions import Refusal, action, tenant
from audit.actors import Actor, ActorKind, Door
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
    """Take a job up and go on with it until it ends or waits; False where another worker does."""
    job = work.take(organization_id, job_id)
    if job is None:
        return False
    if job.attempts > work.MOST_ATTEMPTS:
        _end(job, State.FAILED, error="The workers ended before this did, again and again.")
        return True
    try:
        while _take_step(job):
            pass
    except NoLongerHeld:
        logger.info("%s was taken up by another worker, or stopped", job.ref)
        deciding.withdraw_late(job)
    except (OverLimit, budgets.OverBudget) as over:
        _end(job, State.OVER, error=str(over))
    except (NotLetIn, NoAnswer, Refusal) as refusal:
        _end(job, State.FAILED, error=str(refusal))
    except Exception:  # the log has the fault; whoever waits is told
        logger.exception("Unable to go on with %s", job.ref)
        _end(job, State.FAILED, error="Something went wrong here; what was done is listed.")
    return True


def _take_step(job: Job) -> bool:
    """Take one step; return whether there is another to take."""
    steps = work.find_steps(job)
    by = doer_of(job)
    if calls := work.find_open_calls(job, steps):
        return calling.answer(job, steps, calls, by=by)
    if steps and steps[-1].is_thought:
        return _finish(job)
    if limit := _find_limit(steps):
        _end(job, State.OVER, error=f"This took more than {limit}; it was stopped there.")
        return False
    if not steps and (look := _find_first_look(job)):
        work.add(job, kind=Step.Kind.THOUGHT, calls=look)
        return True
    _think(job, steps, by=by)
    return True


def _finish(job: Job) -> bool:
    """End a job, or let it wait for decisions; return whether it goes on because of one."""
    waits, decided = deciding.settle(job)
    if decided:
        return True
    if not waits:
        _end(job, State.DONE)
    return False


def _find_limit(steps: list[Step]) -> str:
    """Name the limit that was reached, if one was."""
    thoughts = [step for step in steps if step.is_thought]
    if len(thoughts) >= MOST_THOUGHTS:
        return f"{MOST_THOUGHTS} answers of the model"
    if sum(step.is_call for step in steps) >= MOST_CALLS:
        return f"{MOST_CALLS} calls"
    if sum(step.tokens_in + step.tokens_out for step in thoughts) >= MOST_TOKENS:
        return f"{MOST_TOKENS:,} tokens"
    return ""


def doer_of(job: Job) -> Actor:
    """
    Return as whom a job's work is done.

    What is done in a conversation is done as whoever speaks, by their rights; an agent's job as the
    agent itself, by its own, on behalf of whoever gave it.
    """
    with tenant(job.organization_id):
        membership = Membership.objects.select_related("user").get(pk=job.speaker_id)
    if job.agent_id is None or job.is_trial:
        speaker = people.actor_of(membership, door=Door.CHAT)
        return replace(speaker, version=job.model)
    return Actor(
        kind=ActorKind.AGENT,
        id=job.agent_id,
        name="",
        organization_id=job.organization_id,
        door=Door.WORKER,
        on_behalf_of=membership.user_id,
    )


def _find_first_look(job: Job) -> list[dict[str, Any]]:
    """Return the call by which an agent reads what its job is about, before it thinks."""
    if job.agent_id is None or not job.page or job.is_trial or job.model == LOCAL:
        return []
    look = {"ref": job.page, "_reason": "It is what this is about.", "_confidence": 1}
    return [{"id": "look", "tool": "get_object", "text": thinking.write_arguments(look)}]


# --- Thinking -------------------------------------------------------------------------------------


def _think(job: Job, steps: list[Step], *, by: Actor) -> None:
    """
    Have the model answer, and keep what it said.

    What it may cost is paid before, and settled before its answer is kept: an answer that is lost
    between the two was charged for all the same.
    """
    with tenant(job.organization_id):
        caller = admission.admit(by)
        agent = None if job.agent_id is None else job.agent
        choice = choosing.choose(caller.organization, agent=agent, model=job.model)
        messages = history.tell(job, steps, caller=caller, manner=choice.manner)
        tools = [] if job.is_trial else _list_tools(job, caller)
    most = costing.estimate(messages, tools, choice, caller.organization)
    paid = spending.pay_ahead(caller.actor, choice, most, organization=caller.organization)
    cost = Decimal(0)
    try:
        thought = thinking.think(
            messages,
            tools,
            choice=choice,
            organization=caller.organization,
            heard=Heard(by=caller.actor, page=job.page),
            tell=lambda text: work.write(job, text),
            begin=lambda: work.hold_on(job),
        )
        cost = thought.cost_cents
    finally:
        spending.settle(paid, cost)
    said = vars(thought) | {"calls": _name_apart(thought.calls, steps)}
    work.add(job, kind=Step.Kind.THOUGHT, **said)


def _name_apart(calls: list[dict[str, Any]], steps: list[Step]) -> list[dict[str, Any]]:
    """
    Return calls under ids that no call before them had.

    Some servers count from 0 with each answer; and what was confirmed or done under an id is no
    leave for another call.
    """
    taken = {call["id"] for step in steps for call in step.calls} | {""}
    named = []
    for number, call in enumerate(calls):
        own = call["id"]
        if own in taken:
            own = f"{own[:80]}-{len(steps)}-{number}"
        taken.add(own)
        named.append({**call, "id": own})
    return named


def _list_tools(job: Job, caller: Caller) -> list[dict[str, Any]]:
    listed = listings.find(caller, everything=job.model == LOCAL)
    tools = listings.show(listed, Dialect.OPENAI, by=caller)
    return calling.add_envelope(tools) if caller.is_agent and job.model != LOCAL else tools


def _end(job: Job, state: State, *, error: str = "") -> None:
    """Let go of a job that has ended; what an agent's thinking cost is told to the ledger."""
    cost = sum((step.cost_cents for step in work.find_steps(job)), Decimal(0))
    if job.agent is None or job.is_trial or not cost:
        work.end(job, state, error=error)
        return
    by = replace(doer_of(job), name=job.agent.name, version=job.agent.version)
    with action("jobs.charge", by=by, target=job.agent) as charging:
        budgets.tell_charged(job.agent, cost, used=job.model, currency=job.organization.currency)
        charging.summary = f"Thinking about {job.ref} was charged for"
        work.end(job, state, error=error)
