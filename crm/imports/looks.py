"""What a single value looks like, quickly: for guessing about columns, not for reading values."""

import re

from crm.imports.values.numbers import CODES, SIGNS

EMAIL = re.compile(r"(mailto:)?[^@\s<>]*<?[^@\s<>,;]+@[^@\s<>,;]+\.[a-z]{2,}>?", re.IGNORECASE)
URL = re.compile(r"(https?://|www\.)\S+\.\S+", re.IGNORECASE)
DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,18}", re.IGNORECASE)
LINKEDIN = re.compile(r"\S*linkedin\.com/\S*", re.IGNORECASE)
PHONE = re.compile(
    r"(tel:)?\+?[\d\s().\-/–]{6,24}((x|ext\.?|extension|#)\s*\d{1,6})?", re.IGNORECASE
)
NUMERIC_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))"
    r"([T ,]+\d{1,2}[:.h]\d{2}.*)?"
)
NAMED_DATE = re.compile(
    r"((mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?"
    r"(\d{1,2}(st|nd|rd|th)?[./\s-]+(of |de )?[^\W\d_]{3,10}[./,\s-]+(of |de )?\d{2,4}"
    r"|[^\W\d_]{3,9}\.?\s+\d{1,2}(st|nd|rd|th)?,?\s+\d{4})(\b.*\d{1,2}:\d{2}.*|,?\s*)",
    re.IGNORECASE,
)
TIME_IN_IT = re.compile(r"\d{1,2}[:h]\d{2}")
NUMBER = re.compile(r"[-+−(]?\s*\d[\d\s.,'’]*\s*\)?-?")
SIGN = "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True)))
MARK = rf"({SIGN}|\$|kr\.?|R|({'|'.join(CODES)})\b)"
WHOLE = r"((?<=[.,])[-–—])?"  # CHF 40.–
MONEY = re.compile(
    rf"[-+−(]?\s*({MARK}\s*[-−]?\d[\d\s.,'’]*{WHOLE}\s*(k|m|mn|mio|bn)?"
    rf"|\d[\d\s.,'’]*{WHOLE}\s*(k|m|mn|mio|bn)?\s*{MARK}?|\d[\d.,]*\s*(k|m|mn|mio|bn))\s*\)?",
    re.IGNORECASE,
)
MARKED_MONEY = re.compile(rf"[-+−(]?\s*({MARK}\s*[-−]?\d|\d.*{MARK}\s*\)?$)", re.IGNORECASE)
PERCENT = re.compile(r"[-+]?\d+([.,]\d+)?\s*%")
COUNT = re.compile(
    r"[<>~]?\s*\d[\d,.\s'’]*(\s*(-|–|to)\s*\d[\d,.\s'’]*)?\+?(\s*(employees|people))?"
)
IDENTIFIER = re.compile(r"[a-z]{0,12}[-_:/#]?[a-z0-9]*([-_:][a-z0-9]+)*", re.IGNORECASE)
REFERENCE = re.compile(r"[a-z_]+:\d+")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-.{22}", re.IGNORECASE)
PERSON = re.compile(r"[^\W\d_][\w'’.\-]*(,?\s+[^\W\d_][\w'’.\-]*){1,4}")
ZONE = re.compile(r"([A-Z][a-z]+/[A-Z]\w+.*|UTC|GMT|[A-Z]{2,4}T|(UTC|GMT)?[+-]\d{1,2}(:?\d{2})?)")
LANGUAGE = re.compile(r"[a-z]{2}([-_][a-z]{2})?", re.IGNORECASE)
CURRENCY = re.compile(r"[A-Z]{3}|[$€£¥₹₽₩₺₪]|US\$", re.IGNORECASE)


def like_email(value: str) -> bool:
    """Say whether this is an e-mail address, or several, or one with a name."""
    return "@" in value and any(EMAIL.fullmatch(part.strip()) for part in re.split(r"[,;]", value))


def like_date(value: str) -> bool:
    """Say whether this is a date, with or without a time."""
    return bool(NUMERIC_DATE.fullmatch(value) or NAMED_DATE.fullmatch(value))


def like_phone(value: str) -> bool:
    """Say whether this is a telephone number: enough digits, and nothing else but its signs."""
    return sum(letter.isdigit() for letter in value) >= 6 and bool(
        PHONE.fullmatch(value) and not like_date(value)
    )


def like_number(value: str) -> bool:
    """Say whether this is a plain number."""
    return bool(NUMBER.fullmatch(value))


def like_data(value: str) -> bool:
    """Say whether this can only be a value, never the name of a column."""
    value = value[:200].strip()
    return bool(value) and (
        like_email(value)
        or like_date(value)
        or like_number(value)
        or bool(UUID.fullmatch(value) or URL.fullmatch(value) or LINKEDIN.fullmatch(value))
    )
