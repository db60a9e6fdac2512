"""
Batches: work of many members, of which each is done whole or not at all, in few statements.

What a member writes may wait for what others write alike. It is written before anything else is
asked of the database, so nobody reads what is no longer so; and a member that asks nothing more
needs no savepoint.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from itertools import groupby
from typing import Any

from django.db import connection, transaction

Row = Sequence[Any]
Write = Callable[[list[Row]], None]


class Batch:
    """Members' work under way."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Write, Row]] = []
        self._others = 0  # of what waits, the first so many are of members that are done
        self._member: ExitStack | None = None
        self._is_saved = False
        self._is_writing = False

    @contextmanager
    def member(self) -> Iterator[None]:
        """Do one member's work: whatever it raises, nothing is left of that."""
        self._others = len(self._waiting)
        self._is_saved = False
        try:
            with ExitStack() as self._member:
                try:
                    yield
                except BaseException:
                    del self._waiting[self._others :]
                    raise
        finally:
            self._member, self._others = None, 0

    def add(self, how: Write, row: Row) -> None:
        """Have a row written by the end; a second one of what the first column names, after it."""
        if any(known == how and other[0] == row[0] for known, other in self._waiting):
            self._write_all()
        self._waiting.append((how, row))

    def finish(self) -> None:
        """Write all that still waits."""
        self._write_all()

    def watch(self, execute: Any, *statement: Any) -> Any:
        """Before a statement is made, write what waits, and secure the member that makes it."""
        if not self._is_writing:
            self._write_all()
        return execute(*statement)

    def _write_all(self) -> None:
        others, own = self._waiting[: self._others], self._waiting[self._others :]
        self._waiting, self._others, self._is_writing = [], 0, True
        try:
            _write(others)
            if self._member is not None and not self._is_saved:
                self._member.enter_context(transaction.atomic())
                self._is_saved = True
            _write(own)
        finally:
            self._is_writing = False


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def batch() -> Iterator[Batch]:
    """Begin a batch, inside a transaction; what is done in it is written at its end."""
    begun = Batch()
    token = _batch.set(begun)
    try:
        with connection.execute_wrapper(begun.watch):
            yield begun
            begun.finish()
    finally:
        _batch.reset(token)


def write(how: Write, row: Row) -> None:
    """
    Write a row as `how` does several: in a batch with others like it, else now.

    :param row: its first column names what is written to
    """
    present = _batch.get()
    if present is None:
        how([row])
    else:
        present.add(how, row)


def _write(waiting: list[tuple[Write, Row]]) -> None:
    for how, rows in groupby(waiting, key=lambda each: each[0]):
        how([row for _, row in rows])
