"""
Who is known already: for one or for ten thousand at once, with the same few statements.

The surest sign wins: another system's id, then e-mail, then phone, then name within a company.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Lookup, QuerySet
from django.db.models.functions import Lower, Trim

from audit.actors import Actor
from crm import search
from crm.models import Company, Contact

# Class of the advisory lock that keeps two from creating the same one at once.
CREATION_LOCK = 2


class AnyOf(Lookup):
    """`column = ANY(array)`: one parameter for many values, and leakproof: it keeps its index."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::text[])", (*parameters, sorted(set(self.rhs)))


CharField.register_lookup(AnyOf)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """
    What is known of somebody who may be a contact already.

    :param emails: keys, as `addresses.email_key` makes them
    :param phones: keys, as `addresses.phone_key` makes them
    :param company_id: where they work; a name alone is no sign
    """

    external_id: str = ""
    external_source: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    name: str = ""
    company_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CompanyLikeness:
    """
    What is known of a company that may be known already.

    :param domain: as `addresses.clean_domain` makes it
    """

    external_id: str = ""
    external_source: str = ""
    domain: str = ""
    name: str = ""


@dataclass(frozen=True)
class Match:
    """A row that is probably the same, and what gave it away."""

    id: int
    sign: str


Key = tuple[Any, ...]


@dataclass(frozen=True)
class Sign:
    """One way to tell that two are the same: the keys of a likeness, and rows by those keys."""

    name: str
    keys: Callable[[Any], list[Key]]
    rows: Callable[[QuerySet, set[Key]], Iterable[tuple[int, list[Key]]]]


def find_contacts(likenesses: Sequence[Likeness], *, by: Actor) -> list[Match | None]:
    """Return the contact that each is probably the same as, or None; six statements at most."""
    return _find(Contact.objects.visible_to(by), likenesses, CONTACT_SIGNS)


def find_companies(likenesses: Sequence[CompanyLikeness], *, by: Actor) -> list[Match | None]:
    """
    Return the company that each is probably the same as, or None; three statements at most.

    Two of one name are the same unless both have domains, and different ones.
    """
    return _find(Company.objects.visible_to(by), likenesses, COMPANY_SIGNS)


def hold(*keys: object, by: Actor) -> None:
    """Keep others from creating what has these keys until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s::int, hashtext(%s))",
            [CREATION_LOCK, ":".join(map(str, [by.organization_id, *keys]))],
        )


def _find(rows: QuerySet, likenesses: Sequence[Any], signs: Sequence[Sign]) -> list[Match | None]:
    matches: list[Match | None] = [None] * len(likenesses)
    for sign in signs:
        keys = {
            place: sign.keys(each)
            for place, each in enumerate(likenesses)
            if matches[place] is None
        }
        wanted = {key for each in keys.values() for key in each}
        known = _by_key(sign.rows(rows, wanted)) if wanted else {}
        for place, each in keys.items():
            found = next((known[key] for key in each if key in known), None)
            matches[place] = None if found is None else Match(found, sign.name)
    return matches


def _by_key(rows: Iterable[tuple[int, list[Key]]]) -> dict[Key, int]:
    """Map each key to the first row that has it."""
    known: dict[Key, int] = {}
    for row_id, keys in rows:
        for key in keys:
            known.setdefault(key, row_id)
    return known


def _values(rows: QuerySet, *columns: str) -> Iterable[Any]:
    """Read ids and columns: those in use before the archived, the oldest first."""
    in_use_first = F("archived_at").asc(nulls_first=True)
    return rows.order_by(in_use_first, "id").values_list("id", *columns)


def _external_keys(each: Likeness | CompanyLikeness) -> list[Key]:
    return [(each.external_source, each.external_id)] if each.external_id else []


def _external_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    found = rows.filter(external_id__any_of=[key for _, key in wanted]).exclude(external_id="")
    for row_id, source, external_id in _values(found, "external_source", "external_id"):
        yield row_id, [(source, external_id)]


def _email_keys(each: Likeness) -> list[Key]:
    return [(email,) for email in each.emails if email]


def _email_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    found = rows.filter(email_key__any_of=[key for (key,) in wanted])
    for row_id, email in _values(found, "email_key"):
        yield row_id, [(email,)]


def _other_email_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    """By way of a function, because row security keeps the wall's queries off this index."""
    keys = [key for (key,) in wanted]
    found = rows.filter(search.found_by("select crm_contacts_by_other_email(%s::text[])", [keys]))
    for row_id, emails in _values(found, "other_emails"):
        yield row_id, [(email,) for email in emails]


def _phone_keys(each: Likeness) -> list[Key]:
    return [(phone,) for phone in each.phones if phone]


def _phone_rows(column: str) -> Callable[[QuerySet, set[Key]], Iterable[tuple[int, list[Key]]]]:
    """One column at a time: of two joined by OR, the planner may use neither's index."""

    def read(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
        found = rows.filter(**{f"{column}__any_of": [key for (key,) in wanted]})
        for row_id, phone in _values(found, column):
            yield row_id, [(phone,)]

    return read


def _name_keys(each: Likeness) -> list[Key]:
    name = each.name.strip().lower()
    return [(each.company_id, name)] if name and each.company_id else []


def _name_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    found = rows.filter(company_id__in={company for company, _ in wanted})
    named = found.annotate(name_key=Lower(Trim("name")))
    matching = named.filter(name_key__any_of=[name for _, name in wanted])
    for row_id, company, name in _values(matching, "company_id", "name_key"):
        yield row_id, [(company, name)]


def _domain_keys(each: CompanyLikeness) -> list[Key]:
    return [(each.domain,)] if each.domain else []


def _domain_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    found = rows.filter(domain__any_of=[domain for (domain,) in wanted])
    for row_id, domain in _values(found, "domain"):
        yield row_id, [(domain,)]


def _company_name_keys(each: CompanyLikeness) -> list[Key]:
    """A name beside a domain is that of a company without one; a name alone, of any."""
    name = each.name.strip().lower()
    return [(name, "" if each.domain else None)] if name else []


def _company_name_rows(rows: QuerySet, wanted: set[Key]) -> Iterable[tuple[int, list[Key]]]:
    found = rows.filter(name_key__any_of=[name for name, _ in wanted])
    for row_id, name, domain in _values(found, "name_key", "domain"):
        yield row_id, [(name, domain), (name, None)]


CONTACT_SIGNS = [
    Sign("external id", _external_keys, _external_rows),
    Sign("e-mail", _email_keys, _email_rows),
    Sign("e-mail", _email_keys, _other_email_rows),
    Sign("phone number", _phone_keys, _phone_rows("phone_key")),
    Sign("phone number", _phone_keys, _phone_rows("mobile_key")),
    Sign("name and company", _name_keys, _name_rows),
]
COMPANY_SIGNS = [
    Sign("external id", _external_keys, _external_rows),
    Sign("domain", _domain_keys, _domain_rows),
    Sign("name", _company_name_keys, _company_name_rows),
]
