"""What the ledger says of the rows a selection of actions wrote to, read in a few statements."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from audit.undo.schema import Table, find_table
from audit.wording import LABELS, Key


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
    :param intact: a simple row is what its insert left
    """

    table: str
    id: int
    writes: list[Write] = field(default_factory=list)
    simple: bool = False
    now: dict[str, Any] | None = None
    intact: bool = True

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
    _read_contents(rows, selected)
    for table, ids in _by_table(rows).items():
        if (known := find_table(table)) is not None:
            _read_present(known, [rows[table, row] for row in ids])
    return History(frozenset(selected), rows, undoes)


def _by_table(keys: Iterable[Key]) -> dict[str, list[int]]:
    tables = defaultdict(list)
    for table, row in sorted(keys):
        tables[table].append(row)
    return tables


def fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Run a query of our own and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
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
    """Mark the simple rows; of all others read what their writes say."""
    wanted = {}
    for row in rows.values():
        only = row.writes[0]
        row.simple = (
            len(row.writes) == 1
            and only.verb == "insert"
            and only.action in selected
            and not only.erased
        )
        if not row.simple:
            wanted.update({write.id: write for write in row.writes})
    found = fetch(
        "select id, before, after, withheld from audit_change where id = any(%s)", [list(wanted)]
    )
    for change, before, after, withheld in found:
        write = wanted[change]
        write.before, write.after = parse(before) or {}, parse(after) or {}
        write.withheld = withheld


def _read_present(table: Table, rows: list[Row]) -> None:
    """Read what the rows are now; of simple ones only whether they are what was inserted."""
    others = {row.id: row for row in rows if not row.simple}
    if others:
        found = fetch(
            f"select id, to_jsonb(t) from {table.name} as t where id = any(%s)",  # noqa: S608
            [list(others)],
        )
        for row, now in found:
            others[row].now = parse(now)
    simple = {row.writes[0].id: row for row in rows if row.simple}
    if simple:
        _check_simple(table, simple)


def _check_simple(table: Table, rows: dict[int, Row]) -> None:
    kept = [*LABELS, *([table.tie.column] if table.tie else [])]
    found = fetch(
        f"""
        select c.id,
            (select jsonb_object_agg(key, value) from jsonb_each(present.row)
                where key = any(%s)),
            not exists (select from jsonb_each(c.after) as left_by
                where left_by.value is distinct from present.row -> left_by.key)
        from audit_change as c
        join {table.name} as t on t.id = c.row_id
        cross join lateral (select to_jsonb(t) as row offset 0) as present
        where c.id = any(%s)
        """,  # noqa: S608  (a table of ours)
        [kept, list(rows)],
    )
    for change, known, intact in found:
        rows[change].now = parse(known) or {}
        rows[change].intact = intact
