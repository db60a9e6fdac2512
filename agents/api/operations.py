"""How an operation is described: what it takes, what it answers, how it says no."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from pydantic import BaseModel, ConfigDict

from agents.api.problems import PROBLEM
from agents.untrusted import Named, NamedValue, UntrustedValues


class Problem(BaseModel):
    """What went wrong (RFC 9457); `detail` says what would be right. Calls of tools say more."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    detail: str
    fields: dict[str, str] = {}


class Listed(BaseModel):
    """Some of a list; `next`, where there is more, is what to pass as `after`."""

    results: list[dict[str, Any]]
    next: str | None


class Answer(BaseModel):
    """What every call of a tool answers."""

    status: str
    result: Any
    action: str | None
    approval: str | None
    because: list[Named]
    summary: Named


class RowShown(BaseModel):
    """One value, as it is and as it would be."""

    label: Named
    before: NamedValue
    after: NamedValue


class WouldBe(BaseModel):
    """What a call would change, and what gates read."""

    title: Named
    rows: list[RowShown]
    reads: UntrustedValues
    rows_in_all: int | None = None


class Rehearsed(BaseModel):
    """The result of a dry run."""

    dry_run: bool
    would: WouldBe


SAYS = {
    400: "It does not fit; `fields` names what, and says what would be right.",
    401: "No token, or one that is no good.",
    403: "Not allowed: by role, scope, a switch or policy.",
    404: "Not there, or not yours.",
    405: "Another method.",
    409: "It changed meanwhile, is decided already, or is ambiguous; says the truth.",
    413: "Too large.",
    422: "A gate refuses; `unmet` names what is missing.",
    429: "Over budget; `Retry-After` says for how long.",
}
ALWAYS = (400, 401, 403, 404, 405, 413, 429)


def operation(
    name: str,
    *,
    answers: Any = dict[str, Any],
    request: type[BaseModel] | None = None,
    success: int = 200,
    fails: tuple[int, ...] = (),
    **query: str,
) -> Callable[[Any], Any]:
    """
    Describe a view's method; its docstring says what it does.

    :param answers: what it answers where it succeeds
    :param success: its status then
    :param fails: statuses it may answer besides those that every one may
    :param query: what each parameter of the query means
    """
    problems = {
        (code, PROBLEM): OpenApiResponse(Problem, description=SAYS[code])
        for code in sorted({*ALWAYS, *fails})
    }
    return extend_schema(
        operation_id=name,
        request=request,
        responses={success: OpenApiResponse(answers, description="Done."), **problems},
        parameters=[
            OpenApiParameter(key, str, OpenApiParameter.QUERY, description=means)
            for key, means in query.items()
        ],
    )
