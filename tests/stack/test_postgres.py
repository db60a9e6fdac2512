"""The embedded PostgreSQL: who may do what, who starts and stops it, what it survives."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from config.stack import postgres, processes, state
from tests.stack.conftest import clean_environment, wait_until


def connect(server: postgres.Postgres, role: str) -> psycopg.Connection:
    return psycopg.connect(server.dsn(role), autocommit=True)


def pid(server: postgres.Postgres) -> int:
    found = processes.pid_in(server.data / "postmaster.pid")
    assert found
    return found


def test_neither_role_is_above_the_walls(server):
    with postgres.borrowed(server.state), connect(server, postgres.APP) as app:
        found = app.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'wheelhouse%' ORDER BY rolname"
        ).fetchall()

    assert found == [
        ("wheelhouse_app", False, False, False),
        ("wheelhouse_owner", False, False, False),
    ]


@pytest.mark.parametrize(
    "forbidden",
    [
        "CREATE TABLE mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "SELECT lo_creat(1)",
        "SET ROLE wheelhouse_owner",
    ],
)
def test_the_serving_role_only_serves(db, forbidden):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute(forbidden)


def test_strangers_may_not_connect(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT'),"
            " has_database_privilege('public', current_database(), 'TEMPORARY')"
        )
        assert cursor.fetchone() == (False, False)


def test_the_last_borrower_stops_what_a_borrower_started(server):
    with postgres.borrowed(server.state):
        with postgres.borrowed(server.state):
            assert server.is_ready()
        assert server.is_ready()
    assert not server.is_alive()


def test_a_borrower_leaves_alone_what_ran_before(server):
    server.start()
    with postgres.borrowed(server.state):
        pass

    assert server.is_ready()
    server.stop()


def test_many_starts_at_once_make_one_server(place):
    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config.stack.postgres", "start"],
            cwd=settings.BASE_DIR,
            env=clean_environment(place / "state"),
            capture_output=True,
            text=True,
            check=False,
        )

    with ThreadPoolExecutor() as pool:
        done = list(pool.map(start, range(4)))

    assert [run.returncode for run in done] == [0] * 4, [run.stderr for run in done]
    assert len({run.stdout for run in done}) == 1
    postgres.Postgres(place / "state").stop()


def test_it_recovers_from_being_killed(server):
    server.start()
    with connect(server, postgres.OWNER) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(pid(server), signal.SIGKILL)

    with postgres.borrowed(server.state), connect(server, postgres.OWNER) as owner:
        assert owner.execute("SELECT one FROM kept").fetchone() == (1,)


def test_lock_files_that_name_somebody_else_are_stale(server):
    with postgres.borrowed(server.state):
        files = [server.data / "postmaster.pid", *server.sockets.glob("*.lock")]
        left = {file: file.read_text().split("\n", 1)[1] for file in files}
    assert len(left) == 2
    with subprocess.Popen(["sleep", "60"], **server.account.popen) as other:
        for file, rest in left.items():
            file.write_text(f"{other.pid}\n{rest}")

        with postgres.borrowed(server.state):
            assert server.is_ready()
        other.kill()


def test_an_initdb_that_was_killed_is_begun_again(server):
    state.prepare(server.state)
    (server.home / "data.new" / "base").mkdir(parents=True)

    with postgres.borrowed(server.state):
        assert server.is_ready()


def test_a_long_path_listens_elsewhere(place):
    folder = place / ("long-" * 20) / "State Folder é"
    with postgres.borrowed(folder) as server:
        assert len(os.fsencode(server.sockets)) <= 90
        wait_until(server.is_ready)
    assert folder.is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")
def test_root_may_keep_its_state_where_nobody_else_can_go(place):
    closed = place / "closed"
    closed.mkdir(mode=0o700)

    with postgres.borrowed(closed / "state") as server:
        assert server.is_ready()

    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "state" / "postgres").is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")
def test_root_does_not_run_the_server(server):
    with postgres.borrowed(server.state):
        assert Path(f"/proc/{pid(server)}").stat().st_uid == server.account.uid != 0
