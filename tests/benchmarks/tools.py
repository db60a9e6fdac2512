"""
`python -m tests.benchmarks.tools [SIZE …] [TOOL …]`: how long a call of every tool takes over HTTP,
or of those whose label begins with one of the words given.

Each tool is called as its own example has it, about one contact after another of an organization
with a past; what a call changed is undone before the next. The agent has learnt, and policy allows
it what it would ask for, so that the work itself is timed. Beside milliseconds stands how long a
core was busy with a call without HTTP, which a machine that does much else changes little. Of what
falls short it is said where the time goes, and how PostgreSQL read what took longest.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections  # noqa: E402

from agents import agents, tokens  # noqa: E402
from agents.calls import dispatch  # noqa: E402
from agents.calls.results import Result  # noqa: E402
from agents.catalogue.registry import TOOLS  # noqa: E402
from agents.models import Agent  # noqa: E402
from approvals import policies  # noqa: E402
from approvals.models import Policy  # noqa: E402
from audit import undo  # noqa: E402
from audit.actions import tenant  # noqa: E402
from audit.actors import Actor, ActorKind, Door  # noqa: E402
from audit.undo import Selection  # noqa: E402
from crm.models import Membership  # noqa: E402
from pipelines import totals  # noqa: E402
from pipelines.insight import kept  # noqa: E402
from pipelines.models import Stage  # noqa: E402
from tests import databases  # noqa: E402
from tests.benchmarks import history  # noqa: E402
from tests.benchmarks.calls import BESIDES  # noqa: E402
from tests.benchmarks.cast import Cast, assemble, fill  # noqa: E402
from tests.benchmarks.ground import Ground, lay  # noqa: E402
from tests.benchmarks.handwritten import Hand  # noqa: E402
from tests.benchmarks.http import Client, database_url, server  # noqa: E402
from tests.benchmarks.measure import Times, clocked, repeat, summarize  # noqa: E402
from tests.benchmarks.spent import Spent, explain, spent  # noqa: E402

CALLS = 40
WARM_UP = 24  # until each of the server's connections has met the statements
READS, WRITES = 25, 50  # ms, p95
# Policies that would have the agent wait; allowed here.
ASKING = ["won", "value", "effect", "records", "rules", "automation"]
FOR_PEOPLE = {"accept_proposal", "dismiss_proposal"}


@dataclass
class Measured:
    """
    One tool, called as one set of arguments has it.

    :param idle: how many calls changed nothing
    :param inside: where the time of such a call goes, without HTTP
    :param plan: how PostgreSQL reads what takes longest of it, where it falls short
    """

    label: str
    tool: str
    runs: list[float] = field(default_factory=list)
    arguments: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    idle: int = 0
    times: Times | None = None
    inside: Spent = field(default_factory=Spent)
    plan: list[str] = field(default_factory=list)

    @property
    def at_most(self) -> int:
        return WRITES if TOOLS[self.tool].writes else READS

    @property
    def falls_short(self) -> bool:
        return self.times is None or self.times.p95 > self.at_most


def main(sizes: Iterable[int], only: tuple[str, ...] = ()) -> None:
    """Measure every tool at each size, or some, and print it."""
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with databases.embedded_server():
        for size in sizes:
            with databases.clone("benchmark"):
                took, ground = clocked(lambda: lay(size))  # noqa: B023
                print(f"\n== {size:,} positions, laid in {took / 1000:.1f} s", flush=True)
                report(ground, only)


def report(ground: Ground, only: tuple[str, ...] = ()) -> None:
    """Give an organization a past, call every tool in it, and print what each takes."""
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
    took, _ = clocked(lambda: history.remember(ground))
    print(f"its past in {took / 1000:.1f} s", flush=True)
    agent = hire(ground.owner)
    cast = assemble(ground, agent)
    took, _ = clocked(kept.recount)
    print(f"large boards counted, as the clock does, in {took / 1000:.1f} s", flush=True)
    fold()
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")
    connections["owner"].close()
    measure(ground, agent, cast, only)


def fold() -> None:
    """Fold what columns come to, as the clock does every few seconds while the product runs."""
    while totals.fold():
        pass


def measure(ground: Ground, agent: Agent, cast: Cast, only: tuple[str, ...] = ()) -> None:
    """Call every tool, in every way there is, and print what each takes."""
    ways = [
        (Measured(_label(name, extra), name), extra or TOOLS[name].example)
        for name in sorted(TOOLS)
        for extra in [None, *BESIDES.get(name, ())]
        if not only or _label(name, extra).startswith(only)
    ]
    by_hand = _by_hand(ground)
    person = _person_token(ground.owner)
    token = tokens.issue_for_agent(agent, by=ground.owner)
    with server() as port:
        for each, arguments in ways:
            # A connection of its own: one that is idle for long is closed.
            client = Client(port, person if each.tool in FOR_PEOPLE else token)
            _call(each, arguments, cast.take_turns(), client, ground.owner)
            fold()
    actor = Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name="",
        organization_id=agent.organization_id,
        door=Door.API,
    )
    for each, _ in ways:
        _look_inside(each, ground.owner if each.tool in FOR_PEOPLE else actor, ground.owner)
        fold()
    _print([each for each, _ in ways], by_hand)


def hire(owner: Actor) -> Agent:
    """Return an agent that may use every tool, and need not ask where policy can say so."""
    for key in ASKING:
        policies.write(Policy(key=key, answer="allow", when=[]), by=owner)
    return agents.create(
        "Bench of tools",
        persona="sales",
        tools=sorted(TOOLS),
        learning_mode=False,
        calls_per_minute=1_000_000,
        writes_per_hour=1_000_000,
        records_per_day=1_000_000,
        by=owner,
    )


def _person_token(owner: Actor) -> str:
    with tenant(owner.tenant_id):
        membership = Membership.objects.get(pk=owner.membership_id)
    return tokens.issue_for_member(membership, by=owner)


def _label(name: str, extra: Mapping[str, Any] | None) -> str:
    if extra is None:
        return name
    told = " ".join(str(value) for key, value in extra.items())
    return f"{name}: {told[:44]}"


def _by_hand(ground: Ground) -> Times:
    """Return what a move written by hand takes here, as a yardstick."""
    hand = Hand(database_url(), organization=ground.organization.pk, pipeline=ground.pipeline.pk)
    to = ground.stages["Demo"].pk
    with tenant(ground.organization.pk):
        cards = list(
            Stage.objects.get(pk=to)
            .positions.filter(closed_at=None)
            .values_list("pk", flat=True)[:200]
        )
    pieces = [(lambda card=card: hand.move(card, to)) for card in cards]
    repeat(pieces[:50])
    times = repeat(pieces[50:])
    hand.close()
    return times


def _call(
    each: Measured,
    arguments: Mapping[str, Any],
    scenes: Iterator[dict[str, str]],
    client: Client,
    owner: Actor,
) -> None:
    for n in range(CALLS + WARM_UP):
        named = next(scenes)
        if "action:31" in str(arguments):
            note = {"contact": named["contact:42"], "kind": "note", "body": "x"}
            named = named | {"action:31": client.call("log_activity", note)["action"]}
        given = fill(dict(arguments), named)
        started = time.perf_counter()
        _, answer = client.attempt(each.tool, given)
        took = (time.perf_counter() - started) * 1000
        if answer["status"] != "done":
            each.refusal = f"{answer['status']}: {answer.get('summary') or answer}"
            return
        if TOOLS[each.tool].writes and each.tool != "undo_action":
            each.idle += not _undo(answer["action"], owner)
        if n >= WARM_UP:
            each.runs.append(took)
            each.arguments.append(given)
    each.times = summarize(each.runs, sum(each.runs))


def _undo(action: str, owner: Actor) -> bool:
    """Put back what a call changed; return whether it changed anything."""
    selection = Selection(actions=(int(action.partition(":")[2]),))
    try:
        undo.apply(undo.plan(selection, by=owner), by=owner)
    except undo.NothingRestored:
        return False
    return True


def _look_inside(each: Measured, by: Actor, owner: Actor) -> None:
    """Make a few of the calls without HTTP, and see where their time goes."""
    if each.tool == "undo_action":
        return
    runs = []
    for given in each.arguments[:5]:
        results: list[Result] = []
        call = partial(dispatch.call, by, each.tool, given, reason="benchmark", confidence=0.95)
        runs.append(spent([lambda: results.append(call())]))  # noqa: B023  (called at once)
        assert results[0].is_done, results[0]
        if TOOLS[each.tool].writes:
            _undo(str(results[0].action), owner)
    if runs:
        each.inside = sorted(runs, key=lambda run: run.total)[len(runs) // 2]
        if each.falls_short:
            with tenant(by.tenant_id):
                each.plan = explain(each.inside)


def _print(measured: list[Measured], by_hand: Times) -> None:
    print(f"a move by hand: {by_hand}")
    heads = ("p50", "p95", "aim", "/hand", "sql", "core")
    print(f"{'ms':60} " + " ".join(f"{head:>7}" for head in heads))
    for each in sorted(measured, key=lambda each: -(each.times.p95 if each.times else 1e9)):
        if each.times is None:
            print(f"{each.label:60} NOT DONE {each.refusal[:200]}")
            continue
        print(
            f"{each.label:60} {each.times.p50:7.1f} {each.times.p95:7.1f} {each.at_most:7}"
            f" {each.times.p50 / by_hand.p50:7.1f} {each.inside.statements:7}"
            f" {each.inside.busy:7.1f}"
            f"{'  FALLS SHORT' if each.falls_short else ''}"
        )
        if each.idle:
            print(f"    {each.idle} calls changed nothing")
        if each.falls_short:
            print(f"    {each.inside}")
            for line in each.plan:
                print(f"        {line[:150]}")
    short = sum(each.falls_short for each in measured)
    print(f"{len(TOOLS)} tools, {len(measured)} kinds of call, {short} fall short", flush=True)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        [int(each) for each in given if each.isdecimal()] or [100_000],
        tuple(each for each in given if not each.isdecimal()),
    )
