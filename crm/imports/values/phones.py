"""Telephone numbers: kept as they were written. `addresses.phone_key` says which two are one."""

import re

from crm.imports.values import BadValue, brief, shown

EXTENSION = re.compile(
    r"\s*(?:;ext=|ext(?:ension)?\.?|x|#|durchwahl|poste)\s*:?\s*\d{1,7}$", re.IGNORECASE
)
NAMED = re.compile(r"^\s*(tel|phone|mobile|cell|fax|telefon|call)\s*[.:]\s*", re.IGNORECASE)


def check(value: str) -> str:
    """
    Return a telephone number as it was written.

    :raises BadValue: if it has fewer than five digits, or letters
    """
    written = brief(value, "a telephone number")
    number = EXTENSION.sub("", NAMED.sub("", written).removeprefix("'"))
    digits = re.sub(r"\D", "", number)
    if not 5 <= len(digits) <= 20 or re.search(r"[^\W\d_]{2,}", number):
        raise BadValue(f"{shown(value)} is not a telephone number; write it like +44 20 7946 0958.")
    return written
