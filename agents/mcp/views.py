"""The door itself: HTTP in, HTTP out."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from mcp_types.jsonrpc import INVALID_REQUEST

from agents import progress, tokens
from agents.mcp import catalogue, messages, methods, revisions  # noqa: F401  (all that is served)
from agents.mcp.asking import Asked
from agents.mcp.messages import Message, ProtocolError
from agents.tokens import Bearer, NotLetIn
from audit.actors import Door

LARGEST = 1_000_000  # bytes of a request

logger = logging.getLogger(__name__)


@csrf_exempt
def door(request: HttpRequest) -> HttpResponse:
    """
    Answer one message of a client.

    Only a token opens it, never a browser's session, so no page can make a browser knock.
    """
    if request.method != "POST":
        # There is nothing to listen to, and no session to end.
        return _fail(405, "Send messages by POST.", Allow="POST")
    if not _is_ours(request):
        return _fail(403, "Pages of other sites do not call this.")
    if request.content_type != "application/json":
        return _fail(415, "Send application/json.")
    if not any(map(request.accepts, ("application/json", "text/event-stream"))):
        return _fail(406, "Accept application/json.")
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise RequestDataTooBig
        return _answer(request, identify(request), request.body)
    except RequestDataTooBig:
        return _fail(413, f"A request has at most {LARGEST:,} bytes.")
    except NotLetIn as problem:
        return _fail(401, str(problem), **{"WWW-Authenticate": _challenge(request)})


def identify(request: HttpRequest) -> Bearer:
    """:raises NotLetIn: without a token of ours"""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotLetIn("Send your token as: Authorization: Bearer whl_…")
    return tokens.recognise(text.strip())


def _answer(request: HttpRequest, bearer: Bearer, body: bytes) -> HttpResponse:
    """:raises NotLetIn: if the token is no longer good"""
    try:
        message = messages.read(body)
    except ProtocolError as error:
        return _refuse(messages.find_id(body), error, http=400)
    try:
        revision = revisions.find(message, request.headers)
    except ProtocolError as error:
        return _refuse(message.id, error)
    if message.id is None:
        # Of what a client tells there is nothing to act on: a call is over before it could be
        # cancelled, and what waits is withdrawn as a task.
        return HttpResponse(status=202)
    asked = Asked(
        message=message,
        revision=revision,
        actor=bearer.actor.through(Door.MCP),
        token=bearer.digest,
        everything=request.GET.get("all") == "1",
    )
    return _run(asked, streams=request.accepts("text/event-stream"))


def _run(asked: Asked, *, streams: bool) -> HttpResponse:
    told: list[dict[str, Any]] = []
    try:
        with progress.heard_by(_listen(asked.message, told)):
            result = methods.run(asked)
    except NotLetIn:
        raise
    except ProtocolError as error:
        # A handshake's client takes every status but 200 for a fault of the way there.
        return _refuse(asked.message.id, error, http=None if asked.is_present else 200)
    except Exception:  # the log has the fault; the client learns that there was one
        logger.exception("Unable to answer %s", asked.message.method[:100])
        return _refuse(asked.message.id, messages.fault())
    answer = messages.answer(asked.message.id, result)
    return _stream([*told, answer]) if told and streams else _send(answer)


def _listen(message: Message, told: list[dict[str, Any]]) -> progress.Listener:
    """Return what notes progress for a client that gave a token to hear of it."""
    token = message.meta.get("progressToken")

    def note(done: float, of: float | None, says: str) -> None:
        if token is not None:
            params = {"progressToken": token, "progress": done, "total": of, "message": says}
            kept = {key: value for key, value in params.items() if value not in (None, "")}
            note = {"jsonrpc": "2.0", "method": "notifications/progress", "params": kept}
            told.append(note)

    return note


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page that calls, if one does, is of this site or a trusted one."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    return urlsplit(origin).netloc == request.get_host()


def _challenge(request: HttpRequest) -> str:
    where = request.build_absolute_uri(reverse("mcp:resource"))
    return f'Bearer realm="Wheelhouse", resource_metadata="{where}"'


def _send(body: Mapping[str, Any], *, status: int = 200, **headers: str) -> HttpResponse:
    answer = JsonResponse(body, encoder=DjangoJSONEncoder, status=status, headers=headers)
    # That something was refused is an answer, not an incident; the ledger has it.
    answer._has_been_logged = status < 500  # type: ignore[attr-defined]
    return answer


def _stream(parts: list[dict[str, Any]]) -> HttpResponse:
    """Send what was told on the way before the answer."""
    lines = (json.dumps(each, cls=DjangoJSONEncoder) for each in parts)
    text = "".join(f"event: message\ndata: {line}\n\n" for line in lines)
    return HttpResponse(
        text, content_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _refuse(id: int | str | None, error: ProtocolError, *, http: int | None = None) -> HttpResponse:
    status = error.http or http or messages.STATUSES.get(error.code, 200)
    wait = error.data.get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return _send(messages.refuse(id, error), status=status, **headers)


def _fail(status: int, says: str, **headers: str) -> HttpResponse:
    """Answer what is no message: there is nothing to answer to."""
    error = ProtocolError(INVALID_REQUEST, says)
    return _send(messages.refuse(None, error), status=status, **headers)


def describe_resource(request: HttpRequest) -> HttpResponse:
    """
    Describe what the token opens (RFC 9728).

    It names no authorization server: people issue tokens in the product, and agents bring them.
    """
    return JsonResponse(
        {
            "resource": request.build_absolute_uri(reverse("mcp:door")),
            "resource_name": "Wheelhouse",
            "bearer_methods_supported": ["header"],
        }
    )
