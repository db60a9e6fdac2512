"""
`python -m tests.benchmarks.talking [SIZE …]`: how long plain language takes among many contacts.

Each request is held as a conversation of its own with the planner and its calls, in a transaction
that is rolled back. `reply` is what the planner takes to understand and to answer; `turn` is all of
it, the calls of the tools included.
"""

import os
import sys
import time
from dataclasses import dataclass, field, replace

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections, transaction  # noqa: E402

from audit.actors import Actor, Door  # noqa: E402
from tests import databases  # noqa: E402
from tests.benchmarks.ground import lay  # noqa: E402
from tests.benchmarks.measure import summarize  # noqa: E402
from tests.language.holding import hold  # noqa: E402

TIMES = 8
AIM = 150  # ms, p95 of a reply
REQUESTS = (
    "Move Grace Berg 57 to Demo",
    "move alan colle 1234 to the next stage",
    "Assign Ada Abel 0 to me",
    "Tag Barbara Endo 4 as vip",
    "Note on Radia Gray 6: wants a quote before Friday",
    "Remind me to call Ken Abel 7 next Tuesday",
    "Set the value of Niklaus Frei 5's deal to 80k",
    "Grace",
    "Move all deals over $5,900 in Lead to Qualified",
    "Give all the deals of Company 12 to me",
    "How many open deals are there in Demo?",
    "What is our pipeline worth per stage?",
    "Which five deals are worth the most?",
    "Who has not been contacted since Easter?",
    "Show the contacts at Company 99",
    "When did Grace Berg 57 enter Lead?",
    "Which deals are at risk?",
    "What is our pipeline velocity?",
    "Create a contact Mary Kenneth Keller at Company 7",
    "She called. If she has no open task, create one",
    "Make me a sandwich",
)


@dataclass
class Spoken:
    """What was measured of one request: milliseconds of its slowest reply, and of its turn."""

    replies: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    says: str = ""


def speak(request: str, by: Actor) -> Spoken:
    """Hold a request several times over."""
    spoken = Spoken()
    for n in range(TIMES + 1):
        with transaction.atomic():
            started = time.perf_counter()
            (held,) = hold([request], by=by)
            turn = (time.perf_counter() - started) * 1000
            transaction.set_rollback(True)
        if n:  # the first reads what is kept from then on
            spoken.replies += held.took
            spoken.turns.append(turn)
        spoken.says = held.says
    return spoken


def measure(size: int) -> None:
    """Print how long each request takes among `size` contacts."""
    ground = lay(size)
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")
    connections["owner"].close()
    by = replace(ground.owner, door=Door.CHAT)
    print(f"\n== {size:,} contacts")
    print(f"{'ms':<56}{'reply p50':>10}{'p95':>8}{'turn p50':>10}{'p95':>8}")
    replies = []
    for request in REQUESTS:
        spoken = speak(request, by)
        replies += spoken.replies
        reply, turn = (summarize(runs, sum(runs)) for runs in (spoken.replies, spoken.turns))
        print(f"{request:<56}{reply.p50:>10.1f}{reply.p95:>8.1f}{turn.p50:>10.1f}{turn.p95:>8.1f}")
        print(f"    {' '.join(spoken.says.split())[:90]}")
    every = summarize(replies, sum(replies))
    print(f"a reply: p50 {every.p50:.1f} ms, p95 {every.p95:.1f} ms; aim p95 {AIM}")


def main(sizes: list[int]) -> None:
    """Measure at each size."""
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    with databases.embedded_server(), databases.clone("talking"):
        for size in sizes:
            measure(size)


if __name__ == "__main__":
    main([int(each.replace(",", "")) for each in sys.argv[1:]] or [100_000])
