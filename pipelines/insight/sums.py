"""Sums of money: by currency, and in the organization's own at its own rates, as boards have it."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm import currencies
from crm.models import Organization


@dataclass(frozen=True, kw_only=True)
class Sum:
    """
    What some cards are worth; minor units throughout.

    :param totals: by currency, the organization's own first
    :param total_cents: in the organization's currency
    :param unconverted: currencies of which it has no rate, left out of that
    """

    count: int
    currency: str
    totals: dict[str, int]
    total_cents: int
    unconverted: list[str]


def add_up(rows: Iterable[tuple[str, int, int | None]], *, organization: Organization) -> Sum:
    """
    Add up cards of several currencies.

    :param rows: currency ("" is the organization's own), how many cards, and what they are worth
    """
    own, count = organization.currency, 0
    totals: dict[str, int] = {}
    for currency, many, cents in rows:
        count += many
        if cents is not None:
            totals[currency or own] = totals.get(currency or own, 0) + int(cents)
    rates = currencies.minor_rates(own, organization.rates)
    return Sum(
        count=count,
        currency=own,
        totals=dict(sorted(totals.items(), key=lambda each: (each[0] != own, each[0]))),
        total_cents=sum(
            round(cents * rates[name]) for name, cents in totals.items() if name in rates
        ),
        unconverted=sorted(name for name in totals if name not in rates),
    )


def convert(cents: int | None, currency: str, *, organization: Organization) -> int | None:
    """Return what an amount is in the organization's currency; None where it has no rate."""
    if cents is None:
        return None
    rates = currencies.minor_rates(organization.currency, organization.rates)
    rate = rates.get(currency or organization.currency)
    return None if rate is None else round(cents * rate)
