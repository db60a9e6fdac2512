"""
Where the time goes, so that what falls short can be said with why.

Of work in this process: in statements, which is the database's time and the driver's, in COMMIT,
and what is left to Python, and how long a core was busy with it, which says the same on a machine
that does much else. Of work that others do too: how much of the machine's cores it took.
"""

import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

STEP = re.compile(r"actual time=[0-9.]+\.\.([0-9.]+)")  # milliseconds
MACHINE = Path("/proc/stat")  # on Linux only


@dataclass
class Spent:
    """
    What pieces of work took each, in milliseconds, and the statements that took most of it.

    :param busy: how long a core was busy, with Python and with PostgreSQL at our connection
    :param longest: the one run of a statement that took longest: milliseconds, SQL, parameters
    """

    pieces: int = 0
    total: float = 0
    busy: float = 0
    committing: float = 0
    by_statement: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    statements: int = 0
    longest: tuple[float, str, Any] = (0, "", None)

    @property
    def in_statements(self) -> float:
        return sum(self.by_statement.values())

    @property
    def slowest(self) -> tuple[str, float]:
        """The statement that took the most in all, by its first words, and its milliseconds."""
        return max(self.by_statement.items(), key=lambda each: each[1], default=("none", 0))

    def __str__(self) -> str:
        says, took = self.slowest
        each = 1 / max(self.pieces, 1)
        python = self.total - self.in_statements - self.committing
        return (
            f"{self.total * each:.2f} ms = {self.in_statements * each:.2f} in"
            f" {self.statements * each:.0f} statements + {self.committing * each:.2f} in COMMIT"
            f" + {python * each:.2f} in Python between; most in one: {took * each:.2f}, {says}"
        )


def spent(pieces: Iterable[Callable[[], object]]) -> Spent:
    """Do each piece of work and return where its time went."""
    found = Spent()

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = (time.perf_counter() - started) * 1000
            found.statements += 1
            found.by_statement[_head(str(sql))] += took
            found.longest = max(found.longest, (took, str(sql), params), key=lambda run: run[0])

    with connection.execute_wrapper(watch), _watching_commits(found):
        backend = connection.connection.info.backend_pid
        started, before = time.perf_counter(), _on_core(backend)
        for piece in pieces:
            piece()
            found.pieces += 1
        found.total = (time.perf_counter() - started) * 1000
        found.busy = _on_core(backend) - before
    return found


def explain(run: Spent) -> list[str]:
    """Return the steps that take PostgreSQL a millisecond or more in what took longest, if any."""
    _, sql, params = run.longest
    if sql.split(maxsplit=1)[:1] not in (["select"], ["SELECT"], ["with"]):
        return []
    with connection.cursor() as cursor:
        cursor.execute("explain (analyze, buffers, summary off) " + sql, params)
        steps = [(STEP.search(row[0]), row[0]) for row in cursor.fetchall()]
    return [line for step, line in steps if step and float(step[1]) >= 1]


def busy(pieces: Sequence[Callable[[], object]], *, backend: int) -> float:
    """
    Do each piece of work and return how long a core was busy with one of them, in milliseconds.

    :param backend: the process of PostgreSQL that serves it, on this machine
    """
    before = _on_core(backend)
    for piece in pieces:
        piece()
    return (_on_core(backend) - before) / len(pieces)


def _on_core(backend: int) -> float:
    """Return the milliseconds a core was busy so far, with this process and with a backend."""
    schedule = Path(f"/proc/{backend}/schedstat")
    theirs = int(schedule.read_text().split()[0]) / 1e6 if schedule.exists() else 0
    return time.process_time() * 1000 + theirs


@contextmanager
def _watching_commits(found: Spent) -> Iterator[None]:
    """Add up what COMMIT takes, which is no statement to Django."""
    connection.ensure_connection()
    driver = connection.connection
    commit = driver.commit

    def watched() -> None:
        started = time.perf_counter()
        commit()
        found.committing += (time.perf_counter() - started) * 1000

    driver.commit = watched
    try:
        yield
    finally:
        del driver.commit


def _head(sql: str) -> str:
    """Name a statement by what it begins with and the table it is about."""
    words = sql.split()
    tables = [word.strip('",()') for word in words if "_" in word and word[:1].isalpha()]
    return " ".join([*words[:2], "…", *tables[:1]])


def cores_busy[Value](work: Callable[[], Value]) -> tuple[Value, float]:
    """
    Do `work`; return what it returned, and how many cores were busy meanwhile, on average.

    Everything that runs on the machine counts; where the machine does not say, 0.
    """
    before, started = _busy_seconds(), time.perf_counter()
    value = work()
    took = time.perf_counter() - started
    return value, (_busy_seconds() - before) / took


def _busy_seconds() -> float:
    """Return the seconds that all cores together were busy since the machine began."""
    if not MACHINE.exists():
        return 0
    counts = [int(count) for count in MACHINE.read_text().splitlines()[0].split()[1:]]
    idle, waiting = counts[3], counts[4]
    return (sum(counts[:8]) - idle - waiting) / os.sysconf("SC_CLK_TCK")
