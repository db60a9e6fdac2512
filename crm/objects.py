"""
Every object in one shape: what `GET /api/objects` and the tools that read answer.

A higher app registers the shape of its own kinds, and in `relations` what they are related to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.actions import describe as as_json
from audit.actors import Actor
from crm import refs, relations, search
from crm.conditions import Condition, get_catalogue
from crm.fields import FieldError, not_a_choice

MOST_A_PAGE = 200
NONE = relations.Page([], None)

# Takes objects of one kind, and returns properties of each by its id.
Read = Callable[[Sequence[Any]], Mapping[int, Mapping[str, Any]]]


def _status(row: Any) -> str:
    return getattr(row, "status", "active")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """
    What is peculiar to one kind of object.

    :param columns: the columns that are its properties; a relation is shown as a reference
    :param more: returns properties that are no columns
    :param subtype: the column that is its subtype
    """

    columns: Sequence[str]
    more: Read = lambda rows: {}
    subtype: str = "subtype"
    called: Callable[[Any], str] = relations.called
    status: Callable[[Any], str] = _status


@dataclass(frozen=True)
class Page:
    """Some objects, and where the next page begins; None on the last."""

    rows: list[Any]
    next: str | None


_shapes: dict[str, Shape] = {}


def register(kind: str, shape: Shape) -> None:
    """Say what objects of a kind look like."""
    _shapes[kind] = shape


def find_kinds() -> list[str]:
    """Return the kinds of object there are."""
    return sorted(_shapes)


def describe(
    row: models.Model, *, by: Actor, after: str = "", limit: int = relations.MOST_LINKS
) -> dict[str, Any]:
    """
    Return one object as JSON, with a page of what it is related to; see `relations.find_pages`.

    :raises FieldError: if `after` is none of what a page says is next
    """
    return describe_all([row], by=by, after=after, limit=limit)[0]


def describe_all(
    rows: Sequence[Any],
    *,
    by: Actor,
    links: bool = True,
    after: str = "",
    limit: int = relations.MOST_LINKS,
) -> list[dict[str, Any]]:
    """
    Return objects of one kind as JSON, with a constant number of statements.

    :param links: look up what they are related to; else they have no links
    :param after: what the page of links before said is next
    :param limit: links of each
    """
    if not rows:
        return []
    shape = _shapes[refs.kind_of(type(rows[0]))]
    related = relations.find_pages(rows, by=by, after=after, limit=limit) if links else {}
    more = shape.more(rows)
    return [_describe(row, shape, related.get(row.pk, NONE), more.get(row.pk, {})) for row in rows]


def find_page(
    kind: str,
    *,
    by: Actor,
    text: str = "",
    filter: Any = None,
    after: str = "",
    limit: int = 50,
    archived: bool = False,
) -> Page:
    """
    Return a page of objects of one kind: by id, or where a text is searched for, the best first.

    :param filter: a condition as data, `[{"field", "op", "value"}]`
    :param after: what the page before said is next
    :param limit: 1 to 200
    :param archived: include those that were put away
    :raises FieldError: says which of these cannot be
    """
    rows = _rows(kind, by=by, archived=archived)
    start, limit = _read_numbers(after, limit)
    if filter:
        rows = rows.filter(_condition(kind, filter).compile())
    if search.clean(text):
        if kind not in search.find_kinds():
            raise FieldError({"q": f"A {kind} is not found by text; use a filter."})
        upto = start + limit + 1
        if filter or archived:
            best = list(search.best_first(search.narrow(rows, text), text)[start:upto])
        else:
            best = search.find_best(rows, text, by=by, start=start, upto=upto)
        return _cut(best, limit, lambda row: start + limit)
    page = list(rows.filter(pk__gt=start).order_by("pk")[: limit + 1])
    return _cut(page, limit, lambda row: row.pk)


def columns_of(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return columns by name, relations as references, without asking the database."""
    found = {}
    for name in names:
        column: Any = row._meta.get_field(name)
        value = getattr(row, column.attname)
        if isinstance(column, models.ForeignKey) and value is not None:
            value = f"{refs.kind_of(column.related_model)}:{value}"
        found[name] = value
    return found


def _describe(
    row: Any, shape: Shape, related: relations.Page, more: Mapping[str, Any]
) -> dict[str, Any]:
    described: dict[str, Any] = as_json(
        {
            "ref": row.ref,
            "type": refs.kind_of(type(row)),
            "subtype": getattr(row, shape.subtype, "") or "",
            "name": shape.called(row),
            "description": getattr(row, "description", ""),
            "status": shape.status(row),
            "properties": {**columns_of(row, shape.columns), **more},
            "links": [relation.as_json() for relation in related.relations],
            "next": related.next,
            "external_id": getattr(row, "external_id", ""),
            "external_source": getattr(row, "external_source", ""),
            "created_by": getattr(row, "created_by", ""),
            "created_at": row.created_at,
            "updated_at": getattr(row, "updated_at", None),
            "archived_at": getattr(row, "archived_at", None),
        }
    )
    return described


def _rows(kind: str, *, by: Actor, archived: bool) -> Any:
    if kind not in _shapes:
        raise FieldError({"type": not_a_choice(kind, find_kinds())})
    rows = refs.visible(kind, by=by)
    return rows if archived else rows.in_use()


def _condition(kind: str, data: Any) -> Condition:
    try:
        catalogue = get_catalogue(kind)
    except KeyError:
        raise FieldError({"filter": f"A {kind} cannot be filtered."}) from None
    return Condition.parse(data, on=catalogue)


def _read_numbers(after: str, limit: int) -> tuple[int, int]:
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    if after and not start:
        raise FieldError({"after": "This is what the page before says is next."})
    if isinstance(limit, bool) or not 1 <= limit <= MOST_A_PAGE:
        raise FieldError({"limit": f"A page has 1 to {MOST_A_PAGE} objects."})
    return start, limit


def _cut(rows: list[Any], limit: int, place: Callable[[Any], int]) -> Page:
    more = len(rows) > limit
    return Page(rows[:limit], str(place(rows[limit - 1])) if more else None)


def _own(rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """Return what contacts and companies have beside columns."""
    return {
        row.pk: {
            "custom": row.properties,
            "enrichment": row.enrichment,
            "proposals": row.proposals,
        }
        for row in rows
    }


def _person(rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """Return who members are."""
    return {row.pk: {"email": row.user.email, "name": row.user.get_full_name()} for row in rows}


CONTACT = [
    *("first_name", "last_name", "email", "other_emails", "phone", "mobile", "job_title"),
    *("linkedin_url", "company", "owner", "source", "language", "time_zone", "address", "city"),
    *("region", "postal_code", "country", "tags", "do_not_contact", "last_contacted_at"),
]
COMPANY = [
    *("domain", "industry", "employees", "revenue_cents", "technologies", "phone", "website"),
    *("owner", "address", "city", "region", "postal_code", "country"),
]
ACTIVITY = ["contact", "kind", "direction", "subject", "body", "outcome", "owner", "occurred_at"]
TASK = ["contact", "title", "notes", "assignee", "due_at", "done_at", "done_by"]

EMAIL = [
    *("contact", "template", "to_address", "subject", "body", "send_at", "sent_by", "sent_at"),
    *("attempts", "error", "message_id"),
]


def register_all() -> None:
    """Say what the objects of this app look like."""
    register("contact", Shape(columns=CONTACT, more=_own))
    register("company", Shape(columns=COMPANY, more=_own))
    register("activity", Shape(columns=ACTIVITY))
    register("task", Shape(columns=TASK))
    register("email", Shape(columns=EMAIL, called=lambda row: row.subject))
    register("emailtemplate", Shape(columns=["key", "subject", "body"]))
    register(
        "member",
        Shape(
            columns=["role", "joined_at", "ended_at"],
            more=_person,
            called=lambda row: row.user.get_full_name(),
        ),
    )
    register(
        "organization",
        Shape(columns=["currency", "rates", "time_zone", "country", "agents_paused_at"]),
    )
