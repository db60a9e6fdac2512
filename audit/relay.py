"""The relay: carries events from the ledger to those who subscribe, at least once each."""

import logging
from datetime import timedelta

from django.db import connection, transaction

from audit import clock, nudges
from audit.actions import caused_by, tenant
from audit.events import get_handler
from audit.models import Delivery, DeliveryQuerySet

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12  # about two and a half hours in all
MAX_BACKOFF = timedelta(hours=1)
MAX_DEPTH = 20  # causes above an action, from which on nobody hears of what it led to


def deliver_pending(*, limit: int = 100) -> int:
    """
    Attempt up to `limit` due deliveries, the oldest first, of every organization.

    Each has a transaction of its own. Those another relay holds are left to it.

    :returns: how many were attempted
    """
    due = find_due(limit)
    attempted = sum(deliver(organization, delivery) for organization, delivery in due)
    if len(due) == limit:
        nudges.nudge()
    return attempted


def find_due(limit: int) -> list[tuple[int, int]]:
    """Return organization and id of the oldest due deliveries: all that is seen across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select organization_id, delivery_id from audit_due_deliveries(%s::int)", [limit]
        )
        return [(int(organization), int(delivery)) for organization, delivery in cursor.fetchall()]


def deliver(organization_id: int, delivery_id: int) -> bool:
    """
    Attempt one delivery in its organization.

    What a handler that fails had done is rolled back; it is tried again later, ever more rarely,
    and given up after `MAX_ATTEMPTS`. The attempt is counted before it is made, so that what ends
    the whole worker does not come first again and again.

    :returns: whether it was attempted: not if another relay holds it or was quicker
    """
    attempt = _claim(organization_id, delivery_id)
    if attempt is None:
        return False
    with tenant(organization_id):
        mine = Delivery.objects.filter(pk=delivery_id, attempts=attempt, delivered_at=None)
        held = mine.select_for_update(skip_locked=True, of=("self",))
        delivery = held.select_related("event__action").first()
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                _hand_over(delivery)
        except Exception as error:
            logger.exception("Unable to deliver %s to %s", delivery.event, delivery.subscriber)
            _put_off(delivery, error)
        else:
            delivery.delivered_at = clock.real_now()
            delivery.last_error = ""
        delivery.save(update_fields=["delivered_at", "due_at", "dead_at", "last_error"])
        return True


def _claim(organization_id: int, delivery_id: int) -> int | None:
    """Count an attempt that is about to be made; return its number, or None if it is not ours."""
    with tenant(organization_id):
        due = Delivery.objects.due().filter(pk=delivery_id)
        delivery = due.select_for_update(skip_locked=True).first()
        if delivery is None:
            return None
        if delivery.attempts >= MAX_ATTEMPTS:
            _give_up(delivery, "The worker ended before the delivery did.")
            return None
        delivery.attempts += 1
        delivery.due_at = clock.real_now() + backoff(delivery.attempts)
        delivery.save(update_fields=["attempts", "due_at"])
        return int(delivery.attempts)


def _give_up(delivery: Delivery, why: str) -> None:
    delivery.dead_at, delivery.last_error = clock.real_now(), why
    delivery.save(update_fields=["dead_at", "last_error"])


def revive(deliveries: DeliveryQuerySet) -> int:
    """Make dead letters due again, with all their attempts; return how many."""
    dead = deliveries.filter(dead_at__isnull=False)
    revived = dead.update(dead_at=None, attempts=0, due_at=clock.real_now())
    transaction.on_commit(nudges.nudge, robust=True)
    return revived


class TooDeep(Exception):
    """What came of an event led to it again and again."""


def _hand_over(delivery: Delivery) -> None:
    """Call the subscriber, and see that the database would accept a commit of what it did."""
    event = delivery.event
    if event.action.depth >= MAX_DEPTH:
        raise TooDeep(f"{event.action.depth} causes lie above it")
    with caused_by(event.action):
        get_handler(event.name, delivery.subscriber)(event)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def _put_off(delivery: Delivery, error: Exception) -> None:
    delivery.last_error = repr(error)[:1000]
    now = clock.real_now()
    if delivery.attempts >= MAX_ATTEMPTS or isinstance(error, TooDeep):
        delivery.dead_at = now
    else:
        delivery.due_at = now + backoff(delivery.attempts)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 2 s, 4 s, 8 s … at most `MAX_BACKOFF`."""
    return min(timedelta(seconds=2 ** min(attempts, 30)), MAX_BACKOFF)
