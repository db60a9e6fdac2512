"""
Cards at risk: open cards that show signs of stalling, each sign with a weight that is stated.

A card's risk is the sum of the weights of what it shows, at most 1. All signs are read for all open
cards of a pipeline in one statement; only those of a page are put into words, in `risk_words`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from audit import clock
from audit.actors import Actor
from crm.fields import FieldError
from crm.models import Organization
from pipelines.insight import counting
from pipelines.insight.limits import Limit, find_limits
from pipelines.insight.risk_statements import AFTER, ALL_CARDS, CARDS, LEVELS, RISKY, SHOWN
from pipelines.insight.signs import (
    LOOKED_UP,
    OWN,
    PLACES,
    WINDOW,
    name_all,
)
from pipelines.insight.spans import find_zone
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Counted, Pipeline, Position, Stage, StageKind

SILENT_DAYS = 14
KEPT = 1_000  # cards the clock keeps in the order of pages
CURSOR = re.compile(r"([0-9]{1,3})-([0-9]{1,18})-([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class Judged:
    """A card's risk, 0 to 1, and the names of the signs it shows."""

    position_id: int
    risk: float
    signs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Risks:
    """
    The cards at risk.

    :param total: of all of them, not of the page alone
    :param limits: by stage id, of those that have one
    :param silent_days: after how many days without activity a card counts as silent
    :param next: what to ask for more by
    :param as_of: when all of them were counted; the cards of the page are judged now
    """

    cards: list[Judged]
    total: Sum
    limits: dict[int, Limit]
    silent_days: int
    next: str | None
    as_of: datetime


def find(
    pipeline: Pipeline,
    *,
    organization: Organization,
    by: Actor,
    threshold: float = 0.5,
    silent_days: int = SILENT_DAYS,
    after: str = "",
    limit: int = 20,
) -> Risks:
    """
    Return the open cards of `pipeline` whose risk reaches `threshold`, the greatest risk first.

    :param threshold: 0 to 1
    :raises FieldError: if `after` is not what a page gave as `next`
    """
    stages = _find_stages(pipeline, by)
    limits = find_limits(pipeline, stages)
    given = _give(organization, pipeline, stages, limits, silent_days)
    least = round(threshold * 100)
    page = None
    if silent_days == SILENT_DAYS:
        page = _take_kept(pipeline, given, least=least, after=after, limit=limit)
    if page is None:
        page = _take(given, least=least, after=after, limit=limit)
    return Risks(
        cards=page.cards,
        total=add_up(page.totals, organization=organization),
        limits=limits,
        silent_days=silent_days,
        next=page.next,
        as_of=page.as_of,
    )


def count(pipeline: Pipeline, organization: Organization, *, by: Actor) -> dict[str, Any]:
    """Count all open cards of `pipeline` by risk, and find the first; for the clock to keep."""
    stages = _find_stages(pipeline, by)
    limits = find_limits(pipeline, stages)
    given = _give(organization, pipeline, stages, limits, SILENT_DAYS)
    rows = _read(ALL_CARDS + LEVELS, given | {"threshold": 0, "limit": KEPT})
    return {
        "levels": [row[1:] for row in rows if row[0] is None],
        "first": [(row[1], row[4], row[0]) for row in rows if row[0] is not None],
    }


@dataclass(frozen=True)
class _Page:
    """Some cards at risk; of all of them currency, count and value."""

    cards: list[Judged]
    totals: list[tuple[str, int, int | None]]
    next: str | None
    as_of: datetime


def _take(given: dict[str, Any], *, least: int, after: str, limit: int) -> _Page:
    """Return a page, with all cards judged now."""
    given = given | {"threshold": least, "limit": limit + 1, **_read_after(after)}
    rows = _read(ALL_CARDS + RISKY.format(after=AFTER if after else ""), given)
    found = [(row[1], row[3], row[0]) for row in rows if row[0] is not None]
    signs = _find_signs([pk for _, _, pk in found[:limit]], given)
    return _Page(
        cards=[signs[pk] for _, _, pk in found[:limit] if pk in signs],
        totals=[(row[2], row[1], row[3]) for row in rows if row[0] is None],
        next=_write_after(found[limit - 1]) if len(found) > limit else None,
        as_of=given["now"],
    )


def _take_kept(
    pipeline: Pipeline, given: dict[str, Any], *, least: int, after: str, limit: int
) -> _Page | None:
    """
    Return a page out of what the clock counted; None where it did not, or not so many.

    Its cards are judged now: who is no longer at risk, or on the board, is left out.
    """
    kept = counting.find(pipeline, Counted.What.RISKS)
    if kept is None:
        return None
    counts, as_of = kept
    place = _read_after(after)
    first = [
        (risk, worth, pk)
        for risk, worth, pk in counts["first"]
        if risk >= least
        and (not place or (risk, worth, -pk) < (place["risk"], place["worth"], -place["id"]))
    ]
    goes_on = len(counts["first"]) == KEPT and counts["first"][-1][0] >= least
    if goes_on and len(first) <= limit:
        return None
    signs = _find_signs([pk for _, _, pk in first[:limit]], given)
    judged = [signs[pk] for _, _, pk in first[:limit] if pk in signs]
    return _Page(
        cards=[each for each in judged if round(each.risk * 100) >= least],
        totals=[
            (currency, many, cents)
            for risk, currency, many, cents in counts["levels"]
            if risk >= least
        ],
        next=_write_after(first[limit - 1]) if len(first) > limit else None,
        as_of=as_of,
    )


def judge(card: Position, *, organization: Organization, by: Actor) -> tuple[Judged, Risks]:
    """Return the risk of one open card of `pipeline`, and the limits it was judged by."""
    stages = list(Stage.objects.visible_to(by).filter(pk=card.stage_id))
    limits = find_limits(card.pipeline, stages)
    given = _give(organization, card.pipeline, stages, limits, SILENT_DAYS)
    found = _find_signs([card.pk], given)
    total = add_up([], organization=organization)
    risks = Risks(
        cards=list(found.values()),
        total=total,
        limits=limits,
        silent_days=SILENT_DAYS,
        next=None,
        as_of=given["now"],
    )
    return found.get(card.pk, Judged(card.pk, 0.0, ())), risks


def _find_stages(pipeline: Pipeline, by: Actor) -> list[Stage]:
    return list(Stage.objects.visible_to(by).filter(pipeline=pipeline, kind=StageKind.ACTIVE))


def _give(
    organization: Organization,
    pipeline: Pipeline,
    stages: Sequence[Stage],
    limits: dict[int, Limit],
    silent_days: int,
) -> dict[str, Any]:
    """Return what the statement compares cards with."""
    now = clock.now()
    before = now - timedelta(days=2 * WINDOW)
    silent = now - timedelta(days=silent_days)
    return {
        "organization": pipeline.organization_id,
        "pipeline": pipeline.pk,
        "now": now,
        "today": now.astimezone(find_zone(organization)).date(),
        "silent": silent,
        "lately": now - timedelta(days=WINDOW),
        "before": before,
        "since": min(before, silent),
        "stages": [stage.pk for stage in stages],
        "limits": [_since(now, limits.get(stage.pk)) for stage in stages],
    }


def _since(now: datetime, limit: Limit | None) -> datetime | None:
    return None if limit is None else now - timedelta(days=limit.days)


def _find_signs(ids: list[int], given: dict[str, Any]) -> dict[int, Judged]:
    """Return what signs some cards show, by id."""
    if not ids:
        return {}
    contacts = Position.objects.filter(pk__in=ids).values_list("contact_id", flat=True)
    cards = CARDS.format(
        only="and p.id = any(%(ids)s)",
        of_contacts="and contact_id = any(%(contacts)s)",
        own_signs=f", {name_all(OWN)} as signs",
        all_signs=f", p.signs || {name_all(LOOKED_UP)} as signs",
    )
    given = given | {"ids": ids, "contacts": list(contacts), "threshold": 0}
    rows = _read(cards + SHOWN, given)
    return {
        pk: Judged(pk, risk / 100, tuple(sorted(signs, key=PLACES.__getitem__)))
        for pk, signs, risk in rows
    }


def _read_after(after: str) -> dict[str, int]:
    """Read where a page ended: its last card's risk, worth and id."""
    if not after:
        return {}
    read = CURSOR.fullmatch(after)
    if read is None:
        raise FieldError({"after": "Give what the last page said comes next."})
    return dict(zip(("risk", "worth", "id"), map(int, read.groups()), strict=True))


def _write_after(last: tuple[int, int, int]) -> str:
    return "-".join(map(str, last))


def _read(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
