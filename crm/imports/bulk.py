"""
Many rows in one statement: new ones, or what changes of those we have.

The rows go as one JSON parameter: `bulk_create` and `bulk_update` would spend most of an import's
time on writing and splitting statements with tens of thousands of placeholders.
"""

import json
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection

_INSERT = """
    insert into {table} ({columns})
    select {columns} from json_populate_recordset(null::{table}, %s::json)
"""
_UPDATE = """
    update {table} as held set {columns}
    from json_populate_recordset(null::{table}, %s::json) as said where held.id = said.id
"""
_IDS = "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)"


def insert(model: type[Any], rows: list[Any]) -> None:
    """
    Insert rows of one model and set their ids.

    :raises django.db.IntegrityError: as `bulk_create`; then none is in
    :raises django.db.DataError: as `bulk_create`; then none is in
    """
    if not rows:
        return
    meta = model._meta
    names = [(f.column, f.attname) for f in meta.concrete_fields if not f.generated]
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [meta.db_table, len(rows)])
        for row, (row_id,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = row_id
        columns = ", ".join(f'"{column}"' for column, _ in names)
        cursor.execute(
            _INSERT.format(table=meta.db_table, columns=columns), [_as_json(rows, names)]
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update(model: type[Any], rows: list[Any], fields: Collection[str]) -> None:
    """
    Write some fields of rows of one model, by their names as attributes.

    :raises django.db.IntegrityError: as `bulk_update`; then none is changed
    :raises django.db.DataError: as `bulk_update`; then none is changed
    """
    if not rows or not fields:
        return
    meta = model._meta
    names = [(meta.get_field(name).column, name) for name in fields]
    columns = ", ".join(f'"{column}" = said."{column}"' for column, _ in names)
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE.format(table=meta.db_table, columns=columns),
            [_as_json(rows, [("id", "pk"), *names])],
        )


def _as_json(rows: list[Any], names: list[tuple[str, str]]) -> str:
    """Write rows as JSON: columns, and the attributes their values come from."""
    said = [{column: getattr(row, name) for column, name in names} for row in rows]
    return json.dumps(said, default=_text)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a row")
