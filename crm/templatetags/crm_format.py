"""How money, time, scores and actors read on a page."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit import clock
from crm import currencies

register = template.Library()

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$"}

NO_LETTER = re.compile(r"[\W\d_]+")

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60  # seconds


# --- Money ----------------------------------------------------------------------------------------
@register.filter
def money(cents: int | None, currency: str = "") -> str:
    """Return minor units as people write them, `$12,000` or `€80.50`; "" for None."""
    if cents is None:
        return ""
    digits = currencies.digits(currency)
    whole, rest = divmod(abs(cents), 10**digits)
    fraction = f".{rest:0{digits}}" if rest else ""
    return _signed(cents, currency, f"{whole:,}{fraction}")


@register.filter
def money_fine(cents: Any, currency: str = "") -> str:
    """Return minor units and fractions of one, `$0.0012`, for what costs next to nothing."""
    whole = Decimal(cents or 0).scaleb(-currencies.digits(currency))
    digits = 2 if whole == round(whole, 2) else 4
    return _signed(1, currency, f"{whole:,.{digits}f}")


@register.filter
def money_whole(cents: int | None, currency: str = "") -> str:
    """Return minor units rounded to whole units, for cards and totals; "" for None."""
    if cents is None:
        return ""
    return _signed(cents, currency, f"{round(abs(cents) / 10 ** currencies.digits(currency)):,}")


def _signed(cents: int, currency: str, amount: str) -> str:
    sign = "−" if cents < 0 else ""
    prefix = SYMBOLS.get(currency) or (f"{currency}\u00a0" if currency else "")
    return f"{sign}{prefix}{amount}"


# --- Time -----------------------------------------------------------------------------------------
@register.filter
def ago(moment: datetime | date | None) -> str:
    """Return how long ago, or how far off, an instant of business time is: `4 d ago`."""
    return _distance(moment, clock.now())


@register.filter
def recorded_ago(moment: datetime | None) -> str:
    """Return how long ago the ledger recorded something: real time, even where business stops."""
    return _distance(moment, clock.real_now())


@register.filter
def age_days(moment: datetime | None) -> int | str:
    """Return whole days of business time since `moment`; "" for None."""
    return "" if moment is None else max(0, (clock.now() - moment).days)


@register.filter
def is_past(moment: datetime | None) -> bool:
    """Whether an instant of business time is over."""
    return moment is not None and moment < clock.now()


@register.simple_tag
def when(moment: datetime | None) -> str | SafeString:
    """Return a `<time>` of business time: how long ago, the full instant on hover."""
    return _time_element(moment, ago(moment))


@register.simple_tag
def recorded(moment: datetime | None) -> str | SafeString:
    """Return a `<time>` of the ledger's real time."""
    return _time_element(moment, recorded_ago(moment))


def _time_element(moment: datetime | None, said: str) -> str | SafeString:
    if moment is None:
        return ""
    full = f"{timezone.localtime(moment):%a %-d %b %Y, %H:%M %Z}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        full,
        said,
    )


def _distance(moment: datetime | date | None, now: datetime) -> str:
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return _days_off((moment - now.date()).days) or _as_date(moment, now)
    seconds = (now - moment).total_seconds()
    span = _span(abs(seconds))
    if span == "":
        return _as_date(timezone.localtime(moment).date(), now)
    if span == "now":
        return "just now"
    return f"{span} ago" if seconds > 0 else f"in {span}"


def _span(seconds: float) -> str:
    """Return `now`, `5 min`, `3 h`, `4 d`, or "" where a date says more."""
    if seconds < MINUTE:
        return "now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} d" if seconds < 31 * DAY else ""


def _days_off(days: int) -> str:
    """Return `today`, `tomorrow`, `in 5 d`, `3 d ago`, or "" where a date says more."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    if abs(days) > 30:
        return ""
    return f"in {days} d" if days > 0 else f"{-days} d ago"


def _as_date(day: date, now: datetime) -> str:
    return date_format(day, "j M" if day.year == now.year else "j M Y")


@register.filter
def in_words(path: str) -> str:
    """Return where something is, as words: Custom, renewal plan, of custom.renewal_plan."""
    said = ", ".join(part.replace("_", " ") for part in path.split("."))
    return said[:1].upper() + said[1:]


# --- Scores and shares ----------------------------------------------------------------------------
@register.filter
def score_band(score: int | None) -> str:
    """Return `low` (0 to 39), `fair` (40 to 69) or `high` (70 to 100); "" for None."""
    if score is None:
        return ""
    return "high" if score >= 70 else "fair" if score >= 40 else "low"


@register.filter
def percent(share: float | None) -> str:
    """Return a share from 0 to 1 as `88 %`; "" for None."""
    return "" if share is None else f"{round(share * 100)}\u00a0%"


# --- Actors and pictures --------------------------------------------------------------------------
@register.filter
def initials(name: Any) -> str:
    """Return up to two capitals that stand for a name."""
    said = str(name)
    # Of an address the part before the @ is somebody's, and what comes after is everybody's.
    if "@" in said and " " not in said:
        said = NO_LETTER.sub(" ", said.partition("@")[0])
    words = [word for word in said.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def who(kind: str, name: Any, bare: bool = False) -> SafeString:
    """
    Return who did or owns something: round for people, square for agents, the wheel for ourselves.

    :param bare: hide the name, but for those who cannot see the picture
    """
    face: str = initials(name)
    if kind != "person":
        face = icon("agent" if kind in ("agent", "automation") else "wheel")
    return format_html(
        '<span class="who" data-kind="{}"{}><span class="face" aria-hidden="true">{}</span>'
        '<span class="{}">{}</span></span>',
        kind,
        format_html(' title="{}"', name) if bare else "",
        face,
        "unseen" if bare else "clip",
        name,
    )


@register.simple_tag
def score(position: Any, figure: bool = False) -> SafeString:
    """
    Return a position's score in force, with a hand where a person set it; nothing without one.

    :param figure: as the large figure of a page
    """
    in_force = position.score_in_force
    if in_force is None:
        return SafeString()
    by_hand = position.manual_score is not None
    return format_html(
        '<span class="score{}" data-band="{}" title="{}">{}{}</span>',
        " figure" if figure else "",
        score_band(in_force),
        _said_of_score(position, by_hand=by_hand),
        in_force,
        format_html('{}<span class="unseen">set by hand</span>', icon("hand")) if by_hand else "",
    )


def _said_of_score(position: Any, *, by_hand: bool) -> str:
    if by_hand:
        why = position.override_reason
        return f"Score set by hand: {why}" if why else "Score set by hand"
    sure = percent(position.confidence)
    return f"Score, {sure} sure" if sure else "Score"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a picture from `static/icons.svg`; it says nothing to screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )


# --- Links ----------------------------------------------------------------------------------------
@register.filter
def contact_page(pk: int) -> str:
    """Return the address of a contact's page; boards have hundreds, so it is worked out once."""
    return _contact_page().replace("/0/", f"/{pk}/")


@cache
def _contact_page() -> str:
    return reverse("crm:contact", args=[0])


# --- Links that others wrote ----------------------------------------------------------------------
@register.simple_tag
def outlink(address: str) -> str | SafeString:
    """Return a link to a web address from stored data; what is no web address stays mere text."""
    if not address.lower().startswith(("http://", "https://")):
        return address
    said = address.split("://", 1)[1].removeprefix("www.").rstrip("/")
    return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', address, said)
