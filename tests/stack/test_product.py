"""What each process is told, and what a start refuses at once."""

import io
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config.stack import arguments, product
from config.stack.journal import Journal
from tests.stack.conftest import clean_environment

MANY = "from config.settings import DATABASES as d; print(sorted(d), d['default']['USER'])"


def site(place: Path, **differences: object) -> product.Site:
    values = {
        "state": place / "state",
        "host": "127.0.0.1",
        "port": 8000,
        "demo": False,
        "embedded_database": True,
        "embedded_broker": True,
        "redis_url": "unix:///somewhere",
        "can_migrate": True,
        "allowed_host": "localhost",
    }
    return product.Site(**(values | differences))  # type: ignore[arg-type]


def told(environment: dict[str, str], code: str) -> str:
    """What a process with this environment finds in the settings."""
    command = [sys.executable, "-c", code]
    run = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


@pytest.mark.parametrize("program", [product.web, product.worker, product.clock])
def test_what_serves_does_not_know_the_owner(place, program, monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgres://wheelhouse_owner:sesame@db/wheelhouse")

    environment = dict(program(site(place)).environment)

    assert "wheelhouse_owner" not in str(environment)
    assert told(environment, MANY) == "['default'] wheelhouse_app"


def test_what_migrates_knows_both_roles(place, monkeypatch):
    for name in ["DATABASE_URL", "DATABASE_OWNER_URL"]:
        monkeypatch.delenv(name, raising=False)
    migrate, _ = product.preparations(site(place))

    assert told(dict(migrate.environment), MANY) == "['default', 'owner'] wheelhouse_app"


def test_without_an_owner_migrations_are_only_checked(place):
    migrate, _ = product.preparations(site(place, can_migrate=False, embedded_database=False))

    assert "--check" in migrate.command


def test_a_url_may_name_a_folder_of_sockets(place):
    environment = clean_environment(place) | {"DATABASE_URL": "postgres://me@%2FRun%2FPG/crm"}
    code = "from config.settings import DATABASES as d; print(d['default']['HOST'])"

    assert told(environment, code) == "/Run/PG"


def test_a_port_in_use_is_named(place, port):
    with socket.create_server(("127.0.0.1", port)):
        run = start(place, "--port", str(port))

    assert (run.returncode, run.stderr.strip()) == (
        1,
        f"CommandError: Port {port} is in use; choose another with --port or PORT.",
    )


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("PORT", "PORT should be a number"),
        ("DATABASE_URL", "DATABASE_URL leads to no PostgreSQL"),
        ("FROZEN_NOW", "FROZEN_NOW should read like"),
        ("REDIS_URL", "REDIS_URL should read like redis://"),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(place, variable, said):
    environment = clean_environment(place / "state") | {variable: "nonsense"}

    run = start(place, command="check_stack", environment=environment)

    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert said in run.stderr


@pytest.mark.parametrize("number", [0, 65536])
def test_a_port_that_there_is_not_is_refused(place, number):
    run = start(place, "--port", str(number))

    said = f"CommandError: There is no port {number}; choose one from 1 to 65535."
    assert (run.returncode, run.stderr.strip()) == (1, said)


@pytest.mark.parametrize("command", ["up", "migrate"])
def test_a_folder_that_cannot_be_written_is_one_sentence(place, command):
    run = start(Path("/dev/null"), command=command)

    assert run.returncode == 1
    assert run.stderr == "The state folder /dev/null/state cannot be made: a file is in the way.\n"


def start(
    place: Path, *words: str, command: str = "up", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", command, *words],
        env=environment or clean_environment(place / "state"),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        (["up", "--state", "/a"], "/a"),
        (["up", "--port", "1", "--state=/a"], "/a"),
        (["up"], None),
        (["shell", "--state", "/a"], None),
    ],
)
def test_manage_py_knows_the_state_before_settings_do(words, folder):
    assert arguments.state_in(["manage.py", *words]) == folder


@pytest.mark.parametrize(
    ("words", "database", "tables"),
    [
        ([], False, False),
        (["up"], False, False),
        (["check_stack"], False, False),
        (["import_csv", "--help"], False, False),
        (["migrate"], True, False),
        (["check"], True, False),
        (["create_organization", "Acme"], True, True),
    ],
)
def test_commands_get_the_database_they_need(words, database, tables):
    argv = ["manage.py", *words]

    assert (arguments.need_database(argv), arguments.need_tables(argv)) == (database, tables)


def test_a_reader_that_stops_reading_is_no_fault(place):
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "manage.py", "help"],
        env=clean_environment(place / "state"),
        cwd=settings.BASE_DIR,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writing)

    assert (run.returncode, run.stderr) == (0, "")


def test_a_command_brings_its_database_and_takes_it_away(place):
    run = start(place, "-v", "0", "-c", "print(6 * 7)", command="shell")

    assert (run.stdout, run.stderr) == ("42\n", "")
    assert not (place / "state" / "postgres.loan").exists()


def test_the_welcome_says_who_may_log_in_and_how_an_agent_calls(place):
    (place / "state").mkdir()
    demo = {
        "logins": [{"email": "ada@acme.example", "password": "wheel-house", "role": "owner"}],
        "token": "whl_a_token",
        "curl": "curl <url>/api/tools/",
    }
    (place / "state" / "demo.json").write_text(json.dumps(demo))
    log = io.StringIO()

    product.welcome(site(place, demo=True), Journal(log), seconds=3.2)

    said = [line.partition("│ ")[2] for line in log.getvalue().splitlines()]
    assert said == [
        "",
        "Wheelhouse is ready after 3 s: http://localhost:8000",
        "  log in as ada@acme.example / wheel-house (owner)",
        "  an agent's token: whl_a_token",
        "  try: curl http://localhost:8000/api/tools/",
        "Ctrl-C stops everything.",
        "",
    ]
