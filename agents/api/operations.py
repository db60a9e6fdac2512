"""How an operation is described: what it takes, what it answers, how it says no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from pydantic import BaseModel

from agents.api.problems import PROBLEM
from agents.api.shapes import Problem

SAYS = {
    400: "It does not fit; `fields` names what, and says what would be right.",
    401: "No token, or one that is no good.",
    403: "Not allowed: by role, scope, a switch or policy.",
    404: "Not there, or not yours.",
    405: "Another method.",
    409: "It changed meanwhile, is decided already, or is ambiguous; says the truth.",
    411: "A body that does not say how long it is.",
    412: "What it is about has none of the ETags of If-Match any more; `etag` is what it has now.",
    413: "Too large.",
    415: "Something else than JSON.",
    422: "A gate refuses; `unmet` names what is missing.",
    429: "Over budget; says for how long.",
    500: "Something went wrong here. Nothing was changed.",
    503: "The database cannot be had just now. Nothing was changed.",
}
WAITS = "It waits for a person; `approval` is what to follow."
ALWAYS = (400, 401, 403, 404, 405, 429, 500, 503)
WITH_BODY = (411, 413, 415)
ID = "[1-9][0-9]{0,17}"


@dataclass(frozen=True, kw_only=True)
class Asks:
    """
    One parameter.

    :param schema: what it may be, as JSON Schema
    :param means: what it does
    :param is_json: it is JSON inside the query
    """

    schema: Mapping[str, Any]
    means: str
    is_json: bool = False


def text(means: str, **schema: Any) -> Asks:
    """Return a parameter that is text."""
    return Asks(schema={"type": "string", **schema}, means=means)


def number(means: str, **schema: Any) -> Asks:
    """Return a parameter that is a whole number."""
    return Asks(schema={"type": "integer", **schema}, means=means)


def ref(kind: str, means: str) -> Asks:
    """Return a parameter that names a row of one kind: 42 or kind:42."""
    return text(means, pattern=f"^({kind}:)?{ID}$", examples=[f"{kind}:42"])


AFTER = text("What the page before said is next.", pattern=f"^{ID}$")


def operation(
    name: str,
    *,
    answers: Any,
    request: type[BaseModel] | None = None,
    success: int = 200,
    waits: Any = None,
    fails: tuple[int, ...] = (),
    path: Mapping[str, Asks] | None = None,
    **query: Asks,
) -> Callable[[Any], Any]:
    """
    Describe a view's method; its docstring says what it does.

    :param answers: what it answers where it succeeds
    :param success: its status then
    :param waits: what it answers where a person is asked first, if it may
    :param fails: statuses it may answer besides those that every one may
    :param path: the parts of its address
    :param query: the parameters of its query
    """
    body = WITH_BODY if request is not None else ()
    problems = {
        (code, PROBLEM): OpenApiResponse(Problem, description=SAYS[code])
        for code in sorted({*ALWAYS, *body, *fails})
    }
    return extend_schema(
        operation_id=name,
        request=request,
        responses={
            success: OpenApiResponse(answers, description="Done."),
            **({202: OpenApiResponse(waits, description=WAITS)} if waits else {}),
            **problems,
        },
        parameters=[
            *(_describe(key, asks, "path") for key, asks in (path or {}).items()),
            *(_describe(key, asks, "query") for key, asks in query.items()),
        ],
    )


def _describe(name: str, asks: Asks, where: Literal["path", "query"]) -> OpenApiParameter:
    kept = {**asks.schema, **({IS_JSON: True} if asks.is_json else {})}
    required = where == "path"
    return OpenApiParameter(name, kept, where, description=asks.means, required=required)


IS_JSON = "x-json"  # marks a parameter's schema until the document is finished
