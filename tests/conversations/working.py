"""
A worker that dies: `python -m tests.conversations.working STATEMENTS`.

It goes on with jobs as the product's workers do, keeps one step of one of them, and kills itself
so many statements later: in the middle of whatever it does then. It says "nothing left" where
there is no job to go on with.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.db import connection

KEPT = 'INSERT INTO "agents_step"'
PATIENCE = 60  # seconds


class Fuse:
    """Counts statements once a step was kept, and kills this process at the last of them."""

    def __init__(self, statements: int) -> None:
        self.left = statements
        self.is_lit = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self.is_lit:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        self.is_lit = self.is_lit or KEPT in str(sql)
        return execute(sql, params, many, context)


def main(statements: int) -> None:
    django.setup()

    from agents.conversations import running

    until = time.monotonic() + PATIENCE
    with connection.execute_wrapper(Fuse(statements)):
        # A hold that the one before left lapses by itself.
        while time.monotonic() < until and not running.advance_all():
            time.sleep(0.05)
    print("nothing left", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
