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
from pipelines.insight.durations import Durations
from pipelines.insight.flow import FEWEST
from pipelines.insight.spans import find_zone
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Pipeline, Position, Stage, StageKind

SILENT_DAYS = 14
WINDOW = 30  # days of activity that are compared with the 30 before
LOW_SCORE = 30
STRETCHES, STRETCH_DAYS = 60, 6  # the past that says how long a stage usually takes
MOST = 100  # stays that are looked at of each stretch
USUAL = 0.75
CURSOR = re.compile(r"([0-9]{1,3})-([0-9]{1,18})-([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class Sign:
    """
    One sign of risk.

    :param weight: what it adds to the risk, in percent
    :param holds: SQL over the card `p` and its stage's limit `l`, or else over what is looked up:
        activity `a`, open tasks `t` and the card's `entered_stage_at` and `next_follow_up_at`
    """

    name: str
    weight: int
    says: str
    holds: str
    looks_up: bool = False


SIGNS = (
    Sign(
        "silent",
        35,
        "no activity with the contact for silent_days, and in its stage at least as long",
        "(a.last is null or a.last < %(silent)s) and entered_stage_at < %(silent)s",
        looks_up=True,
    ),
    Sign(
        "slow",
        30,
        "in its stage beyond the stage's max_days, or else for longer than three in four cards take"
        f" (Kaplan and Meier over up to {MOST} stays of each {STRETCH_DAYS} days of the past"
        f" {STRETCHES * STRETCH_DAYS} days; at least {FEWEST} over)",
        "p.entered_stage_at < l.since",
    ),
    Sign(
        "close_date_passed",
        25,
        "its expected closing day is past",
        "p.expected_close_on < %(today)s",
    ),
    Sign(
        "follow_up_overdue",
        15,
        "its next follow-up was due and did not happen",
        "p.next_follow_up_at < %(now)s",
    ),
    Sign(
        "engagement_dropping",
        15,
        f"fewer than half as many activities in the last {WINDOW} days as in the {WINDOW} before,"
        " which had at least 3",
        "a.before >= 3 and a.lately * 2 < a.before",
        looks_up=True,
    ),
    Sign(
        "low_score",
        15,
        f"its score in force is {LOW_SCORE} or less",
        f"coalesce(p.manual_score, p.score) <= {LOW_SCORE}",
    ),
    Sign("no_owner", 10, "it has no owner", "p.owner_id is null"),
    Sign(
        "flagged",
        10,
        "an agent noted risks when it scored the card",
        "cardinality(p.risk_factors) > 0",
    ),
    Sign(
        "nothing_planned",
        5,
        "no open task with the contact and no next follow-up",
        "t.contact_id is null and next_follow_up_at is null",
        looks_up=True,
    ),
)
PLACES = {sign.name: place for place, sign in enumerate(SIGNS)}
WEIGHTS = {sign.name: sign.weight / 100 for sign in SIGNS}
DEFINITIONS = {sign.name: f"{sign.weight / 100:.2f}: {sign.says}." for sign in SIGNS}
OWN, LOOKED_UP = ([s for s in SIGNS if s.looks_up is asked] for asked in (False, True))


def _weigh(signs: Sequence[Sign]) -> str:
    return " + ".join(f"case when {sign.holds} then {sign.weight} else 0 end" for sign in signs)


def _name(signs: Sequence[Sign]) -> str:
    named = (f"case when {sign.holds} then '{sign.name}' end" for sign in signs)
    return f"array[{', '.join(named)}]"


# What a card shows by itself decides whether the rest can still bring it to the threshold; only
# then is it looked up.
_CARDS = f"""
    with active as materialized (
        select contact_id, max(occurred_at) as last,
            count(*) filter (where occurred_at >= %(lately)s) as lately,
            count(*) filter (where occurred_at >= %(before)s and occurred_at < %(lately)s) as before
        from crm_activity
        where organization_id = %(organization)s and occurred_at >= %(since)s
            and occurred_at <= %(now)s {{of_contacts}}
        group by contact_id
    ), planned as materialized (
        select distinct contact_id from crm_task
        where organization_id = %(organization)s and done_at is null
            and contact_id is not null {{of_contacts}}
    ), by_itself as (
        select p.id, p.contact_id, p.currency, p.value_cents, p.entered_stage_at,
            p.next_follow_up_at, {_weigh(OWN)} as risk {{own_signs}}
        from pipelines_position p
        join unnest(%(stages)s::bigint[], %(limits)s::timestamptz[]) as l(stage_id, since)
            on l.stage_id = p.stage_id
        where p.pipeline_id = %(pipeline)s and p.organization_id = %(organization)s
            and p.closed_at is null and p.archived_at is null {{only}}
        offset 0
    ), judged as (
        select p.id, p.currency, p.value_cents, coalesce(p.value_cents, 0) as worth,
            p.risk + {_weigh(LOOKED_UP)} as risk {{all_signs}}
        from by_itself p
        left join active a on a.contact_id = p.contact_id
        left join planned t on t.contact_id = p.contact_id
        where p.risk + {sum(sign.weight for sign in LOOKED_UP if sign.name != "silent")}
                + case when p.entered_stage_at < %(silent)s then {SIGNS[0].weight} else 0 end
                >= %(threshold)s
            and not exists (
                select from crm_contact c where c.id = p.contact_id
                    and c.organization_id = %(organization)s and c.archived_at is not null
            )
        offset 0
    )
"""  # noqa: S608  (signs are ours)
_RISKY = """
    , risky as materialized (
        select id, currency, value_cents, worth, least(100, risk) as risk from judged
        where risk >= %(threshold)s
    )
    select null::bigint, count(*)::int, currency, sum(value_cents)::bigint
    from risky group by currency
    union all (
        select id, risk, null, worth from risky {after}
        order by risk desc, worth desc, id limit %(limit)s
    )
"""
_SIGNS = """
    select id, array_remove(signs, null), least(100, risk) from judged
"""
_AFTER = "where (risk, worth, -id) < (%(risk)s, %(worth)s, -%(id)s::bigint)"
# Some stays of each stretch of the past year: the latest alone would all be short.
_STAYS = """
    select stage_id, is_over, array_agg(tenths), array_agg(many::int) from (
        select stage_id, left_at is not null as is_over,
            (date_part('epoch', coalesce(left_at, greatest(%(now)s, entered_at)) - entered_at)
                / 8640)::int as tenths, count(*) as many
        from generate_series(1, %(stretches)s) as n
        cross join lateral (
            select stage_id, entered_at, left_at from pipelines_stagevisit
            where pipeline_id = %(pipeline)s and organization_id = %(organization)s
                and entered_at > %(now)s - n * make_interval(days => %(days)s)
                and entered_at <= %(now)s - (n - 1) * make_interval(days => %(days)s)
            order by entered_at limit %(most)s
        ) some_of_them group by 1, 2, 3
    ) counted group by 1, 2
"""


@dataclass(frozen=True)
class Limit:
    """How long a stage may take: its `max_days`, set by people, or else what is usual there."""

    days: float
    is_set: bool


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
    """

    cards: list[Judged]
    total: Sum
    limits: dict[int, Limit]
    silent_days: int
    next: str | None


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
    stages = list(Stage.objects.visible_to(by).filter(pipeline=pipeline, kind=StageKind.ACTIVE))
    limits = find_limits(pipeline, stages)
    given = _give(organization, pipeline, stages, limits, silent_days)
    given |= {"threshold": round(threshold * 100), "limit": limit + 1, **_read_after(after)}
    cards = _CARDS.format(only="", of_contacts="", own_signs="", all_signs="")
    rows = _read(cards + _RISKY.format(after=_AFTER if after else ""), given)
    found = [row for row in rows if row[0] is not None]
    signs = _find_signs([row[0] for row in found[:limit]], given)
    return Risks(
        cards=[signs[row[0]] for row in found[:limit] if row[0] in signs],
        total=add_up(
            [(row[2], row[1], row[3]) for row in rows if row[0] is None], organization=organization
        ),
        limits=limits,
        silent_days=silent_days,
        next=_write_after(found[limit - 1]) if len(found) > limit else None,
    )


def judge(card: Position, *, organization: Organization, by: Actor) -> tuple[Judged, Risks]:
    """Return the risk of one open card of `pipeline`, and the limits it was judged by."""
    stages = list(Stage.objects.visible_to(by).filter(pk=card.stage_id))
    limits = find_limits(card.pipeline, stages)
    given = _give(organization, card.pipeline, stages, limits, SILENT_DAYS)
    found = _find_signs([card.pk], given)
    total = add_up([], organization=organization)
    risks = Risks(
        cards=list(found.values()), total=total, limits=limits, silent_days=SILENT_DAYS, next=None
    )
    return found.get(card.pk, Judged(card.pk, 0.0, ())), risks


def find_limits(pipeline: Pipeline, stages: Sequence[Stage]) -> dict[int, Limit]:
    """Return how long each of `stages` may take, of those that say so or have enough history."""
    limits = {
        stage.pk: Limit(float(stage.max_days), True)
        for stage in stages
        if stage.max_days is not None
    }
    if len(limits) == len(stages):
        return limits
    for stage_id, durations in find_usual_stays(pipeline).items():
        usual = durations.find_days_until(USUAL)
        if stage_id not in limits and durations.count >= FEWEST and usual is not None:
            limits[stage_id] = Limit(usual, False)
    return limits


def find_usual_stays(pipeline: Pipeline) -> dict[int, Durations]:
    """Return how long stays of the past year took, by stage id."""
    given = {
        "now": clock.now(),
        "pipeline": pipeline.pk,
        "organization": pipeline.organization_id,
        "stretches": STRETCHES,
        "days": STRETCH_DAYS,
        "most": MOST,
    }
    rows = _read(_STAYS, given)
    counted = {(row[0], row[1]): dict(zip(row[2], row[3], strict=True)) for row in rows}
    stages = {stage_id for stage_id, _ in counted}
    return {
        pk: Durations(counted.get((pk, True), {}), counted.get((pk, False), {})) for pk in stages
    }


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
    cards = _CARDS.format(
        only="and p.id = any(%(ids)s)",
        of_contacts="and contact_id = any(%(contacts)s)",
        own_signs=f", {_name(OWN)} as signs",
        all_signs=f", p.signs || {_name(LOOKED_UP)} as signs",
    )
    given = given | {"ids": ids, "contacts": list(contacts), "threshold": 0}
    rows = _read(cards + _SIGNS, given)
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


def _write_after(row: Sequence[Any]) -> str:
    return f"{row[1]}-{row[3]}-{row[0]}"


def _read(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
