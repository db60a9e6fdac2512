"""
Nudges: tell the workers that something is due, so that it need not wait for the clock.

A nudge is comfort. It may be lost, and it never fails or slows whoever gives it: a thread of its
own talks to the broker, at most every `PAUSE` seconds.
"""

import logging
import threading
import time

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASK = "audit.tasks.deliver_pending"
PAUSE = 0.1  # seconds between two nudges
EXPIRES = 30  # seconds, after which the clock has long done its work

_wanted = threading.Event()
_tasks: set[str] = set()
_starting = threading.Lock()
_sender: threading.Thread | None = None


def nudge(task: str = TASK) -> None:
    """Have the workers look soon for what is due: deliveries, or what another task finds."""
    global _sender
    _tasks.add(task)
    _wanted.set()
    if _sender is not None and _sender.is_alive():  # a fork leaves it dead in the child
        return
    with _starting:
        if _sender is None or not _sender.is_alive():
            _sender = threading.Thread(target=_send_for_ever, name="nudges", daemon=True)
            _sender.start()


def _send_for_ever() -> None:
    while _wanted.wait():
        _wanted.clear()
        while _tasks:
            _send(_tasks.pop())
        time.sleep(PAUSE)


def _send(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=EXPIRES, ignore_result=True)
    except (OperationalError, OSError) as error:
        logger.debug("Unable to nudge the workers: %s", error)
