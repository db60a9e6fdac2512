"""JSON whose objects say each thing once: of two values under one name, one would be lost."""

from collections.abc import Iterable
from typing import Any


class GivenTwice(ValueError):
    """An object has one name twice."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is given twice; give it once.")
        self.name = name


def each_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """
    Return the object of these pairs; for `json.loads`.

    :raises GivenTwice: if a name comes again
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise GivenTwice(name)
        found[name] = value
    return found
