"""Everything an object is related to, in one shape: its links, and what columns and tables say."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from audit.actors import Actor
from crm import refs
from crm.fields import FieldError
from crm.models import Company, Contact, Link


@dataclass(frozen=True, kw_only=True)
class Relation:
    """
    One relation of an object to another, as it is seen from the first.

    :param type: the key of its kind: reports_to, works_at, in_pipeline
    :param said: as it reads from here: reports to, is reported to by
    :param ref: of the other
    :param name: of the other
    :param url: the page of the other, where it has one
    """

    type: str
    said: str
    ref: str
    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    link_id: int | None = None
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as `GET /api/objects` shows it."""
        return {
            "type": self.type,
            "label": self.said,
            "ref": self.ref,
            "name": self.name,
            "properties": dict(self.properties),
        }


@dataclass(frozen=True)
class Page:
    """Some relations of an object, and where the next page begins; None on the last."""

    relations: list[Relation]
    next: str | None


MOST_LINKS = 100  # on a page, unless fewer are asked for
PLACE = r"^[0-9]{1,18}\.[0-9]{1,18}$"  # a type and a link of it: where a page begins

# Takes rows of one kind, and returns the relations of each by its id; what is not visible is not
# there.
Finder = Callable[[Sequence[Any], Actor], Mapping[int, Iterable[Relation]]]
_finders: dict[str, list[Finder]] = defaultdict(list)


def register(kind: str) -> Callable[[Finder], Finder]:
    """Add what `finder` finds to the relations of a kind of object."""

    def add(finder: Finder) -> Finder:
        _finders[kind].append(finder)
        return finder

    return add


def find_pages(
    rows: Sequence[models.Model], *, by: Actor, after: str = "", limit: int = MOST_LINKS
) -> dict[int, Page]:
    """
    Return a page of the relations of each row, of one kind, that `by` may see.

    First what columns and tables say, all of it on the first page, then links by type and age. A
    constant number of statements, however many rows.

    :param limit: so many on a page, but for what columns and tables say beyond that
    :raises FieldError: if `after` is none of what a page says is next
    """
    found: dict[int, list[Relation]] = {row.pk: [] for row in rows}
    if not rows:
        return {}
    beyond = _read_place(after) if after else None
    kind = refs.kind_of(type(rows[0]))
    for finder in () if after else _finders[kind]:
        for pk, relations in finder(rows, by).items():
            found[pk] += relations
    ends = _find_ends(kind, found, by=by, beyond=beyond, limit=limit)
    pages = {pk: ends[pk][: max(0, limit - len(found[pk]))] for pk in found}
    others = _rows((end.other for page in pages.values() for end in page), by=by)
    return {
        pk: Page(
            [
                *found[pk],
                *(_relation(e.link, e.said, others[e.other]) for e in page if e.other in others),
            ],
            _place(page[-1] if page else None) if len(ends[pk]) > len(page) else None,
        )
        for pk, page in pages.items()
    }


def get_of(row: models.Model, *, by: Actor) -> list[Relation]:
    """Return the first page of the relations of one object that `by` may see."""
    return find_pages([row], by=by)[row.pk].relations


@dataclass(frozen=True)
class _End:
    """A link as it is seen from one of its ends."""

    link: Link
    said: str
    other: tuple[str, int]


def _find_ends(
    kind: str, ids: Iterable[int], *, by: Actor, beyond: tuple[int, int] | None, limit: int
) -> dict[int, list[_End]]:
    """Return the links of each row in their order: one more than `limit` where there are more."""
    links = Link.objects.visible_to(by).select_related("type")
    if beyond is not None:
        links = links.filter(Q(type__gt=beyond[0]) | Q(type=beyond[0], id__gt=beyond[1]))
    found: dict[int, list[_End]] = defaultdict(list)
    wanted = list(ids)
    for near, far in (("from", "to"), ("to", "from")):
        mine = links.filter(**{f"{near}_type": kind, f"{near}_id__in": wanted})
        if len(wanted) == 1:  # the same, for much less: most who ask, ask about one
            mine = mine.order_by("type_id", "id")[: limit + 1]
        else:
            rank = Window(RowNumber(), partition_by=F(f"{near}_id"), order_by=["type_id", "id"])
            mine = mine.annotate(place=rank).filter(place__lte=limit + 1)
        for link in mine:
            inverse = link.type.inverse_label or link.type.label
            said = link.type.label if near == "from" else inverse
            other = (getattr(link, f"{far}_type"), getattr(link, f"{far}_id"))
            found[getattr(link, f"{near}_id")].append(_End(link, said, other))
    for ends in found.values():
        ends.sort(key=lambda end: (end.link.type_id, end.link.pk))
    return defaultdict(list, {pk: ends[: limit + 1] for pk, ends in found.items()})


def _place(end: _End | None) -> str:
    """Return what is to be passed for the links behind one; all of them where it is None."""
    return f"{end.link.type_id}.{end.link.pk}" if end else "0.0"


def _read_place(after: str) -> tuple[int, int]:
    """:raises FieldError: if it is no place"""
    if not re.fullmatch(PLACE, after):
        raise FieldError({"after": "This is what the page before says is next."})
    kind, _, link = after.partition(".")
    return int(kind), int(link)


def links_of(rows: Sequence[Any], by: Actor) -> dict[int, list[Relation]]:
    """Return the links of rows of one kind, by their ids."""
    kind, ids = refs.kind_of(type(rows[0])), {row.pk for row in rows}
    here = Q(from_type=kind, from_id__in=ids) | Q(to_type=kind, to_id__in=ids)
    links = list(
        Link.objects.visible_to(by).filter(here).select_related("type").order_by("type_id", "id")
    )
    ends = [
        end
        for link in links
        for end in [(link.from_type, link.from_id), (link.to_type, link.to_id)]
    ]
    others = _rows(ends, by=by)
    found: dict[int, list[Relation]] = defaultdict(list)
    for link in links:
        start, end = (link.from_type, link.from_id), (link.to_type, link.to_id)
        inverse = link.type.inverse_label or link.type.label
        if start[0] == kind and start[1] in ids and end in others:
            found[start[1]].append(_relation(link, link.type.label, others[end]))
        if end[0] == kind and end[1] in ids and start in others:
            found[end[1]].append(_relation(link, inverse, others[start]))
    return found


def _relation(link: Link, said: str, other: Any) -> Relation:
    return Relation(
        type=link.type.key,
        said=said,
        ref=other.ref,
        name=called(other),
        properties=link.properties,
        link_id=link.pk,
        url=page_of(other),
    )


def called(row: Any) -> str:
    """Return what a row is called on a page."""
    return str(getattr(row, "name", "") or row)


def page_of(row: Any) -> str:
    """Return the address of a row's page, or "" where it has none."""
    address: str = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return address


def _rows(ends: Iterable[tuple[str, int]], *, by: Actor) -> dict[tuple[str, int], Any]:
    """Return the visible rows among `ends`; a statement per kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, pk in ends:
        wanted[kind].add(pk)
    return {
        (kind, row.pk): row
        for kind, ids in wanted.items()
        if kind in refs.find_kinds()
        for row in refs.visible(kind, by=by).filter(pk__in=ids)
    }


@register("contact")
def _employers(contacts: Sequence[Contact], by: Actor) -> dict[int, list[Relation]]:
    """Say where contacts work; their company is a column of theirs."""
    return {
        contact.pk: [
            Relation(
                type="works_at",
                said="works at",
                ref=contact.company.ref,
                name=contact.company.name,
                url=page_of(contact.company),
            )
        ]
        for contact in contacts
        if contact.company
    }


MOST_EMPLOYED = 50


@register("company")
def _employed(companies: Sequence[Company], by: Actor) -> dict[int, list[Relation]]:
    """Say who works at companies: of each some, by name."""
    people = Contact.objects.visible_to(by).filter(
        company_id__in=[company.pk for company in companies], archived_at=None
    )
    ranked = people.annotate(
        place=Window(RowNumber(), partition_by=F("company_id"), order_by=["name", "id"])
    ).filter(place__lte=MOST_EMPLOYED)
    found: dict[int, list[Relation]] = defaultdict(list)
    for contact in ranked.order_by("company_id", "place").only("id", "name", "company_id"):
        found[contact.company_id or 0].append(
            Relation(
                type="works_at",
                said="employs",
                ref=contact.ref,
                name=contact.name,
                url=page_of(contact),
            )
        )
    return found
