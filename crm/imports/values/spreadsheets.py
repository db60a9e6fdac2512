"""
Values that a spreadsheet would run as a formula: guarded in an export, set free in an import.

`release(guard(value)) == value` for every text, so that an export comes back as it was.
"""

import re

# What begins a formula for Excel, LibreOffice or Google Sheets, after any guards already there.
FORMULA = re.compile(r"'*[=+\-@\t\r\n|%＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def guard(value: str) -> str:
    """Return the value with an apostrophe before it if it could be run; plain numbers cannot."""
    if FORMULA.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def release(value: str) -> str:
    """Return the value without the one apostrophe that guards it."""
    if value.startswith("'") and FORMULA.match(value[1:]):
        return value[1:]
    return value
