"""
Dispatch: the one way a tool is called, whoever calls and through whichever door.

One call is one action in one transaction: who is let in and what is switched off, whether the same
call took effect before, what the call is about, what policy says, and then the work itself, or a
question to a person, or a refusal. Every attempt is recorded with its outcome, with two exceptions:
a dry run leaves nothing at all, and so does repeating a call, which is the same call.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from agents.calls import (
    admission,
    budgets,
    calls,
    etags,
    previews,
    progress,
    reach,
    results,
    tainting,
)
from agents.calls.admission import Caller
from agents.calls.calls import Call
from agents.calls.pointing import pointing_out
from agents.calls.results import Result
from agents.calls.subjects import called
from agents.catalogue import registry
from agents.catalogue.arguments import Arguments
from agents.catalogue.context import Context
from agents.catalogue.registry import About, Tool
from agents.reading import readings, recalling
from agents.reading.readings import Read
from agents.reading.recalling import OfConversation
from approvals import approvals, policy, queue
from approvals.models import Answer
from approvals.policy import Verdict
from approvals.proposals import Proposal
from audit.actions import OpenAction, Refusal, Unrecorded, action, current, ref_of, tenant
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
    if_match: str | None = None,
    correlation: UUID | None = None,
    told: OfConversation | None = None,
) -> Result:
    """
    Let `by` use a tool, park the call for a person, or refuse it, as policy and gates say.

    Of `by` only who it is counts; name, role, scope and limits are read anew. What took effect
    under a key is answered again with it; a refusal leaves the key free. A dry run shows what would
    change, and leaves nothing. With `if_match` it is refused unless what it is about has one of
    these ETags still.

    :param correlation: of the run or turn it is a part of, by which that is undone as a whole
    :param told: what a model was told that wants it, where one speaks for a person
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
            if_match=if_match,
            correlation=correlation,
            told=told,
        )
    )


def make(call: Call) -> Result:
    """Make `call`; see `call` for what it does and raises."""
    if current() is not None:
        raise NotByItself(call.name)
    try:
        return _make(call)
    except results.DATABASE_AWAY:
        logger.exception("Unable to reach the database for %s of %s", call.name, call.by.ref)
        return results.of_absence()


def _make(call: Call) -> Result:
    tool = registry.TOOLS.get(call.name)
    a_write = tool is not None and tool.writes and not call.dry_run
    try:
        taken = budgets.spend(call.by, a_write=a_write, token=call.token)
    except budgets.OverBudget as over:
        return _say_over(call, over)
    ended: Outcome | None = None
    try:
        result = _act(replace(call, taken=taken), tool)
        ended = result.status
    except _Answered as answered:
        result = answered.result
    finally:
        budgets.give_back(call.by, taken, of=ended)
    if ended not in (Outcome.DONE, Outcome.WAITING):
        _note_answer(call, result)
    return result


def _note_answer(call: Call, result: Result) -> None:
    """Note what an agent reads in an answer that leaves nothing else, or is none."""
    if call.by.kind is not ActorKind.AGENT:
        return
    # Where people, or their policies, say why not, that is theirs to say.
    theirs = "because" in result.details
    said = {
        "answer": [] if theirs else [result.summary, *result.because],
        "details": dict(result.details),
    }
    would = result.result if call.dry_run else None
    with tenant(call.by.tenant_id):
        found = readings.gather_values([said, would], call.by.ref)
        own = [text for _, text in readings.texts_in(call.arguments)]
        readings.note(found, by=call.by, but=own)


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
            correlation=call.correlation,
        ) as opened:
            if call.dry_run:
                raise _Answered(_rehearse(opened, call, tool))
            result = results.cleaned(_attempt(opened, call, tool))
            calls.remember(call, result)
            return result
    except Refusal as refusal:
        return results.cleaned(results.of_refusal(refusal, action=opened.ref if opened else None))
    except Unrecorded:
        raise
    except results.DATABASE_AWAY:
        logger.exception("Unable to reach the database for %s of %s", call.name, call.by.ref)
        return results.of_absence(action=opened.kept_ref if opened else None)
    except Exception:  # the log has the fault; the caller learns where it is noted
        logger.exception("Unable to carry out %s for %s", call.name, call.by.ref)
        return results.of_failure(action=opened.kept_ref if opened else None)


def _rehearse(opened: OpenAction, call: Call, tool: Tool | None) -> Result:
    """Attempt a call that leaves nothing, so that no reference of it is good for anything."""
    try:
        return results.cleaned(replace(_attempt(opened, call, tool), action=None))
    except Refusal as refusal:
        return results.cleaned(results.of_refusal(refusal))


def _attempt(opened: OpenAction, call: Call, tool: Tool | None) -> Result:
    """Let the caller in, read the call, and see what comes of it."""
    writes = tool is not None and tool.writes
    caller = admission.admit(
        call.by,
        tool=call.name,
        key=call.key,
        token=call.token,
        written=recalling.marks_of(call.arguments) if writes else frozenset(),
    )
    opened.by = caller.actor
    if (earlier := calls.find_earlier(call, caller)) is not None:
        raise _Answered(earlier)
    if tool is None:
        raise registry.no_such_tool(call.name, among=caller.tools)
    admission.check_scope(caller, tool)
    calls.check(call)
    opened.confidence = call.confidence
    read = tool.signature.read(call.arguments)
    with pointing_out(call.arguments):
        return _decide(opened, call, caller, tool, read)


def _decide(opened: OpenAction, call: Call, caller: Caller, tool: Tool, read: Arguments) -> Result:
    """Find out what a call that was read is about, ask policy, and do as it says."""
    context = Context(
        tool=tool.name,
        by=caller.actor,
        organization=caller.organization,
        reason=call.reason,
        confidence=call.confidence,
        dry_run=call.dry_run,
    )
    about = tool.find_about(context, read)
    if about.subject is not None and about.subject.pk:
        opened.aim(about.subject)
    reach.check(tool, about, by=caller.actor)
    if call.if_match is not None:
        etags.check(call.if_match, about.subject, by=caller.actor)
    proposal = replace(
        propose(tool, about, read, caller=caller, call=call),
        taints=tainting.find(tool, about, read, caller=caller, told=call.told),
    )
    verdict = judge(proposal)
    opened.verdict = keep(verdict, tool, proposal)
    progress.remark("debug", f"Policy says {verdict.answer}.", because=verdict.because)
    if verdict.answer == Answer.DENY:
        raise Denied(f"Policy denies this: {'; '.join(verdict.because)}.", because=verdict.because)
    _check_not_rejected(proposal, caller)
    if call.dry_run and tool.writes:
        return _try(proposal, verdict)
    if tool.writes:
        readings.note(_names_of(about), by=caller.actor)
    if verdict.answer == Answer.ASK and not about.changes_nothing:
        return ask(opened, proposal, verdict)
    done = run(opened, tool, context, read)
    if tool.writes:
        uses = count_uses(tool, about, done)
        budgets.settle(caller.actor, action=opened.id, uses=uses, taken=call.taken)
    return done


def keep(verdict: Verdict, tool: Tool, proposal: Proposal) -> dict[str, Any]:
    """Return what the ledger keeps of a verdict: what undo reads and what is carried, too."""
    carries = [taint.as_kept() for taint in proposal.taints]
    return verdict.as_json() | tool.mark | ({"taints": carries} if carries else {})


def _names_of(about: About) -> list[Read]:
    """Return what the rows that a call is about are called, for its summary says so."""
    card = about.position
    rows = [about.subject, card, card.contact if card else None]
    return [Read(ref_of(row), "name", called(row)) for row in rows if row is not None and row.pk]


def _check_not_rejected(proposal: Proposal, caller: Caller) -> None:
    """
    Check that people did not reject this very call, nor that of any record it is about.

    :raises RefusedBefore: gives their reason back
    """
    refused = approvals.find_rejection(proposal) if caller.was_refused else None
    if refused is None and caller.is_agent and proposal.parts:
        refused = approvals.find_rejection(*proposal.parts)
    if refused is not None:
        raise approvals.refused_before(refused)


def propose(tool: Tool, about: About, read: Arguments, *, caller: Caller, call: Call) -> Proposal:
    """
    Return the call as policy judges it and people approve it, and so of each record of many.

    :raises OutOfScope: if the caller may not use the tool that is applied to each
    :raises Stopped: if that tool is switched off
    """
    for applied in {part.tool.name: part.tool for part in about.parts}.values():
        admission.check_applied(caller, applied)
    return Proposal(
        title=about.title,
        parts=tuple(
            replace(
                propose(part.tool, part.about, part.read, caller=caller, call=call),
                records=about.records,
            )
            for part in about.parts
            if part.about is not None
        ),
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


def judge(proposal: Proposal) -> Verdict:
    """Return what policy says; where a gate wants the move approved, that asks at least."""
    verdict = policy.judge(proposal)
    if verdict.answer != Answer.ALLOW:
        return verdict
    for entering in proposal.parts or (proposal,):
        try:
            _check_approval(entering)
        except gates.NeedsApproval as needed:
            return replace(verdict, answer=Answer.ASK, because=needed.because)
    return verdict


def _check_approval(proposal: Proposal) -> None:
    """:raises NeedsApproval: if a gate wants the move of a card approved"""
    if proposal.to_stage is None:
        return
    if proposal.position is None or proposal.position.stage_id != proposal.to_stage.pk:
        gates.check_approval(proposal.to_stage, by=proposal.by)


def ask(opened: OpenAction, proposal: Proposal, verdict: Verdict) -> Result:
    """Let the call wait for a person, who will be shown what it would change."""
    waiting = queue.find_same(proposal)
    if waiting is not None and {t.argument for t in waiting.taints} >= {
        t.argument for t in proposal.taints
    }:
        proposal = replace(proposal, taints=waiting.taints)  # asked again, it is what it was
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
    own = _texts_of(tool, read) if tool.writes else ()
    readings.note(readings.gather(outcome), by=context.by, but=own)
    return Result(
        status=Outcome.DONE,
        result=outcome.model_dump(mode="json"),
        action=opened.ref,
        summary=opened.summary,
    )


def _texts_of(tool: Tool, read: Arguments) -> Iterator[str]:
    """Return the texts that the caller wrote, worked out when they are asked for."""
    yield from (text for _, text in readings.texts_in(tool.signature.canonical(read)))


def count_uses(tool: Tool, about: About, done: Result) -> dict[str, int]:
    """Return how often a call that was done used each tool, one that it applied to many too."""
    return {tool.name: 1} | {part.tool.name: done.result["done"] for part in about.parts}


def _try(proposal: Proposal, verdict: Verdict) -> Result:
    """Say what the call would change, and whether it would wait."""
    shown, outcome = previews.rehearse(proposal)
    waits = verdict.answer == Answer.ASK
    would: dict[str, Any] = {"dry_run": True, "would": previews.tell(shown)}
    if proposal.parts:
        would["answer"] = outcome.model_dump(mode="json")
    return Result(
        status=Outcome.WAITING if waits else Outcome.DONE,
        http=results.DONE,
        result=would,
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
