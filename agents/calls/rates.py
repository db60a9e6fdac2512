"""
Rates: how often somebody may knock in a minute, counted by each process for itself.

What agents may do is counted exactly, in the database (`budgets`). This is for those who have no
budget: whoever has no good token, and people. It is there so that no loop that went wrong, and no
guessing, keeps everybody busy; a process that starts anew begins to count anew.
"""

import time
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

from audit.actions import Refusal

MINUTE = 60  # seconds
MOST_KEYS = 10_000  # that are counted apart; more of them in a minute are counted as one


class TooOften(Refusal):
    """Somebody came too often in this minute."""

    http = 429

    def __init__(self, at_most: int) -> None:
        wait = MINUTE - int(time.time()) % MINUTE
        says = f"At most {at_most:,} of these a minute. Try again in {wait} s."
        super().__init__(says, retry_after=wait)


class Rate:
    """
    So many a minute.

    :param at_most: for each who is counted
    """

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self.minute = 0
        self.counts: dict[object, int] = {}
        self.lock = Lock()

    def spend(self, who: object) -> None:
        """:raises TooOften: if `who` has used up this minute's"""
        with self.lock:
            minute = int(time.time()) // MINUTE
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            key = who if who in self.counts or len(self.counts) < MOST_KEYS else None
            self.counts[key] = self.counts.get(key, 0) + 1
            over = self.counts[key] > self.at_most
        if over:
            raise TooOften(self.at_most)


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from; behind our proxy, as that says: the last it names."""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return said.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
