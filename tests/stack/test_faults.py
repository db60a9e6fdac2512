"""What people granted is carried out once each, whatever is killed meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from django.conf import settings

from config.stack import postgres
from config.stack.valkey import Valkey
from tests.stack.conftest import Run, clean_environment, processes_of

pytestmark = pytest.mark.slow

GRANTS = 200
BETWEEN = 40  # grants between one killing and the next
VICTIMS = {"worker": "--quiet worker", "broker": "valkey-server", "database": "/postgres -D"}


@pytest.fixture
def office(up: Callable[..., Run], place) -> Iterator[subprocess.Popen[str]]:
    """The product runs, and an office grants in a process of its own."""
    up().wait_for("Wheelhouse is ready")
    folder = place / "state"
    urls = {
        "DATABASE_URL": postgres.Postgres(folder).url(),
        "REDIS_URL": f"unix://{Valkey(folder).socket}?db=0",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stack.granting", str(GRANTS)],
        cwd=settings.BASE_DIR,
        env=clean_environment(folder) | urls | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()


@pytest.mark.parametrize(
    "victims", [["worker"], ["broker"], ["database"], ["worker", "broker", "database"]]
)
def test_nothing_granted_is_lost_or_done_twice(office, place, victims):
    assert office.stdout
    turn = cycle(victims)
    granted = 0
    for line in office.stdout:
        granted += line == "granted\n"
        if line == "granted\n" and granted % BETWEEN == 0 and granted < GRANTS:
            kill(place, VICTIMS[next(turn)])
        last = line

    assert (granted, last) == (GRANTS, "lost: nothing\n")


def kill(place, words: str) -> None:
    """Kill the oldest process of this kind, if it is not just being started again."""
    found = [pid for pid, command in processes_of(place).items() if words in command]
    if found:
        os.kill(found[0], signal.SIGKILL)
