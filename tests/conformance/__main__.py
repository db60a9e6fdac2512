"""`python -m tests.conformance [SCENARIO …]`: all requirements of both revisions, or scenarios."""

import os
import platform
import shutil
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
from tests.conformance.office import Office  # noqa: E402

HERE = Path(__file__).parent
WANTED = HERE / "package.json"
REVISIONS = ("2025-11-25", "2026-07-28")
NODE = "22"  # what the suite needs
PATIENCE = 60  # seconds for the server to come up


def main(scenarios: list[str]) -> int:
    """Return 0 where everything passes that is not on the baseline, and nothing on it does."""
    program = install()
    call_command("collectstatic", interactive=False, verbosity=0)  # the pages of errors ask for it
    with databases.embedded_server(), databases.clone("conformance"):
        office = Office()
        with at_work(office), serve(office.token) as url:
            runs = [["--scenario", each] for each in scenarios] or [
                ["--requirements", each] for each in REVISIONS
            ]
            asked = [ask(program, url, run) for run in runs]
            return max(asked if scenarios else [*asked, inspect(program, url, office.token)])


def ask(program: list[str], url: str, run: list[str]) -> int:
    """Let the suite ask the server; return its exit code."""
    out = settings.STATE_DIR / "conformance" / run[-1]
    command = [*program, "server", "--url", url, *run, "-o", str(out)]
    if (baseline := HERE / f"{run[-1]}.yml").exists():
        command += ["--expected-failures", str(baseline)]
    return subprocess.run(command, check=False).returncode


def inspect(program: list[str], url: str, token: str) -> int:
    """Let the inspector list the tools, strictly, with a real token; return its exit code."""
    node = program[0]
    launcher = Path(program[1]).parents[2] / "inspector/clients/launcher/build/index.js"
    bearer = f"Authorization: Bearer {token}"
    words = ["--cli", url, "--transport", "http", "--header", bearer]
    run = subprocess.run(
        [node, str(launcher), *words, "--method", "tools/list", "--strict"],
        env=os.environ | {"PATH": f"{Path(node).parent}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    print(f"MCP inspector, tools/list, strict: {'passed' if run.returncode == 0 else 'failed'}")
    return run.returncode


def install() -> list[str]:
    """Put Node and the suites into the state folder, once; return the suite's command."""
    folder = settings.STATE_DIR / "node"
    kept = folder / "package.json"
    suite = folder / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    if not suite.exists() or kept.read_bytes() != WANTED.read_bytes():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(WANTED, kept)
        fetch(folder)
    (node,) = folder.glob("node_modules/node-*/bin/node")
    return [str(node), str(suite)]


def fetch(folder: Path) -> None:
    """Fetch what `package.json` names, and the Node that runs it."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: it brings the suite, and the Node that runs it.")
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    node = f"node-{platform.system().lower()}-{machine}@{NODE}"
    flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run([npm, "install", *flags, node], cwd=folder, check=True)


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
