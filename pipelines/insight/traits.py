"""Traits: what a contact or a card can be compared by, each as one plain value or none."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

SIZES = [11, 51, 201, 1001]
SIZE_NAMES = ["1-10", "11-50", "51-200", "201-1,000", "over 1,000"]
ENGAGED = [1, 3, 10]
ENGAGED_NAMES = ["none", "1-2", "3-9", "10 or more"]

Known = Mapping[str, Any]


def size_of(employees: int | None) -> str | None:
    """Return how large a company is, in one of five bands."""
    return None if employees is None else SIZE_NAMES[bisect_right(SIZES, employees)]


@lru_cache(maxsize=4096)
def band_of(cents: int | None) -> str | None:
    """Return the band an amount is in: as many digits before the point."""
    if not cents:
        return None
    digits = len(str(cents // 100))
    return f"{10 ** (digits - 1):,}-{10**digits - 1:,}"


def engagement_of(count: int) -> str:
    """Return how much activity there was within 30 days, in one of four bands."""
    return ENGAGED_NAMES[bisect_right(ENGAGED, count)]


@lru_cache(maxsize=4096)
def plain(text: str | None) -> str | None:
    """Return text as it is compared; None where it says nothing."""
    return " ".join(str(text or "").casefold().split()) or None


READ: dict[str, Callable[[Known], str | None]] = {
    "industry": lambda known: plain(known["industry"]),
    "company_size": lambda known: size_of(known["employees"]),
    "source": lambda known: plain(known["source"]),
    "country": lambda known: plain(known["country"]),
    "job_title": lambda known: plain(known["job_title"]),
    "value": lambda known: band_of(known["value_cents"]),
    "engagement": lambda known: engagement_of(known["activities"]),
}
# Contacts are said to behave as they engage.
READ["behaviour"] = READ["engagement"]
OF_CARDS = tuple(name for name in READ if name != "behaviour")


def read(known: Known, only: Collection[str] = OF_CARDS) -> dict[str, str]:
    """Return the traits something has, of those named `only`, by name."""
    found = {name: of(known) for name, of in READ.items() if name in only}
    return {name: value for name, value in found.items() if value is not None}
