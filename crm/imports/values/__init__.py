"""
Values as people write them, read exactly: one module for each kind of value.

Each raises a `BadValue` that says in a sentence what the value was and what would be right.
"""


class BadValue(ValueError):
    """A value that cannot be read as what its column holds."""


def shown(value: str, limit: int = 60) -> str:
    """Return a value for a sentence: in quotation marks, on one line and not too long."""
    plain = " ".join(value.split())
    return f"“{plain[: limit - 1]}…”" if len(plain) > limit else f"“{plain}”"


def brief(value: str, what: str, limit: int = 200) -> str:
    """
    Return the value without spaces around, if it is short enough to be anything but prose.

    :raises BadValue: if it has more than `limit` characters
    """
    plain = value.strip()
    if len(plain) > limit:
        raise BadValue(f"{shown(plain)} is too long to be {what}.")
    return plain


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(text.split())


# How exports write “nothing”. Only for typed values: in a text, “none” may be meant.
NOTHING = words_of(
    "- -- — – n/a na #n/a null none nil nan (blank) (empty) (none) undefined k.a. 0000-00-00"
)


def is_blank(value: str) -> bool:
    """Say whether a typed value is one of the ways to write nothing."""
    word = value.strip().casefold()
    return not word or word in NOTHING or word.startswith("0000-00-00 ")
