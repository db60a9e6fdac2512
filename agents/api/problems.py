"""Errors over HTTP: problem details (RFC 9457) that say what would be right. Never a trace."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from agents.calls import results
from agents.calls.results import Result
from agents.tokens import NotLetIn
from audit.actions import Refusal, describe

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
# Members of a problem that a header says as well: when to come again, how it stands.
HEADERS = {"retry_after": "Retry-After", "etag": "ETag"}
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Wheelhouse"'}


class TooLarge(Refusal):
    """This request is too large."""

    http = 413


class NoLength(Refusal):
    """Say how long the body is, by Content-Length."""

    http = 411


class NotJson(Refusal):
    """Send JSON, and say so: Content-Type: application/json."""

    http = 415


def problem(
    http: int,
    detail: str,
    members: Mapping[str, Any] | None = None,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem; `members` are what it has besides, such as `fields`."""
    body = {"type": "about:blank", "title": HTTPStatus(http).phrase, "detail": detail}
    members = members or {}
    said = {header: str(members[key]) for key, header in HEADERS.items() if key in members}
    headers = {**said, **(headers or {})}
    return Response({**members, **body}, status=http, headers=headers, content_type=PROBLEM)


def of_refusal(refusal: Refusal) -> Response:
    """Return a refusal as a problem, with what a program can use of it."""
    return of_result(results.of_refusal(refusal))


def of_call(result: Result) -> Response:
    """Return the answer to a call of a tool."""
    if result.http < 400:
        return Response(answer(result), status=result.http)
    return of_result(result)


def of_result(result: Result) -> Response:
    """Return a call that was not carried out: a problem, and the answer to the call as well."""
    return problem(result.http, result.summary, {**result.details, **answer(result)})


def answer(result: Result) -> dict[str, Any]:
    """Return what every call of a tool answers, whatever came of it."""
    return {
        "status": result.status.value,
        "result": result.result,
        "action": result.action,
        "approval": result.approval,
        "because": result.because,
        "summary": result.summary,
    }


def of_error(error: Exception) -> Response:
    """Return any exception as a problem; one we did not expect is logged and says nothing."""
    if isinstance(error, NotLetIn):
        return problem(401, str(error), headers=CHALLENGE)
    if isinstance(error, Refusal):
        return problem(results.status_of(error), str(error), describe(error.details))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return problem(401, str(error.detail), headers=CHALLENGE)
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, _say(error.detail))
    if isinstance(error, PermissionDenied):
        return problem(403, str(error) or "You may not do this.")
    if isinstance(error, Http404):
        return problem(404, "There is nothing here.")
    if isinstance(error, RequestDataTooBig):
        return of_error(TooLarge())
    if isinstance(error, results.DATABASE_AWAY):
        logger.exception("Unable to reach the database", exc_info=error)
        away = results.of_absence()
        return problem(away.http, away.summary, away.details)
    logger.exception("Unable to answer a request", exc_info=error)
    return problem(500, "Something went wrong here.")


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Answer what a view raised (a setting of Django REST framework names this)."""
    return of_error(error)


def _say(detail: Any) -> str:
    return "; ".join(map(str, detail)) if isinstance(detail, list) else str(detail)
