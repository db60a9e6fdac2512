"""What a pipeline's figures say in words, and what could be tried, with what it would bring."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from pipelines.insight.flow import FEWEST, Flow, StageFlow
from pipelines.insight.performance import Performance
from pipelines.models import Stage

SAVED = 0.25  # of the cards a stage loses: what a suggestion reckons with
NOTABLE = 0.1  # share of cards that move back, before it is worth a word


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """
    Something to try at one stage.

    :param impact: what it would bring, reckoned from the span's own figures
    """

    action: str
    stage: Stage
    says: str
    impact: str


def find_shortage(flow: Flow) -> str:
    """Say why there is not enough to make anything of; "" where there is."""
    over = sum(each.durations.count for each in flow.active)
    if flow.telling:
        return ""
    return (
        f"Not enough data: of {_count(flow.total, 'card')} with a stay that began in the range,"
        f" {_count(over, 'stay')} in an active stage {'is' if over == 1 else 'are'} over, and no"
        f" stage has the {FEWEST} that are needed before anything is made of them."
    )


def tell(performance: Performance) -> list[str]:
    """Return what is worth knowing, most important first; that there is not enough, if so."""
    if shortage := find_shortage(performance.flow):
        return [shortage]
    return list(_tell(performance))


def _tell(performance: Performance) -> Iterator[str]:
    flow = performance.flow
    if (slow := flow.bottleneck) is not None:
        yield f"{slow.stage.name} is the bottleneck: {_pace(slow)}."
    leaky = max(flow.telling, key=lambda each: each.drop_off_rate or 0)
    if leaky.dropped:
        yield (
            f"{leaky.stage.name} has a {_percent(leaky.drop_off_rate)} drop-off rate, the highest:"
            f" {leaky.dropped:,} of {leaky.entered:,} were lost from it."
        )
    for each in flow.active:
        if beyond := _count_beyond(each):
            yield (
                f"{_count(beyond, 'card')} {'has' if beyond == 1 else 'have'} stood in"
                f" {each.stage.name} for longer than its limit of {each.stage.max_days} days."
            )
    for each in flow.telling:
        if each.moved_back >= NOTABLE * each.entered:
            yield (
                f"{_percent(each.moved_back / each.entered)} of the cards in {each.stage.name}"
                f" moved back: {each.moved_back:,} of {each.entered:,}."
            )
    if performance.win_rate is not None:
        closed = performance.won.count + performance.lost
        yield f"{_percent(performance.win_rate)} of {_count(closed, 'closed card')} were won."


def suggest(performance: Performance) -> list[Suggestion]:
    """Return what to try; nothing where there is not enough data."""
    flow = performance.flow
    return [*_shorten(flow), *_keep(flow), *_work_off(flow)] if flow.telling else []


def _shorten(flow: Flow) -> Iterator[Suggestion]:
    slow = flow.bottleneck
    others = [half for each in flow.telling if each is not slow and (half := _half(each))]
    if slow is None or not others:
        return
    here, there = _half(slow), median(others)
    if here is None:
        here = slow.durations.find_days(0.9) or 0.0
    if here > there:
        yield Suggestion(
            action="shorten_stage",
            stage=slow.stage,
            says=f"Find out what cards wait for in {slow.stage.name}, and take it out of the way:"
            " a template, a task with a date, or an automation.",
            impact=f"{here - there:.1f} days sooner for a card that moves on, were it as quick as"
            f" the other stages: {there:.1f} days instead of {here:.1f}.",
        )


def _keep(flow: Flow) -> Iterator[Suggestion]:
    leaky = max(flow.telling, key=lambda each: each.drop_off_rate or 0)
    if not leaky.dropped:
        return
    kept = leaky.dropped * SAVED
    onwards = _find_chance_after(flow, leaky)
    yield Suggestion(
        action="reduce_drop_off",
        stage=leaky.stage,
        says=f"Read why cards are lost from {leaky.stage.name}, and ask for less there, or"
        " qualify earlier.",
        impact=f"{kept * onwards:.1f} more cards won in such a range, if one in four of the"
        f" {leaky.dropped:,} that were lost moved on and went on as the others did"
        f" ({_percent(onwards)} of those are won).",
    )


def _work_off(flow: Flow) -> Iterator[Suggestion]:
    for each in flow.active:
        if (beyond := _count_beyond(each)) and each.conversion_rate is not None:
            over = each.durations.count
            share = each.moved_on / over if over else 0.0
            if over < FEWEST:
                continue
            yield Suggestion(
                action="follow_up_overdue",
                stage=each.stage,
                says=f"Decide on the {_count(beyond, 'card')} beyond the limit of"
                f" {each.stage.name}: move on, or close.",
                impact=f"{beyond * share:.1f} of them would move on, if they went as the"
                f" {over:,} that have left ({_percent(share)} moved on).",
            )


def _find_chance_after(flow: Flow, left: StageFlow) -> float:
    """Return the share of cards past a stage that are won, by what later stages let through."""
    later = [each for each in flow.active if each.stage.order > left.stage.order]
    return math.prod(each.moved_on / each.durations.count for each in later if each.durations.count)


def _count_beyond(flow: StageFlow) -> int:
    limit = flow.stage.max_days
    return flow.durations.count_standing_beyond(limit) if limit is not None else 0


def _half(flow: StageFlow) -> float | None:
    return flow.durations.find_days_until(0.5)


def _pace(flow: StageFlow) -> str:
    half, mean = _half(flow), flow.durations.mean_days or 0.0
    standing = sum(flow.durations.standing.values())
    waits = f", and {standing:,} still stand there" if standing else ""
    if half is None:
        return f"fewer than half of its {flow.entered:,} cards have left it{waits}"
    return f"half of its cards take {half:.1f} days or more (mean {mean:.1f}){waits}"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0):.0f} %"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
