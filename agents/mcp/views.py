"""The door itself: HTTP in, HTTP out."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from mcp_types.jsonrpc import INVALID_REQUEST

from agents import tokens
from agents.calls.rates import Rate, TooOften, address_of
from agents.calls.results import DATABASE_AWAY
from agents.mcp import (
    catalogue,  # noqa: F401  (all that is served)
    messages,
    methods,
    questions,
    revisions,
    sessions,
    streams,
)
from agents.mcp.asking import Asked
from agents.mcp.frames import Frames
from agents.mcp.messages import ProtocolError, Reply
from agents.mcp.questions import GivenUp
from agents.tokens import Bearer, NotLetIn
from audit.actions import Refusal
from audit.actors import Door

LARGEST = 1_000_000  # bytes of a request
# A minute, in each process: of an address that shows no good token, and of a person's token.
STRANGERS, PEOPLE = Rate(60), Rate(1_200)

logger = logging.getLogger(__name__)


@csrf_exempt
def door(request: HttpRequest) -> HttpResponseBase:
    """
    Answer one message of a client.

    Only a token opens it, never a browser's session, so no page can make a browser knock.
    """
    if request.method != "POST":
        # There is nothing to listen to, and a session ends by itself: nothing is kept of it.
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
    except TooOften as often:
        return _fail(429, str(often), **{"Retry-After": str(often.details["retry_after"])})
    except RequestDataTooBig:
        return _fail(413, f"A request has at most {LARGEST:,} bytes.")
    except NotLetIn as problem:
        return _fail(401, str(problem), **{"WWW-Authenticate": _challenge(request)})
    except DATABASE_AWAY:
        logger.exception("Unable to reach the database for whoever knocks")
        return _refuse(None, messages.away(), http=503)


def identify(request: HttpRequest) -> Bearer:
    """
    Return whose token a request shows.

    :raises NotLetIn: without a token of ours
    :raises TooOften: if there were too many such requests, or a person's, in this minute
    """
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise NotLetIn("Send your token as: Authorization: Bearer whl_…")
        bearer = tokens.recognise(text.strip())
    except NotLetIn:
        STRANGERS.spend(address_of(request))
        raise
    if bearer.actor.is_person:
        PEOPLE.spend(bearer.digest)
    return bearer


def _answer(request: HttpRequest, bearer: Bearer, body: bytes) -> HttpResponseBase:
    """:raises NotLetIn: if the token is no longer good"""
    actor = bearer.actor.through(Door.MCP)
    try:
        message = messages.read(body)
        if isinstance(message, Reply):
            questions.hear(message, by=actor, token=bearer.digest)
            return HttpResponse(status=202)
    except ProtocolError as error:
        return _refuse(messages.find_id(body), error, http=400)
    except Refusal as refusal:
        return _refuse(None, methods.of_refusal(refusal))
    try:
        revision = revisions.find(message, request.headers)
        session = None
        if revision in revisions.SHAKEN and message.method != "initialize":
            session = sessions.find(request.headers.get(sessions.HEADER), by=actor)
    except ProtocolError as error:
        return _refuse(message.id, error)
    asked = Asked(
        message=message,
        revision=revision,
        actor=actor,
        token=bearer.digest,
        session=session,
        streams=any(
            kind.match("text/event-stream") and kind.main_type == "text"
            for kind in request.accepted_types
        ),
        everything=request.GET.get("all") == "1",
    )
    if message.id is None:
        return _take(asked)
    return _run(asked)


def _take(asked: Asked) -> HttpResponse:
    """Take what a client tells: that it gives up a request is all there is to act on."""
    given_up = asked.params.get("requestId")
    if asked.message.method == "notifications/cancelled" and asked.session and given_up is not None:
        try:
            with asked.inside() as caller:
                sessions.give_up(asked.session, str(given_up), by=caller.actor)
        except Refusal as refusal:
            return _refuse(None, methods.of_refusal(refusal))
    return HttpResponse(status=202)


def _run(asked: Asked) -> HttpResponseBase:
    parts = streams.run(asked)
    try:
        first = next(parts)
    except NotLetIn:
        raise
    except GivenUp:
        return HttpResponse(status=202)
    except ProtocolError as error:
        # A handshake's client takes every status but 200 for a fault of the way there.
        return _refuse(asked.message.id, error, http=None if asked.is_present else 200)
    except DATABASE_AWAY:
        logger.exception("Unable to reach the database for %s", asked.message.method[:100])
        return _refuse(asked.message.id, messages.away(), http=503 if asked.is_present else 200)
    except Exception:  # the log has the fault; the client learns that there was one
        logger.exception("Unable to answer %s", asked.message.method[:100])
        return _refuse(asked.message.id, messages.fault())
    if first is not None and "id" in first and "method" not in first:
        return _send(first, headers=_open_session(asked))
    return _stream(Frames(asked.message, first, parts))


def _open_session(asked: Asked) -> dict[str, str]:
    """Return the header that names a new session, where a client shakes hands."""
    if asked.message.method != "initialize":
        return {}
    return {sessions.HEADER: sessions.seal(asked.params["capabilities"], by=asked.actor)}


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page that calls, if one does, is of this site or a trusted one."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        return urlsplit(origin).netloc == request.get_host()
    except ValueError:
        return False


def _challenge(request: HttpRequest) -> str:
    where = request.build_absolute_uri(reverse("mcp:resource"))
    return f'Bearer realm="Wheelhouse", resource_metadata="{where}"'


def _send(
    body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    answer = JsonResponse(body, encoder=DjangoJSONEncoder, status=status, headers=headers)
    # That something was refused is an answer, not an incident; the ledger has it.
    answer._has_been_logged = status < 500  # type: ignore[attr-defined]
    return answer


def _stream(frames: Frames) -> StreamingHttpResponse:
    """Send the parts of an answer as they come."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(frames, content_type="text/event-stream", headers=headers)


def _refuse(id: int | str | None, error: ProtocolError, *, http: int | None = None) -> HttpResponse:
    status = error.http or http or messages.STATUSES.get(error.code, 200)
    wait = error.data.get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return _send(messages.refuse(id, error), status=status, headers=headers)


def _fail(status: int, says: str, **headers: str) -> HttpResponse:
    """Answer what is no message: there is nothing to answer to."""
    error = ProtocolError(INVALID_REQUEST, says)
    return _send(messages.refuse(None, error), status=status, headers=headers)


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
