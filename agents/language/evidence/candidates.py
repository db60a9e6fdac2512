"""Candidates: what a unit may ask for, each with the evidence for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

ENOUGH = 3.0  # evidence below this asks for nothing


@dataclass(frozen=True)
class Candidate:
    """
    One reading.

    :param score: of the evidence for it
    :param taken: the places its argument and its cues explain
    :param make: adds its steps to the plan
    :param units: other units that it explains, by number
    """

    name: str
    score: float
    taken: frozenset[int]
    make: Callable[[], None]
    units: frozenset[int] = field(default_factory=frozenset)
