"""
Laws between rows that no key can say, told by the apps whose rows they are.

A card stands in a stage that is in use; a value belongs to a field that is declared. What undo
would leave broken it does not do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from audit.undo.history import KEY
from audit.undo.units import Deed, Part, Status, Unit
from audit.wording import Key


@dataclass(frozen=True, slots=True)
class Written:
    """
    A row as undo would leave it.

    :param put: the columns that are set anew; a key of a JSON column is `properties.key`
    :param after: its columns, as far as known; empty where it is removed
    """

    is_there: bool
    put: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


Rows = Mapping[Key, Written]
# Returns which of the rows would break the law, and says why.
Law = Callable[[Rows], Mapping[Key, str]]

_laws: list[tuple[Mapping[str, Set[str]], Law]] = []


def holds_for(columns: Mapping[str, Set[str]]) -> Callable[[Law], Law]:
    """
    Ask the decorated function about every undo that writes to such rows.

    :param columns: by table, those it is about; `properties.` stands for every key
    """

    def register(law: Law) -> Law:
        _laws.append((columns, law))
        return law

    return register


def block(units: Iterable[Unit]) -> bool:
    """Take out of what is restorable all that would break a law; return whether anything was."""
    standing = [unit for unit in units if unit.status is Status.RESTORABLE]
    blocked = False
    for columns, law in _laws:
        rows: dict[Key, Written] = {}
        writing: dict[Key, list[Unit]] = defaultdict(list)
        for unit in standing:
            for part in unit.parts:
                if _concerns(part, columns.get(part.row.table, frozenset())):
                    key = (part.row.table, part.row.id)
                    rows[key] = _add(rows.get(key), part)
                    writing[key].append(unit)
        for key, because in (law(rows) if rows else {}).items():
            for unit in writing[key]:
                unit.status, unit.because, blocked = Status.CONFLICT, because, True
    return blocked


def _concerns(part: Part, columns: Set[str]) -> bool:
    if not columns or part.deed is not Deed.UPDATE:
        return bool(columns)
    return any(
        column in columns or f"{column.partition(KEY)[0]}{KEY}" in columns
        for column in part.sources
    )


def _add(known: Written | None, part: Part) -> Written:
    if part.deed is Deed.REMOVE:
        return Written(is_there=False)
    put = {**(known.put if known else {}), **part.values}
    return Written(is_there=True, put=put, after={**(part.row.now or {}), **put})
