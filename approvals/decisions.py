"""What a person's decision does to a locked approval."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from approvals import deciders, edits, endings, statuses
from approvals.deciders import Person
from approvals.events import ApprovalGranted
from approvals.models import Approval, Decision, Status
from approvals.proposals import canonical
from audit import clock
from audit.actions import Refusal, record

TIME_TO_USE = timedelta(days=1)  # what is granted is carried out within it, or expires


class Stale(Refusal):
    """What this rests on has changed since it was asked."""


class ConfirmationNeeded(Refusal):
    """It is your own agent's, and nobody else can decide it. Approve it once more to confirm."""


def grant(
    held: Approval,
    *,
    by: Person,
    arguments: Mapping[str, Any] | None,
    note: str,
    confirm: bool,
) -> Refusal | None:
    """Grant, or record and return what stands against it."""
    edit = None
    if arguments is not None and canonical(arguments) != held.arguments:
        edit = edits.judge_anew(held, arguments, by=by)
        if edit.columns["arguments_as_decided"] == held.arguments:
            edit = None  # the same call, spelt out
    if edit is None and (drift := edits.find_drift(held)):
        endings.go_stale(held, because="; ".join(drift))
        return Stale(statuses.say(held), because=drift)
    if deciders.is_own(held, by=by, high_risk=edit.high_risk if edit else held.high_risk):
        deciders.check_alone(held, by=by)
        shown = edit.digest if edit else held.digest
        if not confirm or held.confirm_digest != shown:
            held.confirm_asked_at, held.confirm_digest = clock.real_now(), shown
            held.save(update_fields=["confirm_asked_at", "confirm_digest"])
            return ConfirmationNeeded()
        held.confirmed_at = clock.real_now()
    _record_grant(held, edit, by=by, note=note)
    return None


def _record_grant(held: Approval, edit: edits.Edit | None, *, by: Person, note: str) -> None:
    for column, value in edit.columns.items() if edit else ():
        setattr(held, column, value)
    held.status = Status.GRANTED
    held.expires_at = clock.real_now() + TIME_TO_USE
    decide(held, Decision.EDITED if edit else Decision.GRANTED, by=by, note=note)
    alone = held.confirmed_at is not None
    record(
        ApprovalGranted(approval_id=held.pk, edited=edit is not None, by_its_owner=alone),
        on=held,
        summary=f"Approved{' with changes' if edit else ''}: {held.title}"
        + (" (the owner, twice, being alone)" if alone else ""),
    )


def decide(held: Approval, decision: Decision, *, by: Person, note: str) -> None:
    """Write down who decided what, and when."""
    held.decision = decision
    held.decided_by_id, held.decided_at = by.id, clock.real_now()
    held.note = note
    held.save()
