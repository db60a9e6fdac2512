"""A span of time: from the beginning of one day to that of another, where the organization is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit import clock
from crm.fields import FieldError, Unsuitable, clean_day, clean_moment
from crm.models import Organization

DAYS = 90


@dataclass(frozen=True)
class Span:
    """From `start` to before `end`."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)


def read(start: str, end: str, *, organization: Organization) -> Span:
    """
    Read a span: days, which begin at midnight in the organization's time zone, or instants.

    Without an end, to the end of today; without a start, the 90 days before the end.

    :raises FieldError: if one of them does not read, or the span ends before it begins
    """
    zone = find_zone(organization)
    until = _read(end, "end", zone) or _midnight(_today(zone) + timedelta(days=1), zone)
    since = _read(start, "start", zone)
    if since is None:
        local = until.astimezone(zone)
        since = datetime.combine(local.date() - timedelta(days=DAYS), local.time(), zone)
    if since >= until:
        raise FieldError({"end": f"A day after {since.astimezone(zone):%Y-%m-%d}."})
    return Span(since, until)


def find_zone(organization: Organization) -> ZoneInfo:
    """Return where the organization is; UTC where its zone is none."""
    try:
        return ZoneInfo(organization.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def find_months(since: datetime, *, organization: Organization) -> list[datetime]:
    """Return when each month began where the organization is, from that of `since` to this one."""
    zone = find_zone(organization)
    day, today = since.astimezone(zone).date().replace(day=1), _today(zone)
    found = []
    while day <= today:
        found.append(_midnight(day, zone))
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def _today(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _read(text: str, name: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        is_moment = len(text) > len("2026-01-31")
        read = clean_moment(text) if is_moment else _midnight(clean_day(text), zone)
        if not 1900 <= read.year < 9998:
            raise Unsuitable("A day from 1900 to 9997.")
        return read
    except Unsuitable as problem:
        raise FieldError({name: str(problem)}) from None
