"""Processes: the programs we run, and what became of those of earlier runs."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.stack.accounts import Popen

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run under which name, and how it is asked to end."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path = Path("/")
    account: Popen = field(default_factory=Popen)
    grace: float = 10.0  # seconds from SIGTERM to SIGKILL
    muted: str = ""  # lines that contain this are not worth anybody's attention

    def start(self) -> subprocess.Popen[bytes]:
        """Run it in a session of its own, so that Ctrl-C reaches us alone."""
        return subprocess.Popen(
            self.command,
            env=dict(self.environment),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with(os.getpid()),
            **self.account,
        )


def end_with(parent: int) -> Callable[[], None]:
    """Return what a child runs first, so that it does not outlive a parent that is killed."""

    def tie() -> None:
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return tie


def is_running(pid: int, *, mentions: str) -> bool:
    """Say whether process `pid` lives and its command line mentions this: pids are used again."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # one of ours that ended is not to linger as a zombie
    proc = Path(f"/proc/{pid}")
    if Path("/proc/self").exists():
        try:
            return mentions.encode() in (proc / "cmdline").read_bytes()  # empty for a zombie
        except OSError:
            return False
    listed = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return mentions in listed.stdout


def pid_in(file: Path) -> int | None:
    """Return the number a pid file starts with."""
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def end(pid: int, *, mentions: str, within: float = 10.0) -> None:
    """Ask a process to end, and end it after `within` seconds."""
    for sign, patience in [(signal.SIGTERM, within), (signal.SIGKILL, 2.0)]:
        deadline = time.monotonic() + patience
        if is_running(pid, mentions=mentions):
            os.kill(pid, sign)
        while is_running(pid, mentions=mentions) and time.monotonic() < deadline:
            time.sleep(0.05)
