"""What the clock does about approvals."""

from celery import shared_task

from approvals import endings


@shared_task
def expire_due(**_: object) -> int:
    """Let what nobody decided in time expire; return how much did."""
    return endings.expire_due()
