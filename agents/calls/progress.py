"""What is told of work under way, to whoever asked to hear of it, and whether it is to go on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from audit.actions import Refusal

LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")


class Cancelled(Refusal):
    """Whoever asked for this gave it up; nothing was changed."""


class Listener(Protocol):
    """Somebody who waits for work."""

    def hear_progress(self, done: float, of: float | None, says: str) -> None:
        """Hear how far it has come."""

    def hear_remark(self, level: str, says: str, facts: Mapping[str, Any]) -> None:
        """Hear what came up on the way."""

    def has_gone(self) -> bool:
        """Whether nobody waits any more."""


_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


def report(done: float, *, of: float | None = None, says: str = "") -> None:
    """
    Say that `done` is done of `of`, if anybody listens; a good moment to stop.

    :param says: what is being done, for people
    :raises Cancelled: if whoever asked for it no longer waits
    """
    listener = _listener.get()
    if listener is None:
        return
    if listener.has_gone():
        raise Cancelled
    listener.hear_progress(done, of, says)


def remark(level: str, says: str, **facts: Any) -> None:
    """
    Say what came up on the way, if anybody listens.

    :param level: how much it matters, one of `LEVELS`
    :param facts: the same for programs, as JSON values
    """
    listener = _listener.get()
    if listener is not None:
        listener.hear_remark(level, says, facts)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let `listener` hear of all that is told inside."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
