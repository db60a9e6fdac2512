"""Numbers, amounts of money and shares, exactly: decimals throughout, never floats."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from crm import currencies
from crm.imports.values import BadValue, brief, shown, words_of

# Signs and words that stand for a currency; a bare dollar is the organization's own dollar.
SIGNS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "R$": "BRL", "MX$": "MXN", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
    "RS": "INR", "RS.": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "฿": "THB",
    "₴": "UAH", "₫": "VND", "₦": "NGN", "ZŁ": "PLN", "KČ": "CZK", "FR.": "CHF", "SFR": "CHF",
    "EURO": "EUR", "EUROS": "EUR", "DOLLARS": "USD", "POUNDS": "GBP",
}  # fmt: skip
KRONER = words_of("SEK NOK DKK ISK")
DOLLARS = words_of("USD AUD CAD NZD HKD SGD MXN CLP COP ARS TWD")
# Codes that are seen for what they are in a cell; others, such as TOP and ALL, are words as well.
CODES = words_of(
    """
    AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL GHS HKD HRK HUF IDR ILS
    INR ISK JOD JPY KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB
    SAR SEK SGD THB TND TRY TWD UAH UGX USD UYU VND XAF XOF ZAR
    """
)
SCALES = {
    "k": 3, "tsd": 3, "thousand": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "mln": 6, "million": 6,
    "millions": 6, "b": 9, "bn": 9, "mrd": 9, "billion": 9, "lakh": 5, "cr": 7, "crore": 7,
}  # fmt: skip
FIGURES = re.compile(
    r"(?P<before>(?:[^\d.,(+\-−]|(?<=[^\W\d_])\.(?=\s))*)"  # "Rs. " has a point of its own
    r"(?P<digits>[.,]?\d[\d.,'’\s]*?)([.,][-–—])?\s*(?P<after>[^\d]*)"
)
RANGE = re.compile(r"(?<=\d)\s*(?:-|–|—|to|bis|à)\s*(?=\d)")
SCIENTIFIC = re.compile(r"[-+]?\d+([.,]\d+)?e[-+]?\d{1,2}", re.IGNORECASE)
# Largest amount a column of the database holds, in minor units.
MOST_CENTS = 2**63 - 1
MOST_DIGITS = 19


def decimal_mark(values: Iterable[str]) -> str | None:
    """
    Decide from a column's values whether "." or "," begins the fraction; None where nothing tells.

    A lone mark before exactly three digits ("1.234", "5,000") tells nothing by itself.
    """
    votes = Counter(mark for value in values if (mark := mark_of(value)))
    if votes["."] == votes[","]:
        return None
    return max(votes, key=lambda mark: votes[mark])


def mark_of(value: str) -> str:
    """Return the mark that must begin the fraction in this value, or nothing if either could."""
    marks = [letter for letter in value if letter in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    tail = re.match(r"\d*", value[value.rindex(last) + 1 :])
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else ""
    other = "," if last == "." else "."
    if len(marks) > 1:
        return other
    before = re.sub(r"\D", "", value[: value.rindex(last)])
    if tail and (len(tail[0]) != 3 or len(before) > 3 or before in ("", "0")):
        return last
    return ""


def parse_number(value: str, *, decimal: str | None = None) -> Decimal:
    """
    Return a number as written: with separators, in parentheses or with a minus for less than zero.

    :param decimal: what begins the fraction in this column; where unknown, "1.234" is a fraction
        and "1,234" is not
    :raises BadValue: if it is none
    """
    if SCIENTIFIC.fullmatch(value.strip()):
        return Decimal(value.strip().replace(",", "."))
    match = matched(value)
    if match is None or match["before"].strip() or match["after"].strip("% \xa0)-−"):
        raise BadValue(f"{shown(value)} is not a number; write it like 1234.5.")
    return signed(value, figures(value, match["digits"], decimal or "."))


def parse_percent(value: str, *, decimal: str | None = None) -> Decimal:
    """Return a share as 0 to 100; "45 %" and "45" alike are 45."""
    return parse_number(value.replace("%", ""), decimal=decimal)


def parse_count(value: str, *, decimal: str | None = None) -> int:
    """
    Return how many, as a whole number; of a range ("51-200", "1,000+") the lower end.

    :raises BadValue: if it is no count
    """
    lower = RANGE.split(brief(value, "a count"))[0]
    lower = re.sub(
        r"(employees|people|staff|mitarbeiter|\+|<|>|~|≈)", "", lower, flags=re.IGNORECASE
    )
    try:
        number = parse_number(lower, decimal=decimal)
    except BadValue:
        number = Decimal(-1)
    if number < 0 or number != number.to_integral_value():
        raise BadValue(f"{shown(value)} is not a count; write a whole number like 250.")
    return int(number)


def parse_money(
    value: str, *, decimal: str | None = None, currency: str = "USD"
) -> tuple[int, str]:
    """
    Return an amount in major units as minor units, with its currency.

    "€1.234,56", "$80,000", "12k", "(1,200) EUR" are understood; more digits than the currency has
    are rounded half up. A bare dollar sign is `currency` where that is a dollar; so are kr and R.

    :param decimal: what begins the fraction in this column; where unknown, three digits after a
        lone mark are thousands
    :param currency: the currency where the value names none, ISO 4217
    :raises BadValue: if it is no amount, or one too large to keep
    """
    if SCIENTIFIC.fullmatch(value.strip()):
        return to_minor(parse_number(value), currency, value), currency
    match = matched(value)
    said = currency_and_scale(match, currency) if match else None
    if said is None and re.search(r"\bkr\b", value, re.IGNORECASE):
        raise BadValue(f"{shown(value)} can be of several countries; write SEK, NOK, DKK or ISK.")
    if match is None or said is None:
        raise BadValue(f"{shown(value)} is not an amount of money; write it like 1234.56.")
    found, scale = said
    number = signed(value, figures(value, match["digits"], decimal)).scaleb(scale)
    return to_minor(number, found, value), found


def to_minor(amount: Decimal, currency: str, value: str = "") -> int:
    """Return an amount of major units in the minor units of its currency (100.5 USD is 10050)."""
    places = currencies.digits(currency)
    if amount.adjusted() + places < MOST_DIGITS:
        minor = int(amount.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if abs(minor) <= MOST_CENTS:
            return minor
    raise BadValue(f"{shown(value or str(amount))} is too large an amount to keep.")


def parse_cents(value: str) -> int:
    """
    Return an amount that is in minor units already.

    :raises BadValue: if it is not a whole number
    """
    number = parse_number(value)
    if number != number.to_integral_value() or abs(number) > MOST_CENTS:
        raise BadValue(f"{shown(value)} is not whole minor units; write cents like 123456.")
    return int(number)


def parse_currency(value: str, *, default: str = "USD") -> str:
    """
    Return the ISO 4217 code of a code, sign or name of a currency.

    :raises BadValue: if it is none that is known
    """
    code = named_currency(value, default) or named_currency(
        value.split("(")[-1].strip(") "), default
    )
    if not code:
        raise BadValue(f"{shown(value)} is not a currency; write its code, like EUR.")
    return code


def named_currency(word: str, default: str) -> str:
    """Return the code that a sign or word stands for, or nothing."""
    word = word.strip().upper()
    if word in CODES:
        return word
    if word == "$":
        return default if default in DOLLARS else "USD"
    if word.rstrip(".") == "KR":
        return default if default in KRONER else ""
    if word == "R":
        return default if default == "ZAR" else ""
    return SIGNS.get(word, "")


def matched(value: str) -> re.Match[str] | None:
    """Take the value apart: what stands before the figures, the figures, what stands after."""
    plain = brief(value, "a number").replace("\xa0", " ").replace("\u202f", " ")
    return FIGURES.fullmatch(re.sub(r"^[(+\-−\s]*|[\s)\-−]*$", "", dashed(plain)))


def dashed(plain: str) -> str:
    """Keep the dash of "1200.-" apart from a minus, and move a sign after the currency away."""
    plain = re.sub(r"([.,])[-–]+$", "", plain)
    return re.sub(r"^([^\d\-−(]*)[-−(]\s*(?=[\d.,])", r"\1", plain)


def signed(value: str, number: Decimal) -> Decimal:
    """Return the number below zero where a minus or parentheses say so."""
    plain = value.strip()
    minus = re.match(r"[^\d]*[-−(]", plain) or re.search(r"\d\s*[-−]$", plain)
    return -number if minus else number


def figures(value: str, digits: str, decimal: str | None) -> Decimal:
    """Return digits with separators as a number; without a known mark they are all whole."""
    mark = mark_of(digits) or decimal
    whole, found, fraction = digits.rpartition(mark) if mark else ("", "", "")
    if not found or digits.count(mark or "") > 1:
        whole, fraction = digits, ""
    plain = re.sub(r"\D", "", whole)
    if not (plain or fraction) or not re.fullmatch(r"\d*", fraction.strip()):
        raise BadValue(f"{shown(value)} is not a number; write it like 1234.5.")
    return Decimal(f"{plain or 0}.{fraction.strip() or 0}")


def currency_and_scale(match: re.Match[str], currency: str) -> tuple[str, int] | None:
    """Return the currency and the power of ten around the figures; None if something else is."""
    scale, found = 0, ""
    for word in re.findall(r"[^\W\d_]+\.?\$?|\S", f"{match['before']} {match['after']}"):
        plain = word.casefold().rstrip(".")
        if (code := named_currency(word, currency)) and not found:
            found = code
        elif plain in SCALES and not scale:
            scale = SCALES[plain]
        elif word not in "()-−–.,/":
            return None
    return found or currency, scale
