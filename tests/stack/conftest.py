"""State folders of the tests' own, and the whole product run as people run it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from config.stack import accounts, postgres

PATIENCE = 180  # seconds, on a machine that has other work too
READY = "Wheelhouse is ready"


class Run:
    """One `manage.py up`, and all it has said so far."""

    def __init__(self, *words: str, environment: Mapping[str, str], before: list[str]) -> None:
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with the run)
        self.process = subprocess.Popen(
            [*before, sys.executable, "manage.py", "up", *words],
            cwd=settings.BASE_DIR,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def output(self) -> str:
        return os.pread(self.log.fileno(), 1_000_000, 0).decode()

    def wait_for(self, text: str, *, times: int = 1) -> None:
        """Wait until it has said `text` so often."""
        wait_until(lambda: self.output.count(text) >= times or self.process.poll() is not None)
        assert self.output.count(text) >= times, self.output

    def end(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


@dataclass(frozen=True)
class Product:
    """The whole product, up: tests that use one leave it up, whatever they did to it."""

    run: Run
    place: Path
    port: int

    @property
    def folder(self) -> Path:
        """Its state."""
        return self.place / "state"

    def kill(self, words: str) -> None:
        """Kill the oldest process whose command line holds `words`, once there is one."""
        wait_until(lambda: any(words in each for each in processes_of(self.place).values()))
        found = [pid for pid, command in processes_of(self.place).items() if words in command]
        for pid in found[:1]:
            os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.05)


def clean_environment(folder: Path) -> dict[str, str]:
    """Ours, with nothing in it that says where the servers are."""
    names = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {"WHEELHOUSE_STATE": str(folder)}


def processes_of(folder: Path) -> dict[int, str]:
    """
    Every process whose command line or environment mentions the state folder, by id.

    The oldest comes first; ids say nothing of that, since they begin anew.
    """
    found, ages = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            mentions = command + (entry / "environ").read_bytes()
            started = int((entry / "stat").read_text().rpartition(")")[2].split()[19])
        except OSError:
            continue
        if command and os.fsencode(folder) in mentions and int(entry.name) != os.getpid():
            found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
            ages[int(entry.name)] = started
    return {pid: found[pid] for pid in sorted(found, key=lambda pid: ages[pid])}


@contextmanager
def a_place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="wheelhouse-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    for pid in processes_of(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for link in folder.rglob("*"):
        if link.is_symlink() and link.resolve().is_relative_to(accounts.OPEN_FOLDER):
            shutil.rmtree(link.resolve())
    shutil.rmtree(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, gone afterwards with all that runs in it."""
    with a_place() as folder:
        yield folder


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The product in a state folder of its own, for all who do not mind what others did to it."""
    with a_place() as place:
        port = a_port()
        told = clean_environment(place / "state") | {"PORT": str(port)}
        run = Run("--no-demo", environment=told, before=[])
        run.wait_for(READY)
        yield Product(run=run, place=place, port=port)
        assert run.end() == 0, "whatever was killed, it ends in order"
        assert processes_of(place) == {}
        run.log.close()


@pytest.fixture
def server(place: Path) -> postgres.Postgres:
    """An embedded PostgreSQL that does not run yet."""
    return postgres.Postgres(place / "state")


@pytest.fixture
def port() -> int:
    return a_port()


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def up(place: Path, port: int) -> Iterator[Callable[..., Run]]:
    """Start the product in a state folder of its own."""
    runs = []

    def start(
        *words: str,
        folder: Path = place / "state",
        environment: Mapping[str, str] | None = None,
        before: list[str] | None = None,
    ) -> Run:
        told = clean_environment(folder) | {"PORT": str(port)} | dict(environment or {})
        run = Run("--no-demo", *words, environment=told, before=before or [])
        runs.append(run)
        return run

    yield start
    for run in runs:
        run.end(signal.SIGKILL)
        run.log.close()
