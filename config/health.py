"""Whether this process can serve: for supervisors and load balancers."""

from collections.abc import Callable

import redis
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import broker


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
    return JsonResponse(problem, status=503, content_type="application/problem+json")


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


PARTS: dict[str, Callable[[], bool]] = {"database": database_answers, "broker": broker_answers}
