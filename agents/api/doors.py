"""
The API's doors: who knocks, and one organization to see.

A token or the browser's session says who calls; with a session, a form of another site cannot, for
it has no CSRF token.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from django.http import Http404
from django.utils.cache import patch_vary_headers
from pydantic import BaseModel, ConfigDict, ValidationError
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import tokens
from agents.api import problems
from agents.calls import admission, budgets, etags
from agents.calls.admission import Caller
from agents.calls.twice import GivenTwice, each_once
from agents.catalogue import registry
from agents.catalogue.arguments import explain_all, schema_of
from agents.tokens import NotLetIn
from audit.actions import Refusal, tenant
from audit.actors import Actor, Door
from crm.permissions import Permission, allows

LARGEST = 1_000_000  # bytes of a request


class Body(BaseModel):
    """A request's body; as closed as the arguments of a tool."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class BadRequest(Refusal):
    """This request does not fit."""

    http = 400

    def __init__(self, fields: Mapping[str, str]) -> None:
        says = "; ".join(f"{name} {problem.rstrip('.')}" for name, problem in fields.items())
        super().__init__(f"{says[:1].upper()}{says[1:]}.", fields=dict(fields))


class PeopleOnly(Refusal):
    """Only people do this; no agent can."""

    http = 403


class NotAllowed(Refusal):
    """Your role does not allow this."""

    http = 403


class Asked(Request):
    """A request of somebody who was let in."""

    actor: Actor
    caller: Caller


class JsonView(APIView):
    """A view that speaks JSON, with a token or in a session."""

    authentication_classes: tuple[type, ...] = ()
    permission_classes: tuple[type, ...] = ()
    throttle_classes: tuple[type, ...] = ()
    parser_classes = (JSONParser,)
    http_method_names = ("get", "head", "post")
    renderer_classes = (JSONRenderer,)

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """JSON, whatever is asked for."""
        return JSONRenderer(), JSONRenderer.media_type

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().finalize_response(*args, **kwargs)
        # That something was refused is an answer, not an incident; the ledger has it.
        response._has_been_logged = response.status_code < 500  # type: ignore[attr-defined]
        return response

    def get_exception_handler(self) -> Any:
        return problems.handle


class NowhereView(JsonView):
    """Any address that is none of the API's."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def identify(request: Asked) -> tuple[Actor, bytes | None]:
    """
    Return who calls, and the digest of the token that says so, if one does.

    :raises NotLetIn: if it is no token of ours
    :raises NotAuthenticated: if nobody says who calls
    """
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotLetIn("Send your token as: Authorization: Bearer whl_…")
        bearer = tokens.recognise(text.strip())
        return bearer.actor, bearer.digest
    actor: Actor | None = getattr(request._request, "actor", None)
    if actor is None:
        raise NotAuthenticated("Send a token, as: Authorization: Bearer whl_…")
    SessionAuthentication().enforce_csrf(request)
    return actor.through(Door.API), None


Handler = Callable[..., Response]


def let_in(
    needs: Permission = Permission.SEE, *, people: bool = False, tool: str = ""
) -> Callable[[Handler], Handler]:
    """
    Run a view's method in one organization's transaction, with `request.actor` as they are now.

    What it refuses is answered inside, so that an attempt that was recorded stays recorded.

    :param needs: what a person must be allowed
    :param people: keep agents out
    :param tool: the tool that does the same, which an agent must be allowed, and has room for
    """

    def decorate(method: Handler) -> Handler:
        @wraps(method)
        def run(view: JsonView, request: Asked, *args: Any, **kwargs: Any) -> Response:
            actor, token = identify(request)
            budgets.spend(actor, a_write=False, token=token)
            with tenant(actor.tenant_id):
                try:
                    caller = admission.admit(actor, tool=tool, token=token)
                    request.caller, request.actor = caller, caller.actor
                    _check(caller, needs, people=people, tool=tool)
                    return _tag(request, method(view, request, *args, **kwargs))
                except Exception as error:  # noqa: BLE001  (every one is answered, and logged)
                    return problems.of_error(error)

        return run

    return decorate


def _tag(request: Asked, response: Response) -> Response:
    """Say by an ETag what was read; to who has read the same already, only that."""
    if request.method == "POST":
        return response
    tag = etags.of(response.data)
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None and etags.matches(known, tag, weakly=True):
        response = Response(status=304)
    response["ETag"] = tag
    # A cache may keep it for the one who asked, but asks each time whether it is so still.
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def _check(caller: Caller, needs: Permission, *, people: bool, tool: str) -> None:
    actor = caller.actor
    if people and not actor.is_person:
        raise PeopleOnly
    if tool:
        admission.check_scope(caller, registry.get(tool))
    if not allows(actor, needs):
        raise NotAllowed(f"Your role, {actor.role}, may not {needs} here.")


def read[Given: BaseModel](request: Asked, model: type[Given]) -> Given:
    """
    Return the request's body as `model`.

    :raises BadRequest: names each member that is missing, unknown, given twice or does not fit
    :raises problems.TooLarge: if it is larger than any request need be
    :raises problems.NotJson: if it says to be of another type
    """
    text = read_bytes(request)
    if text and request._request.content_type != "application/json":
        raise problems.NotJson
    text = text or b"{}"
    try:
        found = model.model_validate_json(text)
        json.loads(text, object_pairs_hook=each_once)
    except ValidationError as problem:
        schema = _schema_of(model)
        raise BadRequest(explain_all(problem, schema, whole="body")) from None
    except GivenTwice as problem:
        raise BadRequest({problem.name: "is given twice; give it once"}) from None
    return found


_schema_of = cache(schema_of)


def read_bytes(request: Asked) -> bytes:
    """
    Return the body as it is.

    :raises problems.TooLarge: if it is larger than any request need be
    :raises problems.NoLength: if it does not say how long it is, so that none of it was read
    """
    if "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        raise problems.NoLength
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise problems.TooLarge(f"A request has at most {LARGEST:,} bytes.")
    body: bytes = request._request.body
    return body


def read_query(request: Asked, **kinds: Callable[[str], Any]) -> dict[str, Any]:
    """
    Return the query's parameters, each read by its function; what is empty is left out.

    :raises BadRequest: names each that is unknown or does not fit
    """
    wrong, found = {}, {}
    for name, text in request.GET.dict().items():
        if name not in kinds:
            wrong[name] = f"is unknown; there are {', '.join(kinds)}"
            continue
        try:
            if "\x00" in text:
                raise ValueError("cannot hold the character NUL")
            if text:
                found[name] = kinds[name](text)
        except ValueError as problem:
            wrong[name] = str(problem)
    if wrong:
        raise BadRequest(wrong)
    return found


def as_number(text: str) -> int:
    """:raises ValueError: if it is no whole number"""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError("must be a whole number")
    return int(text)


def as_id(text: str) -> int:
    """:raises ValueError: if it is no number a row may have"""
    if not text.startswith("0"):
        return as_number(text)
    raise ValueError("must be a number, 1 or more")


def as_json(text: str) -> Any:
    """:raises ValueError: if it is no JSON"""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("must be JSON") from None
