"""What the ledger says of the rows a selection of actions wrote to, read in a few statements."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from audit.undo.schema import Table, find_table
from audit.wording import LABELS, Key

# Between a JSON column and one of its keys, where that is taken for a column of its own.
KEY = "."
MANY = 200  # rows, from which on joins are to hash


class _Missing:
    """What a key holds that is not there."""

    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@dataclass(slots=True)
class Write:
    """One change of one row; `before` and `after` are read only where they are needed."""

    id: int
    action: int
    verb: str
    erased: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """
    A row and its changes since the selection first wrote to it, or all of them.

    :param simple: inserted by the selection and left alone since: no contents were read
    :param now: its columns at present, of a simple row only those that matter; None: there is none
    """

    table: str
    id: int
    writes: list[Write] = field(default_factory=list)
    simple: bool = False
    now: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """What it is called, at present or before it was deleted."""
        known = [self.now or {}, *(w.before or w.after for w in reversed(self.writes))]
        found = (str(each[key]) for each in known for key in LABELS if each.get(key))
        return next(found, "")

    def value(self, column: str) -> Any:
        """Return a column's value at present, or the last one known."""
        known = [self.now or {}, *(w.after or w.before for w in reversed(self.writes))]
        return next((each[column] for each in known if column in each), None)


@dataclass(slots=True)
class History:
    """
    The rows the selection wrote to.

    :param undoes: what each undo among the actions involved takes back
    """

    selected: frozenset[int]
    rows: dict[Key, Row]
    undoes: Mapping[int, frozenset[int]]


def load(selected: Set[int], *, organization_id: int, closed: Set[int]) -> History:
    """Read what the selected actions changed, less what happened inside closed reaches."""
    first = _find_first_writes(selected, organization_id, closed)
    rows = {key: Row(*key) for key in first}
    for table, ids in _by_table(rows).items():
        since = min(first[table, row] for row in ids)
        for row, write in _read_writes(table, ids, since, organization_id):
            if write.id >= first[table, row]:
                rows[table, row].writes.append(write)
    undoes = _find_undoes({w.action for row in rows.values() for w in row.writes})
    _read_older(rows, selected, undoes, organization_id)
    with in_bulk(len(rows)):
        _read_contents(rows, selected)
    return History(frozenset(selected), rows, undoes)


def _by_table(keys: Iterable[Key]) -> dict[str, list[int]]:
    tables = defaultdict(list)
    for table, row in sorted(keys):
        tables[table].append(row)
    return tables


@contextmanager
def in_bulk(rows: int) -> Iterator[None]:
    """
    Have joins hash where there are many rows.

    The planner knows nothing of arrays and little of rows that were just written, guesses a few,
    and loops over loops: minutes instead of a second.
    """
    if rows < MANY:
        yield
        return
    fetch("select set_config('enable_nestloop', 'off', true)", [])
    yield
    fetch("select set_config('enable_nestloop', 'on', true)", [])


def bind(parameters: list[Any]) -> list[Any]:
    """Return parameters with lists of numbers as text, which the driver takes as it is."""
    return [
        "{" + ",".join(map(str, each)) + "}"
        if isinstance(each, list) and each and isinstance(each[0], int)
        else each
        for each in parameters
    ]


def fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Run a query of our own and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, bind(parameters))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def parse(text: str | None) -> Any:
    """Read jsonb as the driver hands it over, numbers exactly."""
    return None if text is None else json.loads(text, parse_float=Decimal)


def _find_first_writes(
    selected: Set[int], organization_id: int, closed: Set[int]
) -> dict[Key, int]:
    found = fetch(
        """
        select table_name, row_id, min(id) from audit_change
        where action_id = any(%s) and organization_id = %s
            and (reach_id is null or reach_id <> all(%s::bigint[]))
        group by table_name, row_id
        """,
        [list(selected), organization_id, list(closed)],
    )
    return {(table, row): first for table, row, first in found}


def _read_writes(
    table: str, rows: list[int], since: int, organization_id: int
) -> list[tuple[int, Write]]:
    found = fetch(
        """
        select row_id, id, action_id, verb, erased_in is not null from audit_change
        where table_name = %s and row_id = any(%s) and id >= %s and organization_id = %s
        order by id
        """,
        [table, rows, since, organization_id],
    )
    return [(row, Write(*write)) for row, *write in found]


def _find_undoes(actions: Set[int]) -> dict[int, frozenset[int]]:
    found = fetch(
        "select id, undoes from audit_action where id = any(%s) and undoes <> '{}'", [list(actions)]
    )
    return {action: frozenset(undone) for action, undone in found}


def _read_older(
    rows: dict[Key, Row],
    selected: Set[int],
    undoes: Mapping[int, frozenset[int]],
    organization_id: int,
) -> None:
    """Where undos and other people's writes meet, all that ever happened to the row counts."""
    meeting = [
        key
        for key, row in rows.items()
        if any(w.action in undoes for w in row.writes)
        and any(w.action not in selected for w in row.writes)
    ]
    for table, ids in _by_table(meeting).items():
        for row in ids:
            rows[table, row].writes = []
        for row, write in _read_writes(table, ids, 0, organization_id):
            rows[table, row].writes.append(write)


def _read_contents(rows: dict[Key, Row], selected: Set[int]) -> None:
    """Read what writes say and what the rows are now; of simple rows just that they are intact."""
    rest = dict(rows)
    for table, ids in _by_table(rows).items():
        known = find_table(table)
        alone = [row for i in ids if _is_alone(row := rows[table, i], selected)]
        if known is not None and alone:
            for row in _find_intact(known, alone):
                row.simple = True
                del rest[row.table, row.id]
    wanted = {write.id: write for row in rest.values() for write in row.writes}
    found = fetch(
        "select id, before, after, withheld from audit_change where id = any(%s)", [list(wanted)]
    )
    for change, before, after, withheld in found:
        write = wanted[change]
        write.before, write.after = parse(before) or {}, parse(after) or {}
        write.withheld = withheld
    for row in rest.values():
        if (known := find_table(row.table)) is not None:
            for write in row.writes:
                _spread(write, known.keyed)
    for table, ids in _by_table(rest).items():
        if (known := find_table(table)) is not None:
            _read_present(known, {i: rows[table, i] for i in ids})


def _is_alone(row: Row, selected: Set[int]) -> bool:
    """Whether all that happened to the row is that the selection made it."""
    first = row.writes[0]
    made = first.verb == "insert" and not first.erased
    return made and len(row.writes) == 1 and first.action in selected


def _find_intact(table: Table, rows: list[Row]) -> Iterator[Row]:
    """Return the rows that are what their inserts left, with what they are called."""
    inserts = {row.writes[0].id: row for row in rows}
    [(captured,)] = fetch(
        "select array(select jsonb_object_keys(after)) from audit_change where id = %s",
        [min(inserts)],
    )
    beside = sorted(set(table.columns) - set(captured))  # derived, secret, younger than the row
    kept = {*LABELS, table.tie.column if table.tie else ""} & set(table.columns)
    pairs = ", ".join(f"'{column}', t.{column}" for column in sorted(kept))
    found = fetch(
        f"""
        select c.id, jsonb_build_object({pairs})
        from audit_change as c join {table.name} as t on t.id = c.row_id
        where c.id = any(%s) and t.id = any(%s) and to_jsonb(t) - %s::text[] = c.after
        """,  # noqa: S608  (a table of ours)
        [list(inserts), [row.id for row in rows], beside],
    )
    for change, known in found:
        inserts[change].now = parse(known)
        yield inserts[change]


def _read_present(table: Table, rows: dict[int, Row]) -> None:
    found = fetch(
        f"select id, to_jsonb(t) from {table.name} as t where id = any(%s)",  # noqa: S608
        [list(rows)],
    )
    for row, now in found:
        rows[row].now = parse(now)
        _spread_keys(rows[row].now or {}, table.keyed)


def _spread(write: Write, keyed: Set[str]) -> None:
    """Take each key of a keyed column for a column; of an update only those that differ."""
    if write.verb != "update":
        _spread_keys(write.before, keyed)
        _spread_keys(write.after, keyed)
        return
    for column in keyed & write.after.keys():
        before, after = write.before.pop(column) or {}, write.after.pop(column) or {}
        for key in sorted({*before, *after}):
            if before.get(key, MISSING) != after.get(key, MISSING):
                write.before[f"{column}{KEY}{key}"] = before.get(key, MISSING)
                write.after[f"{column}{KEY}{key}"] = after.get(key, MISSING)


def _spread_keys(values: dict[str, Any], keyed: Set[str]) -> None:
    for column in keyed & values.keys():
        for key, value in (values[column] or {}).items():
            values[f"{column}{KEY}{key}"] = value
