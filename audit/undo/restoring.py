"""Restoring: the rows themselves, in a few statements, values straight from the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import DataError, IntegrityError, connection, models, transaction

from audit.undo import pointing
from audit.undo.history import KEY, bind, fetch, in_bulk
from audit.undo.schema import Table, find_table
from audit.undo.units import Deed, Part, Status, Unit

REFUSED = "Another record has taken its place, or a rule stands against it by now."


def lock(units: Iterable[Unit]) -> None:
    """Hold the rows that will be written, and those they will point to, until the end."""
    units = list(units)
    rows: dict[str, set[int]] = defaultdict(set)
    for unit in units:
        for part in unit.parts:
            rows[part.row.table].add(part.row.id)
    for name in sorted(rows, key=lambda name: (_table(name).tie is not None, name)):
        _lock(name, rows[name], "for update")
    for name, needed in sorted(pointing.find_needs(units).items()):
        _lock(name, needed, "for key share")


class _Refused(Exception):
    """The database refuses some units."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units


def restore(units: list[Unit]) -> bool:
    """
    Write what is restorable; what the database refuses becomes a conflict.

    :returns: whether anything was refused
    """
    refused_any = False
    while todo := [unit for unit in units if unit.status is Status.RESTORABLE]:
        todo.sort(key=lambda unit: -max(part.order for part in unit.parts))
        try:
            with transaction.atomic():
                if refused := _write_all(todo):
                    raise _Refused(refused)
                _settle(todo)
        except _Refused as refusal:  # what was written may need what was refused: begin again
            refused_any = True
            for unit in refusal.units:
                unit.status, unit.because = Status.CONFLICT, REFUSED
            pointing.check(units)
        else:
            break
    return refused_any


def _write_all(units: list[Unit]) -> list[Unit]:
    """Write the units, and return those the database refuses, found by halving."""
    try:
        with transaction.atomic(), in_bulk(len(units)):
            _write(units)
    except (IntegrityError, DataError):
        if len(units) == 1:
            return units
        middle = len(units) // 2
        return _write_all(units[:middle]) + _write_all(units[middle:])
    return []


# Keys between rows, by either end: they are checked at the commit, unless asked for. The ledger's
# own wait for the action, which is written last.
_KEYS = """
    select conname, confrelid::regclass::text, conrelid::regclass::text from pg_constraint
    where contype = 'f' and condeferrable and not starts_with(conrelid::regclass::text, 'audit_')
        and (confrelid::regclass::text = any(%s) or conrelid::regclass::text = any(%s))
"""


def _settle(units: list[Unit]) -> None:
    """
    Have the database check now what it would check at the commit.

    It sees more than we do: that another organization's row points to somebody we would remove.
    """
    tables = sorted({part.row.table for unit in units for part in unit.parts})
    keys = {name: ends for name, *ends in fetch(_KEYS, [tables, tables])}
    names = ", ".join(map(_q, sorted(keys)))
    if not names:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set constraints {names} immediate")
            cursor.execute(f"set constraints {names} deferred")
    except IntegrityError as error:
        broken = getattr(error.__cause__, "diag", None)
        ends = keys.get(getattr(broken, "constraint_name", None) or "", tables)
        raise _Refused(_find_offenders(units, ends)) from error


def _find_offenders(units: list[Unit], ends: list[str]) -> list[Unit]:
    """Return what removes rows at the far end of a key, or else writes to either."""
    removing = [
        unit
        for unit in units
        for part in unit.parts
        if part.deed is Deed.REMOVE and part.row.table == ends[0]
    ]
    return removing or [u for u in units if any(part.row.table in ends for part in u.parts)]


def _write(units: list[Unit]) -> None:
    """Remove, then put back (what was written last first), then bring back."""
    removed: dict[str, list[Part]] = defaultdict(list)
    returned: dict[str, list[Part]] = defaultdict(list)
    waves: dict[int, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for unit in units:
        seen: dict[str, int] = defaultdict(int)
        for part in sorted(unit.parts, key=lambda part: -part.order):
            table = part.row.table
            if part.deed is Deed.REMOVE:
                removed[table].append(part)
            elif part.deed is Deed.RETURN:
                returned[table].append(part)
            else:
                waves[seen[table]][table].append(part)
                seen[table] += 1
    for table, parts in removed.items():
        _remove(_table(table), parts)
    for _, wave in sorted(waves.items()):
        for table, parts in wave.items():
            _put_back(_table(table), parts)
    for table, parts in returned.items():
        _bring_back(_table(table), parts)


def _table(name: str) -> Table:
    table = find_table(name)
    assert table is not None  # else nothing of it was restorable
    return table


def _lock(name: str, rows: set[int], strength: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select from {name} where id = any(%s) order by id {strength}",
            bind([sorted(rows)]),
        )


def _run(sql: str, parameters: list[Any], *, expected: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, bind(parameters))
        if cursor.rowcount != expected:
            raise IntegrityError(f"{cursor.rowcount} rows were written instead of {expected}")


def _remove(table: Table, parts: list[Part]) -> None:
    rows = [part.row.id for part in parts]
    _run(
        f"delete from {table.name} where id = any(%s)",  # noqa: S608
        [rows],
        expected=len(rows),
    )


# Per row, the values wanted, each from the change and the side of it where it stands.
_WANTED = """
    select s.part, coalesce(jsonb_object_agg(s.name, v.value) filter (where s.key is null), '{{}}')
        as data {keyed}
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[])
        as s(part, name, key, change, side)
    join audit_change as c on c.id = s.change
    cross join lateral (
        select case s.side when 'before' then c.before else c.after end -> s.name as value) as v
    where c.id = any(%s)
    group by s.part
"""
# Of a JSON column whose keys are each undone alone: those to be there, and those to be gone.
_KEYED = """
    , coalesce(jsonb_object_agg(s.key, v.value -> s.key) filter (
        where s.name = '{column}' and s.key is not null and v.value ? s.key), '{{}}')
        as "put_{column}"
    , coalesce(array_agg(s.key) filter (
        where s.name = '{column}' and s.key is not null and not v.value ? s.key), '{{}}')
        as "gone_{column}"
"""


def _wanted_sql(columns: Iterable[str]) -> str:
    return _WANTED.format(keyed="".join(_KEYED.format(column=column) for column in columns))


def _wanted(parts: Iterable[Part]) -> list[Any]:
    found = [
        (part.row.id, *_split(column), source.change, source.side.value)
        for part in parts
        for column, source in part.sources.items()
    ]
    each = zip(*found, strict=True) if found else ([], [], [], [], [])
    lists = [list(one) for one in each]
    return [*lists, sorted(set(lists[3]))]


def _split(column: str) -> tuple[str, str | None]:
    """Return a column, and the key where it is one of a JSON column's."""
    name, found, key = column.partition(KEY)
    return name, key if found else None


def _merge(parts: list[Part]) -> Iterable[Part]:
    """Return one part per row, so that each row is written once."""
    merged: dict[int, Part] = {}
    for part in parts:
        row = merged.setdefault(part.row.id, Part(part.row, part.deed))
        row.sources |= part.sources
    return merged.values()


def _put_back(table: Table, parts: list[Part]) -> None:
    by_columns: dict[tuple[str, ...], list[Part]] = defaultdict(list)
    for part in _merge(parts):
        by_columns[tuple(sorted({_split(column)[0] for column in part.sources}))].append(part)
    for columns, alike in by_columns.items():
        keyed = [column for column in columns if column in table.keyed]
        setting = ", ".join(
            f"{_q(c)} = {_patched(c, 'x') if c in keyed else _value(table, c)}" for c in columns
        )
        _run(
            f"""
            update {table.name} as x set {setting}
            from ({_wanted_sql(keyed)}) as wanted
            cross join lateral jsonb_populate_record(null::{table.name}, wanted.data) as r
            where x.id = wanted.part and x.id = any(%s)
            """,  # noqa: S608  (tables of ours)
            [*_wanted(alike), [part.row.id for part in alike]],
            expected=len(alike),
        )


def _bring_back(table: Table, parts: list[Part]) -> None:
    by_columns: dict[tuple[str, ...], list[Part]] = defaultdict(list)
    for part in parts:
        kept = next(write.before for write in part.row.writes if write.id == part.base)
        by_columns[tuple(sorted(set(kept) & set(table.columns)))].append(part)
    for columns, alike in by_columns.items():
        defaults = _find_defaults(table, columns)
        keyed = [column for column in columns if column in table.keyed]
        names = ", ".join(_q(c) for c in (*columns, *defaults))
        values = [_patched(c, "r") if c in keyed else _value(table, c) for c in columns]
        _run(
            f"""
            insert into {table.name} ({names})
            select {", ".join([*values, *("%s" for _ in defaults)])}
            from audit_change as c
            left join ({_wanted_sql(keyed)}) as wanted on wanted.part = c.row_id
            cross join lateral jsonb_populate_record(
                null::{table.name}, c.before || coalesce(wanted.data, '{{}}')) as r
            where c.id = any(%s)
            """,  # noqa: S608  (tables of ours)
            [*defaults.values(), *_wanted(alike), [part.base for part in alike]],
            expected=len(alike),
        )


def _patched(column: str, row: str) -> str:
    """Return a JSON column of `row` with the keys wanted, and without those not wanted."""
    name, put, gone = _q(column), _q(f"put_{column}"), _q(f"gone_{column}")
    return f"({row}.{name} - coalesce(wanted.{gone}, '{{}}')) || coalesce(wanted.{put}, '{{}}')"


def _find_defaults(table: Table, columns: Iterable[str]) -> dict[str, Any]:
    """Return values for columns that the ledger leaves out, or that are younger than the row."""
    return {
        column: field.get_db_prep_save(field.get_default(), connection)
        for column, field in table.columns.items()
        if column not in columns and field.has_default() and not field.generated
    }


def _value(table: Table, column: str) -> str:
    """Return a column of `r`; JSON's own null comes out of a record as SQL's."""
    field = table.columns[column]
    if isinstance(field, models.JSONField) and not field.null:
        return f"coalesce(r.{_q(column)}, 'null'::jsonb)"
    return f"r.{_q(column)}"


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
