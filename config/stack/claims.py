"""What only one may have: a state folder, and a port."""

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.stack import state

LAST_PORT = 65535


class Taken(Exception):
    """A port cannot be had; the text says which, in one sentence."""


@contextmanager
def alone(folder: Path, *, url: str) -> Iterator[bool]:
    """
    Hold a state folder for ourselves; yield whether the last to hold it was killed.

    :param url: where we are, for those who come second
    :raises state.Unusable: if somebody else holds it
    """
    state.prepare(folder)
    with (folder / "up.lock").open("a+") as lock:
        lock.seek(0)
        said = lock.read()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = json.loads(said or '{"pid": "unknown", "url": "starting"}')
            raise state.Unusable(
                f"Wheelhouse already runs from {folder}: process {holder['pid']}, {holder['url']}."
            ) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "url": url}))
        lock.flush()
        yield bool(said)
        lock.truncate(0)


def require_port(host: str, port: int, *, patience: float) -> None:
    """
    Check that the port is free; what a killed run left behind gets some seconds to go.

    :raises Taken: if it is not, or there is no such port
    """
    if not 1 <= port <= LAST_PORT:
        raise Taken(f"There is no port {port}; choose one from 1 to {LAST_PORT}.")
    deadline = time.monotonic() + patience
    while problem := find_problem(host, port):
        if time.monotonic() >= deadline:
            raise Taken(problem)
        time.sleep(0.2)


def find_problem(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} is in use; choose another with --port or PORT."
            return f"Port {port} on {host} cannot be used ({error.strerror})."
    return ""
