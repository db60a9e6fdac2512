"""Days and spans of days, as people say them, against the product's clock."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agents.language.words import amounts
from agents.language.words.occasions import NTH, WEEKDAYS, Occasions, Span, add_months, day
from agents.language.words.tokens import Token
from agents.language.words.wording import bag
from crm.imports.values.months import MONTHS

UNITS = {
    "day": 1,
    "days": 1,
    "week": 7,
    "weeks": 7,
    "fortnight": 14,
    "fortnights": 14,
    "month": 30,
    "months": 30,
    "quarter": 91,
    "quarters": 91,
    "year": 365,
    "years": 365,
    "workday": 1,
    "workdays": 1,
}
NAMED_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "now": 0}
EARLIER = ("last", "past", "previous", "prior", "preceding")
LATER = ("next", "coming", "following", "upcoming")
PRESENT = ("this", "current", "present")


@dataclass(frozen=True)
class Calendar(Occasions):
    """
    What days are counted from.

    :param month_first: 5/6/2026 is in May
    """

    today: date
    month_first: bool = True

    def read(
        self, tokens: Sequence[Token], at: int, *, past: bool = False
    ) -> tuple[int, Span] | None:
        """
        Return where a day or a span that begins at `at` ends, and what it is.

        :param past: a day without a year is the last one there was, not the next
        """
        if at >= len(tokens):
            return None
        lead = tuple(each.low for each in tokens[at : at + 2])
        at += 2 * (lead == ("so", "far")) + (
            lead == ("so", "far") and tokens[at + 2 :] != [] and tokens[at + 2].low == "in"
        )
        if at >= len(tokens):
            return None
        for way in (
            self._written,
            self._by_name,
            self._nth_weekday,
            self._over,
            self._edge,
            self._distance,
            self._relative,
            self._weekday,
            self._month,
            self._feast,
            self._ordinal_day,
        ):
            if found := way(tokens, at, past):
                return _past_so_far(tokens, found[0]), found[1]
        return None

    def shift(self, start: date, number: float, unit: str) -> date:
        """Return the day that is so many days, weeks, months … from another."""
        unit = unit.rstrip("s")
        if unit == "month" or unit == "quarter":
            return add_months(start, int(number * (3 if unit == "quarter" else 1)))
        if unit == "year":
            return add_months(start, int(12 * number))
        if unit == "workday":
            return _add_workdays(start, int(number))
        return start + timedelta(days=round(number * UNITS[unit]))

    def period(self, unit: str, offset: int = 0) -> Span:
        """Return the calendar week, month … that is `offset` from the present one."""
        unit, today = unit.rstrip("s"), self.today
        if unit in ("week", "fortnight"):
            start = today - timedelta(days=today.weekday()) + timedelta(days=7 * offset)
            return Span(start, start + timedelta(days=7 if unit == "week" else 14))
        if unit == "month":
            start = add_months(today.replace(day=1), offset)
            return Span(start, add_months(start, 1))
        if unit == "quarter":
            start = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
            start = add_months(start, 3 * offset)
            return Span(start, add_months(start, 3))
        if unit == "year":
            return Span(date(today.year + offset, 1, 1), date(today.year + offset + 1, 1, 1))
        return day(today + timedelta(days=offset))

    # --- Ways of saying it ------------------------------------------------------------------------
    def _written(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        token = tokens[at]
        if token.kind != "date":
            return None
        parts = [int(part) for part in re.split(r"[-/.]", token.text)]
        if "-" in token.text:
            year, month, number = parts
        else:
            first, second, year = parts
            dotted = "." in token.text
            swap = second > 12 or (self.month_first and not dotted and first <= 12)
            month, number = (first, second) if swap else (second, first)
            year += 2000 if year < 100 else 0
        try:
            return at + 1, day(date(year, month, number))
        except ValueError:
            return None

    def _by_name(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        low = [each.low for each in tokens[at : at + 5]]
        if low[:4] == ["the", "day", "after", "tomorrow"]:
            return at + 4, day(self.today + timedelta(days=2))
        if low[:3] == ["day", "after", "tomorrow"]:
            return at + 3, day(self.today + timedelta(days=2))
        if low[:4] == ["the", "day", "before", "yesterday"]:
            return at + 4, day(self.today - timedelta(days=2))
        if low[0] in NAMED_DAYS:
            return at + 1, day(self.today + timedelta(days=NAMED_DAYS[low[0]]))
        if "weekend" in low[:2] and low[0] in ("the", "this", "next", "weekend"):
            start = self.period("week").start + timedelta(days=5 + 7 * (low[0] == "next"))
            return at + 1 + (low[0] != "weekend"), Span(start, start + timedelta(days=2))
        return None

    def _distance(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """In ten days, two weeks ago, a month from now, within 3 days' time."""
        start = at + (tokens[at].low in ("in", "within"))
        length = self.length(tokens, start)
        if length is None:
            return None
        end, number, unit = length
        low = [each.low for each in tokens[end : end + 3]]
        if low[:1] == ["ago"] or low[:1] == ["earlier"] or low[:1] == ["back"]:
            return end + 1, day(self.shift(self.today, -number, unit))
        if low[:2] in (["from", "now"], ["from", "today"]):
            return end + 2, day(self.shift(self.today, number, unit))
        if low[:1] in (["from"], ["after"]) and (later := self.read(tokens, end + 1)):
            return later[0], day(self.shift(later[1].start, number, unit))
        if low[:1] in (["hence"], ["time"], ["later"]):
            return end + 1, day(self.shift(self.today, number, unit))
        if low[:2] == ["'s", "time"] or low[:2] == ["'", "time"]:
            return end + 2, day(self.shift(self.today, number, unit))
        if tokens[at].low == "in":
            return end, day(self.shift(self.today, number, unit))
        return None

    def length(self, tokens: Sequence[Token], at: int) -> tuple[int, float, str] | None:
        """Return where a length of time ends: a week, 10 days, a couple of months."""
        if at >= len(tokens):
            return None
        low = tokens[at].low
        if low in ("a", "an", "one", "another") and at + 1 < len(tokens):
            number, end = 1.0, at + 1
            if tokens[end].low in ("couple", "few", "half"):
                number = {"couple": 2.0, "few": 3.0, "half": 0.5}[tokens[end].low]
                end += 1
                end += end < len(tokens) and tokens[end].low in ("of", "a")
        elif low == "half" and at + 1 < len(tokens) and tokens[at + 1].low == "a":
            number, end = 0.5, at + 2
        elif found := amounts.read(tokens, at):
            end, number = found[0], found[1].number
        else:
            return None
        if end < len(tokens) and tokens[end].low in ("working", "business", "calendar"):
            worked = tokens[end].low != "calendar"
            if end + 1 < len(tokens) and tokens[end + 1].low in ("day", "days"):
                return end + 2, number, "workday" if worked else "day"
        if end < len(tokens) and tokens[end].low in UNITS:
            unit = tokens[end].low
            if number == 0.5 and unit.rstrip("s") == "year":
                return end + 1, 6, "month"
            return end + 1, number, unit
        return None

    def _relative(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """This quarter, last week, the next 30 days, the past two months."""
        start = at + (tokens[at].low == "the")
        if start >= len(tokens):
            return None
        word, after = tokens[start].low, start + 1
        if word in (*EARLIER, *LATER):
            length = self.length(tokens, after)
            plural = length and (length[1] > 1 or tokens[length[0] - 1].low.endswith("s"))
            if length and plural:
                end, number, unit = length
                if word in EARLIER:
                    return end, Span(
                        self.shift(self.today, -number, unit), self.today + timedelta(days=1)
                    )
                return end, Span(
                    self.today, self.shift(self.today, number, unit) + timedelta(days=1)
                )
        if after < len(tokens) and tokens[after].low in bag("week month quarter year fortnight"):
            unit = tokens[after].low
            if word in PRESENT:
                return after + 1, self.period(unit)
            if word in ("past", "coming", "upcoming") or (
                word in EARLIER + LATER and tokens[at].low == "the"
            ):
                if word in EARLIER:
                    return after + 1, Span(
                        self.shift(self.today, -1, unit), self.today + timedelta(days=1)
                    )
                return after + 1, Span(
                    self.today, self.shift(self.today, 1, unit) + timedelta(days=1)
                )
            if word in EARLIER:
                return after + 1, self.period(unit, -1)
            if word in LATER:
                return after + 1, self.period(unit, 1)
        return self._quarter(tokens, at)

    def _quarter(self, tokens: Sequence[Token], at: int) -> tuple[int, Span] | None:
        match = re.fullmatch(r"q([1-4])", tokens[at].low)
        if match is None:
            return None
        end, year = at + 1, self.today.year
        if end < len(tokens) and re.fullmatch(r"20\d\d", tokens[end].low):
            end, year = end + 1, int(tokens[end].low)
        start = date(year, 3 * int(match[1]) - 2, 1)
        return end, Span(start, add_months(start, 3))

    def _weekday(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        word, end, prefix = tokens[at].low, at + 1, ""
        if word in (*EARLIER, *LATER, *PRESENT, "on") and end < len(tokens):
            prefix, word, end = word, tokens[end].low, end + 1
        if word not in WEEKDAYS or (
            word in ("mon", "sat", "sun", "wed") and not tokens[end - 1].is_capital
        ):
            return None
        ahead = (WEEKDAYS[word] - self.today.weekday()) % 7
        if prefix in EARLIER or (past and prefix not in LATER):
            return end, day(self.today - timedelta(days=(-ahead) % 7 or 7))
        if prefix in ("next", "following"):
            monday = self.period("week", 1).start
            return end, day(monday + timedelta(days=WEEKDAYS[word]))
        if end + 1 < len(tokens) and tokens[end].low == "next" and tokens[end + 1].low == "week":
            return end + 2, day(self.period("week", 1).start + timedelta(days=WEEKDAYS[word]))
        if prefix not in PRESENT and end < len(tokens) and tokens[end].low == "week":
            return end + 1, day(self.today + timedelta(days=ahead + 7))  # Thursday week
        if prefix in PRESENT:
            return end, day(self.period("week").start + timedelta(days=WEEKDAYS[word]))
        return end, day(self.today + timedelta(days=ahead or 7))

    def _month(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """March, May 5, 5th of May 2026, next March."""
        word, end, prefix = tokens[at].low, at + 1, ""
        number = None
        if word == "the" and end < len(tokens):
            word, end = tokens[end].low, end + 1
        if word in (*EARLIER, *LATER, *PRESENT) and end < len(tokens):
            prefix, word, end = word, tokens[end].low, end + 1
        counted = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", word)
        if end < len(tokens) and (counted or (word in NTH and tokens[end].low == "of")):
            number = int(counted[1]) if counted else NTH[word]
            end += tokens[end].low == "of" and end + 1 < len(tokens)
            word, end = tokens[end].low, end + 1
        if word not in MONTHS or (
            word == "may" and not tokens[end - 1].is_capital and number is None
        ):
            return None
        if word in ("mar", "jan", "sun") and not tokens[end - 1].is_capital:
            return None
        if word in ("out", "ago", "set") and (number is None or not tokens[end - 1].is_capital):
            return None  # months in other languages, and small words of this one
        month = MONTHS[word]
        if number is None and end < len(tokens):
            follows = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", tokens[end].low)
            if follows and 1 <= int(follows[1]) <= 31:
                number, end = int(follows[1]), end + 1
        year, end = self._year(tokens, end)
        return self._in_month(end, month, number, year, past or prefix in EARLIER)

    def _year(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
        skip = at + (at < len(tokens) and tokens[at].low in (",", "of"))
        if skip < len(tokens) and re.fullmatch(r"(19|20)\d\d", tokens[skip].low):
            return int(tokens[skip].low), skip + 1
        low = [each.low for each in tokens[at : at + 2]]
        if low in (["last", "year"], ["next", "year"], ["this", "year"]):
            return self.today.year + {"last": -1, "next": 1, "this": 0}[low[0]], at + 2
        return None, at

    def _in_month(
        self, end: int, month: int, number: int | None, year: int | None, past: bool
    ) -> tuple[int, Span] | None:
        try:
            found = self._span_in(year or self.today.year, month, number)
            if year is None and past and found.start > self.today:
                found = self._span_in(self.today.year - 1, month, number)
            elif year is None and not past and found.end <= self.today:
                found = self._span_in(self.today.year + 1, month, number)
        except ValueError:
            return None
        return end, found

    def _span_in(self, year: int, month: int, number: int | None) -> Span:
        if number is not None:
            return day(date(year, month, number))
        start = date(year, month, 1)
        return Span(start, start + timedelta(days=monthrange(year, month)[1]))

    def _ordinal_day(self, tokens: Sequence[Token], at: int, past: bool) -> tuple[int, Span] | None:
        """The 15th."""
        if tokens[at].low != "the" or at + 1 >= len(tokens):
            return None
        match = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)", tokens[at + 1].low)
        if match is None or not 1 <= int(match[1]) <= 31:
            return None
        for months in range(0, -3, -1) if past else range(3):
            first = add_months(self.today.replace(day=1), months)
            if int(match[1]) <= monthrange(first.year, first.month)[1]:
                found = first.replace(day=int(match[1]))
                if (found <= self.today) if past else (found >= self.today):
                    return at + 2, day(found)
        return None


def _past_so_far(tokens: Sequence[Token], at: int) -> int:
    """Go past what only says that a time is not over: this year so far."""
    said = tuple(each.low for each in tokens[at : at + 2])
    return at + 2 if said in (("so", "far"), ("to", "date"), ("until", "now")) else at


def _add_workdays(start: date, number: int) -> date:
    step, left = (1 if number >= 0 else -1), abs(number)
    while left:
        start += timedelta(days=step)
        left -= start.weekday() < 5
    return start
