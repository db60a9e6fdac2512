"""The list of contacts: which of them are meant, by text, owner and tag; in use or put away."""

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
    Which contacts are meant; all of them that are in use unless something is said.

    :param owner: the id of a membership, or "none" for those nobody owns
    :param tag: a whole tag, whatever its case and accents
    :param archived: those put away instead of those in use
    """

    q: str = ""
    owner: int | str | None = None
    tag: str = ""
    archived: bool = False

    def __bool__(self) -> bool:
        return bool(self.q or self.owner or self.tag or self.archived)


def read(given: Mapping[str, str], *, by: Actor) -> Filters:
    """Read filters as an address gives them: `owner` is me, none or an id; else it narrows none."""
    owner: int | str | None = given.get("owner", "").removeprefix("member:")
    if owner == "me":
        owner = by.membership_id
    elif owner != NOBODY:
        owner = int(str(owner)) if _is_id(str(owner)) else None
    return Filters(
        q=search.clean(given.get("q", "")),
        owner=owner,
        tag=search.clean(given.get("tag", "")),
        archived=bool(given.get("archived")),
    )


def find(filters: Filters, *, by: Actor) -> "QuerySet[Contact]":
    """Return the contacts that are meant."""
    known = _known(by=by, archived=filters.archived)
    found: QuerySet[Contact] = (
        search.narrow_archived(known, filters.q, within=["name", "email"])
        if filters.archived
        else search.narrow(known, filters.q)
    )
    if filters.owner is not None:
        found = found.filter(owner=None if filters.owner == NOBODY else int(filters.owner))
    if filters.tag:
        found = _narrow_by_tag(found, filters.tag, is_narrow=bool(filters.q))
    return found


def find_owners(*, by: Actor, archived: bool = False) -> list[Membership]:
    """Return the members who own contacts in use, or such as were put away, by name."""
    owned = _known(by=by, archived=archived).filter(owner=OuterRef("pk"))
    members = Membership.objects.visible_to(by).filter(Exists(owned))
    return list(members.select_related("user").order_by("user__name", "user__email"))


def _known(*, by: Actor, archived: bool) -> "QuerySet[Contact]":
    mine = Contact.objects.visible_to(by)
    return mine.put_away() if archived else mine.in_use()


def _narrow_by_tag(rows: "QuerySet[Contact]", tag: str, *, is_narrow: bool) -> "QuerySet[Contact]":
    """
    Return the contacts of `rows` that have a tag.

    :param is_narrow: a text found the rows already: few, each of which would be looked for in all
        of an array, so that here a join is the quicker way
    """
    if is_narrow:
        tagged = RawSQL("select unnest(array(select crm_contacts_by_tag(%s)))", [tag])
        return rows.filter(pk__in=tagged)
    with connection.cursor() as cursor:
        cursor.execute("select array(select crm_contacts_by_tag(%s))::text", [tag])
        ids = RawSQL("%s::bigint[]", [cursor.fetchone()[0]])
    return rows.filter(search.Among(F("pk"), ids))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
