"""What people granted, carried out: judged once more, and only as it was shown."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.calls import admission, budgets, dispatch, previews, reach, results
from agents.calls.admission import Caller
from agents.calls.calls import Call
from agents.calls.results import Result
from agents.catalogue import registry
from agents.catalogue.arguments import Arguments
from agents.catalogue.context import Context
from agents.catalogue.registry import About, Tool
from agents.tokens import NotLetIn
from approvals import approvals, holds
from approvals.decisions import Stale
from approvals.executors import Executor
from approvals.models import Approval
from approvals.proposals import Proposal
from audit.actions import OpenAction, Refusal, Unrecorded, action
from audit.actors import Actor, ActorKind, Door, system
from audit.models import Action, Outcome
from crm.models import Membership

logger = logging.getLogger(__name__)


class AskerGone(Refusal):
    """Whoever asked for this is no longer here."""


class _NothingToDo(Unrecorded):
    """What was granted has been carried out already, or is no longer granted."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


def resume(approval: Approval) -> Result:
    """
    Carry out what a person granted, as whoever asked, and use the approval up.

    However often this is called, it is carried out once. While something is switched off it stays
    granted and waits for the switch. Where something has changed since, or a gate no longer lets it
    pass, the attempt is recorded and the approval goes stale.
    """
    asker = asker_of(approval)
    opened: OpenAction | None = None
    try:
        with action(
            approval.tool,
            by=asker,
            reason=approval.reason,
            arguments=approval.arguments_in_force,
            confidence=approval.confidence,
            approval_id=approval.pk,
            resumes_id=approval.asked_in_id,
            correlation=_find_correlation(approval),
        ) as opened:
            return _carry_out_or_hold(opened, approval)
    except _NothingToDo as done:
        return results.of_refusal(done.refusal)
    except NotLetIn:
        return _let_go(approval, AskerGone(), None)
    except Refusal as refusal:
        return _let_go(approval, refusal, opened.ref if opened else None)


def _find_correlation(approval: Approval) -> UUID | None:
    """Return what the call that asked has in common with those it is undone with."""
    if approval.asked_in_id is None:
        return None
    asked = Action.objects.filter(pk=approval.asked_in_id)
    return asked.values_list("correlation", flat=True).first()


def asker_of(approval: Approval) -> Actor:
    """Return whoever asked, as far as the approval knows them."""
    membership_id = None
    if approval.asked_by_kind == ActorKind.PERSON:
        mine = Membership.objects.filter(
            organization_id=approval.organization_id, user_id=approval.asked_by_id or 0
        )
        membership_id = mine.values_list("pk", flat=True).first()
    return Actor(
        kind=ActorKind(approval.asked_by_kind),
        id=approval.asked_by_id,
        name=approval.asked_by_name,
        organization_id=approval.organization_id,
        membership_id=membership_id,
        version=approval.asked_by_version,
        on_behalf_of=approval.on_behalf_of,
        door=Door.WORKER,
    )


def _carry_out_or_hold(opened: OpenAction, approval: Approval) -> Result:
    """
    Carry it out; where a switch is off, let it wait.

    That it waits is written in the transaction that read the switch, so whoever switches it on
    comes before that reading or after this writing, and nothing is left behind between the two.
    """
    try:
        with transaction.atomic():
            return _carry_out(opened, approval)
    except Refusal as refusal:
        if "off" not in refusal.details:
            raise
        opened.events.clear()
        return _hold(opened, approval, refusal)


def _hold(opened: OpenAction, approval: Approval, refusal: Refusal) -> Result:
    held, off = _take_up(approval, opened.by), refusal.details["off"]
    if held.held_by == off:
        raise _NothingToDo(refusal)
    holds.hold(held, off=off, until=refusal.details["until"])
    opened.outcome = Outcome.WAITING
    return replace(
        results.of_refusal(refusal, action=opened.ref),
        status=Outcome.WAITING,
        http=results.WAITING,
        approval=held.ref,
    )


def _take_up(approval: Approval, by: Actor) -> Approval:
    try:
        return approvals.take_up(approval, by=by)
    except approvals.NotGranted as gone:
        raise _NothingToDo(gone) from None


def _carry_out(opened: OpenAction, approval: Approval) -> Result:
    caller = admission.admit(opened.by, tool=approval.tool)
    opened.by = caller.actor
    held = _take_up(approval, caller.actor)
    tool = registry.get(held.tool)
    admission.check_scope(caller, tool)
    about, read, context = _look_up(tool, held, held.arguments_in_force, caller, caller.actor)
    if about.subject is not None and about.subject.pk:
        opened.aim(about.subject)
    reach.check(tool, about, by=caller.actor)
    proposal = _propose(tool, about, read, caller, held)
    verdict = dispatch.judge(proposal)
    opened.verdict = dispatch.keep(verdict, tool, proposal)
    shown = previews.show(proposal)
    objections = approvals.find_objections(held, proposal, shown=shown, verdict=verdict)
    if objections:
        raise Stale(
            f"This is no longer what was shown: {'; '.join(objections)}.", because=objections
        )
    approvals.mark_used(held)
    done = dispatch.run(opened, tool, context, read)
    uses = dispatch.count_uses(tool, about, done)
    budgets.settle(caller.actor, action=opened.id, uses=uses, refuse=False)
    return replace(done, approval=held.ref)


def _let_go(approval: Approval, refusal: Refusal, ref: str | None) -> Result:
    """Let an approval that could not be carried out go stale, saying why."""
    try:
        approvals.mark_stale(
            approval,
            by=system(approval.organization_id, door=Door.WORKER),
            because=str(refusal).removesuffix("."),
        )
    except approvals.AlreadyDecided as ended:
        logger.info("%s ended before it went stale: %s", approval.ref, ended)
    return replace(results.of_refusal(refusal, action=ref), approval=approval.ref)


# --- For those who decide -----------------------------------------------------------------------


def propose(approval: Approval, arguments: Mapping[str, Any], by: Actor | None) -> Proposal:
    """
    Return the call an approval is for, made again with `arguments`; it stays whoever asked's.

    :param by: who must be able to see what the arguments name; whoever asked, if None
    :raises AskerGone: if whoever asked is no longer here
    :raises Refusal: if the arguments do not fit, or name what is not there
    """
    try:
        caller = admission.admit(asker_of(approval), tool=approval.tool, check=False)
    except NotLetIn:
        raise AskerGone from None
    tool = registry.get(approval.tool)
    about, read, _ = _look_up(tool, approval, arguments, caller, by or caller.actor)
    return _propose(tool, about, read, caller, approval)


def _look_up(
    tool: Tool, approval: Approval, arguments: Mapping[str, Any], caller: Caller, by: Actor
) -> tuple[About, Arguments, Context]:
    read = tool.signature.read(arguments)
    context = Context(
        tool=tool.name,
        by=by,
        organization=caller.organization,
        reason=approval.reason,
        confidence=approval.confidence,
    )
    return tool.find_about(context, read), read, context


def _propose(
    tool: Tool, about: About, read: Arguments, caller: Caller, approval: Approval
) -> Proposal:
    asked = Call(
        by=caller.actor,
        name=tool.name,
        arguments={},
        reason=approval.reason,
        confidence=approval.confidence,
    )
    made = dispatch.propose(tool, about, read, caller=caller, call=asked)
    return replace(made, claims=approval.claims, taints=approval.taints)


EXECUTOR = Executor(propose=propose, preview=previews.show)
