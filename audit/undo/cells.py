"""
Cells: what is undone all or none, and what each was to hold at any time.

A cell is a column, an undo group of columns, or (of rows tied to another's group) a whole row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from audit.undo.history import History, Row, Write
from audit.undo.schema import Table
from audit.undo.stacks import Event, Peeled, peel
from audit.wording import Key


class Side(Enum):
    """Which content of a change."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a column's value stands in the ledger."""

    change: int
    side: Side


@dataclass(slots=True, eq=False)
class Cell:
    """
    Part of a row, and what was written to it.

    :param columns: its columns; none for a whole row
    :param company: the cells that are undone with it, itself included
    """

    row: Row
    columns: tuple[str, ...]
    writes: list[Write]
    result: Peeled = field(init=False)
    company: list["Cell"] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.columns

    @property
    def is_there(self) -> bool:
        return self.row.now is not None

    @property
    def was_there(self) -> bool:
        """Whether the row is to be there once the selection is taken out."""
        return existed(self.row, self.result.upto)

    def has_selected(self, history: History) -> bool:
        return any(write.action in history.selected for write in self.writes)


def is_whole(write: Write) -> bool:
    """Whether a write made or removed the row, or may have changed any column of it."""
    return write.verb != "update" or write.erased


def split(row: Row, table: Table) -> list[Cell]:
    """Return the row's cells: first the row's existence, if that was written, then columns."""
    if table.tie is not None:
        return [Cell(row, (), row.writes)]
    whole = [write for write in row.writes if is_whole(write)]
    groups: dict[tuple[str, ...], list[Write]] = {}
    for write in row.writes:
        if not is_whole(write):
            for group in {table.group_of(column) for column in (*write.after, *write.withheld)}:
                groups.setdefault(group, []).append(write)
    cells = [Cell(row, (), whole)] if whole else []
    for group, writes in sorted(groups.items()):
        merged = sorted([*whole, *writes], key=lambda write: write.id) if whole else writes
        cells.append(Cell(row, group, merged))
    return cells


def events_of(cells: Iterable[Cell], history: History) -> list[Event]:
    """Return what happened to some cells together: one event per action, oldest first."""
    last: dict[int, int] = {}
    for cell in cells:
        for write in cell.writes:
            last[write.action] = max(write.id, last.get(write.action, 0))
    events = [
        Event(action, at, history.undoes.get(action, frozenset())) for action, at in last.items()
    ]
    return sorted(events, key=lambda event: event.last)


def assess(cells: list[Cell], history: History) -> None:
    """Find out of cells that go together whether the selection can be taken out of them."""
    peeled = peel(events_of(cells, history), history.selected)
    for cell in cells:
        cell.result = peeled


def existed(row: Row, upto: int) -> bool:
    """Whether the row was there once change `upto` was made (0: before all that is known)."""
    before = [write for write in row.writes if write.verb != "update" and write.id <= upto]
    if before:
        return before[-1].verb == "insert"
    later = [write for write in row.writes if write.verb != "update"]
    return not later or later[0].verb == "delete"


def find_source(row: Row, column: str, upto: int) -> Source | None:
    """Return where the value stands that a column held at `upto`; None if no change says."""
    for write in reversed(row.writes):
        if write.id <= upto and column in write.after:
            return Source(write.id, Side.AFTER)
    for write in row.writes:
        if column in write.before:
            return Source(write.id, Side.BEFORE)
    return None


def read(row: Row, column: str, source: Source) -> Any:
    """Return the column's value at `source`."""
    write = next(write for write in row.writes if write.id == source.change)
    return (write.before if source.side is Side.BEFORE else write.after)[column]


def components(keyed: dict[Key, list[Cell]], history: History) -> list[list[Cell]]:
    """Join tied cells of one row's group where a selected action wrote to them together."""
    joined: list[list[Cell]] = []
    for cells in keyed.values():
        parts: list[tuple[set[int], list[Cell]]] = []
        for cell in cells:
            actions = {write.action for write in cell.writes} & history.selected
            touching = [part for part in parts if part[0] & actions]
            parts = [part for part in parts if not part[0] & actions]
            parts.append(
                (
                    actions.union(*(part[0] for part in touching)),
                    [cell, *(each for part in touching for each in part[1])],
                )
            )
        joined += [part[1] for part in parts]
    return joined
