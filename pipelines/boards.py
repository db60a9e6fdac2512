"""
Boards: what a pipeline's page and its API show, in a handful of statements however many cards.

Heads count and sum every card of a column; of the cards themselves a column holds one page, in
order of rank, and the next follows from where the last one ended.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from audit import clock
from audit.actors import Actor
from crm import search
from crm.fields import FieldError
from crm.models import Company, Contact, Membership, User
from pipelines import rows
from pipelines.heads import Head, sum_up
from pipelines.models import InPipelineQuerySet, Pipeline, Position, Stage
from pipelines.narrowing import NOTHING, Narrowed

PAGE = 25
CURSOR = re.compile(r"([0-9A-Za-z]{1,200})-([1-9][0-9]{0,18})", re.ASCII)
NOBODY = "none"
# A card with all that it names: of the card all but what no board shows and what can be long, of
# the others what is shown. What is left out would be read when asked, a statement each.
CARD = {
    "position": (Position, "p", ("properties", "notes", "ai_notes", "score_factors")),
    "contact": (
        Contact,
        "c",
        rows.all_but(
            Contact,
            *("id", "organization", "company", "owner", "archived_at", "do_not_contact"),
            *("name", "first_name", "last_name", "email", "phone", "job_title"),
        ),
    ),
    "company": (Company, "f", rows.all_but(Company, "id", "organization", "name", "archived_at")),
    "owner": (Membership, "m", ()),
    "user": (User, "u", rows.all_but(User, "id", "name", "email", "is_active")),
}
_CARDS = """
    select {position}, {contact}, {company}, {owner}, {user}
    from pipelines_position p
    join crm_contact c on c.id = p.contact_id
    left join crm_company f on f.id = c.company_id
    left join crm_membership m on m.id = p.owner_id
    left join crm_user u on u.id = m.user_id
    where p.id = any(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """
    Which cards of a board are meant; all of them unless something is said.

    :param owner: the id of a membership, or "none" for cards nobody owns
    :param text: part of a contact's name or e-mail, of a company's name or of a card's title
    :param score: the least score in force, 0 to 100
    :param value_cents: the least value, minor units of whatever currency the card has
    :param days: the least number of whole days in its stage
    :param narrowed: comparisons, of whatever a condition may compare
    """

    owner: int | str | None = None
    text: str = ""
    score: int | None = None
    value_cents: int | None = None
    days: int | None = None
    narrowed: Narrowed = NOTHING

    def __bool__(self) -> bool:
        return self != EVERYTHING


EVERYTHING = Filters()


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some cards of a column; `next` is what to ask for more by, None at the end."""

    cards: list[Position]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A stage's head and its first cards."""

    head: Head
    page: Page

    @property
    def stage(self) -> Stage:
        return self.head.stage


@dataclass(frozen=True, kw_only=True)
class Board:
    """A pipeline with its columns, in order."""

    pipeline: Pipeline
    columns: list[Column]
    filters: Filters

    @property
    def count(self) -> int:
        return sum(column.head.count for column in self.columns)


def read_filters(given: Mapping[str, str], *, by: Actor) -> Filters:
    """
    Read filters as a query string gives them: `owner` (me, none or an id), `text`, `score` …

    :raises FieldError: names what is no whole number
    """
    owner: int | str | None = given.get("owner", "").removeprefix("member:") or None
    if owner == "me":
        owner = by.membership_id or 0
    numbers = {
        name: given[name] for name in ("score", "value_cents", "days") if given.get(name, "")
    }
    if owner not in (None, NOBODY):
        numbers["owner"] = str(owner)
    wrong = [name for name, text in numbers.items() if not re.fullmatch(r"[0-9]{1,18}", text)]
    if wrong:
        raise FieldError(dict.fromkeys(wrong, "A whole number."))
    found = {name: int(text) for name, text in numbers.items()}
    return Filters(
        owner=NOBODY if owner == NOBODY else found.get("owner"),
        text=search.clean(given.get("text", "")),
        score=found.get("score"),
        value_cents=found.get("value_cents"),
        days=found.get("days"),
    )


def get_board(
    pipeline: Pipeline, *, by: Actor, filters: Filters = EVERYTHING, size: int = PAGE
) -> Board:
    """
    Return every column of `pipeline` with its head and its first page of cards.

    :param size: cards of each page
    """
    cards = _filtered(pipeline.pk, by, filters)
    shown = cards.filter(stage=OuterRef("pk"))
    first = ArraySubquery(shown.order_by("rank", "pk").values("pk")[: size + 1])
    stages = list(_stages(pipeline, by).annotate(first=first))
    found = _read([pk for stage in stages for pk in stage.first])
    columns = []
    for stage in stages:
        stage.pipeline = pipeline
    heads = sum_up(pipeline, stages, by, cards if filters else None)
    for head, stage in zip(heads, stages, strict=True):
        page = _page(stage, [found[pk] for pk in stage.first if pk in found], size)
        columns.append(Column(head=head, page=page))
    return Board(pipeline=pipeline, columns=columns, filters=filters)


def get_heads(pipeline: Pipeline, *, by: Actor, filters: Filters = EVERYTHING) -> list[Head]:
    """Return what each column of `pipeline` holds in all, in order."""
    return sum_up(pipeline, list(_stages(pipeline, by)), by, _some(pipeline, by, filters))


def get_head(stage: Stage, *, by: Actor, filters: Filters = EVERYTHING) -> Head | None:
    """Return what one column holds in all; None where it is not on a board `by` may see."""
    pipeline = stage.pipeline
    stages = list(_stages(pipeline, by).filter(pk=stage.pk))
    heads = sum_up(pipeline, stages, by, _some(pipeline, by, filters))
    return next(iter(heads), None)


def get_column(
    stage: Stage,
    *,
    by: Actor,
    after: str = "",
    filters: Filters = EVERYTHING,
    size: int = PAGE,
) -> Page:
    """
    Return one page of a column's cards: its first, or the one that follows `after`.

    :param size: cards of the page
    :raises FieldError: if `after` is not what a page gave as `next`
    """
    cards = _filtered(stage.pipeline_id, by, filters).filter(stage=stage)
    if after:
        cards = cards.filter(_follows(after))
    ids = list(cards.order_by("rank", "pk").values_list("pk", flat=True)[: size + 1])
    found = _read(ids)
    return _page(stage, [found[pk] for pk in ids if pk in found], size)


def find_owners(pipeline: Pipeline, *, by: Actor) -> list[Membership]:
    """Return the members who own cards of `pipeline`, by name."""
    owners = Position.objects.visible_to(by).in_use().filter(pipeline=pipeline)
    members = Membership.objects.visible_to(by).filter(pk__in=owners.values("owner"))
    return list(members.select_related("user").order_by("user__name", "user__email"))


def _stages(pipeline: Pipeline, by: Actor) -> InPipelineQuerySet:
    stages = Stage.objects.visible_to(by).filter(pipeline=pipeline, archived_at=None)
    return stages.order_by("order", "pk")


def _read(ids: list[int]) -> dict[int, Position]:
    """Return cards, by id, with whom they are about and who owns them."""
    with connection.cursor() as cursor:
        cursor.execute(_CARDS.format(**_columns()), [ids])
        return {card.pk: card for card in map(_build, cursor.fetchall())}


@cache
def _columns() -> dict[str, str]:
    return {name: rows.columns_of(*each) for name, each in CARD.items()}


def _build(values: Sequence[Any]) -> Position:
    """Make a card and the rows it names out of one row of `_CARDS`."""
    made: dict[str, Any] = {}
    for name, (model, _, but) in CARD.items():
        width = len(rows.shape_of(model, but).columns)
        mine, values = values[:width], values[width:]
        made[name] = rows.build(model, mine, but) if mine[0] is not None else None
    card, contact, company, owner = (made[name] for name in list(CARD)[:4])
    card._state.fields_cache |= {"contact": contact, "owner": owner}
    contact._state.fields_cache["company"] = company
    if owner is not None:
        owner._state.fields_cache["user"] = made["user"]
    return card


def _filtered(pipeline_id: int, by: Actor, filters: Filters) -> InPipelineQuerySet:
    """Return the cards that are meant. Whether the pipeline is open is asked once, not per card."""
    is_open = Exists(Pipeline.objects.visible_to(by).filter(pk=pipeline_id))
    cards = Position.objects.in_use().filter(
        is_open, organization_id=by.tenant_id, pipeline=pipeline_id
    )
    if filters.owner is not None:
        owner = None if filters.owner == NOBODY else int(filters.owner)
        cards = cards.filter(owner=owner)
    if filters.text:
        found = RawSQL("%s::bigint[]", [_find_by_text(pipeline_id, filters.text)])
        cards = cards.filter(search.Among(F("pk"), found))
    if filters.score is not None:
        cards = cards.alias(in_force=Coalesce("manual_score", "score"))
        cards = cards.filter(in_force__gte=filters.score)
    if filters.value_cents is not None:
        cards = cards.filter(value_cents__gte=filters.value_cents)
    if filters.days is not None:
        cards = cards.filter(entered_stage_at__lte=clock.now() - timedelta(days=filters.days))
    return cards.filter(filters.narrowed.compile()) if filters.narrowed else cards


def _find_by_text(pipeline_id: int, text: str) -> str:
    """
    Return the ids of cards by text: once for a page, which asks several times.

    They may be many, and go back to the database as they came: {17,23}.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select array(select pipelines_find_positions(%s, %s))::text", [pipeline_id, text]
        )
        return str(cursor.fetchone()[0])


def _follows(after: str) -> Q:
    """Return the condition of coming after the card that a page ended with."""
    read = CURSOR.fullmatch(after)
    if read is None:
        raise FieldError({"after": "Give what the last page said comes next."})
    rank, pk = read[1], int(read[2])
    return Q(rank__gte=rank) & ~Q(rank=rank, pk__lte=pk)


def _page(stage: Stage, cards: list[Position], size: int) -> Page:
    """Return the first `size` of `cards`, of which one more shows that there are others."""
    for card in cards:
        card.stage, card.pipeline = stage, stage.pipeline
    shown = cards[:size]
    more = len(cards) > size
    return Page(cards=shown, next=f"{shown[-1].rank}-{shown[-1].pk}" if more and shown else None)


def _some(pipeline: Pipeline, by: Actor, filters: Filters) -> InPipelineQuerySet | None:
    """Return the cards that are meant, where not all are."""
    return _filtered(pipeline.pk, by, filters) if filters else None
