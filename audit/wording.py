"""Rows and values in words: what the timeline and the plan of an undo say to people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

Key = tuple[str, int]  # table and id of a row

# The column whose keys are fields of an organization's own, and are called by their names alone.
OWN_FIELDS = "properties"
LONGEST = 120  # characters of a value
# What a row is called: the first of these columns that says something.
LABELS = ("name", "title", "label", "subject", "email", "key")

# Of rows of these tables only these columns are for people; the rest is for the machine.
_told: dict[str, frozenset[str]] = {}

Namer = Callable[[list[int]], Mapping[int, str]]
_namers: dict[str, Namer] = {}


def names(table: str) -> Callable[[Namer], Namer]:
    """Register the decorated function, which says what rows of `table` are called."""

    def register(namer: Namer) -> Namer:
        _namers[table] = namer
        return namer

    return register


def tell_only(table: str, columns: Iterable[str]) -> None:
    """Tell people of no other columns when rows of `table` change."""
    _told[table] = frozenset(columns)


def is_told(table: str, column: str) -> bool:
    """Say whether people are told of a column of `table`."""
    return table not in _told or column in _told[table]


def is_named(table: str) -> bool:
    """Say whether rows of `table` are called otherwise than by a column of their own."""
    return table in _namers


def find_names(keys: Iterable[Key]) -> dict[Key, str]:
    """Return what rows are called, as far as they are there, in one statement per table."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, row in set(keys):
        by_table[table].append(row)
    found = {}
    for table, rows in by_table.items():
        namer = _namers.get(table) or _read_names(table)
        found.update({(table, row): name for row, name in namer(rows).items()})
    return found


def _read_names(table: str) -> Namer:
    def read(rows: list[int]) -> dict[int, str]:
        if find_model(table) is None:
            return {}
        said = ", ".join(f"nullif(j ->> '{column}', '')" for column in LABELS)
        with connection.cursor() as cursor:
            cursor.execute(
                f"select id, coalesce({said}) from {table} as t,"  # noqa: S608  (a table of ours)
                " lateral (select to_jsonb(t) as j offset 0) as row where id = any(%s)",
                [rows],
            )
            return {row: name for row, name in cursor.fetchall() if name}

    return read


@cache
def find_model(table: str) -> type[models.Model] | None:
    """Return the model whose table this is."""
    every = apps.get_models(include_auto_created=True)
    return next((model for model in every if model._meta.db_table == table), None)


@cache
def find_field(table: str, column: str) -> "models.Field[Any, Any] | None":
    """Return the model's field behind a column."""
    model = find_model(table)
    fields = model._meta.local_concrete_fields if model else []
    return next((field for field in fields if field.column == column), None)


def find_label(table: str, column: str) -> str:
    """Return what people call a column, or a key of a JSON column."""
    name, _, key = column.partition(".")
    field = find_field(table, name)
    called = str(field.verbose_name) if field is not None else name
    if not key:
        return called
    words = key.replace("_", " ")
    return words if name == OWN_FIELDS else f"{called} of {words}"


def find_target(table: str, column: str, value: Any) -> Key | None:
    """Return the row a value points to, where its column is a foreign key."""
    field = find_field(table, column)
    if value is None or field is None or field.remote_field is None:
        return None
    model: type[models.Model] = field.remote_field.model
    return model._meta.db_table, int(value)


def say(table: str, column: str, value: Any, names: Mapping[Key, str]) -> str:
    """Return a value, as the ledger has it, in words."""
    target = find_target(table, column, value)
    if target is not None:
        noun, number = _noun(target[0]), target[1]
        return names.get(target, f"{noun} #{number}")
    field = find_field(table, column)
    choices = dict(getattr(field, "flatchoices", None) or [])
    text = str(choices[value]) if _is_key(value) and value in choices else _say(value, field)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def say_time(moment: datetime) -> str:
    """Return an instant as people write it: 22 November 2026, 18:40."""
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def subject(table: str, row: int, name: str) -> str:
    """Return what a row is and is called: contact Grace Hopper."""
    return f"{_noun(table)} {name or f'#{row}'}"


def ref(table: str, row: int) -> str:
    """Return the reference of a row, contact:42."""
    model = find_model(table)
    return f"{model._meta.model_name if model else table}:{row}"


def _noun(table: str) -> str:
    model = find_model(table)
    return str(model._meta.verbose_name) if model else table


def _is_key(value: Any) -> bool:
    return isinstance(value, str | int) and value != ""


def _say(value: Any, field: "models.Field[Any, Any] | None") -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_say(each, None) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_say(each, None)}" for key, each in value.items())
    if isinstance(value, int) and field is not None and field.attname.endswith("_cents"):
        return f"{Decimal(value) / 100:,.2f}"
    if isinstance(value, str) and isinstance(field, models.DateField):
        return _say_date(value)
    return str(value)


def _say_date(value: str) -> str:
    if "T" in value:
        return say_time(datetime.fromisoformat(value))
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B %Y}"
