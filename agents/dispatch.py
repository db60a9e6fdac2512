"""
Dispatch: the one way a tool is called, whoever calls and through whichever door.

One call is one action in one transaction: who is let in and what is switched off, whether the same
call took effect before, what the call is about, what policy says, and then the work itself, or a
question to a person, or a refusal. Every attempt is recorded with its outcome, with two exceptions:
a dry run leaves nothing at all, and so does repeating a call, which is the same call.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from agents import admission, budgets, calls, previews, registry, results
from agents.admission import Caller
from agents.arguments import Arguments
from agents.calls import Call
from agents.context import Context
from agents.registry import About, Tool
from agents.results import Result
from approvals import approvals, policy
from approvals.models import Answer
from approvals.policy import Verdict
from approvals.proposals import Proposal, Shown
from audit.actions import OpenAction, Refusal, Unrecorded, action, current
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from audit.texts import storable
from pipelines import gates

LONGEST_NAME = 120  # characters, of whatever is called a tool

logger = logging.getLogger(__name__)


class Denied(Refusal):
    """Policy denies this."""

    outcome = Outcome.DENIED


class NotByItself(RuntimeError):
    """A call is an action of its own, and was made inside another."""


class _Answered(Unrecorded):
    """Ends a call that leaves nothing, with its answer."""

    def __init__(self, result: Result) -> None:
        self.result = result


def call(
    by: Actor,
    name: str,
    arguments: Mapping[str, Any],
    *,
    reason: str = "",
    confidence: float | None = None,
    key: str = "",
    dry_run: bool = False,
    token: bytes | None = None,
) -> Result:
    """
    Let `by` use a tool, park the call for a person, or refuse it, as policy and gates say.

    Of `by` only who it is counts; name, role, scope and limits are read anew. What took effect
    under a key is answered again with it; a refusal leaves the key free. A dry run shows what would
    change, and leaves nothing.

    :raises tokens.NotLetIn: if the token is no longer good, or whoever it names is gone
    :raises NotByItself: inside an action
    """
    return make(
        Call(
            by=by,
            name=storable(name)[:LONGEST_NAME],
            arguments=arguments,
            reason=reason,
            confidence=confidence,
            key="" if dry_run else storable(key),
            dry_run=dry_run,
            token=token,
        )
    )


def make(call: Call) -> Result:
    """Make `call`; see `call` for what it does and raises."""
    if current() is not None:
        raise NotByItself(call.name)
    tool = registry.TOOLS.get(call.name)
    a_write = tool is not None and tool.writes and not call.dry_run
    try:
        budgets.spend(call.by, a_write=a_write, token=call.token)
    except budgets.OverBudget as over:
        return _say_over(call, over)
    took_effect = False
    try:
        result = _act(call, tool)
        took_effect = result.status in (Outcome.DONE, Outcome.WAITING)
    except _Answered as answered:
        result = answered.result
    finally:
        if a_write and not took_effect:
            budgets.give_back(call.by)
    return result


def _act(call: Call, tool: Tool | None) -> Result:
    """Make `call` in an action of its own, and return how that ended."""
    opened: OpenAction | None = None
    turn = f"call {call.by.organization_id} {call.by.ref} {call.key}" if call.key else ""
    try:
        with action(
            call.name,
            by=call.by,
            reason=call.reason[: calls.LONGEST_REASON],
            arguments=calls.loggable(call.arguments),
            turn=turn,
        ) as opened:
            if call.dry_run:
                raise _Answered(_rehearse(opened, call, tool))
            result = _attempt(opened, call, tool)
            calls.remember(call, result)
            return result
    except Refusal as refusal:
        return results.of_refusal(refusal, action=opened.ref if opened else None)
    except Unrecorded:
        raise
    except Exception:  # the log has the fault; the caller learns where it is noted
        logger.exception("Unable to carry out %s for %s", call.name, call.by.ref)
        return results.of_failure(action=opened.ref if opened else None)


def _rehearse(opened: OpenAction, call: Call, tool: Tool | None) -> Result:
    """Attempt a call that leaves nothing, so that no reference of it is good for anything."""
    try:
        return replace(_attempt(opened, call, tool), action=None)
    except Refusal as refusal:
        return results.of_refusal(refusal)


def _attempt(opened: OpenAction, call: Call, tool: Tool | None) -> Result:
    """Let the caller in, find out what the call is about, ask policy, and do as it says."""
    caller = admission.admit(call.by, tool=call.name, key=call.key, token=call.token)
    opened.by = caller.actor
    if (earlier := calls.find_earlier(call, caller)) is not None:
        raise _Answered(earlier)
    if tool is None:
        raise registry.no_such_tool(call.name, among=caller.tools)
    admission.check_scope(caller, tool)
    calls.check(call)
    opened.confidence = call.confidence
    read = tool.signature.read(call.arguments)
    context = Context(
        tool=tool.name,
        by=caller.actor,
        organization=caller.organization,
        reason=call.reason,
        confidence=call.confidence,
    )
    about = tool.find_about(context, read)
    if about.subject is not None and about.subject.pk:
        opened.aim(about.subject)
    check_switches(tool, about, by=caller.actor)
    proposal = propose(tool, about, read, caller=caller, call=call)
    verdict = judge(proposal)
    opened.verdict = verdict.as_json() | tool.mark
    if verdict.answer == Answer.DENY:
        raise Denied(f"Policy denies this: {'; '.join(verdict.because)}.", because=verdict.because)
    if caller.was_refused and (refused := approvals.find_rejection(proposal)) is not None:
        raise approvals.refused_before(refused)
    if call.dry_run and tool.writes:
        return _try(proposal, verdict)
    if verdict.answer == Answer.ASK:
        return ask(opened, proposal, verdict)
    return run(opened, tool, context, read)


def propose(tool: Tool, about: About, read: Arguments, *, caller: Caller, call: Call) -> Proposal:
    """Return the call as policy judges it and people approve it."""
    return Proposal(
        by=caller.actor,
        tool=tool.name,
        tool_version=tool.version,
        effect=tool.effect,
        arguments=tool.signature.canonical(read) if about.arguments is None else about.arguments,
        subject=about.subject,
        position=about.position,
        to_stage=about.to_stage,
        records=about.records,
        changes_rules=about.changes_rules,
        confidence=call.confidence,
        reason=call.reason,
        claims=about.claims,
        learning=caller.learning,
        owner_id=caller.owner_id,
        organization=caller.organization,
        no_policies=not caller.has_policies,
    )


def check_switches(tool: Tool, about: About, *, by: Actor) -> None:
    """
    Check that agents may act where this call would.

    :raises gates.AgentsNotAllowed: if they are kept off the pipeline or the stage, or this tool is
    """
    if by.kind is not ActorKind.AGENT or not tool.writes:
        return
    if about.position is not None:
        gates.check_agent_tool(about.position, tool.name)
    elif about.pipeline is not None:
        gates.check_agent(by, about.pipeline)


def judge(proposal: Proposal) -> Verdict:
    """Return what policy says; where a gate wants the move approved, that asks at least."""
    verdict = policy.judge(proposal)
    if verdict.answer != Answer.ALLOW or proposal.to_stage is None:
        return verdict
    if proposal.position is not None and proposal.position.stage_id == proposal.to_stage.pk:
        return verdict
    try:
        gates.check_approval(proposal.to_stage, by=proposal.by)
    except gates.NeedsApproval as needed:
        return replace(verdict, answer=Answer.ASK, because=needed.because)
    return verdict


def ask(opened: OpenAction, proposal: Proposal, verdict: Verdict) -> Result:
    """Let the call wait for a person, who will be shown what it would change."""
    shown = previews.show(proposal)
    approval = approvals.ask(proposal, verdict=verdict, shown=shown)
    opened.outcome = Outcome.WAITING
    opened.approval_id = approval.pk
    opened.summary = f"{shown.title}: approval was asked for"
    return Result(
        status=Outcome.WAITING,
        http=results.WAITING,
        action=opened.ref,
        approval=approval.ref,
        because=list(approval.because),
        summary=opened.summary,
        result={"would": previews.tell(shown)},
    )


def run(opened: OpenAction, tool: Tool, context: Context, read: Arguments) -> Result:
    """Do it."""
    outcome = tool.run(context, **read.given())
    opened.summary = opened.summary or tool.title
    return Result(
        status=Outcome.DONE,
        result=outcome.model_dump(mode="json"),
        action=opened.ref,
        summary=opened.summary,
    )


def _try(proposal: Proposal, verdict: Verdict) -> Result:
    """Say what the call would change, and whether it would wait."""
    shown: Shown = previews.show(proposal)
    waits = verdict.answer == Answer.ASK
    return Result(
        status=Outcome.WAITING if waits else Outcome.DONE,
        http=results.DONE,
        result={"dry_run": True, "would": previews.tell(shown)},
        because=verdict.because,
        summary=f"{shown.title}: {'would wait for approval' if waits else 'would be done'}",
    )


def _say_over(call: Call, over: budgets.OverBudget) -> Result:
    """Answer that a budget is used up; the ledger hears of it once a minute, not at each call."""
    if not over.first or call.dry_run:
        return results.of_refusal(over)
    with suppress(budgets.OverBudget), action(call.name, by=call.by) as opened:
        opened.by = admission.admit(call.by, token=call.token).actor
        raise over
    return results.of_refusal(over, action=opened.ref)
