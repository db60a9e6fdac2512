"""Actions as the API and tools show them: what was done, or tried, and what came of it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from pydantic import BaseModel

from agents.catalogue.untrusted import OwnName, Sentence
from approvals import statuses
from approvals.models import Approval
from audit.actors import Actor
from audit.models import Action, Outcome


class ApprovalShown(BaseModel):
    """What a person decided, or has yet to."""

    approval: str
    status: str
    decided_by: OwnName | None
    note: OwnName


class ActionShown(BaseModel):
    """
    One action. `status` is what has come of it by now: of a call that waited, what a person decided
    and whether it was carried out since, in `resumed_by`; `says` puts it in words.
    """

    action: str
    name: str
    actor: str
    actor_name: OwnName
    on_behalf_of: str | None
    door: str
    status: str
    outcome: str
    says: Sentence
    summary: Sentence
    reason: OwnName
    confidence: float | None
    because: list[OwnName]
    target: str | None
    approval: ApprovalShown | None
    resumes: str | None
    resumed_by: str | None
    undoes: list[str]
    correlation: str
    recorded_at: datetime


def visible_to(actor: Actor) -> QuerySet[Action]:
    """Return the actions `actor` may know of: an agent's own, or all that people may."""
    rows: QuerySet[Action] = Action.objects.visible_to(actor)
    if not actor.is_person:
        rows = rows.filter(actor_kind=actor.kind, actor_id=actor.id)
    return rows


def show(actions: list[Action], *, by: Actor) -> list[ActionShown]:
    """Return actions with what came of those that waited, in three statements for all."""
    approvals = _find_approvals(actions, by)
    resumed = _find_resumed(actions, approvals, by)
    return [
        _show(action, approvals.get(action.approval_id), resumed.get(action.approval_id))
        for action in actions
    ]


def _find_approvals(actions: list[Action], by: Actor) -> dict[int | None, Approval]:
    ids = {action.approval_id for action in actions if action.approval_id}
    if not ids:
        return {}
    rows = Approval.objects.visible_to(by).filter(pk__in=ids)
    return {row.pk: row for row in rows.select_related("decided_by")}


def _find_resumed(
    actions: list[Action], approvals: dict[int | None, Approval], by: Actor
) -> dict[int | None, Action]:
    """Return what was done about those that waited, by approval: the same may be asked twice."""
    waiting = {action.approval_id for action in actions if action.outcome == Outcome.WAITING}
    asked = [approvals[pk].asked_in_id for pk in waiting & approvals.keys()]
    if not asked:
        return {}
    # What was only held is not carried out yet: the approval says what it waits for.
    tried = visible_to(by).filter(resumes_id__in=asked).exclude(outcome=Outcome.WAITING)
    later = tried.order_by("id")
    return {action.approval_id: action for action in later}


def _show(action: Action, approval: Approval | None, later: Action | None) -> ActionShown:
    verdict: dict[str, Any] = action.verdict or {}
    error: dict[str, Any] = action.error or {}
    because = verdict.get("because") or error.get("because") or []
    return ActionShown(
        action=action.ref,
        name=action.name,
        actor=action.actor_ref,
        actor_name=action.actor_name,
        on_behalf_of=f"person:{action.on_behalf_of}" if action.on_behalf_of else None,
        door=action.door,
        status=_find_status(action, approval, later),
        outcome=action.outcome,
        says=_say(action, approval, later),
        summary=action.summary,
        reason=action.reason,
        confidence=action.confidence,
        because=because if isinstance(because, list) else [str(because)],
        target=action.target or None,
        approval=_show_approval(approval),
        resumes=f"action:{action.resumes_id}" if action.resumes_id else None,
        resumed_by=later.ref if later and later.pk != action.pk else None,
        undoes=[f"action:{each}" for each in action.undoes],
        correlation=str(action.correlation),
        recorded_at=action.recorded_at,
    )


def _find_status(action: Action, approval: Approval | None, later: Action | None) -> str:
    if action.outcome != Outcome.WAITING:
        return action.outcome
    if later is not None:
        return later.outcome
    return approval.status if approval else Outcome.WAITING.value


def _say(action: Action, approval: Approval | None, later: Action | None) -> str:
    if later is not None:
        return later.summary
    if action.outcome == Outcome.WAITING and approval is not None:
        return statuses.say(approval)
    return action.summary


def _show_approval(approval: Approval | None) -> ApprovalShown | None:
    if approval is None:
        return None
    return ApprovalShown(
        approval=approval.ref,
        status=approval.status,
        decided_by=str(approval.decided_by) if approval.decided_by else None,
        note=approval.note,
    )
