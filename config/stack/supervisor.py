"""Runs programs side by side: one log, restarts with backoff, an orderly end."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait as wait_for_any
from types import FrameType

from config.stack.journal import Journal
from config.stack.processes import Program

FIRST_PAUSE = 0.5  # seconds before a program that ended is started again; doubles each time
LONGEST_PAUSE = 30.0  # seconds
SETTLED = 60.0  # seconds of life after which earlier ends are forgotten


class Stopped(Exception):
    """Somebody asked us to end (Ctrl-C, SIGTERM)."""


class Failed(Exception):
    """Something we need did not come up; the text says what, in one sentence."""


class Child:
    """One program, its present process, and how often it has ended lately."""

    def __init__(self, program: Program, journal: Journal) -> None:
        self.program = program
        self.journal = journal
        self.failures = 0
        self.due_at = 0.0
        self.launch()

    def launch(self) -> None:
        self.started_at = time.monotonic()
        self.process = self.program.start()
        self.unfinished = b""  # the start of a line still to come
        self.ended = False

    @property
    def output(self) -> int | None:
        """The file descriptor it writes to, while that is open."""
        out = self.process.stdout
        return out.fileno() if out and not out.closed else None

    def read(self) -> None:
        """Pass on what it wrote, line by line."""
        out = self.process.stdout
        assert out
        chunk = os.read(out.fileno(), 65536)
        *lines, self.unfinished = (self.unfinished + chunk).split(b"\n")
        if not chunk:
            out.close()
            lines.append(self.unfinished)
        for line in lines:
            self.pass_on(line.decode(errors="replace").rstrip())

    def pass_on(self, line: str) -> None:
        muted = self.program.muted
        if line and not (muted and muted in line):
            self.journal.write(self.program.name, line)

    def reap(self) -> bool:
        """Return whether it has just ended; then nothing of it is left."""
        if self.ended or self.process.poll() is None:
            return False
        self.ended = True
        kill_group(self.process.pid)
        while self.output is not None:
            self.read()
        return True

    def pause(self) -> float:
        """Note one more end; return in how many seconds to start again."""
        settled = time.monotonic() - self.started_at > SETTLED
        self.failures = 1 if settled else self.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self.due_at = time.monotonic() + pause
        return pause

    def describe_end(self) -> str:
        code = self.process.returncode
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"


class Supervisor:
    """Keeps its children running; they end in the reverse order of their start."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.children: list[Child] = []
        self.errands: list[Child] = []  # programs that end by themselves
        self.watchers: list[Callable[[], None]] = []  # called a few times a second
        self.asked = 0  # how often we were asked to end
        self.alarm, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self.ask_to_end)

    def ask_to_end(self, _sign: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def start(self, program: Program) -> None:
        self.children.append(Child(program, self.journal))

    def run(self, *programs: Program, within: float) -> None:
        """
        Run programs side by side to their end.

        :raises Failed: if one of them ends badly, or not within so many seconds
        """
        errands = [Child(program, self.journal) for program in programs]
        self.errands += errands
        done = self.wait(lambda: all(errand.ended for errand in errands), within=within)
        for errand in errands:
            if not done and not errand.ended:
                errand.process.kill()
                raise Failed(f"{errand.program.name} did not end within {within:.0f} s.")
            if errand.process.returncode:
                raise Failed(f"{errand.program.name} {errand.describe_end()}; see above.")

    def wait(self, condition: Callable[[], bool], *, within: float) -> bool:
        """
        Wait until `condition` holds; return whether it does within so many seconds.

        :raises Stopped: if we are asked to end meanwhile
        """
        deadline = time.monotonic() + within
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.turn(0.05)
        return True

    def watch(self) -> None:
        """
        Keep everything running.

        :raises Stopped: when we are asked to end
        """
        while True:
            self.turn(0.25)

    def turn(self, timeout: float) -> None:
        """Write what the children say, notice who ended, start again who is due."""
        self.listen(timeout)
        if self.asked:
            raise Stopped
        for errand in self.errands:
            errand.reap()
        for child in self.children:
            if child.reap():
                pause = child.pause()
                self.journal.say(
                    f"{child.program.name} {child.describe_end()}; starting it again in {pause:g} s"
                )
            elif child.ended and time.monotonic() >= child.due_at:
                child.launch()
        for watcher in self.watchers:
            watcher()

    def listen(self, timeout: float) -> None:
        """Pass on what anybody writes within so many seconds."""
        speakers = {
            child.output: child
            for child in [*self.children, *self.errands]
            if child.output is not None
        }
        for ready in wait_for_any([self.alarm, *speakers], timeout):
            if ready == self.alarm:
                os.read(self.alarm, 100)
            else:
                speakers[ready].read()  # type: ignore[index]

    def stop(self) -> None:
        """End everybody, the last started first; whoever overstays its grace is killed."""
        for child in [*self.errands, *reversed(self.children)]:
            if child.process.poll() is None:
                child.process.terminate()
            deadline = time.monotonic() + child.program.grace
            while child.process.poll() is None:
                self.listen(0.02)
                if time.monotonic() > deadline or self.asked > 1:
                    child.process.kill()
                    child.process.wait()
            child.reap()


def kill_group(leader: int) -> None:
    """End what a session leader left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
