"""How approvals end without being carried out."""

from django.db import connection

from approvals.events import ApprovalExpired, ApprovalStale
from approvals.models import OPEN, Approval, Status
from audit import clock
from audit.actions import action, record
from audit.actors import Door, system

SWEEP = 200  # approvals, at most, that one sweep lets expire


def end(held: Approval, status: Status, *, because: str = "") -> None:
    """Bring a locked approval to its end."""
    held.status, held.ended_because = status, because
    held.held_by = held.held_until = ""
    held.save(update_fields=["status", "ended_because", "held_by", "held_until", "withdrawn_by"])


def go_stale(held: Approval, *, because: str) -> Approval:
    """Let a locked approval go that cannot be carried out as it was shown."""
    end(held, Status.STALE, because=because)
    record(
        ApprovalStale(approval_id=held.pk, because=because),
        on=held,
        summary=f"No longer as it was shown: {held.title}",
    )
    return held


def replace(waiting: Approval) -> None:
    """Let what waits make room for the same call as it would be now."""
    if waiting.is_over_time:
        expire(waiting)
    else:
        go_stale(waiting, because="it was asked again, and what it rests on had changed")


def expire(held: Approval) -> None:
    """Let a locked approval that is over time come to its end."""
    end(held, Status.EXPIRED)
    record(ApprovalExpired(approval_id=held.pk), on=held, summary=f"Expired: {held.title}")


def expire_due(*, at_most: int = SWEEP) -> int:
    """Let what is over time expire, in every organization; return how many did."""
    return sum(_expire(organization, ids) for organization, ids in _find_overdue(at_most).items())


def _find_overdue(at_most: int) -> dict[int, list[int]]:
    """Return the ids of what is over time, by organization."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("select organization, approval from approvals_overdue(%s)", [at_most])
        for organization, approval in cursor.fetchall():
            found.setdefault(organization, []).append(approval)
    return found


def _expire(organization: int, ids: list[int]) -> int:
    """Let those of `ids` expire that nobody else holds and that are still over time."""
    with action("approvals.expire", by=system(organization, door=Door.WORKER)):
        overdue = Approval.objects.filter(
            pk__in=ids, status__in=OPEN, expires_at__lte=clock.real_now()
        )
        held = list(overdue.select_for_update(skip_locked=True).order_by("pk"))
        for approval in held:
            expire(approval)
        return len(held)
