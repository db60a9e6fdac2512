"""The two ends of a relation, as arguments, and the relation itself."""

from typing import Annotated, Any

from django.db import models
from pydantic import Field

from agents.catalogue.context import Context
from audit.actors import Actor
from crm import links, objects, refs
from crm.models import Link, LinkType

Kind = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        description="reports_to, referred_by, knows, worked_at, parent_company, partner_of, or one"
        " of your own.",
    ),
]
First = Annotated[str, Field(max_length=80, description="contact:42: who reports, knows …")]
Second = Annotated[str, Field(max_length=80, description="contact:51: to whom, whom …")]


def find_end(context: Context, ref: str) -> models.Model:
    """
    Return one end of a relation.

    :raises refs.NotAReference: if `ref` is none
    :raises refs.NotFound: if there is none that the caller may see
    """
    return context.once(ref, lambda: refs.find(ref, *objects.find_kinds(), by=context.by))


def called(row: Any) -> str:
    """Return what an end is called in a title."""
    return str(getattr(row, "name", "") or row.ref)


def label_of(type: str, *, by: Actor) -> str:
    """
    Return how a kind of relation reads; a shipped one need not have come to be yet.

    :raises links.UnknownLinkType: if there is no such kind
    """
    if type in links.SHIPPED and not LinkType.objects.visible_to(by).filter(key=type).exists():
        return links.SHIPPED[type][0]
    return links.find_type(type, by=by).label


def find_link(context: Context, type: str, first: str, second: str) -> Link:
    """
    Return the relation of one row to another.

    :raises refs.NotFound: if they are not related so
    :raises links.UnknownLinkType: if there is no such kind
    """
    ends = [refs.parse(find_end(context, ref).ref) for ref in (first, second)]  # type: ignore[attr-defined]
    label = label_of(type, by=context.by)
    found = (
        Link.objects.visible_to(context.by)
        .select_related("type")
        .filter(type__key=type, from_type=ends[0].kind, from_id=ends[0].id)
        .filter(to_type=ends[1].kind, to_id=ends[1].id)
        .first()
    )
    if found is None:
        raise refs.NotFound(f"There is no such link: {first} {label} {second}.")
    return found
