"""The product over HTTP: its own web server on the benchmark's database, and keep-alive clients."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections

WORKERS = "2"
THREADS = "4"
START = 120  # seconds it may take to come up, on a machine that is busy
LONGEST_IDLE = 1.0  # seconds


@contextmanager
def server() -> Iterator[int]:
    """Serve the database under measurement on a free port of loopback; its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", WORKERS, "--blocking-threads", THREADS, "--no-ws"),
        *("--log-level", "warning", "config.wsgi:application"),
    ]
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "benchmark",
        "DATABASE_OWNER_URL": "",
    }
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def database_url() -> str:
    """Return the address of the database the default connection is at, as its role."""
    parameters = connections["default"].get_connection_params()
    host = quote(str(parameters.get("host") or "localhost"), safe="")
    secret = f":{quote(parameters['password'])}" if parameters.get("password") else ""
    port = f":{parameters['port']}" if parameters.get("port") else ""
    return f"postgres://{parameters['user']}{secret}@{host}{port}/{parameters['dbname']}"


class Client:
    """One agent's keep-alive connection."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.used_at = 0.0

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """
        Use a tool.

        :raises AssertionError: unless it was done
        """
        status, read = self.attempt(tool, arguments)
        assert status == 200, read
        return read

    def attempt(
        self, tool: str, arguments: dict[str, Any], **envelope: Any
    ) -> tuple[int, dict[str, Any]]:
        """Call a tool; return the status and what was answered, whatever it is."""
        given = {"arguments": arguments, "reason": "benchmark", "confidence": 0.95} | envelope
        status, read = self._send("POST", f"/api/tools/{tool}/", json.dumps(given))
        return status, json.loads(read)

    def get(self, path: str) -> bytes:
        """Fetch a page of the API."""
        status, read = self._send("GET", path)
        assert status == 200, read[:500]
        return read

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        # The server ends a connection that idles; sending anew what it may have read is no answer.
        if time.monotonic() - self.used_at > LONGEST_IDLE:
            self.connection.close()
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        read = answer.read()
        self.used_at = time.monotonic()
        return answer.status, read


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The web server ended while starting.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The web server did not come up within {START} s.")
