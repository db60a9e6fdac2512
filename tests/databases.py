"""
Databases for the tests: one migrated template, cloned per process and per test that commits.

Tests run as the application's role, with every wall and trigger up. The template is kept from
run to run under the digest of what made it, so only a changed migration costs time.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config.stack import postgres

PREFIX = "wheelhouse_test_"
BUILDING_LOCK = 740_115  # one advisory lock for all our test processes
REAL_NAME = settings.DATABASES.get("owner", {}).get("NAME")
CONNECTION_PARAMETERS = {"dbname", "host", "port", "user", "password", "sslmode", "sslrootcert"}
# What decides how a migrated database looks.
SOURCES = ["*/migrations/**/*.py", "*/migrations/**/*.sql", "audit/tracking.py", "uv.lock"]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Point both aliases at a clone of the template that lives as long as this process."""
    with django_db_blocker.unblock(), embedded_server(), clone("run"):
        yield


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, in which COMMIT commits; its name; dropped afterwards."""
    with django_db_blocker.unblock(), clone("committed") as name:
        yield name


@contextmanager
def embedded_server() -> Iterator[None]:
    """Where no DATABASE_URL is given, have the state folder's server run."""
    if not settings.EMBEDDED_DATABASE:
        yield
    else:
        with postgres.borrowed(settings.STATE_DIR):
            yield


@contextmanager
def clone(purpose: str) -> Iterator[str]:
    """Clone the template and point both aliases at the clone; drop it afterwards."""
    before = connections["default"].settings_dict["NAME"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with keeper() as server:
        origin = template(server)
        name = f"{origin}_{worker}_{os.getpid()}_{purpose}"
        create(server, name, template=origin)
    try:
        use(name)
        assert connections["default"].settings_dict["NAME"] == name != before
        yield name
    finally:
        use(before)
        with keeper() as server:
            drop(server, name)


def use(name: str) -> None:
    """Point both aliases at database `name`, in this thread and those to come."""
    for alias in ["default", "owner"]:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


# --- The server's side --------------------------------------------------------------------------


@contextmanager
def keeper() -> Iterator[psycopg.Connection]:
    """The owner, in the real database (only to create others beside it), one process at a time."""
    if "owner" not in settings.DATABASES:
        raise pytest.UsageError("The tests create databases: give DATABASE_OWNER_URL as well.")
    parameters = connections["owner"].get_connection_params() | {"dbname": REAL_NAME}
    parameters = {k: v for k, v in parameters.items() if k in CONNECTION_PARAMETERS}
    with psycopg.connect(**parameters, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [BUILDING_LOCK])
        yield server


def template(server: psycopg.Connection) -> str:
    """Return the migrated template's name; build it first where the migrations are new."""
    name = PREFIX + digest()
    if not exists(server, name):
        drop_leftovers(server)
        building = f"{PREFIX}building"
        drop(server, building)
        create(server, building)
        migrate(building)
        server.execute(statement("ALTER DATABASE {} RENAME TO {}", building, name))
    return name


def digest() -> str:
    found = hashlib.sha256()
    for path in sorted(path for source in SOURCES for path in settings.BASE_DIR.glob(source)):
        found.update(bytes(path.relative_to(settings.BASE_DIR)) + path.read_bytes())
    return found.hexdigest()[:12]


def migrate(name: str) -> None:
    before = connections["owner"].settings_dict["NAME"]
    try:
        use(name)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        use(before)


def exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def create(server: psycopg.Connection, name: str, *, template: str = "template1") -> None:
    drop(server, name)
    server.execute(statement("CREATE DATABASE {} TEMPLATE {}", name, template))
    # Who may connect is not cloned.
    postgres.restrict(server, name, app=settings.DATABASES["default"]["USER"])


def drop(server: psycopg.Connection, name: str) -> None:
    try:
        server.execute(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
    except psycopg.errors.InsufficientPrivilege:
        # Autovacuum, or a thread's session on its way out: not ours to end. The plain one waits for
        # it; what is in use all the same goes with the leftovers of a later run.
        with suppress(psycopg.errors.ObjectInUse):
            server.execute(statement("DROP DATABASE IF EXISTS {}", name))


def drop_leftovers(server: psycopg.Connection) -> None:
    """Drop older templates, and clones of runs that were killed; what is in use stays."""
    found = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    )
    for (name,) in found.fetchall():
        with suppress(psycopg.errors.ObjectInUse):
            if not belongs_to_a_living_run(name):
                server.execute(statement("DROP DATABASE {}", name))


def belongs_to_a_living_run(name: str) -> bool:
    pids = [int(part) for part in name.removeprefix(PREFIX).split("_") if part.isdigit()]
    return any(Path(f"/proc/{pid}").exists() for pid in pids)


def statement(template: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(template).format(*map(sql.Identifier, names))
