"""
Approvals: asked for by agents, decided by people, used up once.

Deciding and doing are two facts: a grant records a decision, and who hears of it carries it out.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from approvals import deciders, decisions, digests, endings, notes, queue, statuses
from approvals.deciders import Person
from approvals.events import (
    ApprovalRefused,
    ApprovalUsed,
    ApprovalWithdrawn,
    RefusalLifted,
)
from approvals.models import Approval, Decision, Status
from approvals.policy import Verdict
from approvals.proposals import Proposal, Shown
from audit import clock
from audit.actions import NoActionOpen, Refusal, action, command, current, describe, record
from audit.actors import Actor
from audit.models import Outcome

LIFETIME = timedelta(days=7)  # an approval waits this long
REFUSAL_HOLDS = timedelta(days=7)  # as long as that, the same call is not asked for again


class AlreadyDecided(Refusal):
    """This no longer waits."""


class OtherThanShown(Refusal):
    """This is no longer what you were shown; look at it again."""


class BecauseMissing(Refusal):
    """Say why not: whoever asked gets the reason back."""


class RefusedBefore(Refusal):
    """A person refused the very same call."""


class NotGranted(Refusal):
    """This is not granted, or no longer."""


# --- Asking ---------------------------------------------------------------------------------------
def ask(
    proposal: Proposal, *, verdict: Verdict, shown: Shown, lifetime: timedelta = LIFETIME
) -> Approval:
    """
    Let `proposal` wait for a person, and return what waits.

    Asking the same while it waits returns what waits, unless what it rests on has changed.

    :raises RefusedBefore: if a person refused the same call, and nobody has lifted that
    """
    with action("approvals.ask", by=proposal.by, target=proposal.subject, reason=proposal.reason):
        if (refused := find_rejection(proposal)) is not None:
            raise refused_before(refused)
        bound = digests.bind(proposal, shown)
        waiting = queue.find_same(proposal)
        if waiting is not None and waiting.is_waiting and waiting.digest == bound["digest"]:
            return waiting
        if waiting is not None:
            endings.replace(waiting)
        return queue.add(proposal, verdict, bound, lifetime)


def find_rejection(proposal: Proposal, *more: Proposal) -> Approval | None:
    """
    Return the refusal of the very same call that still holds, if there is one.

    :param more: further calls of the same tool by the same caller
    """
    calls = {each.call_digest for each in (proposal, *more)}
    return (
        Approval.objects.asked_by(proposal.by)
        .filter(tool=proposal.tool, call_digest__in=calls)
        .filter(decision=Decision.REFUSED, lifted_at=None)
        .filter(decided_at__gt=clock.real_now() - REFUSAL_HOLDS)
        .order_by("-decided_at")
        .select_related("decided_by")
        .first()
    )


def refused_before(refused: Approval) -> RefusedBefore:
    """Return the refusal that gives the reason back to whoever asks the same again."""
    assert refused.decided_at is not None
    until = refused.decided_at + REFUSAL_HOLDS
    return RefusedBefore(
        f"{refused.decided_by} rejected the same: {refused.note}"
        f" It can be asked again from {statuses.say_when(until)}.",
        approval=refused.ref,
        because=refused.note,
        until=until,
    )


@command
def withdraw(approval: Approval, *, by: Actor, reason: str = "") -> Approval:
    """
    Take back what one asked for oneself, or what an agent did that one answers for.

    :raises NotFound: if `by` may not know of it
    :raises NotYoursToDecide: if somebody else asked
    :raises AlreadyDecided: if it no longer waits
    :raises FieldError: if the reason is too long, or cannot be stored
    """
    held = queue.lock(approval, by=by)
    deciders.check_withdrawal(held, by=by)
    _check_waiting(held)
    held.withdrawn_by = by.name
    endings.end(held, Status.WITHDRAWN, because=notes.read(reason, name="reason"))
    record(
        ApprovalWithdrawn(approval_id=held.pk),
        on=held,
        summary=f"Withdrawn: {held.title}",
    )
    return held


# --- Deciding -------------------------------------------------------------------------------------
def grant(
    approval: Approval,
    *,
    by: Person,
    digest: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    note: str = "",
    confirm: bool = False,
) -> Approval:
    """
    Grant what waits, as asked or with other `arguments`. It is carried out later, by others.

    Other arguments are validated and judged anew, as the approver's. What has changed since it was
    asked goes stale instead. Only the agent's own owner ever needs `confirm`: where nobody else
    could decide on a high risk, the first call asks for a second one that confirms.

    :param digest: of what the person was shown
    :raises OnlyPeopleDecide: if `by` is not a person
    :raises NotFound: if `by` may not know of it
    :raises NotYoursToDecide: if somebody else decides this
    :raises AlreadyDecided: if it no longer waits; says who decided, and when
    :raises OtherThanShown: if `digest` is of something else
    :raises decisions.Stale: if what it rests on has changed
    :raises decisions.ConfirmationNeeded: if the owner is to confirm
    :raises edits.Unacceptable: if policy denies the edited call
    :raises FieldError: if `note` is too long, or cannot be stored
    """
    outermost = current() is None
    given = describe({"digest": digest, "arguments": arguments, "confirm": confirm})
    with action("approvals.grant", by=by, target=approval, reason=note, arguments=given) as act:
        held = _lock_for_decision(approval, by=by)
        note = notes.read(note, name="note")
        if digest not in (None, held.digest):
            raise OtherThanShown(digest=held.digest)
        objection = decisions.grant(held, by=by, arguments=arguments, note=note, confirm=confirm)
        if objection is not None and outermost:
            # What was recorded of it stays, so this is no exception in here.
            act.outcome, act.summary = Outcome.REFUSED, str(objection)
            act.error = {"type": type(objection).__name__, "message": str(objection)}
    if objection is not None:
        raise objection
    return held


@command
def refuse(approval: Approval, *, by: Person, because: str) -> Approval:
    """
    Refuse what waits; whoever asked gets `because` back, also when asking the same again.

    :raises OnlyPeopleDecide: if `by` is not a person
    :raises NotFound: if `by` may not know of it
    :raises NotYoursToDecide: if somebody else decides this
    :raises AlreadyDecided: if it no longer waits; says who decided, and when
    :raises BecauseMissing: without a reason
    :raises FieldError: if the reason is too long, or cannot be stored
    """
    held = _lock_for_decision(approval, by=by)
    because = notes.read(because, name="because")
    if not because:
        raise BecauseMissing
    held.status = Status.REFUSED
    decisions.decide(held, Decision.REFUSED, by=by, note=because)
    record(
        ApprovalRefused(approval_id=held.pk, because=held.note),
        on=held,
        summary=f"Rejected: {held.title}",
    )
    return held


@command
def lift_rejection(approval: Approval, *, by: Person, reason: str = "") -> Approval:
    """
    Let what was refused be asked for again before its time.

    :raises OnlyPeopleDecide: if `by` is not a person
    :raises NotYoursToDecide: if somebody else decides this
    :raises AlreadyDecided: if it was not refused, or is lifted
    """
    held = queue.lock(approval, by=deciders.as_person(by))
    deciders.check(held, by=by)
    if held.status != Status.REFUSED or held.lifted_at is not None:
        raise AlreadyDecided("There is no refusal to lift.")
    held.lifted_at, held.lifted_by_id = clock.real_now(), by.id
    held.save(update_fields=["lifted_at", "lifted_by"])
    record(
        RefusalLifted(approval_id=held.pk),
        on=held,
        summary=f"May be asked again: {held.title}",
    )
    return held


# --- Carrying out ---------------------------------------------------------------------------------
def take_up(approval: Approval, *, by: Actor) -> Approval:
    """
    Lock a granted approval, to carry it out in the open action.

    :raises NotGranted: if it is not granted, or over time; says what became of it
    """
    held = queue.lock(approval, by=by)
    if held.status != Status.GRANTED or held.is_over_time:
        raise NotGranted(statuses.say(held), status=held.status)
    return held


def find_objections(
    approval: Approval, proposal: Proposal, *, shown: Shown, verdict: Verdict
) -> list[str]:
    """
    Say why what was granted must not be carried out now; an empty list where nothing does.

    :param proposal: made anew, of the arguments in force
    :param verdict: what policy says of it today
    """
    objections = digests.find_drift(approval, proposal, shown)
    if not deciders.covers(approval, verdict):
        objections += verdict.because or ["policy has changed"]
    return objections


def mark_used(approval: Approval) -> Approval:
    """
    Use up a granted approval in the open action, which carries it out.

    :raises NoActionOpen: outside an action
    """
    opened = current()
    if opened is None:
        raise NoActionOpen
    approval.status, approval.used_in_id = Status.USED, opened.id
    approval.held_by = approval.held_until = ""
    approval.save(update_fields=["status", "used_in_id", "held_by", "held_until"])
    record(ApprovalUsed(approval_id=approval.pk), on=approval)
    return approval


@command
def mark_stale(approval: Approval, *, by: Actor, because: str) -> Approval:
    """
    Let go of an approval that cannot be carried out as it was shown.

    :raises AlreadyDecided: if it has come to an end already
    """
    held = queue.lock(approval, by=by)
    if held.is_final:
        raise AlreadyDecided(statuses.say(held))
    return endings.go_stale(held, because=because)


# --- Inside ---------------------------------------------------------------------------------------
def _lock_for_decision(approval: Approval, *, by: Actor) -> Approval:
    person = deciders.as_person(by)
    held = queue.lock(approval, by=person)
    deciders.check(held, by=person)
    _check_waiting(held)
    return held


def _check_waiting(held: Approval) -> None:
    if not held.is_waiting:
        raise AlreadyDecided(
            statuses.say(held),
            status=held.status,
            decided_by=str(held.decided_by or "") or None,
            decided_at=held.decided_at,
        )
