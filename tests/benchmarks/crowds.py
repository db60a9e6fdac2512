"""
Eight agents at once over HTTP: a thousand calls of every sort, some at the same cards and keys.

The same calls are made one at a time too, so that what a crowd costs can be told in one run.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents import agents, tokens
from agents.models import Agent
from tests.benchmarks.ground import Ground
from tests.benchmarks.http import Client, server
from tests.benchmarks.measure import Times, summarize

AGENTS = 8
# What each agent calls, in an order of its own: 125 calls.
MIX = {
    "read": 28,  # an object by its reference
    "search": 10,
    "create": 20,  # a contact under a key
    "own": 28,  # moves of cards that nobody else moves
    "shared": 16,  # moves of cards that everybody moves, from where they may no longer be
    "repeat": 8,  # a creation once more, under its key
    "twin": 5,  # a creation under a key that two connections use at the same moment
    "refused": 4,
    "waiting": 4,
    "dry": 2,
}
OWN, SHARED = 6, 4  # cards
LEADS = AGENTS * (OWN + MIX["waiting"]) + SHARED  # cards in Lead that a plan needs


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One call to be made: by which agent, and what sort of call it is."""

    agent: int
    sort: str
    tool: str
    arguments: dict[str, Any]
    envelope: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str | None:
        return self.envelope.get("idempotency_key")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call was answered, and after how many milliseconds."""

    wish: Wish
    http: int
    body: dict[str, Any]
    ms: float


def hire(ground: Ground) -> list[tuple[Agent, str]]:
    """Hire the crowd, past learning and with limits that end no measurement; with their tokens."""
    budget = dict.fromkeys(["calls_per_minute", "writes_per_hour", "records_per_day"], 1_000_000)
    given = {"persona": "sales", "learning_mode": False, "by": ground.owner} | budget
    crowd = [agents.create(f"Agent {n}", **given) for n in range(AGENTS)]
    return [(agent, tokens.issue_for_agent(agent, by=ground.owner)) for agent in crowd]


class Plan:
    """What each agent will call, in order; `tag` keeps keys and names apart from another plan's."""

    def __init__(self, ground: Ground, *, tag: str, leads: list[int]) -> None:
        self.shared, leads = leads[:SHARED], leads[SHARED:]
        share = OWN + MIX["waiting"]
        hands = [leads[n * share : (n + 1) * share] for n in range(AGENTS)]
        self.queues = [
            _Hand(n, ground, tag, cards, self.shared).deal() for n, cards in enumerate(hands)
        ]


class _Hand:
    """What one agent calls: a method for each sort of call."""

    def __init__(
        self, number: int, ground: Ground, tag: str, cards: list[int], shared: list[int]
    ) -> None:
        self.number, self.tag = number, tag
        self.stages = ground.stages["Lead"].ref, ground.stages["Qualified"].ref
        self.mine, self.unsure, self.common = cards[:OWN], cards[OWN:], shared
        self.stands = dict.fromkeys(self.mine, 0)
        self.created: list[Wish] = []
        self.draw = Random(f"{tag} {number}")

    def deal(self) -> list[Wish]:
        """Return the calls, in an order of its own but for twins, which come in step."""
        sorts = [sort for sort, count in MIX.items() for _ in range(count) if sort != "twin"]
        self.draw.shuffle(sorts)
        for twin in range(MIX["twin"]):
            sorts.insert(twin * (AGENTS * 3), "twin")
        return [getattr(self, sort)(place) for place, sort in enumerate(sorts)]

    def read(self, _: int) -> Wish:
        return self._wish("read", "get_object", {"ref": f"position:{self.draw.choice(self.mine)}"})

    def search(self, _: int) -> Wish:
        wanted = {"type": "contact", "query": self.draw.choice(["Ada 1", "Grace 2", "company-3"])}
        return self._wish("search", "search_objects", wanted)

    def create(self, place: int) -> Wish:
        name = f"{self.tag} {self.number} {place}"
        wish = self._wish("create", "create_contact", {"name": name}, idempotency_key=name)
        self.created.append(wish)
        return wish

    def repeat(self, place: int) -> Wish:
        return replace(self.draw.choice(self.created or [self.create(place)]), sort="repeat")

    def twin(self, place: int) -> Wish:
        first = self.number - self.number % 2
        name = f"{self.tag} {first} and {first + 1} {place}"
        wish = self._wish("twin", "create_contact", {"name": name}, idempotency_key=name)
        return replace(wish, agent=first)

    def own(self, _: int) -> Wish:
        card = self.draw.choice(self.mine)
        self.stands[card] = 1 - self.stands[card]
        return self._move("own", card, to=self.stands[card])

    def shared(self, _: int) -> Wish:
        to = self.draw.choice([0, 1])
        move = self._move("shared", self.draw.choice(self.common), to=to)
        move.arguments["from_stage"] = self.stages[1 - to]
        return move

    def refused(self, _: int) -> Wish:
        move = self._move("refused", self.draw.choice(self.mine), to=1)
        return replace(move, arguments=move.arguments | {"to_stage": "Nowhere"})

    def waiting(self, _: int) -> Wish:
        return self._move("waiting", self.unsure.pop(), to=1, confidence=0.2)

    def dry(self, _: int) -> Wish:
        return self._move("dry", self.draw.choice(self.mine), to=1, dry_run=True)

    def _move(self, sort: str, card: int, *, to: int, **envelope: Any) -> Wish:
        arguments = {"position": f"position:{card}", "to_stage": self.stages[to]}
        return self._wish(sort, "move_contact", arguments, **envelope)

    def _wish(self, sort: str, tool: str, arguments: dict[str, Any], **envelope: Any) -> Wish:
        return Wish(agent=self.number, sort=sort, tool=tool, arguments=arguments, envelope=envelope)


def at_once(port: int, keys: list[str], plan: Plan) -> tuple[list[Answer], Times]:
    """Have every queue called by a thread of its own; twins go off together."""
    pairs = [threading.Barrier(2) for _ in range(AGENTS // 2)]

    def work(number: int) -> list[Answer]:
        clients, answers = _connect(port, keys), []
        for wish in plan.queues[number]:
            if wish.sort == "twin":
                pairs[number // 2].wait(60)
            answers.append(_ask(clients, wish))
        return answers

    started = time.perf_counter()
    with ThreadPoolExecutor(AGENTS) as threads:
        answers = [answer for each in threads.map(work, range(AGENTS)) for answer in each]
    return answers, _times(answers, started)


def in_turn(port: int, keys: list[str], plan: Plan) -> tuple[list[Answer], Times]:
    """Make the calls of a plan one after another, an agent at a time."""
    clients = _connect(port, keys)
    started = time.perf_counter()
    answers = [_ask(clients, wish) for turn in zip(*plan.queues, strict=True) for wish in turn]
    return answers, _times(answers, started)


def _connect(port: int, keys: list[str]) -> list[Client]:
    """Return a client for each agent; it connects when it is first used."""
    return [Client(port, key) for key in keys]


def _ask(clients: list[Client], wish: Wish) -> Answer:
    started = time.perf_counter()
    http, body = clients[wish.agent].attempt(wish.tool, wish.arguments, **wish.envelope)
    return Answer(wish=wish, http=http, body=body, ms=(time.perf_counter() - started) * 1000)


def _times(answers: list[Answer], started: float) -> Times:
    wall = (time.perf_counter() - started) * 1000
    return summarize([answer.ms for answer in answers], wall)


def measure(ground: Ground) -> Iterator[str]:
    """Make the calls of one plan in turn and of another at once; say how the two compare."""
    keys = [key for _, key in hire(ground)]
    leads = ground.positions[::4]
    plans = [
        Plan(ground, tag=tag, leads=leads[n * LEADS : (n + 1) * LEADS])
        for n, tag in enumerate(["warm", "turn", "crowd"])
    ]
    with server() as port:
        in_turn(port, keys, plans[0])
        _, alone = in_turn(port, keys, plans[1])
        answers, together = at_once(port, keys, plans[2])
    told = ", ".join(f"{count} {http}" for http, count in sorted(tally(answers).items()))
    yield f"{len(answers):,} calls of {AGENTS} agents, one at a time: {alone}"
    yield f"  all {AGENTS} at once: {together}; answered {told}"
    yield (
        f"  at once / one at a time: p95 {together.p95 / alone.p95:.2f},"
        f" calls a second {together.a_second / alone.a_second:.2f}"
    )


def tally(answers: Iterable[Answer]) -> Counter[int]:
    """Count answers by their HTTP status."""
    return Counter(answer.http for answer in answers)
