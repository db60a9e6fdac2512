"""
A request's answer in parts: what is told while it is worked on, what is asked back, and the answer.

Most requests are over at once, in the thread they came in, and what was told goes before the
answer. A lengthy tool runs in a thread of its own, so that what it tells is heard at that time, and
a client that hangs up or gives up stops it.
"""

import time
from collections.abc import Generator, Mapping
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from django.db import connection
from mcp_types import LOG_LEVEL_META_KEY

from agents.calls import progress
from agents.catalogue import registry
from agents.mcp import messages, methods, questions, sessions
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.questions import GivenUp

MOST_ROUNDS = 5  # of questions
PULSE = 1.0  # seconds between two signs of life, and looks whether a request was given up
TELLING = "tools/call"  # the method whose work tells

# A message to the client; None is a sign of life, by which a dropped connection is noticed.
Part = dict[str, Any] | None
Result = dict[str, Any]


class Ear:
    """Hears what work tells, as far as a client wants to hear it."""

    def __init__(self, asked: Asked) -> None:
        self.told: SimpleQueue[Any] = SimpleQueue()
        self.gone = Event()
        self.asked = asked
        self.token = asked.message.meta.get("progressToken")
        self.level = find_level(asked)
        self.furthest = -1.0
        self.looked = time.monotonic()

    def hear_progress(self, done: float, of: float | None, says: str) -> None:
        if self.token is None or done <= self.furthest:
            return
        self.furthest = done
        params = {"progressToken": self.token, "progress": done, "total": of, "message": says}
        kept = {key: value for key, value in params.items() if value not in (None, "")}
        self.told.put(messages.tell("notifications/progress", kept))

    def hear_remark(self, level: str, says: str, facts: Mapping[str, Any]) -> None:
        levels = progress.LEVELS
        if not self.level or levels.index(level) < levels.index(self.level):
            return
        params = {"level": level, "logger": "wheelhouse", "data": {"says": says, **facts}}
        self.told.put(messages.tell("notifications/message", params))

    def has_gone(self) -> bool:
        if not self.gone.is_set() and time.monotonic() - self.looked > PULSE:
            self.looked = time.monotonic()
            if self.asked.session is not None and sessions.has_given_up(
                self.asked.session, str(self.asked.message.id), by=self.asked.actor
            ):
                self.gone.set()
        return self.gone.is_set()


def find_level(asked: Asked) -> str:
    """Return the least a client wants to hear of what its call says of itself; "" is nothing."""
    if asked.message.method != TELLING or not asked.streams:
        return ""
    if asked.is_present:
        level = asked.message.meta.get(LOG_LEVEL_META_KEY)
        return level if level in progress.LEVELS else ""
    return sessions.find_level(asked.session, by=asked.actor) if asked.session else ""


def run(asked: Asked) -> Generator[Part]:
    """
    Yield the parts of an answer; the last is the answer itself.

    :raises ProtocolError: if there is none
    :raises GivenUp: if nobody wants to hear it any more
    :raises NotLetIn: if the token is no longer good
    """
    for _ in range(MOST_ROUNDS):
        result = yield from perform(asked)
        if asked.is_present or result.get("resultType") != "input_required":
            yield messages.answer(asked.message.id, result)
            return
        told = yield from questions.put(asked, result["inputRequests"])
        asked = asked.told(told, result["requestState"])
    raise ProtocolError(messages.UNANSWERED, "This was asked too often; begin anew.")


def perform(asked: Asked) -> Generator[Part, None, Result]:
    """Yield what work tells; return its result."""
    ear = Ear(asked)
    if asked.streams and _is_lengthy(asked):
        return (yield from _perform_apart(asked, ear))
    with progress.heard_by(ear):
        result = methods.run(asked)
    while asked.streams and not ear.told.empty():
        yield ear.told.get()
    return result


def _is_lengthy(asked: Asked) -> bool:
    tool = registry.TOOLS.get(str(asked.params.get("name")))
    return asked.message.method == TELLING and tool is not None and tool.lengthy


class Ended:
    """How work in a thread of its own ended."""

    def __init__(self, result: Result | None, error: BaseException | None) -> None:
        self.result = result
        self.error = error


def _perform_apart(asked: Asked, ear: Ear) -> Generator[Part, None, Result]:
    """Work in a thread; whoever stops listening has the work stopped, and waits for that."""

    def work() -> None:
        try:
            with progress.heard_by(ear):
                ear.told.put(Ended(methods.run(asked), None))
        except BaseException as error:  # noqa: BLE001  (raised again where it is heard)
            ear.told.put(Ended(None, error))
        finally:
            connection.close()

    connection.close()  # this thread only waits
    worker = Thread(target=copy_context().run, args=(work,), name="lengthy call")
    worker.start()
    try:
        while True:
            try:
                told = ear.told.get(timeout=PULSE)
            except Empty:
                yield None
                continue
            if not isinstance(told, Ended):
                yield told
            elif ear.gone.is_set():
                raise GivenUp
            elif told.error is not None:
                raise told.error
            else:
                assert told.result is not None
                return told.result
    finally:
        ear.gone.set()
        worker.join()
