"""What the header of an amount says about its unit: cents, thousands, a currency."""

import re

from crm.imports.fields import Field, Type
from crm.imports.values.numbers import CODES, SCALES, SIGNS

MINOR = re.compile(r"(?<![^\W_])(cents?|minor|pence|centimes|cts)(?![^\W_])", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+\$?|[€£¥₹₽₩₺₪฿$]")
# "(£m)", "in k€", "[Mio. EUR]": a scale counts only in brackets, after "in" or beside a currency.
SAID = re.compile(r"[(\[]([^)\]]*)[)\]]|\bin\s+(.*)$|[,/]\s*(.*)$", re.IGNORECASE)


def in_minor_units(field: Field, header: str) -> bool:
    """
    Say whether a column of money holds minor units.

    `value_cents` always does and `value` never; where there is but one field (`revenue_cents`) the
    header decides, because people's files hold major units and call them revenue.
    """
    if field.type is Type.CENTS:
        return True
    return field.name.endswith("_cents") and says_cents(header)


def says_cents(header: str) -> bool:
    """Say whether a header says that its column holds minor units."""
    return bool(MINOR.search(header))


def scale_of(header: str) -> int:
    """Return the power of ten that a header says: 6 for "Turnover (£m)", 3 for "Value in k€"."""
    for word in said_words(header):
        if (scale := SCALES.get(word.casefold())) is not None:
            return scale
    return 0


def currency_of(header: str) -> str:
    """Return the currency that a header names, ISO 4217, or nothing: "Amount (USD)", "ARR €"."""
    every: list[str] = WORD.findall(header)
    for word in (*said_words(header), *every):
        if word in CODES:
            return word
        if (code := SIGNS.get(word.upper())) and not word.isalpha():
            return code
    return ""


def said_words(header: str) -> list[str]:
    """Return the words of a header that can be a unit, a currency's sign parted from a scale."""
    asides = " ".join("".join(found) for found in SAID.findall(header))
    return WORD.findall(asides)
