"""How far work has come, told to whoever asked to hear of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, float | None, str], None]

_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


def report(done: float, *, of: float | None = None, says: str = "") -> None:
    """
    Say that `done` is done of `of`, if anybody listens.

    :param says: what is being done, for people
    """
    listener = _listener.get()
    if listener is not None:
        listener(done, of, says)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Let `listener` hear of all progress inside."""
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)
