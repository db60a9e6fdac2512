"""What the clock does about agents."""

from celery import shared_task

from agents import calls


@shared_task
def forget_calls(**_: object) -> int:
    """Forget calls whose key nobody will send again; return how many."""
    return calls.forget_old()
