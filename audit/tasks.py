"""What workers do for the ledger."""

from celery import shared_task

from audit import relay


@shared_task
def deliver_pending(*, limit: int = 100, **_: object) -> int:
    """Attempt up to `limit` due deliveries; return how many were attempted."""
    return relay.deliver_pending(limit=limit)
