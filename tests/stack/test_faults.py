"""What people granted is carried out once each, whatever is killed meanwhile."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle

import pytest
from django.conf import settings

from config.stack import postgres
from config.stack.valkey import Valkey
from tests.stack.conftest import Product, clean_environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("product")]

GRANTS = 120
BETWEEN = 30  # grants between one killing and the next
VICTIMS = {"worker": "--quiet worker", "broker": "valkey-server", "database": "/postgres -D"}


@pytest.fixture
def office(product: Product) -> Iterator[subprocess.Popen[str]]:
    """The product runs, and an office grants in a process of its own."""
    folder = product.folder
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
def test_nothing_granted_is_lost_or_done_twice(office, product, victims):
    assert office.stdout
    turn = cycle(victims)
    granted = 0
    for line in office.stdout:
        granted += line == "granted\n"
        if line == "granted\n" and granted % BETWEEN == 0 and granted < GRANTS:
            product.kill(VICTIMS[next(turn)])
        last = line

    assert (granted, last) == (GRANTS, "lost: nothing\n")
