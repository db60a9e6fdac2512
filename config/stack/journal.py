"""The one log of everything that runs: each line under the name of who wrote it."""

import os
import sys
from contextlib import suppress
from typing import TextIO

WIDTH = 10  # of the longest name
COLOURS = {"web": 36, "worker": 32, "clock": 35, "broker": 33, "database": 34}  # ANSI
OTHERS = 90


class Journal:
    """Writes lines to a terminal in colour, elsewhere (or with NO_COLOR set) without."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self.stream = stream
        self.coloured = stream.isatty() and not os.environ.get("NO_COLOR")

    def write(self, name: str, line: str) -> None:
        head = f"{name:<{WIDTH}}│"
        if self.coloured:
            head = f"\x1b[{COLOURS.get(name, OTHERS)}m{head}\x1b[0m"
        with suppress(BrokenPipeError):  # nobody reads on; let all else end in order
            self.stream.write(f"{head} {line.rstrip()}\n")
            self.stream.flush()

    def say(self, line: str) -> None:
        self.write("wheelhouse", line)
