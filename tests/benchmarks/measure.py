"""Timing and counting: percentiles in milliseconds, statements, rows written."""

import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Times:
    """What repeated runs took, in milliseconds, and how many a second ended in all."""

    p50: float
    p95: float
    a_second: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms, {self.a_second:.0f}/s"


def timed(work: Callable[[], object]) -> float:
    """Run `work` once and return its milliseconds."""
    return clocked(work)[0]


def clocked[Value](work: Callable[[], Value]) -> tuple[float, Value]:
    """Run `work` once and return its milliseconds and what it returned."""
    started = time.perf_counter()
    value = work()
    return (time.perf_counter() - started) * 1000, value


def summarize(runs: list[float], wall_ms: float) -> Times:
    """Fold the milliseconds of single runs, made within `wall_ms`, into percentiles."""
    cuts = statistics.quantiles(runs, n=20, method="inclusive")
    return Times(p50=statistics.median(runs), p95=cuts[18], a_second=len(runs) / wall_ms * 1000)


def repeat(pieces: Iterable[Callable[[], object]]) -> Times:
    """Time each piece of work, one after another."""
    started = time.perf_counter()
    runs = [timed(piece) for piece in pieces]
    return summarize(runs, (time.perf_counter() - started) * 1000)


def crowd(queues: list[list[Callable[[], object]]]) -> Times:
    """Time pieces of work with one thread per queue, all at once."""

    def empty(queue: list[Callable[[], object]]) -> list[float]:
        return [timed(piece) for piece in queue]

    started = time.perf_counter()
    with ThreadPoolExecutor(len(queues)) as threads:
        runs = [run for each in threads.map(empty, queues) for run in each]
    return summarize(runs, (time.perf_counter() - started) * 1000)


def count_statements(work: Callable[[], object]) -> int:
    """Count the statements one run sends, savepoints included."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
