"""Whether this process can serve: for supervisors and load balancers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import redis
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from config import broker

AGAIN = 5  # seconds until it is worth to ask again


@csrf_exempt  # it changes nothing, and other methods are told so
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where database and broker answer; else 503, naming which does not."""
    if request.method not in ("GET", "HEAD"):
        return _problem(405, "Ask with GET.", {"Allow": "GET, HEAD"})
    silent = [name for name, answers in PARTS.items() if not answers()]
    if silent:
        says = f"No answer from the {' and the '.join(silent)}."
        return _problem(503, says, {"Retry-After": str(AGAIN)})
    return JsonResponse({"status": "ok"})


def _problem(http: int, detail: str, headers: dict[str, str]) -> JsonResponse:
    told = {"type": "about:blank", "title": HTTPStatus(http).phrase, "status": http}
    return JsonResponse(
        told | {"detail": detail},
        status=http,
        content_type="application/problem+json",
        headers=headers,
    )


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    try:
        broker.ping()
    except redis.RedisError:
        return False
    return True


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add this address to the API's description (drf-spectacular calls it)."""
    status = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}
    served = {"description": "It serves.", "content": {"application/json": {"schema": status}}}
    other, silent = ({"$ref": f"#/components/responses/Problem{code}"} for code in (405, 503))
    result["paths"]["/healthz"] = {
        "get": {
            "operationId": "healthz",
            "description": "Say whether database and broker answer. No token is needed.",
            "tags": ["service"],
            "security": [{}],
            "responses": {"200": served, "405": other, "503": silent},
        }
    }
    return result


PARTS: dict[str, Callable[[], bool]] = {"database": database_answers, "broker": broker_answers}
