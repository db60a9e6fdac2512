"""
Similar contacts: those who share most of the factors asked for, and what became of their cards.

A score is the share of the factors that agree, of those the contact itself has; tags count by how
many of them are shared. Those who agree most are looked for by what stands on the contact and its
company, and among the latest in the same stages; of them every factor is then compared.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection, models
from django.db.models import Min, OuterRef, Subquery

from audit.actors import Actor
from crm.models import Company, Contact, Organization
from crm.search import among
from pipelines import rows
from pipelines.insight import traits
from pipelines.insight.facts import Contacted, find_contacted
from pipelines.insight.sums import convert
from pipelines.models import Position, StageVisit

FACTORS = (
    *("industry", "company_size", "stage", "behaviour", "source", "job_title", "country"),
    *("value", "tags"),
)
LATEST = 2_000  # contacts that are looked through
POOL = 60  # contacts of each way of looking that are compared in full
ALIKE = 0.5  # the least score of those whose cards are summed up
FEWEST = 5  # closed cards of theirs, before anything is made of them
_POOL = """
    select id from (
        select c.id, {score} as score from (
            select id, company_id, source, job_title, country, tags from crm_contact
            where organization_id = %(organization)s and archived_at is null and id <> %(contact)s
            order by created_at desc, id desc limit %(latest)s
        ) c left join lateral (
            select industry, employees, country from crm_company where id = c.company_id offset 0
        ) f on true
        offset 0
    ) found where score > 0 order by score desc, id desc limit %(pool)s
"""
_CONTACTS = """
    select {contact}, {company} from crm_contact c left join crm_company f on f.id = c.company_id
    where c.id = any(%(ids)s) and c.organization_id = %(organization)s and c.archived_at is null
"""
# What is left out of each.
_BUT: dict[type[models.Model], tuple[str, ...]] = {
    Contact: rows.all_but(
        Contact, *("id", "name", "company", "source", "job_title", "country", "tags")
    ),
    Company: rows.all_but(Company, "id", "name", "industry", "employees", "country"),
}
# What stands on the contact and the company, as SQL compares it.
_AGREES = {
    "industry": "lower(btrim(f.industry)) = %(industry)s",
    "company_size": "f.employees >= %(least)s and f.employees < %(most)s",
    "source": "lower(btrim(c.source)) = %(source)s",
    "job_title": "lower(btrim(c.job_title)) = %(job_title)s",
    "country": "lower(btrim(coalesce(nullif(c.country, ''), f.country))) = %(country)s",
    "tags": "c.tags && %(tags)s::varchar[]",
}


@dataclass(frozen=True)
class Profile:
    """What a contact is compared by: one value per factor, several stages and tags."""

    contact: Contact
    traits: dict[str, str]
    stages: frozenset[int]
    tags: frozenset[str]

    def has(self, factor: str) -> bool:
        """Whether there is anything to compare."""
        if factor in ("stage", "tags"):
            return bool(self.stages if factor == "stage" else self.tags)
        return factor in self.traits


@dataclass(frozen=True, kw_only=True)
class Similar:
    """
    One contact that is like another.

    :param score: 0 to 1
    :param days: how long the cards that were won took, each
    """

    contact: Contact
    score: float
    matching: list[str]
    won: int = 0
    lost: int = 0
    under_way: int = 0
    days: list[float] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """
    Who is like a contact.

    :param alike: all that were found at least half alike, most alike first
    :param missing: factors the contact says nothing about
    """

    alike: list[Similar]
    compared: list[str]
    missing: list[str]
    looked_at: int

    @property
    def closed(self) -> int:
        return sum(each.won + each.lost for each in self.alike)

    @property
    def won_share(self) -> float | None:
        """The share won of their closed cards; None of too few."""
        won = sum(each.won for each in self.alike)
        return won / self.closed if self.closed >= FEWEST else None

    @property
    def days_to_close(self) -> float | None:
        """The median of days that their won cards took."""
        days = [took for each in self.alike for took in each.days]
        return median(days) if days else None


def find(
    contact: Contact, *, factors: Iterable[str], organization: Organization, by: Actor
) -> Likeness:
    """
    Return who is like `contact` in `factors`, with what became of their cards.

    :param factors: of `FACTORS`
    """
    asked = list(dict.fromkeys(factors))
    (me,) = _profile([contact], asked, organization, by)
    compared = [factor for factor in asked if me.has(factor)]
    ids = _find_pool(me, compared, by) if compared else set()
    profiles = _profile(_read_contacts(ids, by), compared, organization, by)
    alike = [_compare(me, each, compared) for each in profiles]
    alike = [each for each in alike if each.score >= ALIKE]
    alike.sort(key=lambda each: (-each.score, each.contact.pk))
    return Likeness(
        alike=_follow(alike, by),
        compared=compared,
        missing=[factor for factor in asked if factor not in compared],
        looked_at=len(profiles),
    )


def _read_contacts(ids: Collection[int], by: Actor) -> list[Contact]:
    """Return contacts in use with their companies: of both, what is compared and what is shown."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CONTACTS.format(
                contact=rows.columns_of(Contact, "c", _BUT[Contact]),
                company=rows.columns_of(Company, "f", _BUT[Company]),
            ),
            {"ids": list(ids), "organization": by.tenant_id},
        )
        return [_build(row) for row in cursor.fetchall()]


def _build(values: Sequence[Any]) -> Contact:
    width = len(rows.shape_of(Contact, _BUT[Contact]).columns)
    contact, company = values[:width], values[width:]
    made = rows.build(Contact, contact, _BUT[Contact])
    firm = rows.build(Company, company, _BUT[Company]) if company[0] is not None else None
    made._state.fields_cache["company"] = firm
    return made


def _profile(
    contacts: Sequence[Contact], factors: Collection[str], organization: Organization, by: Actor
) -> list[Profile]:
    """Return what contacts are compared by in `factors`, in two statements for all at most."""
    ids = [contact.pk for contact in contacts]
    stages: dict[int, set[int]] = {}
    values: dict[int, int] = {}
    if {"stage", "value"} & set(factors):
        cards = Position.objects.visible_to(by).filter(among("contact", ids), archived_at=None)
        for who, stage, cents, currency in cards.values_list(
            "contact", "stage", "value_cents", "currency"
        ):
            stages.setdefault(who, set()).add(stage)
            worth = convert(cents, currency, organization=organization)
            values[who] = max(values.get(who, 0), worth or 0)
    contacted = find_contacted(ids) if "behaviour" in factors else {}
    return [
        Profile(
            contact,
            _read(contact, factors, values, contacted),
            frozenset(stages.get(contact.pk, ())),
            frozenset(tag for each in contact.tags if (tag := traits.plain(each))),
        )
        for contact in contacts
    ]


def _read(
    contact: Contact,
    factors: Collection[str],
    values: Mapping[int, int],
    contacted: Mapping[int, Contacted],
) -> dict[str, str]:
    company = contact.company
    return traits.read(
        {
            "industry": company.industry if company else "",
            "employees": company.employees if company else None,
            "source": contact.source,
            "country": contact.country or (company.country if company else ""),
            "job_title": contact.job_title,
            "value_cents": values.get(contact.pk),
            "activities": contacted.get(contact.pk, Contacted()).lately,
        },
        only=factors,
    )


def _find_pool(me: Profile, compared: Collection[str], by: Actor) -> set[int]:
    """Return the ids of contacts worth comparing."""
    found: set[int] = set()
    agreeing = [factor for factor in compared if factor in _AGREES]
    if agreeing:
        found |= _find_agreeing(me, agreeing)
    elsewhere = Position.objects.visible_to(by).filter(archived_at=None)
    elsewhere = elsewhere.exclude(contact=me.contact)
    if "stage" in compared:
        same = elsewhere.filter(stage__in=me.stages).order_by("-pk")
        found |= set(same.values_list("contact_id", flat=True)[:POOL])
    if {"value", "behaviour"} & set(compared):
        latest = elsewhere.order_by("-pk")
        found |= set(latest.values_list("contact_id", flat=True)[:POOL])
    return found


def _find_agreeing(me: Profile, agreeing: Sequence[str]) -> set[int]:
    score = " + ".join(f"case when {_AGREES[each]} then 1 else 0 end" for each in agreeing)
    band = traits.SIZE_NAMES.index(me.traits["company_size"]) if "company_size" in agreeing else 0
    given = {
        **{name: me.traits.get(name) for name in ("industry", "source", "job_title", "country")},
        "least": [0, *traits.SIZES][band],
        "most": [*traits.SIZES, 2**31 - 1][band],
        "tags": me.contact.tags,
        "organization": me.contact.organization_id,
        "contact": me.contact.pk,
        "pool": POOL,
        "latest": LATEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POOL.format(score=score), given)
        return {row[0] for row in cursor.fetchall()}


def _compare(me: Profile, other: Profile, compared: Sequence[str]) -> Similar:
    agreeing = {factor: _agree(me, other, factor) for factor in compared}
    return Similar(
        contact=other.contact,
        score=round(sum(agreeing.values()) / len(compared), 4),
        matching=[factor for factor, share in agreeing.items() if share > 0],
    )


def _agree(me: Profile, other: Profile, factor: str) -> float:
    """Return how much two agree in one factor, 0 to 1."""
    if factor == "tags":
        return len(me.tags & other.tags) / len(me.tags | other.tags)
    if factor == "stage":
        return float(bool(me.stages & other.stages))
    return float(me.traits[factor] == other.traits.get(factor))


def _follow(alike: Sequence[Similar], by: Actor) -> list[Similar]:
    """Return the same with what became of their cards."""
    stays = StageVisit.objects.filter(position=OuterRef("pk")).order_by().values("position")
    came = Subquery(stays.annotate(first=Min("entered_at")).values("first"))
    cards = Position.objects.visible_to(by).filter(
        among("contact", [each.contact.pk for each in alike]), archived_at=None
    )
    became: dict[int, dict[str, Any]] = {}
    for who, outcome, closed, made, first in cards.annotate(came=came).values_list(
        "contact", "outcome", "closed_at", "created_at", "came"
    ):
        counted = became.setdefault(who, {"won": 0, "lost": 0, "under_way": 0, "days": []})
        counted[outcome or "under_way"] += 1
        since = min(filter(None, (made, first)))
        if outcome == "won" and since < closed:
            counted["days"].append((closed - since).total_seconds() / 86_400)
    return [Similar(**{**vars(each), **became.get(each.contact.pk, {})}) for each in alike]
