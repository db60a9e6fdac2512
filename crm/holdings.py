"""
Holdings: what rows of a kind come to, where whoever owns the kind keeps that counted.

What is kept is read at once, however many rows there are; everything else is counted when asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.actors import Actor

Comparisons = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Holding:
    """
    Rows in use that have a value and a currency in common.

    :param key: the value they are grouped by; None where they are not
    :param valued: how many of them hold an amount
    :param cents: what those come to, in minor units of the currency
    """

    key: Any
    currency: str
    count: int
    valued: int
    cents: int


# Takes the field that is added up ("" to count rows), comparisons that all hold, the field that
# rows are grouped by ("" for none) and who asks; None where that is not kept.
Find = Callable[[str, Comparisons, str, Actor], Sequence[Holding] | None]

_kept: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Let what is kept of a kind be found."""
    _kept[kind] = find


def find(
    kind: str, *, field: str, filter: Comparisons, group_by: str, by: Actor
) -> Sequence[Holding] | None:
    """Return what is kept of the rows that `by` may see; None where it has to be counted."""
    return _kept[kind](field, filter, group_by, by) if kind in _kept else None
