"""The supervisor: one log, restarts that are said, an orderly end. With real programs."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from config.stack import supervisor as module
from config.stack.journal import Journal
from config.stack.processes import Program, is_running
from config.stack.supervisor import Failed, Stopped, Supervisor
from tests.stack.conftest import wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def shell(name: str, script: str, grace: float = 10) -> Program:
    return Program(name, ["sh", "-c", script], {"PATH": os.environ["PATH"]}, grace=grace)


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(log: io.StringIO) -> Iterator[Supervisor]:
    before = {sign: signal.getsignal(sign) for sign in SIGNALS}
    made = Supervisor(Journal(log))
    yield made
    made.stop()
    signal.set_wakeup_fd(-1)
    for sign, handler in before.items():
        signal.signal(sign, handler)


def test_every_line_stands_under_its_name(supervisor, log):
    supervisor.run(shell("greeter", "echo hello; printf 'no newline' >&2"), within=5)

    assert log.getvalue() == "greeter   │ hello\ngreeter   │ no newline\n"


def test_a_terminal_gets_colour_unless_it_declines(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Terminal()
    Journal(coloured).write("web", "ready")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    Journal(plain).write("web", "ready")

    assert coloured.getvalue() == "\x1b[36mweb       │\x1b[0m ready\n"
    assert plain.getvalue() == "web       │ ready\n"


def test_a_child_that_dies_is_started_again_and_said_so(supervisor, log, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    supervisor.start(shell("web", "echo here; exit 3"))

    supervisor.wait(lambda: log.getvalue().count("here") == 3, within=5)

    assert "web ended with exit code 3; starting it again in 0.05 s" in log.getvalue()
    assert "web ended with exit code 3; starting it again in 0.1 s" in log.getvalue()


def test_a_child_that_is_killed_leaves_no_grandchildren(supervisor, log):
    supervisor.start(shell("web", "sleep 300 & echo $!; wait"))
    supervisor.wait(lambda: "│" in log.getvalue(), within=5)
    grandchild = int(log.getvalue().split("│")[1].split()[0])

    supervisor.children[0].process.kill()
    supervisor.wait(lambda: "was ended by SIGKILL" in log.getvalue(), within=5)

    supervisor.wait(lambda: not is_running(grandchild, mentions="sleep"), within=5)
    assert not is_running(grandchild, mentions="sleep")


def test_children_end_in_reverse_order(supervisor, log):
    for name in ["first", "second"]:
        supervisor.start(
            shell(name, "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.05; done")
        )
    supervisor.wait(lambda: log.getvalue().count("up") == 2, within=5)

    supervisor.stop()

    farewells = [line for line in log.getvalue().splitlines() if "bye" in line]
    assert farewells == ["second    │ bye", "first     │ bye"]


def test_who_overstays_its_grace_is_killed(supervisor, log):
    supervisor.start(
        shell("deaf", "trap '' TERM; echo up; while :; do sleep 0.05; done", grace=0.3)
    )
    supervisor.wait(lambda: "up" in log.getvalue(), within=5)
    began = time.monotonic()

    supervisor.stop()

    assert 0.3 < time.monotonic() - began < 3


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_at_once(supervisor, sign):
    threading.Timer(0.2, os.kill, [os.getpid(), sign]).start()
    began = time.monotonic()

    with pytest.raises(Stopped):
        supervisor.watch()

    assert time.monotonic() - began < 1


def test_an_errand_that_fails_says_which(supervisor):
    with pytest.raises(Failed, match="migrate ended with exit code 2; see above"):
        supervisor.run(shell("migrate", "exit 2"), within=5)


def test_an_errand_that_takes_too_long_says_which(supervisor):
    with pytest.raises(Failed, match="seed did not end within 0 s"):
        supervisor.run(shell("seed", "sleep 60"), within=0.1)


PARENT = """
import os, time
from config.stack.processes import Program
print(Program("web", ["sleep", "300"], {"PATH": os.environ["PATH"]}).start().pid, flush=True)
time.sleep(60)
"""


def test_nothing_outlives_a_supervisor_that_is_killed():
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()

    wait_until(lambda: not is_running(child, mentions="sleep"), within=5)
