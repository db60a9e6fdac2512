"""What the clock does about agents, and what workers do for conversations."""

from celery import shared_task

from agents.calls import calls
from agents.conversations import running
from agents.mcp import sessions
from agents.reading import readings


@shared_task
def forget_calls(**_: object) -> int:
    """Forget calls whose key nobody will send again; return how many."""
    return calls.forget_old()


@shared_task
def forget_talk(**_: object) -> int:
    """Forget what was asked of clients, and sessions, long after they ended; return how many."""
    return sessions.forget_old()


@shared_task
def advance_jobs(**_: object) -> int:
    """Go on with what people asked for in conversations; return how many turns were taken up."""
    return running.advance_all()


@shared_task
def forget_read(**_: object) -> int:
    """Forget what agents read so long ago that they no longer know it; return how many texts."""
    return readings.forget_old()
