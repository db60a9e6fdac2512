"""The ontology over HTTP, in one shape."""

from typing import Any

from rest_framework.response import Response

from agents.api import doors
from agents.api.doors import Asked, JsonView, let_in
from agents.api.operations import AFTER, ID, Asks, number, operation, text
from agents.api.shapes import ObjectsPage
from agents.catalogue.arguments import schema_of
from agents.reading import readings
from agents.records import objects
from agents.records.comparisons import Compared
from agents.records.objects import ObjectShown
from crm import objects as kinds
from crm import relations

REF = f"^({'|'.join(kinds.find_kinds())}):{ID}$"
FILTER = {
    "type": "array",
    "items": schema_of(Compared),
    "examples": [[{"field": "contact.email", "op": "is_not_empty"}]],
}


class ObjectsView(JsonView):
    """Objects."""

    @operation(
        "objects_list",
        answers=ObjectsPage,
        type=text("Of which kind; contact unless told.", enum=kinds.find_kinds()),
        q=text("Part of a name, e-mail address, phone number or domain."),
        filter=Asks(schema=FILTER, means="A condition: all of it holds.", is_json=True),
        after=AFTER,
        limit=number("How many; 50 unless told.", minimum=1, maximum=kinds.MOST_A_PAGE),
    )
    @let_in(tool="search_objects")
    def get(self, request: Asked) -> Response:
        """List objects of a type, by id; with `q` those that it finds, the best first."""
        query = doors.read_query(
            request, type=str, q=str, filter=_condition, after=str, limit=doors.as_number
        )
        page = kinds.find_page(
            query.get("type", "contact"),
            by=request.actor,
            text=query.get("q", ""),
            filter=query.get("filter"),
            after=query.get("after", ""),
            limit=query.get("limit", 50),
        )
        described = kinds.describe_all(page.rows, by=request.actor)
        shown = [ObjectShown(**each) for each in described]
        given = readings.give_all(shown, by=request.actor)
        return Response({"results": given, "next": page.next})


class ObjectView(JsonView):
    """One object."""

    @operation(
        "objects_get",
        answers=ObjectShown,
        path={"ref": text("Its reference.", pattern=REF)},
        after=text("What the page before said is next.", pattern=relations.PLACE),
        limit=number(
            f"How many links; {relations.MOST_LINKS} unless told.",
            minimum=1,
            maximum=relations.MOST_LINKS,
        ),
    )
    @let_in(tool="get_object")
    def get(self, request: Asked, ref: str) -> Response:
        """Return one object with what it is related to, page by page."""
        query = doors.read_query(request, after=str, limit=_count_of_links)
        found = objects.get(ref, by=request.actor, **query)
        return Response(readings.give(found, by=request.actor))


def _count_of_links(text: str) -> int:
    """:raises ValueError: if it is no number, or beyond what a page holds"""
    number = doors.as_number(text)
    if not 1 <= number <= relations.MOST_LINKS:
        raise ValueError(f"must be 1 to {relations.MOST_LINKS}")
    return number


def _condition(text: str) -> list[Any]:
    """:raises ValueError: if it is no list; what it says is judged where its fields are known"""
    read = doors.as_json(text)
    if not isinstance(read, list):
        raise ValueError("must be a list of comparisons, each with field, op and value")
    return read
