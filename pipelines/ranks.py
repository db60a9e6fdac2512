"""
Ranks: text keys that order the cards of a column, so that moving one card writes one row.

A key is a whole number and a fraction in base 62, written so that the "C" collation sorts it by
value: the first letter says how many digits the whole number has (`a` one, `b` two …; `Z`, `Y` …
for numbers below zero). Steps at either end count up or down and grow with the logarithm of the
column; between two neighbours the fraction is halved, about six times per character.
"""

import secrets

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
ZERO = "a0"
# Longer keys still sort; a column whose keys grow past this is given new ones.
COMFORTABLE = 60
MAX_LENGTH = 200


def between(low: str | None, high: str | None) -> str:
    """
    Return a key above `low` and below `high`; None is an open end.

    :raises ValueError: unless `low` sorts before `high`
    """
    if low is not None and high is not None and low >= high:
        raise ValueError(f"{low!r} does not sort before {high!r}")
    if low is None:
        return ZERO if high is None else _before(high)
    whole, fraction = _split(low)
    if high is None:
        return _next(whole)
    high_whole, high_fraction = _split(high)
    if whole == high_whole:
        return whole + _halve(fraction, high_fraction)
    step = _next(whole)
    return step if step < high else whole + _halve(fraction, None)


def on_top(first: str | None) -> str:
    """
    Return a key before the `first` of a column.

    Two who put a card on top at the same moment are most likely given different keys.
    """
    whole = ZERO if first is None else _previous(_split(first)[0])
    tail = secrets.randbelow(BASE * BASE)
    return whole + (DIGITS[tail // BASE] + DIGITS[tail % BASE]).rstrip("0")


def spread(count: int, low: str | None = None, high: str | None = None) -> list[str]:
    """Return `count` keys in order, all between `low` and `high`, as short as they can be."""
    if count <= 0:
        return []
    if high is None:
        keys = []
        for _ in range(count):
            low = between(low, None)
            keys.append(low)
        return keys
    middle = between(low, high)
    left = spread(count // 2, low, middle)
    return [*left, middle, *spread(count - len(left) - 1, middle, high)]


def _split(key: str) -> tuple[str, str]:
    """Return a key's whole number and its fraction."""
    length = _length(key[:1])
    if len(key) < length or (key.endswith("0") and len(key) > length):
        raise ValueError(f"{key!r} is no rank")
    return key[:length], key[length:]


def _length(head: str) -> int:
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    if "A" <= head <= "Z":
        return ord("Z") - ord(head) + 2
    raise ValueError(f"{head!r} begins no rank")


def _before(key: str) -> str:
    """Return the greatest whole number below `key`."""
    whole, fraction = _split(key)
    return whole if fraction else _previous(whole)


def _next(whole: str) -> str:
    head, digits = whole[0], whole[1:]
    if digits.strip("z"):
        return head + _count(digits, 1)
    if head == "z":
        raise ValueError("No whole number is left above.")
    head = "a" if head == "Z" else chr(ord(head) + 1)
    return head.ljust(_length(head), "0")


def _previous(whole: str) -> str:
    head, digits = whole[0], whole[1:]
    if digits.strip("0"):
        return head + _count(digits, -1)
    if head == "A":
        raise ValueError("No whole number is left below.")
    head = "Z" if head == "a" else chr(ord(head) - 1)
    return head.ljust(_length(head), "z")


def _count(digits: str, step: int) -> str:
    """Add `step`, 1 or -1, to digits that have room for it."""
    carry, rest = ("z", "0") if step == 1 else ("0", "z")
    kept = digits.rstrip(carry)
    moved = DIGITS[DIGITS.index(kept[-1]) + step]
    return kept[:-1] + moved + rest * (len(digits) - len(kept))


def _halve(low: str, high: str | None) -> str:
    """Return a fraction between two fractions; None is one whole."""
    position, shared = 0, ""
    while high is not None and (low[position : position + 1] or "0") == high[position]:
        shared += high[position]
        position += 1
    low = low[position:]
    first = DIGITS.index(low[0]) if low else 0
    last = BASE if high is None else DIGITS.index(high[position])
    if last - first > 1:
        return shared + DIGITS[(first + last) // 2]
    if high is not None and len(high) > position + 1:
        return shared + high[position]
    return shared + DIGITS[first] + _halve(low[1:], None)
