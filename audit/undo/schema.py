"""What undo needs to know of a table, read from its model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True, slots=True)
class Tie:
    """
    Rows that make sense only with a group of columns of another row.

    A model says `undo_with = ("position_id", "pipelines_position", "stage_id")`: its rows go with
    the group of `stage_id` in the row of `pipelines_position` that its `position_id` names.
    """

    column: str
    table: str
    group: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """
    A column that names a row of another table.

    :param kind_column: where it may name rows of several, the column that says which …
    :param kind: … and what it says of `to`
    """

    table: str
    column: str
    to: str
    kind_column: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """
    One table, as far as undo is concerned.

    :param never: why its rows are never undone; empty where they are
    :param aside: its rows only accompany other work, and are not spoken of where that is undone
    :param keeps: columns that stand once written, and why: what lets people in, what stops agents
    :param stands: by column and value, why a row that holds it now is not undone at all
    :param keyed: JSON columns whose keys are each undone alone, as if they were columns
    """

    name: str
    model: type[models.Model]
    columns: Mapping[str, "models.Field[Any, Any]"]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tie: Tie | None = None
    never: str = ""
    aside: bool = False
    keeps: Mapping[str, str] = field(default_factory=dict)
    stands: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keyed: frozenset[str] = frozenset()

    def group_of(self, column: str) -> tuple[str, ...]:
        """Return the columns that are undone together with `column`, itself included."""
        return self.groups.get(column, (column,))

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    def label(self, column: str) -> str:
        """Return a column's name for people."""
        found = self.columns.get(column)
        return str(found.verbose_name) if found is not None else column


@cache
def find_table(name: str) -> Table | None:
    """Return the table called `name`, unless it is no model's any more."""
    model = _models().get(name)
    if model is None:
        return None
    tie = getattr(model, "undo_with", None)
    groups: list[tuple[str, ...]] = getattr(model, "undo_groups", [])
    return Table(
        name=name,
        model=model,
        columns={str(each.column): each for each in model._meta.local_concrete_fields},
        groups={column: group for group in groups for column in group},
        tie=Tie(*tie) if tie else None,
        never=getattr(model, "undo_never", ""),
        aside=getattr(model, "undo_aside", False),
        keeps=getattr(model, "undo_keeps", {}),
        stands=getattr(model, "undo_stands", {}),
        keyed=frozenset(getattr(model, "undo_by_key", [])),
    )


@cache
def find_pointers_to(name: str) -> tuple[Pointer, ...]:
    """Return every column that can name a row of `name`, SET_NULL and hidden relations included."""
    return tuple(pointer for pointer in _pointers() if pointer.to == name)


@cache
def find_pointers_from(name: str) -> tuple[Pointer, ...]:
    """Return every column of `name` that names another row."""
    return tuple(pointer for pointer in _pointers() if pointer.table == name)


@cache
def _models() -> dict[str, type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in every if model._meta.managed}


@cache
def _pointers() -> tuple[Pointer, ...]:
    tables = _models()
    found = []
    for name, model in tables.items():
        for each in model._meta.local_concrete_fields:
            related = each.remote_field.model if each.remote_field is not None else None
            if isinstance(related, type) and related._meta.db_table in tables:
                found.append(Pointer(name, str(each.column), related._meta.db_table))
        # Pairs of a kind ("contact") and an id: undo_points_at = [("from_type", "from_id")].
        for kind_column, column in getattr(model, "undo_points_at", []):
            found += [
                Pointer(name, column, to, kind_column, str(other._meta.model_name))
                for to, other in tables.items()
            ]
    return tuple(found)
