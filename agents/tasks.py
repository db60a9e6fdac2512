"""What the clock does about agents."""

from celery import shared_task

from agents import calls, readings


@shared_task
def forget_calls(**_: object) -> int:
    """Forget calls whose key nobody will send again; return how many."""
    return calls.forget_old()


@shared_task
def forget_read(**_: object) -> int:
    """Forget what agents read so long ago that they no longer know it; return how many texts."""
    return readings.forget_old()
