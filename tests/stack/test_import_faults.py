"""An import whose worker is killed on the way is gone on with, and takes each row once."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings

from config.stack import postgres
from config.stack.valkey import Valkey
from tests.stack.conftest import Product, clean_environment, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("product")]

ROWS = 40_000
WORKER = "--quiet worker"


def test_each_row_is_taken_over_once(product: Product):
    folder = product.folder
    environment = clean_environment(folder) | {
        "DATABASE_URL": postgres.Postgres(folder).url(),
        "REDIS_URL": f"unix://{Valkey(folder).socket}?db=0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stack.importing", str(ROWS)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as office:
        assert office.stdout
        said = []
        for line in office.stdout:
            said.append(line)
            if line == "on the way\n":
                kill_the_worker(product.place)

    assert said == ["on the way\n", "stopped\n", f"contacts {ROWS}, created {ROWS}, \n"]


def kill_the_worker(place) -> None:
    """Kill the worker and its children at once, so that none ends its task in peace."""
    for pid, command in processes_of(place).items():
        if WORKER in command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
