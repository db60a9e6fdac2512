"""
Models out of hand-written SQL, for the two paths where the ORM's own price shows.

A move reads a card with its contact and pipeline: 2.2 ms by `select_related`, 0.3 ms so; a board
reads a hundred and fifty cards with all that they name. Rows are
made without `Model.__init__`, which sets each column through its descriptor and asks for signals
nobody listens to: ten times the price of the row itself.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

# Most JSON there is.
EMPTY: dict[Any, Callable[[], Any]] = {"{}": dict, "[]": list, None: lambda: None}


class Shape(NamedTuple):
    """How a model's columns are named, and which of them Django converts as it reads them."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    converted: tuple[tuple[str, Any], ...]


def all_but(model: type[models.Model], *names: str) -> tuple[str, ...]:
    """Return the fields of `model` except those named: what to leave out where few are wanted."""
    return tuple(field.name for field in model._meta.concrete_fields if field.name not in names)


@cache
def shape_of(model: type[models.Model], but: tuple[str, ...] = ()) -> Shape:
    """Return how the columns of `model` are named, those of the fields `but` left out."""
    fields = [field for field in model._meta.concrete_fields if field.name not in but]
    return Shape(
        names=tuple(field.attname for field in fields),
        columns=tuple(str(field.column) for field in fields),
        converted=tuple(
            (field.attname, field) for field in fields if hasattr(field, "from_db_value")
        ),
    )


@cache
def columns_of(model: type[models.Model], alias: str, but: tuple[str, ...] = ()) -> str:
    """Return the columns of `model` for a SELECT, in the order `build` expects."""
    return ", ".join(f'{alias}."{column}"' for column in shape_of(model, but).columns)


def build[Row: models.Model](
    model: type[Row], values: Sequence[Any], but: tuple[str, ...] = ()
) -> Row:
    """Make a saved instance of `model` out of its columns; a field left out is read when asked."""
    shape = shape_of(model, but)
    row = model.__new__(model)
    held = row.__dict__
    held.update(zip(shape.names, values, strict=True))
    for name, field in shape.converted:
        value = held[name]
        held[name] = (
            EMPTY[value]() if value in EMPTY else field.from_db_value(value, None, connection)
        )
    row._state = state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return row
