"""The whole product on one machine: which programs run, in which order, with which environment."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.stack import claims, postgres
from config.stack.journal import Journal
from config.stack.processes import Program
from config.stack.supervisor import Failed, Stopped, Supervisor
from config.stack.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
THREADS = 4  # of each web worker; each holds at most one connection
SETUP_TIME = 300  # seconds that setting up may take
BETWEEN_REVIVALS = 10  # seconds, where the database does not come up
HEALTH_TIME = 120  # seconds from start to health


@dataclass(frozen=True)
class Site:
    """Where and how to run."""

    state: Path
    host: str
    port: int
    demo: bool
    embedded_database: bool
    embedded_broker: bool
    redis_url: str
    can_migrate: bool
    allowed_host: str  # a Host header the web process accepts

    @property
    def url(self) -> str:
        shown = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    @property
    def welcome(self) -> Path:
        """Who may log in to the demo, as `seed_demo` leaves it; `<url>` stands for our address."""
        return self.state / "demo.json"


def run(site: Site, journal: Journal) -> None:
    """
    Run everything until Ctrl-C or SIGTERM, then end everything.

    :raises Failed: if something does not come up
    :raises state.Unusable: if the state folder cannot be used, or is in use
    :raises claims.Taken: if the port is
    :raises postgres.DidNotStart: if the embedded database does not start
    """
    with claims.alone(site.state, url=site.url) as was_killed:
        claims.require_port(site.host, site.port, patience=10 if was_killed else 0)
        supervisor = Supervisor(journal)
        with database(site, supervisor):
            try:
                start(site, supervisor)
                supervisor.watch()
            except Stopped:
                journal.say("stopping")
            finally:
                supervisor.stop()
    journal.say("stopped")


def start(site: Site, supervisor: Supervisor) -> None:
    """Bring everything up in order, and say so."""
    began = time.monotonic()
    if site.embedded_broker:
        broker = Valkey(site.state)
        broker.prepare()
        supervisor.start(broker.program)
    supervisor.run(*preparations(site), within=SETUP_TIME)
    for program in [worker(site), clock(site), web(site)]:
        supervisor.start(program)
    if site.demo and not site.welcome.exists():
        seed(site, supervisor)
    if not supervisor.wait(lambda: health(site) == "ok", within=HEALTH_TIME):
        raise Failed(f"Not healthy after {HEALTH_TIME} s: {health(site)}")
    welcome(site, supervisor.journal, seconds=time.monotonic() - began)


def seed(site: Site, supervisor: Supervisor) -> None:
    """Make the demo; a database that has one already, or cannot have one, serves all the same."""
    try:
        supervisor.run(manage(site, "demo", "seed_demo"), within=SETUP_TIME)
    except Failed as problem:
        supervisor.journal.say(f"No demo was made ({problem}) All else runs.")


# --- Programs -----------------------------------------------------------------------------------


def environment(site: Site, *, owner: bool = False) -> dict[str, str]:
    """What a child is told. Only what migrates learns how to become the owner."""
    kept = dict(os.environ)
    if not owner:
        kept.pop("DATABASE_OWNER_URL", None)
        if site.embedded_database:
            kept["DATABASE_URL"] = postgres.Postgres(site.state).url()
    return kept | {
        "WHEELHOUSE_STATE": str(site.state),
        "REDIS_URL": site.redis_url,
        "PYTHONUNBUFFERED": "1",
    }


def python(site: Site, name: str, *words: str, owner: bool = False, grace: float = 10) -> Program:
    return Program(
        name=name,
        command=[sys.executable, *words],
        environment=environment(site, owner=owner),
        folder=ROOT,
        grace=grace,
    )


def manage(site: Site, name: str, *words: str, owner: bool = False) -> Program:
    return python(site, name, "manage.py", *words, owner=owner)


def preparations(site: Site) -> list[Program]:
    """What must be done before anything serves; side by side."""
    quiet = ("--no-input", "--verbosity", "0")
    static = manage(site, "static", "collectstatic", *quiet)
    if site.can_migrate:
        return [manage(site, "migrate", "migrate", *quiet, owner=True), static]
    return [manage(site, "migrate", "migrate", "--check", *quiet), static]


def web(site: Site) -> Program:
    workers = max(2, min(os.cpu_count() or 2, 4))
    options = {
        "--interface": "wsgi",
        "--host": site.host,
        "--port": str(site.port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--workers-kill-timeout": "8",
        "--log-level": "warning",
    }
    words = [word for option in options.items() for word in option]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return python(site, "web", "-m", "granian", *words, *flags, "config.wsgi:application")


# As root everything here is root's; that is said in the documentation, not at every start.
ROOT_WARNING = "ignore::UserWarning:celery.platforms"


def worker(site: Site) -> Program:
    flags = ["--without-gossip", "--without-mingle", "--concurrency", "2", "--loglevel", "info"]
    return celery(site, "worker", "worker", *flags, grace=20)


def clock(site: Site) -> Program:
    # The schedule is static and kept nowhere: what must not be missed is a row with a due time.
    return celery(site, "clock", "beat", "--pidfile=")


def celery(site: Site, name: str, *words: str, grace: float = 10) -> Program:
    application = ["-m", "celery", "-A", "config.celery", "--quiet"]
    return python(site, name, "-W", ROOT_WARNING, *application, *words, grace=grace)


# --- The embedded database ----------------------------------------------------------------------


@contextmanager
def database(site: Site, supervisor: Supervisor) -> Iterator[None]:
    """Have the embedded database, where there is one, run and be looked after."""
    if not site.embedded_database:
        yield
        return
    with postgres.borrowed(site.state) as server:
        supervisor.watchers.append(Nurse(server, supervisor.journal))
        yield


class Nurse:
    """Passes on what the database logs, and starts it again when it is gone."""

    def __init__(self, server: postgres.Postgres, journal: Journal) -> None:
        self.server = server
        self.journal = journal
        self.due_at = 0.0
        self.log = server.log.open(errors="replace")
        self.log.seek(0, os.SEEK_END)

    def __call__(self) -> None:
        for line in self.log:
            self.journal.write("database", line)
        if time.monotonic() >= self.due_at and not self.server.is_alive():
            self.revive()

    def revive(self) -> None:
        self.journal.say("database ended; starting it again")
        try:
            with self.server.lock():
                self.server.bring_up()
        except postgres.DidNotStart as problem:
            self.journal.say(f"{problem} Trying again in {BETWEEN_REVIVALS} s")
            self.due_at = time.monotonic() + BETWEEN_REVIVALS


# --- Health and welcome -------------------------------------------------------------------------


def health(site: Site) -> str:
    """Ask the running site; "ok", or what is amiss."""
    host = "127.0.0.1" if site.host == "0.0.0.0" else site.host  # noqa: S104
    url = f"http://[{host}]" if ":" in host else f"http://{host}"
    request = urllib.request.Request(  # noqa: S310
        f"{url}:{site.port}/healthz", headers={"Host": site.allowed_host}
    )
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310
            return str(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        return error.read(500).decode(errors="replace")
    except OSError as error:
        return str(error)


def welcome(site: Site, journal: Journal, *, seconds: float) -> None:
    """Say where the product is, who may log in, and how an agent calls it."""
    journal.say("")
    journal.say(f"Wheelhouse is ready after {seconds:.0f} s: {site.url}")
    if site.demo and site.welcome.exists():
        demo: Mapping = json.loads(site.welcome.read_text())
        for login in demo["logins"]:
            journal.say(f"  log in as {login['email']} / {login['password']} ({login['role']})")
        journal.say(f"  an agent's token: {demo['token']}")
        journal.say(f"  try: {demo['curl'].replace('<url>', site.url)}")
    journal.say("Ctrl-C stops everything.")
    journal.say("")
