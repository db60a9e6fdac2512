"""Telephone numbers: shown as they were written, compared by one key."""

import re
from dataclasses import dataclass

import phonenumbers

from crm.imports.values import BadValue, brief, shown

NORTH_AMERICAN = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
EXTENSION = re.compile(
    r"\s*(?:;ext=|ext(?:ension)?\.?|x|#|durchwahl|poste)\s*:?\s*(\d{1,7})$", re.I
)
NAMED = re.compile(r"^\s*(tel|phone|mobile|cell|fax|telefon|call)\s*[.:]\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Phone:
    """A telephone number: as written, and as it is compared."""

    original: str
    key: str  # E.164 or only digits, then "x" and the extension; equal keys are one number
    e164: str = ""  # empty where the number is not a possible one
    extension: str = ""


def parse(value: str, *, region: str | None = None) -> Phone:
    """
    Return a telephone number with the key it is compared by.

    The number's length is checked for its country, and in North America its form too; whether it is
    in use is not. A number without country code is one of `region`, where that is given.

    :param region: two letters of a country, ISO 3166
    :raises BadValue: if it has fewer than five digits, or letters
    """
    written = check(value)
    number, extension = parted(written)
    digits = re.sub(r"\D", "", number)
    e164 = international(number, region)
    key = (e164 or digits) + (f"x{extension}" if extension else "")
    return Phone(written, key, e164, extension)


def check(value: str) -> str:
    """
    Return a telephone number as it was written.

    :raises BadValue: if it has fewer than five digits, or letters
    """
    written = brief(value, "a telephone number")
    number = parted(written)[0]
    digits = re.sub(r"\D", "", number)
    if not 5 <= len(digits) <= 20 or re.search(r"[^\W\d_]{2,}", number):
        raise BadValue(f"{shown(value)} is not a telephone number; write it like +44 20 7946 0958.")
    return written


def parted(written: str) -> tuple[str, str]:
    """Return the number and its extension, without the word before them."""
    return without_extension(NAMED.sub("", written).removeprefix("'"))


def without_extension(value: str) -> tuple[str, str]:
    """Return the number and its extension."""
    match = EXTENSION.search(value)
    return (value[: match.start()], match[1]) if match else (value, "")


def international(number: str, region: str | None) -> str:
    """Return the number in E.164, or nothing where it cannot be one."""
    plain = re.sub(r"^\s*\(?00(?=[\d\s)(.\-])", "+", number).replace("(0)", "")
    if not plain.lstrip().startswith("+") and region is None:
        return ""
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    if parsed.country_code == 1 and not NORTH_AMERICAN.fullmatch(str(parsed.national_number)):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
