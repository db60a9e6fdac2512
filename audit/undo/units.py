"""
Units: what is restored all or none, and what stands against it.

Most are one column or one undo group. Making a row again or removing it is one unit with all that
belongs to it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from audit.undo import cells
from audit.undo.cells import Source
from audit.undo.history import Row
from audit.undo.stacks import Event
from audit.wording import Key


class Status(StrEnum):
    """What can be done about a unit."""

    RESTORABLE = "restorable"
    UNDONE = "already_undone"
    CONFLICT = "conflict"
    DEPENDENT = "dependent"
    IRREVERSIBLE = "irreversible"
    NOTHING = "nothing"


class Deed(StrEnum):
    """What is done to a row."""

    UPDATE = "put back"
    REMOVE = "remove"
    RETURN = "bring back"


@dataclass(slots=True, eq=False)
class Part:
    """
    What is done to one row.

    :param sources: for each column to be set, where its value stands
    :param base: the deletion whose content is brought back
    :param order: the newest change taken back; later ones go first
    """

    row: Row
    deed: Deed
    sources: dict[str, Source] = field(default_factory=dict)
    base: int = 0
    order: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """What columns would hold: of a row brought back, all the ledger has of it."""
        kept = find_content(self.row, self.base) if self.deed is Deed.RETURN else {}
        return kept | {c: cells.read(self.row, c, source) for c, source in self.sources.items()}


@dataclass(slots=True, eq=False)
class Unit:
    """
    What is restored all or none.

    :param row: the row it is about
    :param columns: the columns it is about; none for the whole row
    :param took: the selected actions that are taken back with it
    :param over: what others did later, where that is what stands against it; the last one first
    :param pointing: rows that point here, where they are what stands against it
    """

    row: Row
    status: Status
    columns: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)
    took: frozenset[int] = frozenset()
    over: tuple[Event, ...] = ()
    because: str = ""
    pointing: set[Key] = field(default_factory=set)

    @property
    def promise(self) -> int:
        """A digest of exactly what would be done: 63 bits, as PostgreSQL's bigint."""
        told = sorted(
            (part.row.table, part.row.id, part.deed.value, sorted(part.values.items()))
            for part in self.parts
        )
        return int.from_bytes(blake2b(repr(told).encode(), digest_size=8).digest()) >> 1


def find_content(row: Row, change: int) -> dict[str, Any]:
    """Return what a row held when change `change` removed it."""
    return next(write.before for write in row.writes if write.id == change)
