"""Objects as the API and tools show them: the one shape of the ontology, typed."""

from typing import Any

from pydantic import BaseModel

from agents.catalogue.untrusted import OwnName, Untrusted, UntrustedValues
from audit.actors import Actor
from crm import objects, refs, relations

# What says little and takes room where many objects are listed.
LEFT_OUT = {
    *("enrichment", "proposals", "other_emails", "address", "region", "postal_code", "notes"),
    *("score_factors", "score_reasons", "ai_notes", "suggested_prompts", "time_zone", "language"),
}


class LinkShown(BaseModel):
    """One thing an object is related to."""

    type: OwnName
    label: OwnName
    ref: str
    name: Untrusted
    properties: UntrustedValues


class ObjectShown(BaseModel):
    """An object of any kind; `next`, where it has more links, is what to pass as `after`."""

    ref: str
    type: str
    subtype: Untrusted
    name: Untrusted
    description: Untrusted
    status: str
    properties: UntrustedValues
    links: list[LinkShown]
    next: str | None = None
    external_id: Untrusted
    external_source: Untrusted
    created_by: str
    created_at: str
    updated_at: str | None
    archived_at: str | None


class Brief(BaseModel):
    """An object in a list: what is known of it, without what is empty or long."""

    ref: str
    type: str
    name: Untrusted
    status: str
    properties: UntrustedValues


def get(ref: str, *, by: Actor, after: str = "", limit: int = relations.MOST_LINKS) -> ObjectShown:
    """
    Return one object, with a page of its links.

    :param after: what the page before said is next
    :raises FieldError: if it is none of that

    :raises refs.NotFound: if there is none that `by` may see
    :raises refs.NotAReference: if `ref` is none, or names what is no object
    """
    row = refs.find(ref, *objects.find_kinds(), by=by)
    return ObjectShown(**objects.describe(row, by=by, after=after, limit=limit))


def brief(described: dict[str, Any]) -> Brief:
    """Return the short form of a described object."""
    kept = {
        key: value
        for key, value in described["properties"].items()
        if key not in LEFT_OUT and value not in (None, "", [], {}, False)
    }
    return Brief(**{**described, "properties": kept})
