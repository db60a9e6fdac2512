"""
Search by text: contacts by name, e-mail and phone, companies by name and domain.

Accents count for nothing: jose finds José. One or two letters find the beginnings of words, more
are found anywhere.

A higher app registers how its own kinds are found. Whatever finds, the rows are read through
`visible_to`, so that what is closed to someone is not found either.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, models
from django.db.models import BooleanField, Case, F, Func, Q, Value, When
from django.db.models.expressions import RawSQL

from audit.actions import current_tenant
from audit.actors import Actor
from crm import addresses, refs
from crm.fields import FieldError, not_a_choice
from crm.models import Company, Contact, Organization
from crm.models.folding import Fold

# A search finds the rows best at the start, and no more than these at all.
MOST_FOUND = 500
LONGEST_NEEDLE = 200
PHONE = re.compile(r"[0-9+() ./-]{6,40}")

Narrow = Callable[[Any, str], Any]
First = Callable[[str, Actor], Sequence[int] | None]


@dataclass(frozen=True)
class Searched:
    """
    How rows of one kind are found by text.

    :param narrow: takes a queryset and a text, and returns the rows of it that the text finds
    :param called: the column that names a row: what begins with the text comes first
    :param first: takes a text and who looks, and returns the ids of the rows in use that it finds
        best, in order, at most `MOST_FOUND`; None where `narrow` alone can tell
    """

    narrow: Narrow
    called: str
    first: First = lambda needle, by: None


_searched: dict[str, Searched] = {}


def register(kind: str, searched: Searched) -> None:
    """Let rows of a kind be found."""
    _searched[kind] = searched


def find_kinds() -> list[str]:
    """Return the kinds that can be found by text."""
    return sorted(_searched)


def find(text: str, *, by: Actor, kinds: Sequence[str] = (), limit: int = 20) -> list[models.Model]:
    """
    Return the rows in use that a text finds, of each kind up to `limit`, the best first.

    :param kinds: of which kinds; of every kind that can be found where none is named
    :raises FieldError: if a kind cannot be searched
    """
    wrong = [kind for kind in kinds if kind not in _searched]
    if wrong:
        raise FieldError({"kinds": not_a_choice(wrong[0], find_kinds())})
    if not clean(text):
        return []
    return [
        row
        for kind in kinds or _searched
        for row in find_best(refs.visible(kind, by=by).in_use(), text, by=by, upto=limit)
    ]


def find_best[Row: models.Model](
    rows: models.QuerySet[Row], text: str, *, by: Actor, upto: int, start: int = 0
) -> list[Row]:
    """
    Return the rows in use that a text finds, the best first, from place `start` to before `upto`.

    Only what is shown is read whole, however many there are.

    :param rows: all of a kind that `by` may see and that are in use
    """
    ids = _searched[refs.kind_of(rows.model)].first(clean(text), by)
    if ids is None:
        return list(best_first(narrow(rows, text), text)[start:upto])
    shown = ids[start:upto]
    found = {row.pk: row for row in rows.filter(among("pk", shown))} if shown else {}
    return [found[pk] for pk in shown if pk in found]


def best_first[Rows: models.QuerySet](rows: Rows, text: str) -> Rows:
    """Order rows that a text finds: what begins with it before what has it inside, by name."""
    called = _searched[refs.kind_of(rows.model)].called
    rows = rows.alias(folded=Fold(called))
    begins = Case(When(folded__startswith=Fold(Value(clean(text))), then=0), default=1)
    return rows.order_by(begins, "folded", "pk")


def narrow[Rows: models.QuerySet](rows: Rows, text: str) -> Rows:
    """Return the rows that a text finds; a blank one finds all."""
    needle = clean(text)
    if not needle:
        return rows
    found: Rows = _searched[refs.kind_of(rows.model)].narrow(rows, needle)
    return found


def narrow_archived[Rows: models.QuerySet](rows: Rows, text: str, *, within: Sequence[str]) -> Rows:
    """
    Return the rows that hold a text in a column of `within`; a blank one finds all.

    :param rows: of those put away alone: what finds others leaves them out, and the few are gone
        through
    """
    needle = clean(text)
    if not needle:
        return rows
    folded = {f"folded_{name}": Fold(name) for name in within}
    holds = [Q(**{f"{name}__contains": Fold(Value(needle))}) for name in folded]
    return rows.alias(**folded).filter(reduce(or_, holds))


def clean(text: str) -> str:
    """Return a text as it is searched for: what cannot be stored cannot be found."""
    plain = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    return " ".join(plain.split())[:LONGEST_NEEDLE]


class Among(Func):
    """
    An id is one of an array's.

    The array is a constant, so the planner knows how many it finds: of many, a page comes from the
    index of its own order, where a join would go through all of them first.
    """

    template = "%(expressions)s)"
    arg_joiner = " = any("
    output_field = BooleanField()


def among(column: str, ids: Collection[int]) -> Among:
    """Return the condition that a column is one of some ids: one parameter, however many."""
    return Among(F(column), RawSQL("%s::bigint[]", [list(ids)]))


def found_by(select: str, params: Sequence[Any]) -> Among:
    """
    Return the condition that a row is one of those whose ids a function of the database finds.

    An array is made once. As a subquery the planner may join it, and where it does not know yet how
    many rows a table has (after a large import) it calls the function again for each of them.
    """
    return Among(F("pk"), RawSQL(f"array({select})", params))  # noqa: S611  (ours, with parameters)


def narrow_contacts(rows: "models.QuerySet[Contact]", needle: str) -> "models.QuerySet[Contact]":
    """Find contacts by a part of name or e-mail, or a whole other e-mail or phone number."""
    if PHONE.fullmatch(needle) and (key := _phone_key(needle)):
        return rows.filter(Q(phone_key=key) | Q(mobile_key=key))
    find = [needle, MOST_FOUND]
    if "@" not in needle:
        return rows.filter(found_by("select crm_find_contacts(%s, %s)", find))
    either = "select crm_find_contacts(%s, %s) union select crm_contacts_by_other_email(%s::text[])"
    return rows.filter(found_by(either, [*find, [addresses.email_key(needle)]]))


def narrow_companies(rows: "models.QuerySet[Company]", needle: str) -> "models.QuerySet[Company]":
    """Find companies by a part of name or domain."""
    return rows.filter(found_by("select crm_find_companies(%s, %s)", [needle, MOST_FOUND]))


def _first_by(function: str) -> First:
    """Return how a function of the database's finds the best; e-mails and phones it does not."""

    def find_first(needle: str, by: Actor) -> list[int] | None:
        if "@" in needle or PHONE.fullmatch(needle):
            return None
        with connection.cursor() as cursor:
            cursor.execute(f"select {function}(%s, %s)", [needle, MOST_FOUND])
            return [row[0] for row in cursor.fetchall()]

    return find_first


def _phone_key(needle: str) -> str:
    country = Organization.objects.values_list("country", flat=True).get(pk=current_tenant() or 0)
    return addresses.phone_key(needle, country=country)


register("contact", Searched(narrow_contacts, "name", _first_by("crm_find_contacts")))
register("company", Searched(narrow_companies, "name", _first_by("crm_find_companies")))
