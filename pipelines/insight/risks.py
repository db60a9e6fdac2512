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
from pipelines.insight.limits import Limit, find_limits
from pipelines.insight.signs import (
    LOOKED_UP,
    OWN,
    PLACES,
    SIGNS,
    WINDOW,
    name_all,
    weigh,
)
from pipelines.insight.spans import find_zone
from pipelines.insight.sums import Sum, add_up
from pipelines.models import Pipeline, Position, Stage, StageKind

SILENT_DAYS = 14
CURSOR = re.compile(r"([0-9]{1,3})-([0-9]{1,18})-([1-9][0-9]{0,17})", re.ASCII)
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
            p.next_follow_up_at, {weigh(OWN)} as risk {{own_signs}}
        from pipelines_position p
        join unnest(%(stages)s::bigint[], %(limits)s::timestamptz[]) as l(stage_id, since)
            on l.stage_id = p.stage_id
        where p.pipeline_id = %(pipeline)s and p.organization_id = %(organization)s
            and p.closed_at is null and p.archived_at is null {{only}}
        offset 0
    ), judged as (
        select p.id, p.currency, p.value_cents, coalesce(p.value_cents, 0) as worth,
            p.risk + {weigh(LOOKED_UP)} as risk {{all_signs}}
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
        own_signs=f", {name_all(OWN)} as signs",
        all_signs=f", p.signs || {name_all(LOOKED_UP)} as signs",
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
