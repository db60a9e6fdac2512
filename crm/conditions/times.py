"""Days and instants in conditions: written as dates, or from today, which moves with the clock."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from audit import clock
from crm import fields
from crm.conditions.kinds import EMPTY, ORDER, Kind
from crm.fields import Unsuitable

MOST_DAYS = 36_500
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
RELATIVE = re.compile(r"(today|now|yesterday|tomorrow)(?:\s*([+-])\s*([0-9]{1,5})d)?", re.ASCII)
DAYS_OFF = {"yesterday": -1, "tomorrow": 1}


class Day(Kind):
    """A day. A condition may name one by its date or from today: yesterday, today+7d."""

    name = "date"
    ops = ("=", "!=", *ORDER, "before", "after", "within_days", "older_than_days", *EMPTY)
    # From one value to the next.
    step = timedelta(days=1)

    def read(self, op: str, value: Any) -> Any:
        if op in ("within_days", "older_than_days"):
            return read_days(value)
        return super().read(op, value)

    def read_one(self, value: Any) -> Any:
        """Return the date, or the text that names a day from today: it moves with the clock."""
        if isinstance(value, str) and RELATIVE.fullmatch(value) and not value.startswith("now"):
            self.day(value)
            return value
        day = fields.clean_day(value)
        if not 1 < day.year < 9998:
            raise Unsuitable("A day from year 2 to 9997.")
        return day

    def day(self, value: Any) -> date:
        """Return the day that is meant, at present."""
        if isinstance(value, date):
            return value
        found = RELATIVE.fullmatch(value)
        assert found is not None
        days = int(f"{found[2]}{found[3]}") if found[2] else 0
        if abs(days) > MOST_DAYS:
            raise Unsuitable(f"At most {MOST_DAYS:,} days from today.")
        return clock.today() + timedelta(days=days + DAYS_OFF.get(found[1], 0))

    def span(self, value: Any) -> tuple[Any, Any]:
        """Return where the value begins, and where the next one would."""
        day = self.day(value)
        return day, day + timedelta(days=1)

    def present(self) -> Any:
        return clock.today()

    def bounds(self, op: str, value: Any) -> tuple[Any, Any]:
        """Return the first that fits and the first beyond; None where there is no such end."""
        if op in ("within_days", "older_than_days"):
            now, days = self.present(), timedelta(days=value)
            after = now + days + self.step if op == "within_days" else now - days
            return (now - days if op == "within_days" else None), after
        start, end = self.span(value)
        return {
            "=": (start, end),
            "<": (None, start),
            "before": (None, start),
            "<=": (None, end),
            ">": (end, None),
            "after": (end, None),
            ">=": (start, None),
        }[op]

    def actual(self, held: Any) -> Any:
        return held or None

    def compare(self, expression: Any, op: str, value: Any) -> Q:
        first, after = self.bounds(op, value)
        condition = Q() if first is None else Q(GreaterThanOrEqual(expression, Value(first)))
        return condition if after is None else condition & Q(LessThan(expression, Value(after)))

    def matches(self, op: str, actual: Any, value: Any) -> bool:
        first, after = self.bounds(op, value)
        return (first is None or first <= actual) and (after is None or actual < after)

    def show(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    def plain(self, actual: Any) -> Any:
        return self.show(actual)


class StoredDay(Day):
    """A day that JSON holds as text, 2026-01-31, which sorts as days do."""

    def actual(self, held: Any) -> Any:
        return held if isinstance(held, str) and held else None

    def bounds(self, op: str, value: Any) -> tuple[Any, Any]:
        first, after = super().bounds(op, value)
        return first and first.isoformat(), after and after.isoformat()


class Moment(Day):
    """An instant. A condition may name a whole day (UTC), or an instant: now, now-7d."""

    name = "instant"
    step = timedelta(microseconds=1)

    def read_one(self, value: Any) -> Any:
        if isinstance(value, str) and RELATIVE.fullmatch(value):
            self.day(value)
            return value
        if isinstance(value, str) and DAY.fullmatch(value):
            return super().read_one(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return super().read_one(value)
        moment = fields.clean_moment(value)
        super().read_one(moment.date())
        return moment

    def span(self, value: Any) -> tuple[Any, Any]:
        if isinstance(value, str) and value.startswith("now"):
            value = clock.now() + (self.day(value) - clock.today())
        if isinstance(value, datetime):
            return value, value + self.step
        start, end = super().span(value)
        return _midnight(start), _midnight(end)

    def present(self) -> Any:
        return clock.now()

    def actual(self, held: Any) -> Any:
        return fields.clean_moment(held) if held else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def read_days(value: Any) -> int:
    """
    Return a number of days.

    :raises Unsuitable: if it is none, or too large
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise Unsuitable(f"This is a number of days, 0 to {MOST_DAYS:,}; {value!r:.60} is not.")
    return value
