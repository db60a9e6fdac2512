"""The whole product, run as people run it, with its processes killed under it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from config.stack import postgres
from config.stack.valkey import Valkey
from tests.stack.conftest import PATIENCE, READY, clean_environment, processes_of, wait_until

pytestmark = pytest.mark.slow
shares_the_product = pytest.mark.xdist_group("product")


def ask(port: int) -> int:
    """Return the status of /healthz; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def check_stack(folder: Path, **environment: str) -> tuple[int, str]:
    run = subprocess.run(
        [sys.executable, "manage.py", "check_stack"],
        cwd=settings.BASE_DIR,
        env=clean_environment(folder) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout


def wait_for_stack(folder: Path, **environment: str) -> str:
    """Wait until all of it answers, a worker too, which has much to load; return what is said."""
    said = ""

    def is_up() -> bool:
        nonlocal said
        code, said = check_stack(folder, **environment)
        return code == 0

    wait_until(is_up)
    return said


def test_it_comes_up_and_ctrl_c_ends_all_of_it(up, place, port):
    run = up()
    run.wait_for(READY)
    healthy = ask(port)
    said = wait_for_stack(place / "state")

    ended = run.end(signal.SIGINT)

    assert f"http://localhost:{port}" in run.output
    assert healthy == 200
    assert [line.split() for line in said.splitlines()] == [
        ["database", "ok"],
        ["broker", "ok"],
        ["worker", "ok"],
        ["clock", "ok"],
    ]
    assert ended == 0
    assert "stopped" in run.output
    assert processes_of(place) == {}
    assert check_stack(place / "state")[0] == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_it_may_be_ended_while_it_is_starting(up, place, sign):
    run = up()
    run.wait_for("migrate") if "migrate" in run.output else wait_until(
        lambda: any("manage.py migrate" in command for command in processes_of(place).values())
    )

    assert run.end(sign) == 0
    assert processes_of(place) == {}


@shares_the_product
def test_whatever_is_killed_is_started_again_and_said_so(product):
    victims = {
        "web": "-m granian",
        "worker": "-m celery -A config.celery --quiet worker",
        "clock": "beat",
        "broker": "valkey-server",
        "database": "/postgres -D",
    }
    for name, words in victims.items():
        says = f"{name} ended" if name == "database" else f"{name} was ended by SIGKILL"
        said = product.run.output.count(says)
        product.kill(words)
        product.run.wait_for(says, times=said + 1)
    wait_for_stack(product.folder)
    wait_until(lambda: ask(product.port) == 200)


@shares_the_product
def test_health_names_what_does_not_answer(product):
    wait_until(lambda: ask(product.port) == 200)
    commands = processes_of(product.place).items()
    broker = next(pid for pid, command in commands if "valkey-server" in command)

    os.kill(broker, signal.SIGSTOP)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{product.port}/healthz", timeout=10)
    os.kill(broker, signal.SIGCONT)

    problem = json.load(refused.value)
    assert refused.value.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["detail"]) == (503, "No answer from the broker.")
    wait_until(lambda: ask(product.port) == 200)


def test_after_kill_9_the_next_start_finds_everything(up, place):
    first = up()
    first.wait_for(READY)
    with psycopg.connect(postgres.Postgres(place / "state").dsn(postgres.OWNER)) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS one")
    secret = (place / "state" / "secret.key").read_text()
    first.end(signal.SIGKILL)

    second = up()
    second.wait_for(READY)

    with psycopg.connect(postgres.Postgres(place / "state").dsn(postgres.OWNER)) as owner:
        assert owner.execute("SELECT one FROM kept").fetchone() == (1,)
    assert (place / "state" / "secret.key").read_text() == secret

    for pid in processes_of(place):  # all of it at once, this time
        os.kill(pid, signal.SIGKILL)
    second.end(signal.SIGKILL)
    third = up()
    third.wait_for(READY)
    assert third.end() == 0
    assert processes_of(place) == {}


@shares_the_product
def test_the_second_start_names_the_first(product, up):
    second = up("--port", "1", folder=product.folder)

    assert second.end(signal.SIGCONT) == 1
    assert second.output == (
        f"CommandError: Wheelhouse already runs from {product.folder}: "
        f"process {product.run.process.pid}, http://localhost:{product.port}.\n"
    )


def test_two_starts_at_once_make_one(up):
    runs = [up(), up()]
    wait_until(lambda: any(run.process.poll() is not None for run in runs))
    loser, winner = sorted(runs, key=lambda run: run.process.poll() is None)

    winner.wait_for(READY)
    assert loser.process.returncode == 1
    assert "Wheelhouse already runs" in loser.output


def test_any_path_will_do(up, place, port):
    state = place / "Ünder the Stairs & so on" / ("long-" * 30) / "State"
    run = up("--state", str(state))
    run.wait_for(READY)

    assert ask(port) == 200
    wait_for_stack(state)
    assert run.end() == 0


def test_it_runs_for_an_ordinary_account(up, place, port):
    """Where we are root, an id of its own in a user namespace stands for one."""
    before = []
    if os.geteuid() == 0:
        before = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if not shutil.which("unshare") or subprocess.run([*before, "true"], check=False).returncode:
            pytest.skip("Neither an ordinary account nor a user namespace is to be had.")

    run = up(before=before)
    run.wait_for(READY)

    assert ask(port) == 200
    assert run.end() == 0
    assert processes_of(place) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can work where nobody else may go")
def test_it_runs_for_root_in_a_closed_folder(up, place, port):
    (place / "closed").mkdir(mode=0o700)

    run = up(folder=place / "closed" / "state")
    run.wait_for(READY)

    assert ask(port) == 200
    assert run.end() == 0


def test_given_servers_are_used_and_none_are_embedded(up, place, port):
    database, broker = postgres.Postgres(place / "servers"), Valkey(place / "servers")
    database.start()
    broker.prepare()
    running = broker.program.start()
    given = {
        "DATABASE_URL": database.url(),
        "DATABASE_OWNER_URL": database.url(postgres.OWNER),
        "REDIS_URL": f"unix://{broker.socket}?db=0",
    }

    run = up(environment=given)
    run.wait_for(READY)
    wait_for_stack(place / "state", **given)

    assert run.end() == 0
    assert not {"postgres", "valkey"} & {path.name for path in (place / "state").iterdir()}
    assert (database.is_ready(), broker.is_ready()) == (True, True)
    running.terminate()
    database.stop()


def test_a_mighty_role_fails_the_check(place):
    with postgres.borrowed(place / "state") as server:
        mighty = server.url(postgres.SUPERUSER)
        code, said = check_stack(place / "state", DATABASE_URL=mighty)

    assert code == 1
    assert "the role postgres is a superuser or bypasses row-level security" in said


def test_an_import_outlives_the_stop_of_the_product(up, place):
    """A command that works in the database keeps it until it is done; then it is stopped."""
    run = up()
    run.wait_for(READY)
    with postgres.borrowed(place / "state") as server:
        assert run.end() == 0
        assert server.is_ready()
    assert not server.is_alive()


def test_a_port_of_another_program_stops_nothing_of_ours(up, port):
    with socket.create_server(("127.0.0.1", port)):
        assert up().end(signal.SIGCONT) == 1


def test_migrations_may_be_started_twice_at_once(place):
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    environment = clean_environment(place / "state")
    both = [subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) for _ in range(2)]

    assert [run.wait(PATIENCE) for run in both] == [0, 0]


def test_it_ends_in_order_when_nobody_reads_its_log(place, port):
    run = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=clean_environment(place / "state"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert run.stdout
    run.stdout.close()
    wait_until(lambda: ask(port) == 200)

    run.terminate()
    run.wait(60)

    assert processes_of(place) == {}
