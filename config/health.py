"""Whether this process can serve: for supervisors and load balancers."""

from collections.abc import Callable
from typing import Any

import redis
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import broker

AGAIN = 5  # seconds until it is worth to ask again


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 where database and broker answer; else 503, naming which does not."""
    silent = [name for name, answers in PARTS.items() if not answers()]
    if not silent:
        return JsonResponse({"status": "ok"})
    problem = {
        "type": "about:blank",
        "title": "Service unavailable",
        "status": 503,
        "detail": f"No answer from the {' and the '.join(silent)}.",
    }
    answer = JsonResponse(problem, status=503, content_type="application/problem+json")
    answer["Retry-After"] = str(AGAIN)
    return answer


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
    silent = {"$ref": "#/components/responses/Problem503"}
    result["paths"]["/healthz"] = {
        "get": {
            "operationId": "healthz",
            "description": "Say whether database and broker answer. No token is needed.",
            "tags": ["service"],
            "security": [{}],
            "responses": {"200": served, "503": silent},
        }
    }
    return result


PARTS: dict[str, Callable[[], bool]] = {"database": database_answers, "broker": broker_answers}
