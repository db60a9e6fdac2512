"""
Many new rows in one statement.

The rows go as one JSON parameter: `bulk_create` would spend most of an import's time on writing and
splitting a statement with tens of thousands of placeholders.
"""

import json
from datetime import date
from typing import Any

from django.db import connection

_INSERT = """
    insert into {table} ({columns})
    select {columns} from json_populate_recordset(null::{table}, %s::json)
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
        said = [{column: getattr(row, name) for column, name in names} for row in rows]
        columns = ", ".join(f'"{column}"' for column, _ in names)
        cursor.execute(
            _INSERT.format(table=meta.db_table, columns=columns), [json.dumps(said, default=_text)]
        )
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a row")
