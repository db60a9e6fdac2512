"""
Dates and moments as people and programs write them.

Whether 03/04 is March or April is decided for a whole column, by the values that can only be one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from crm.imports.values import BadValue, brief, is_blank, shown
from crm.imports.values.months import MONTHS


class Order(StrEnum):
    """Which number of 03/04/2025 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True)
class Style:
    """How one column writes its dates."""

    order: Order = Order.MONTH_FIRST
    is_sure: bool = True  # False where every value could be read either way
    serial: bool = False  # numbers are Excel's days since 30 December 1899
    epoch: bool = False  # numbers are seconds or milliseconds since 1970


DATE = re.compile(r"(\d{1,4})[-/.\s]+(\d{1,2})[-/.\s]+(\d{1,4})\.?")
COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)")
NAMED = re.compile(
    r"(?:[^\W\d_]+[.,]*\s+)?(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s./,-]+([^\W\d_]+)[.,]?[\s/,-]*(\d{4}|\d{2})"
)
NAMED_US = re.compile(
    r"(?:[^\W\d_]+[.,]*\s+)?([^\W\d_]+)[.,]?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"
)
YEAR_NAMED = re.compile(r"(\d{4})[\s/-]+([^\W\d_]+)[\s/-]+(\d{1,2})")
MONTH_ONLY = re.compile(r"(\d{4})-(\d{2})")
CLOCK = re.compile(
    r"[T,\s]*(?:at\s+|um\s+|à\s+|\s)?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(?:uhr)?\s*([ap])?\.?(?:m\.?)?"
    r"\s*(z|utc|gmt|(?:utc|gmt)?\s*[+-]\d{1,2}:?\d{0,2}|[a-z]{3,4})?\s*(?:\([^)]*\))?",
    re.IGNORECASE,
)
# A time begins here: after the date, a clock.
CLOCK_START = re.compile(r"[T,\s]+(?:at\s+|um\s+|à\s+)?\d{1,2}[:.h]\d{2}(?=\D|$)", re.IGNORECASE)
# Names of zones that mean one offset to most readers, in hours.
ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
         "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "IST": 5.5,
         "JST": 9, "AEST": 10, "AEDT": 11}  # fmt: skip
EXCEL_START = date(1899, 12, 30)
YEARS = range(1900, 2200)
EXAMPLE = "write it like 2025-04-30"


def decide_style(values: Iterable[str], *, default: Order = Order.MONTH_FIRST) -> Style:
    """
    Decide how a column writes its dates.

    One value over 12 in either place decides; dots mean day first; where nothing tells, `default`
    is taken and the style is not sure. Numbers are Excel's days only if every value is one.
    """
    values = [value.strip() for value in values if not is_blank(value)]
    if values and all(is_serial(value) for value in values):
        return Style(default, serial=True)
    if values and all(re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", value) for value in values):
        return Style(default, epoch=True)
    pairs = [pair for value in values if (pair := first_two(value))]
    if not pairs:
        return Style(default)
    day_first = sum(first > 12 for first, _ in pairs)
    month_first = sum(second > 12 for _, second in pairs)
    if day_first != month_first:
        return Style(Order.DAY_FIRST if day_first > month_first else Order.MONTH_FIRST)
    return undecided(values, default)


def undecided(values: list[str], default: Order) -> Style:
    """Return a style where every date could be read either way, from how they are written."""
    if all(re.match(r"\d{1,2}\.\s?\d{1,2}\.", value) for value in values):
        return Style(Order.DAY_FIRST)
    if any(re.search(r"\d\s*[ap]\.?m\b", value, re.IGNORECASE) for value in values):
        return Style(Order.MONTH_FIRST, is_sure=False)
    return Style(default, is_sure=False)


def is_serial(value: str) -> bool:
    """Say whether this can be Excel's number of a day between 1954 and 2091."""
    return bool(re.fullmatch(r"\d{5}(\.\d+)?", value)) and 20_000 <= float(value) <= 70_000


def first_two(value: str) -> tuple[int, int] | None:
    """Return the two numbers before the year, where the year stands last."""
    match = DATE.match(value)
    if match and len(match[1]) <= 2 and (len(match[3]) in (2, 4)):
        return int(match[1]), int(match[2])
    return None


def parse_date(value: str, style: Style = Style()) -> date:
    """
    Return the date of a value; a time that follows is left out.

    :raises BadValue: if it is no date, or not one between 1900 and 2199
    """
    try:
        found = datetime.fromisoformat(value).date()
    except ValueError:
        found = split_moment(value, style)[0]
    return in_our_time(found, value)


def parse_moment(value: str, style: Style = Style(), *, zone: tzinfo = UTC) -> datetime:
    """
    Return the instant of a value in UTC; a date alone is its first moment.

    :param zone: where the clock hung, if the value does not say
    :raises BadValue: if it is neither a date nor a date with a time, between 1900 and 2199
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = datetime.combine(*split_moment(value, style))
    in_our_time(moment, value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def in_our_time[Day: date](found: Day, value: str) -> Day:
    """Return the date, if it lies in years that people's data is about."""
    if found.year not in YEARS:
        raise BadValue(f"{shown(value)} is not a date of our time; {EXAMPLE}.")
    return found


def split_moment(value: str, style: Style) -> tuple[date, time, tzinfo | None]:
    """Return the date, the time of day and the zone, where they are said."""
    plain = " ".join(brief(value, "a date").split())
    if style.serial and is_serial(plain):
        return from_serial(plain)
    if style.epoch and re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", plain):
        return from_epoch(plain)
    start = CLOCK_START.search(plain)
    head, tail = (plain[: start.start()], plain[start.start() :]) if start else (plain, "")
    clock, zone = read_clock(tail, value) if tail else (time(), None)
    return read_day(head.strip(" ,"), style, value), clock, zone


def from_serial(plain: str) -> tuple[date, time, None]:
    """Return Excel's days since 30 December 1899 as a date and a time, to the second."""
    moment = datetime.combine(EXCEL_START, time()) + timedelta(days=float(plain))
    rounded = moment + timedelta(microseconds=500_000)
    return rounded.date(), rounded.time().replace(microsecond=0), None


def from_epoch(plain: str) -> tuple[date, time, tzinfo]:
    """Return seconds or milliseconds since 1970 as a date and a time in UTC."""
    seconds = float(plain)
    moment = datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)
    return moment.date(), moment.time(), UTC


def read_day(text: str, style: Style, value: str) -> date:
    """Return the date of a text without a time."""
    found = numbers_of(text, style)
    if found is None:
        raise BadValue(f"{shown(value)} is not a date; {EXAMPLE}.")
    year, month, day = found
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(f"{shown(value)} is not a day of the calendar; {EXAMPLE}.") from None


def numbers_of(text: str, style: Style) -> tuple[int, int, int] | None:
    """Return year, month and day as numbers, or None if the text is no date."""
    if match := DATE.fullmatch(text):
        return in_order(match, style)
    if match := COMPACT.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    without_of = re.sub(r"\b(de|of|d')\s+|\bthe\s+", "", text, flags=re.IGNORECASE)
    for pattern, (year, month, day) in (
        (NAMED, (3, 2, 1)),
        (NAMED_US, (3, 1, 2)),
        (YEAR_NAMED, (1, 2, 3)),
    ):
        match = pattern.fullmatch(without_of)
        if match and (number := MONTHS.get(match[month].casefold())):
            return int(match[year]), number, int(match[day])
    if match := MONTH_ONLY.fullmatch(text):
        return int(match[1]), int(match[2]), 1
    return None


def in_order(match: re.Match[str], style: Style) -> tuple[int, int, int] | None:
    """Return three numbers as year, month and day; what fits only one order has that one."""
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        return first, second, third
    if len(match[3]) not in (2, 4) or len(match[1]) > 2:
        return None
    if first > 12 or (style.order is Order.DAY_FIRST and second <= 12):
        return third, second, first
    return third, first, second


def read_clock(text: str, value: str) -> tuple[time, tzinfo | None]:
    """Return the time of day and its zone."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        raise BadValue(f"{shown(value)} has no time that can be read; write it like 14:30.")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        hour = hour % 12 + (12 if match[5].casefold() == "p" else 0)
    fraction = int((match[4] or "0").ljust(6, "0")[:6])
    try:
        clock = time(hour, minute, second, fraction)
    except ValueError:
        raise BadValue(f"{shown(value)} has no time of day; write it like 14:30.") from None
    return clock, read_zone(match[6], value) if match[6] else None


def read_zone(text: str, value: str) -> tzinfo:
    """Return the zone that a name or an offset means."""
    name = text.upper().replace(" ", "")
    if name in ("Z", "UTC", "GMT"):
        return UTC
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]))
    if match := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset)
    raise BadValue(
        f"{shown(value)} has a time zone that is not known; write an offset like +02:00."
    )
