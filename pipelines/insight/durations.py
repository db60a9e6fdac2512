"""How long things took: days counted in tenths, so that a hundred thousand of them stay small."""

from collections.abc import Mapping
from itertools import accumulate

TENTHS = 10  # of a day


class Durations:
    """
    Stays of some kind: those that are over, and those that last.

    :param over: how many ended after so many tenths of a day
    :param standing: how many have lasted so many tenths of a day and go on
    :param seconds: what those that are over took in all; counted from `over` where it is not given
    """

    def __init__(
        self,
        over: Mapping[int, int],
        standing: Mapping[int, int] | None = None,
        seconds: float | None = None,
    ) -> None:
        self.over = {tenths: count for tenths, count in over.items() if count > 0}
        self.standing = {tenths: n for tenths, n in (standing or {}).items() if n > 0}
        self._seconds = seconds

    @property
    def count(self) -> int:
        """How many are over."""
        return sum(self.over.values())

    @property
    def mean_days(self) -> float | None:
        """The mean of those that are over, in days."""
        if not self.count:
            return None
        if self._seconds is not None:
            return self._seconds / 86_400 / self.count
        return sum(at * n for at, n in self.over.items()) / TENTHS / self.count

    def find_days(self, share: float) -> float | None:
        """
        Return within how many days `share` (0 to 1) of those that are over ended.

        Between two of them it is interpolated, as PostgreSQL's percentile_cont does.
        """
        if not self.count:
            return None
        ends = sorted(self.over)
        upto = list(accumulate(self.over[at] for at in ends))
        place = (self.count - 1) * share
        low, high = _at(int(place), ends, upto), _at(-int(-place // 1), ends, upto)
        return (low + (high - low) * (place - int(place))) / TENTHS

    def find_days_until(self, share: float) -> float | None:
        """
        Return after how many days `share` (0 to 1) have left, those that still stand counted in.

        Kaplan and Meier's estimate (1958): among those that lasted so long, the share that left
        then. None where fewer than that have been seen to leave.
        """
        at_risk = self.count + sum(self.standing.values())
        remaining = 1.0
        for at in sorted({*self.over, *self.standing}):
            left = self.over.get(at, 0)
            if left:
                remaining *= 1 - left / at_risk
                if remaining <= 1 - share + 1e-9:
                    return at / TENTHS
            at_risk -= left + self.standing.get(at, 0)
        return None

    def count_standing_beyond(self, days: float) -> int:
        """Return how many go on that have lasted longer than `days`."""
        return sum(count for at, count in self.standing.items() if at > days * TENTHS)


def _at(place: int, ends: list[int], upto: list[int]) -> int:
    """Return the duration at a place, from 0, among all in order."""
    return next(end for end, last in zip(ends, upto, strict=True) if place < last)
