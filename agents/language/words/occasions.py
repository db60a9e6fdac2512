"""Days that are called by what they are of: Easter, the end of May, the first Monday of March."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

from agents.language.words.tokens import Token
from agents.language.words.wording import bag

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        [
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        ]
    )
    for name in names.split()
}
FEASTS = {"christmas": (12, 25), "xmas": (12, 25), "halloween": (10, 31), "epiphany": (1, 6)}
NTH = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
} | {"fifteenth": 15, "twentieth": 20, "thirtieth": 30}
PERIODS = bag("week month quarter year fortnight")


@dataclass(frozen=True)
class Span:
    """Days from `start` to before `end`."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def is_day(self) -> bool:
        return self.last == self.start


def day(of: date) -> Span:
    """Return one day."""
    return Span(of, of + timedelta(days=1))


class Occasions:
    """What a calendar knows besides dates and distances."""

    today: date

    def read(
        self, tokens: Sequence[Token], at: int, *, past: bool = False
    ) -> tuple[int, Span] | None:
        raise NotImplementedError

    def period(self, unit: str, offset: int = 0) -> Span:
        raise NotImplementedError

    def _year(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
        raise NotImplementedError

    def _edge(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """The end of the month, early next year, mid March."""
        skip = at + (tokens[at].low == "the")
        word = tokens[skip].low if skip < len(tokens) else ""
        of = skip + 1
        if word in ("last", "first") and of < len(tokens) and tokens[of].low == "day":
            word, of = {"last": "end", "first": "start"}[word], of + 1
        if word not in bag("end beginning start middle mid close"):
            return None
        if of < len(tokens) and tokens[of].low == "of":
            of += 1
        elif word not in ("mid", "end"):
            return None
        whole = None
        article = of + 1 if of < len(tokens) and tokens[of].low == "the" else of
        if article < len(tokens) and tokens[article].low in ("week", "month", "quarter", "year"):
            whole = (article + 1, self.period(tokens[article].low))
        whole = whole or self.read(tokens, of, past=past)
        if whole is None:
            return None
        end, span = whole
        if word in ("end", "close"):
            return end, day(span.last)
        if word in ("middle", "mid"):
            return end, day(span.start + (span.end - span.start) / 2)
        return end, day(span.start)

    def _over(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """The year is over, the month ends, year end: the first day after, or the last."""
        start = at + (tokens[at].low in ("the", "this"))
        if start >= len(tokens) or tokens[start].low not in PERIODS:
            return None
        span, low = (
            self.period(tokens[start].low),
            [each.low for each in tokens[start + 1 : start + 4]],
        )
        if low[:1] == ["is"] and low[1:2] and low[1] in bag("over out up done through finished"):
            return start + 3, day(span.end)
        if low[:1] and low[0] in ("ends", "closes"):
            return start + 2, day(span.end)
        if low[:1] == ["end"]:
            return start + 2, day(span.last)
        if low[:2] == ["'s", "end"]:
            return start + 3, day(span.last)
        return None

    def _nth_weekday(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """The first Monday of March, the last Friday of the month, the Tuesday after Easter."""
        start = at + (tokens[at].low == "the")
        low = [each.low for each in tokens[start : start + 3]]
        if len(low) == 3 and low[0] in WEEKDAYS and low[1] in ("after", "before", "following"):
            beside = self.read(tokens, start + 2, past=past)
            if beside is None or not beside[1].is_day:
                return None
            ahead = (WEEKDAYS[low[0]] - beside[1].start.weekday()) % 7 or 7
            if low[1] == "before":
                ahead -= 7 if ahead != 7 else 14
            return beside[0], day(beside[1].start + timedelta(days=ahead))
        if len(low) < 3 or low[1] not in WEEKDAYS or low[2] not in ("of", "in"):
            return None
        if low[0] not in NTH and low[0] != "last":
            return None
        skip = start + 3
        skip += skip + 1 < len(tokens) and (tokens[skip].low, tokens[skip + 1].low) == (
            "the",
            "month",
        )
        whole = (
            (skip + 1, self.period("month"))
            if skip < len(tokens) and tokens[skip].low == "month"
            else self.read(tokens, skip, past=past)
        )
        if whole is None:
            return None
        end, span = whole
        if low[0] == "last":
            back = (span.last.weekday() - WEEKDAYS[low[1]]) % 7
            return end, day(span.last - timedelta(days=back))
        ahead = (WEEKDAYS[low[1]] - span.start.weekday()) % 7 + 7 * (NTH[low[0]] - 1)
        return end, day(span.start + timedelta(days=ahead))

    def _feast(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        word, end = tokens[at].low, at + 1
        if word in ("last", "next", "this", "on") and end < len(tokens):
            past = past or word == "last"
            word, end = tokens[end].low, end + 1
        if word == "new" and end < len(tokens) and tokens[end].low in ("year", "years"):
            name, end = "new year", end + 1
        else:
            name = word
            end += end < len(tokens) and tokens[end].low in ("'s", "'")
        if name not in (*FEASTS, "easter", "new year", "pentecost"):
            return None
        end += end < len(tokens) and tokens[end].low in ("day", "sunday")
        year, end = self._year(tokens, end)
        years = [year] if year else [self.today.year - 1, self.today.year, self.today.year + 1]
        days = [self._feast_in(name, each) for each in years]
        if year is None:
            fitting = [
                each for each in days if (each <= self.today if past else each >= self.today)
            ]
            return end, day(fitting[-1] if past else fitting[0])
        return end, day(days[0])

    def _feast_in(self, name: str, year: int) -> date:
        if name == "easter":
            return easter(year)
        if name == "pentecost":
            return easter(year) + timedelta(days=49)
        return date(year, *(FEASTS | {"new year": (1, 1)})[name])


def add_months(start: date, months: int) -> date:
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
