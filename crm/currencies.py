"""Currencies: which there are, and how many digits follow the point."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from iso4217 import Currency

# Taken out of ISO 4217 lately, and still in people's files.
RETIRED = {"BGN": 2, "HRK": 2}
_DIGITS: dict[str, int] = {each.code: each.exponent or 0 for each in Currency} | RETIRED
_SHAPE = re.compile(r"[A-Z]{3}", re.ASCII)


def is_code(text: str) -> bool:
    """Whether `text` is a code of ISO 4217, such as EUR."""
    return bool(_SHAPE.fullmatch(text)) and text in _DIGITS


def check(text: str) -> None:
    """:raises ValidationError: if `text` is no code of ISO 4217"""
    if not is_code(text):
        raise ValidationError("A code of ISO 4217, such as EUR.")


def digits(code: str) -> int:
    """Return how many digits of its minor unit a currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(code, 2)


def minor_rates(own: str, rates: Mapping[str, float]) -> dict[str, Decimal]:
    """
    Return what one minor unit of each currency is worth in minor units of `own`, which is 1.

    :param rates: what one whole unit of another currency is worth in `own`
    """
    found = {
        name: Decimal(str(rate)).scaleb(digits(own) - digits(name)) for name, rate in rates.items()
    }
    return found | {own: Decimal(1)}
