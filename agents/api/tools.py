"""Tools over HTTP: what there is, and calling them."""

from typing import Any

from rest_framework.response import Response

from agents import tools  # noqa: F401  (the catalogue)
from agents.api import doors, problems
from agents.api.doors import Asked, Body, JsonView, let_in
from agents.api.operations import operation, text
from agents.api.shapes import Answer, ToolsPage
from agents.calls import dispatch, listings
from agents.catalogue.arguments import Confidence
from agents.catalogue.registry import Dialect


class CallBody(Body):
    """A call: the tool's arguments, and what is said of every call."""

    arguments: dict[str, Any] = {}
    reason: str = ""
    confidence: Confidence | None = None
    idempotency_key: str = ""
    dry_run: bool = False


class ToolsView(JsonView):
    """The tools a caller may use."""

    @operation(
        "tools_list",
        answers=ToolsPage,
        dialect=text("Whose way of describing tools; mcp unless told.", enum=list(Dialect)),
        all=text("1 for every tool the token may use, not only its persona's.", enum=["0", "1"]),
    )
    @let_in()
    def get(self, request: Asked) -> Response:
        """List the tools of the caller's persona, or with `all=1` all it may use."""
        query = doors.read_query(request, dialect=_dialect, all=_yes_no)
        caller = request.caller
        listed = listings.find(caller, everything=query.get("all", False))
        shown = listings.show(listed, query.get("dialect", Dialect.MCP), by=caller)
        return Response({"results": shown, "next": None})


class ToolView(JsonView):
    """One tool, to be called."""

    @operation("tools_call", request=CallBody, answers=Answer, fails=(409, 412, 422))
    def post(self, request: Asked, name: str) -> Response:
        """Call a tool: it is done, waits for a person, or is refused, and the answer says why."""
        actor, token = doors.identify(request)
        body = doors.read(request, CallBody)
        result = dispatch.call(
            actor,
            name,
            body.arguments,
            reason=body.reason,
            confidence=body.confidence,
            key=body.idempotency_key,
            dry_run=body.dry_run,
            token=token,
            if_match=request.META.get("HTTP_IF_MATCH"),
        )
        return problems.of_call(result)


def _dialect(text: str) -> Dialect:
    try:
        return Dialect(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Dialect)}") from None


def _yes_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return text == "1"
