"""The product's own web server and broker, for as long as its API is called."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from config.stack.valkey import Valkey
from tests.benchmarks.http import database_url

PATIENCE = 120  # seconds for a server to come up, or to end, where the machine has other work


@contextmanager
def serve() -> Iterator[int]:
    """Serve the database at hand, as the application's role, on a free port; its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"),
        *("--log-level", "warning", "config.wsgi:application"),
    ]
    ours = {"DATABASE_URL": database_url(), "DATABASE_OWNER_URL": "", "LOG_LEVEL": "ERROR"}
    ours["REPLY_WAIT_SECONDS"] = "0"  # no worker is there to answer
    with running(command, ours, until=lambda: listens(port)):
        yield port


@contextmanager
def broker() -> Iterator[None]:
    """Have the state folder's broker run, unless another is given or the product runs."""
    ours = Valkey(settings.STATE_DIR)
    if not settings.EMBEDDED_BROKER or ours.is_ready():
        yield
        return
    ours.prepare()
    process = ours.program.start()
    try:
        wait(process, until=ours.is_ready)
        yield
    finally:
        end(process)


@contextmanager
def running(
    command: list[str], environment: dict[str, str], *, until: Callable[[], bool]
) -> Iterator[None]:
    """Have a program run."""
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | environment)
    try:
        wait(process, until=until)
        yield
    finally:
        end(process)


def wait(process: "subprocess.Popen[bytes]", *, until: Callable[[], bool]) -> None:
    """:raises SystemExit: if the program ends instead, or takes longer than `PATIENCE`"""
    deadline = time.monotonic() + PATIENCE
    while not until():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{process.args} did not come up.")
        time.sleep(0.1)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End the program, kindly at first."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
