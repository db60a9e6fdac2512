"""The list of contacts: which of them are meant, by text, owner and tag."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from audit.actors import Actor
from crm import search
from crm.models import Contact, Membership

NOBODY = "none"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """
    Which contacts are meant; all of them unless something is said.

    :param owner: the id of a membership, or "none" for those nobody owns
    :param tag: a whole tag, whatever its case and accents
    """

    q: str = ""
    owner: int | str | None = None
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.q or self.owner or self.tag)


def read(given: Mapping[str, str], *, by: Actor) -> Filters:
    """Read filters as an address gives them: `owner` is me, none or an id; else it narrows none."""
    owner: int | str | None = given.get("owner", "").removeprefix("member:")
    if owner == "me":
        owner = by.membership_id
    elif owner != NOBODY:
        owner = int(str(owner)) if _is_id(str(owner)) else None
    return Filters(
        q=search.clean(given.get("q", "")), owner=owner, tag=search.clean(given.get("tag", ""))
    )


def find(filters: Filters, *, by: Actor) -> "QuerySet[Contact]":
    """Return the contacts in use that are meant."""
    known = Contact.objects.visible_to(by).in_use()
    found: QuerySet[Contact] = search.narrow(known, filters.q)
    if filters.owner is not None:
        found = found.filter(owner=None if filters.owner == NOBODY else int(filters.owner))
    if filters.tag:
        found = _narrow_by_tag(found, filters.tag, is_narrow=bool(filters.q))
    return found


def find_owners(*, by: Actor) -> list[Membership]:
    """Return the members who own contacts in use, by name."""
    owned = Contact.objects.visible_to(by).in_use().filter(owner=OuterRef("pk"))
    members = Membership.objects.visible_to(by).filter(Exists(owned))
    return list(members.select_related("user").order_by("user__name", "user__email"))


def _narrow_by_tag(rows: "QuerySet[Contact]", tag: str, *, is_narrow: bool) -> "QuerySet[Contact]":
    """
    Return the contacts of `rows` that have a tag.

    :param is_narrow: a text found the rows already: few, each of which would be looked for in all
        of an array, so that here a join is the quicker way
    """
    if is_narrow:
        return rows.filter(pk__in=RawSQL("select crm_contacts_by_tag(%s)", [tag]))
    with connection.cursor() as cursor:
        cursor.execute("select array(select crm_contacts_by_tag(%s))::text", [tag])
        ids = RawSQL("%s::bigint[]", [cursor.fetchone()[0]])
    return rows.filter(search.Among(F("pk"), ids))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
