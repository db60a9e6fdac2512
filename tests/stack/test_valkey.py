"""The embedded broker: what it was given survives it."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from config.stack.valkey import Valkey
from tests.stack.conftest import wait_until


@pytest.fixture
def broker(place) -> Valkey:
    return Valkey(place / "state")


@contextmanager
def running(broker: Valkey) -> Iterator[subprocess.Popen[bytes]]:
    broker.prepare()
    process = broker.program.start()
    wait_until(broker.is_ready, within=10)
    yield process
    process.kill()
    process.communicate()


def client(broker: Valkey) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(broker.socket))


@pytest.fixture(autouse=True)
def folder(place):
    (place / "state").mkdir(mode=0o755)


def test_what_was_accepted_survives_a_kill(broker):
    with running(broker) as process:
        client(broker).rpush("celery", "task")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    with running(broker):
        assert client(broker).lrange("celery", 0, -1) == [b"task"]


def test_it_listens_on_no_network(broker):
    with running(broker):
        assert client(broker).config_get("port") == {"port": "0"}


def test_a_server_left_over_makes_room_for_the_next(broker):
    with running(broker) as old, running(broker) as new:
        assert old.wait(5) is not None
        assert new.poll() is None
        assert client(broker).ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")
def test_root_does_not_run_the_broker(broker):
    with running(broker) as process:
        assert os.stat(f"/proc/{process.pid}").st_uid == broker.account.uid != 0  # noqa: PTH116
