"""
What points where: a row that something points to stays, and nothing is made to point to nothing.

Foreign keys are found from the models, SET_NULL ones included: undo is to leave no trace on rows it
does not undo.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.undo import laws
from audit.undo.history import fetch
from audit.undo.schema import Pointer, find_pointers_from, find_pointers_to, find_table
from audit.undo.units import Deed, Part, Status, Unit
from audit.wording import Key


@dataclass
class _Ground:
    """What would be removed, made again and re-pointed, and what there is now."""

    removed: dict[Key, Unit] = field(default_factory=dict)
    returned: dict[Key, Unit] = field(default_factory=dict)
    repointed: dict[tuple[Key, str], Unit] = field(default_factory=dict)
    pointing: list[tuple[Key, str, Key]] = field(default_factory=list)  # child, column, parent
    needs: list[tuple[Unit, Key, Key]] = field(default_factory=list)  # unit, child, parent
    there: set[Key] = field(default_factory=set)


def check(units: Iterable[Unit]) -> None:
    """Take out of what is restorable all that would point to nothing, or break another law."""
    hopeful = [unit for unit in units if unit.status is Status.RESTORABLE]
    ground = _survey(hopeful)
    while _block_removals(ground) or _block_orphans(ground) or laws.block(hopeful):
        pass


def find_needs(units: Iterable[Unit]) -> dict[str, set[int]]:
    """Return the rows, by table, that what is restored will point to."""
    needed: dict[str, set[int]] = defaultdict(set)
    for unit in units:
        for part in unit.parts:
            for _, (table, row) in _targets(part):
                needed[table].add(row)
    return needed


def _survey(units: list[Unit]) -> _Ground:
    ground = _Ground()
    for unit in units:
        for part in unit.parts:
            key = (part.row.table, part.row.id)
            if part.deed is Deed.REMOVE:
                ground.removed[key] = unit
            elif part.deed is Deed.RETURN:
                ground.returned[key] = unit
            for column in part.sources:
                ground.repointed[key, column] = unit
            ground.needs += [(unit, key, parent) for _, parent in _targets(part)]
    ground.pointing = list(_find_pointing(ground.removed))
    ground.there = _find_there({parent for _, _, parent in ground.needs})
    return ground


def _targets(part: Part) -> Iterator[tuple[Pointer, Key]]:
    """Return where a row would point that is put back or made again."""
    if part.deed is Deed.REMOVE:
        return
    put = part.values
    after: dict[str, Any] = (part.row.now or {}) | put
    for pointer in find_pointers_from(part.row.table):
        set_anew = {pointer.column, pointer.kind_column} & set(put)
        target = after.get(pointer.column)
        if set_anew and target is not None and _is_meant(pointer, after):
            yield pointer, (pointer.to, int(target))


def _is_meant(pointer: Pointer, row: dict[str, Any]) -> bool:
    return not pointer.kind_column or row.get(pointer.kind_column) == pointer.kind


def _find_pointing(removed: Iterable[Key]) -> Iterator[tuple[Key, str, Key]]:
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, row in removed:
        by_table[table].append(row)
    for table, rows in by_table.items():
        for pointer in find_pointers_to(table):
            for child, parent in _read_pointing(pointer, rows):
                yield (pointer.table, child), pointer.column, (table, parent)


def _read_pointing(pointer: Pointer, rows: list[int]) -> list[tuple[Any, ...]]:
    table = find_table(pointer.table)
    assert table is not None
    key = table.model._meta.pk.column
    kind = f" and {pointer.kind_column} = %s" if pointer.kind_column else ""
    return fetch(
        f"select {key}, {pointer.column} from {pointer.table}"  # noqa: S608  (tables of ours)
        f" where {pointer.column} = any(%s){kind} order by 1",
        [rows, *([pointer.kind] if kind else [])],
    )


def _find_there(keys: Iterable[Key]) -> set[Key]:
    by_table: dict[str, list[int]] = defaultdict(list)
    for name, row in keys:
        by_table[name].append(row)
    found: set[Key] = set()
    for name, rows in by_table.items():
        table = find_table(name)
        assert table is not None
        key = table.model._meta.pk.column
        there = fetch(f"select {key} from {name} where {key} = any(%s)", [rows])  # noqa: S608
        found.update((name, row) for (row,) in there)
    return found


def _stands(unit: Unit | None) -> bool:
    return unit is not None and unit.status is Status.RESTORABLE


def _block_removals(ground: _Ground) -> bool:
    """Keep rows that others go on pointing to; return whether any was to be removed."""
    blocked = False
    for child, column, parent in ground.pointing:
        unit = ground.removed[parent]
        goes_on = not _stands(ground.removed.get(child)) and not _stands(
            ground.repointed.get((child, column))
        )
        if _stands(unit) and goes_on:
            unit.status = Status.DEPENDENT
            blocked = True
        if unit.status is Status.DEPENDENT and goes_on:
            unit.pointing.add(child)
    for unit, child, parent in ground.needs:
        removal = ground.removed.get(parent)
        if removal is not None and _stands(removal) and _stands(unit):
            removal.status = Status.DEPENDENT
            removal.pointing.add(child)
            blocked = True
    return blocked


def _block_orphans(ground: _Ground) -> bool:
    """Keep rows from pointing to what is gone; return whether any was to."""
    blocked = False
    for unit, _, parent in ground.needs:
        if (
            _stands(unit)
            and parent not in ground.there
            and not _stands(ground.returned.get(parent))
        ):
            unit.status = Status.CONFLICT
            unit.because = "What it belonged to is not there any more."
            blocked = True
    return blocked
