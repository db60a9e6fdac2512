"""What we ask of the broker ourselves; all else is Celery's."""

from functools import cache

import redis
from django.conf import settings

HEARTBEAT = "wheelhouse:clock"
TIMEOUT = 2  # seconds


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
    )


def ping() -> None:
    """:raises redis.RedisError: if the broker does not answer within `TIMEOUT`"""
    client().ping()


def beat(now: float) -> None:
    """Leave the clock's heartbeat: `now` in seconds since 1970."""
    client().set(HEARTBEAT, now)


def last_beat() -> float | None:
    """Return when the clock last ticked, in seconds since 1970; None if it never did."""
    found = client().get(HEARTBEAT)
    return float(found) if isinstance(found, bytes) else None
