"""
Outlook: whether a card will be won, and when, by what became of cards like it.

The rule: of the latest closed cards of the pipeline that stood in the card's stage, the share that
was won (with one won and one lost added, Laplace's rule of succession). To that, for each trait the
card shares with at least five of them, half of the difference their share makes, drawn towards the
whole as if ten more cards had gone as the whole did. Nothing is learned, and nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection

from audit import clock
from audit.actors import Actor
from crm.models import Organization
from pipelines.insight import traits
from pipelines.insight.signs import WINDOW
from pipelines.insight.spans import find_zone
from pipelines.insight.sums import convert
from pipelines.models import Position, Stage

LATEST = 300  # closed cards that are looked at
FEWEST = 10  # of them, before there is an outlook
FEWEST_ALIKE = 5  # that share a trait, before it counts
DRAWN = 10  # cards that went as the whole did, added to those that share a trait
DAMPED = 0.5
LEAST, MOST = 0.02, 0.98
DEFINITIONS = {
    "probability": f"Share won of the latest {LATEST:,} closed cards of the pipeline that stood in"
    " the card's stage (of all of them, where fewer than"
    f" {FEWEST} did), with one won and one lost added, plus the impacts of the factors; between"
    f" {LEAST} and {MOST}.",
    "impact": f"Half of what the share won of those alike differs by, with {DRAWN} cards that went"
    f" as all did added to them; of traits at least {FEWEST_ALIKE} share.",
    "expected_close_date": "Today and the median of days that won cards still took, which had been"
    " as long in the stage as this card.",
    "expected_value_cents": "The card's value times the probability.",
    "confidence": "Rows the share rests on, of those rows and 20: 0.5 with 20, 0.83 with 100.",
}
_CLOSED = """
    select p.id, p.outcome = 'won' as won, p.closed_at, p.value_cents, p.currency, c.source,
        c.country, c.job_title, f.industry, f.employees, s.entered_at, s.days,
        (select count(*) from crm_activity a where a.contact_id = p.contact_id
            and a.occurred_at <= p.closed_at
            and a.occurred_at > p.closed_at - make_interval(days => %(window)s)) as activities
    from (
        select latest.* from unnest(%(stages)s::bigint[]) as ends(stage_id)
        cross join lateral (
            select id, outcome, closed_at, value_cents, currency, contact_id
            from pipelines_position
            where stage_id = ends.stage_id and organization_id = %(organization)s
                and closed_at is not null and closed_at <= %(now)s and id <> %(card)s
            order by closed_at desc limit %(latest)s
        ) latest order by closed_at desc limit %(latest)s
    ) p
    join crm_contact c on c.id = p.contact_id
    left join crm_company f on f.id = c.company_id
    left join lateral (
        select min(v.entered_at) as entered_at, date_part('epoch', sum(
            coalesce(v.left_at, greatest(p.closed_at, v.entered_at)) - v.entered_at)) / 86400
            as days
        from pipelines_stagevisit v where v.position_id = p.id and v.stage_id = %(stage)s
    ) s on true
"""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """
    Something the card shares with closed ones.

    :param impact: what it adds to the probability
    :param rows: how many closed cards share it, and how many of those were won
    """

    name: str
    says: str
    impact: float
    rows: int
    won: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """
    What is to be expected of a card.

    :param probability: of being won, 0 to 1; None where there is not enough to tell
    :param rests_on: what the probability comes from, in words
    :param rows: how many closed cards it rests on
    :param shortage: why there is none, or less than there might be; "" where nothing lacks
    """

    probability: float | None
    rests_on: str
    rows: int
    confidence: float
    factors: list[Factor]
    expected_close: date | None
    expected_value_cents: int | None
    shortage: str

    @property
    def percent(self) -> int | None:
        """The probability, 0 to 100."""
        return None if self.probability is None else round(100 * self.probability)


def foresee(card: Position, *, activities: int, organization: Organization, by: Actor) -> Outlook:
    """
    Return what is to be expected of `card`, in two statements.

    :param card: with contact, company, stage and pipeline
    :param activities: how many there were with its contact lately, within 30 days
    """
    if not card.is_open:
        return _know(card)
    closed = _find_closed(card, organization, by)
    through = [each for each in closed if each["entered_at"] is not None]
    alike = through if len(through) >= FEWEST else closed
    if len(alike) < FEWEST:
        return _lack(card, len(alike))
    share = (sum(each["won"] for each in alike) + 1) / (len(alike) + 2)
    factors = _weigh(card, alike, share, activities, organization)
    probability = min(MOST, max(LEAST, share + sum(each.impact for each in factors)))
    where = f"that stood in {card.stage.name}" if alike is through else "of the pipeline"
    return Outlook(
        probability=round(probability, 4),
        rests_on=f"{sum(each['won'] for each in alike)} of {len(alike)} closed cards {where} were"
        " won.",
        rows=len(alike),
        confidence=round(len(alike) / (len(alike) + 20), 2),
        factors=factors,
        expected_close=_find_close(card, through, organization),
        expected_value_cents=_times(card.value_cents, probability),
        shortage="" if alike is through else _say_few(card, len(through)),
    )


def _know(card: Position) -> Outlook:
    """Return what became of a closed card: that is no forecast."""
    assert card.closed_at is not None
    won = card.outcome == "won"
    return Outlook(
        probability=1.0 if won else 0.0,
        rests_on=f"The card is closed: it was {card.outcome}.",
        rows=1,
        confidence=1.0,
        factors=[],
        expected_close=card.closed_at.date(),
        expected_value_cents=card.value_cents if won else 0,
        shortage="",
    )


def _lack(card: Position, rows: int) -> Outlook:
    """Return what can be said without enough closed cards: what people set for the stage, if so."""
    set_by_people = card.stage.win_percent
    probability = None if set_by_people is None else set_by_people / 100
    says = f"Not enough data: {rows} closed cards, and {FEWEST} are needed."
    return Outlook(
        probability=probability,
        rests_on=f"{card.stage.name} is set to {set_by_people} % by people."
        if probability is not None
        else "Nothing: there is not enough data.",
        rows=rows,
        confidence=0.0,
        factors=[],
        expected_close=None,
        expected_value_cents=_times(card.value_cents, probability),
        shortage=says,
    )


def _say_few(card: Position, count: int) -> str:
    return (
        f"Only {count} closed cards stood in {card.stage.name}, fewer than {FEWEST}, so all closed"
        " cards of the pipeline count."
    )


def _weigh(
    card: Position,
    alike: Sequence[dict[str, Any]],
    share: float,
    activities: int,
    organization: Organization,
) -> list[Factor]:
    """Return what the card shares with closed ones, the greatest impact first."""
    company = card.contact.company
    mine = traits.read(
        {
            "industry": company.industry if company else "",
            "employees": company.employees if company else None,
            "source": card.contact.source,
            "country": card.contact.country,
            "job_title": card.contact.job_title,
            "value_cents": convert(card.value_cents, card.currency, organization=organization),
            "activities": activities,
        }
    )
    theirs = [(traits.read(each), each["won"]) for each in alike]
    factors = []
    for name, value in mine.items():
        won = [outcome for known, outcome in theirs if known.get(name) == value]
        if len(won) >= FEWEST_ALIKE:
            factors.append(_compare(name, f"{name.replace('_', ' ')}: {value}", won, share))
    days = card.days_in_stage
    longer = [each["won"] for each in alike if (each["days"] or 0) >= days]
    if days and FEWEST_ALIKE <= len(longer) < len(alike):
        says = f"{days} days or more in {card.stage.name}"
        factors.append(_compare("time_in_stage", says, longer, share))
    return sorted(factors, key=lambda each: (-abs(each.impact), each.name))


def _compare(name: str, says: str, won: Sequence[bool], share: float) -> Factor:
    theirs = (sum(won) + DRAWN * share) / (len(won) + DRAWN)
    return Factor(
        name=name,
        says=f"{says}; {sum(won)} of {len(won)} like that were won",
        impact=round(DAMPED * (theirs - share), 4),
        rows=len(won),
        won=sum(won),
    )


def _find_close(
    card: Position, through: Sequence[dict[str, Any]], organization: Organization
) -> date | None:
    """Return the day by which half of the won cards, once as long in the stage, were won."""
    took = [
        (each["closed_at"] - each["entered_at"]) / timedelta(days=1)
        for each in through
        if each["won"]
    ]
    so_far = (clock.now() - card.entered_stage_at) / timedelta(days=1)
    left = [days - so_far for days in took if days >= so_far]
    if len(left) < FEWEST_ALIKE:
        return None
    until: datetime = clock.now() + timedelta(days=median(left))
    return until.astimezone(find_zone(organization)).date()


def _find_closed(card: Position, organization: Organization, by: Actor) -> list[dict[str, Any]]:
    """Return the latest closed cards of the pipeline, with what is compared of them."""
    stages = Stage.objects.visible_to(by).filter(pipeline=card.pipeline_id)
    given: dict[str, Any] = {
        "stages": list(stages.values_list("pk", flat=True)),
        "organization": card.organization_id,
        "stage": card.stage_id,
        "card": card.pk,
        "now": clock.now(),
        "latest": LATEST,
        "window": WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, given)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["value_cents"] = convert(row["value_cents"], row["currency"], organization=organization)
    return rows


def _times(cents: int | None, probability: float | None) -> int | None:
    return None if cents is None or probability is None else round(cents * probability)
