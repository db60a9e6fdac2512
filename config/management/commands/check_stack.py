"""Say, part by part, whether what the product runs on is there and as it must be."""

import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connections
from kombu.exceptions import KombuError

from config import broker
from config.celery import app

# Whoever we are connected as, and whoever owns the database, must bow to its walls.
MIGHTY = """
SELECT rolname FROM pg_roles
WHERE (rolsuper OR rolbypassrls) AND rolname IN (
    current_user,
    (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
)
"""
OVERDUE = 30  # seconds without a tick after which the clock counts as stopped
PATIENCE = 3.0  # seconds for a worker to answer


class Trouble(Exception):
    """A part is missing or not as it must be; the text says what, for people."""


class Command(BaseCommand):
    help = "Checks database, broker, worker and clock: a line each; fails where one of them does."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        troubled = False
        for name, check in CHECKS.items():
            try:
                found, style = check(), self.style.SUCCESS
            except Trouble as trouble:
                found, style, troubled = str(trouble), self.style.ERROR, True
            self.stdout.write(f"{name:<9} {style(found)}")
        if troubled:
            raise CommandError("Something is amiss.")


def check_database() -> str:
    """
    Both roles can connect, and neither is above the walls.

    :raises Trouble: otherwise
    """
    aliases = [alias for alias in ("default", "owner") if alias in connections.settings]
    for alias in aliases:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(MIGHTY)
                mighty = [name for (name,) in cursor.fetchall()]
        except DatabaseError as error:
            raise Trouble(f"no answer: {' '.join(str(error).split())}") from None
        if mighty:
            raise Trouble(
                f"the role {' and '.join(mighty)} is a superuser or bypasses row-level security; "
                "use a plain one"
            )
    return "ok"


def check_broker() -> str:
    """:raises Trouble: if it does not answer"""
    try:
        broker.ping()
    except redis.RedisError as error:
        raise Trouble(f"no answer: {error}") from None
    return "ok"


def check_worker() -> str:
    """:raises Trouble: if none answers"""
    try:
        answers = app.control.ping(timeout=PATIENCE, limit=1)
    except (OSError, KombuError, redis.RedisError) as error:
        raise Trouble(f"no broker to ask through: {error}") from None
    if not answers:
        raise Trouble(f"none answered within {PATIENCE:.0f} s")
    return "ok"


def check_clock() -> str:
    """:raises Trouble: if it has not ticked for `OVERDUE` seconds"""
    try:
        ticked = broker.last_beat()
    except redis.RedisError as error:
        raise Trouble(f"no broker to ask: {error}") from None
    if ticked is None:
        raise Trouble("never ticked")
    age = time.time() - ticked
    if age > OVERDUE:
        raise Trouble(f"last ticked {age:.0f} s ago")
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "broker": check_broker,
    "worker": check_worker,
    "clock": check_clock,
}
