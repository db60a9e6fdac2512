"""`python -m tests.conformance [SCENARIO …]`: all requirements of both revisions, or scenarios."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tests import databases  # noqa: E402
from tests.benchmarks.http import database_url  # noqa: E402
from tests.conformance import suites  # noqa: E402
from tests.conformance.office import Office  # noqa: E402

HERE = Path(__file__).parent
REVISIONS = ("2025-11-25", "2026-07-28")
PATIENCE = 60  # seconds for the server to come up


def main(scenarios: list[str]) -> int:
    """Return 0 where everything passes that is not on the baseline, and nothing on it does."""
    program = suites.conformance()
    call_command("collectstatic", interactive=False, verbosity=0)  # the pages of errors ask for it
    with databases.embedded_server(), databases.clone("conformance"):
        office = Office()
        with at_work(office), serve(office.token) as url:
            runs = [["--scenario", each] for each in scenarios] or [
                ["--requirements", each] for each in REVISIONS
            ]
            return max([ask(program, url, run) for run in runs])


def ask(program: list[str], url: str, run: list[str]) -> int:
    """Let the suite ask the server; return its exit code."""
    out = settings.STATE_DIR / "conformance" / run[-1]
    command = [*program, "server", "--url", url, *run, "-o", str(out)]
    if (baseline := HERE / f"{run[-1]}.yml").exists():
        command += ["--expected-failures", str(baseline)]
    return subprocess.run(command, check=False).returncode


@contextmanager
def at_work(office: Office) -> Iterator[None]:
    """Let the office's person decide meanwhile."""
    person = threading.Thread(target=office.work)
    person.start()
    try:
        yield
    finally:
        office.closing.set()
        person.join()


@contextmanager
def serve(token: str) -> Iterator[str]:
    """Serve the instance under test on a free port of loopback; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4", "--no-ws"),
        *("--log-level", "warning", "tests.conformance.instance:application"),
    ]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATABASE_OWNER_URL": "",
        "CONFORMANCE_TOKEN": token,
        "LOG_LEVEL": "CRITICAL",
    }
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        await_port(port, process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The instance under test did not come up.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
