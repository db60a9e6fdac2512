"""The ontology over HTTP, in one shape."""

from rest_framework.response import Response

from agents import objects, readings
from agents.api import doors
from agents.api.doors import Asked, JsonView, let_in
from agents.api.operations import Listed, operation
from agents.objects import ObjectShown
from crm import objects as kinds


class ObjectsView(JsonView):
    """Objects."""

    @operation(
        "objects_list",
        answers=Listed,
        type="contact, the default, company, position, pipeline, stage, task …",
        q="Part of a name, e-mail address, phone number or domain.",
        filter='A condition: [{"field": "contact.email", "op": "is_not_empty"}].',
        after="What the page before said is next.",
        limit="1 to 200; 50 unless told.",
    )
    @let_in(tool="search_objects")
    def get(self, request: Asked) -> Response:
        """List objects of a type, by id; with `q` those that it finds, the best first."""
        query = doors.read_query(
            request, type=str, q=str, filter=doors.as_json, after=str, limit=doors.as_number
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

    @operation("objects_get", answers=ObjectShown)
    @let_in(tool="get_object")
    def get(self, request: Asked, ref: str) -> Response:
        """Return one object with everything it is related to."""
        found = objects.get(ref, by=request.actor)
        return Response(readings.give(found, by=request.actor))
