"""Which fields a condition may compare, on which kind of row, and where their values stand."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, IntegerField, OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce

from crm import refs
from crm.conditions import kinds, times
from crm.conditions.kinds import Kind
from crm.models import CustomField
from crm.models.fields import FieldType


@dataclass(frozen=True, kw_only=True)
class Field:
    """
    One field a condition may compare.

    :param path: how a condition names it: contact.company.industry
    :param label: how a sentence names it: company industry
    :param column: where it stands, from the catalogue's model: company__industry
    :param key: the key in the JSON column, where it is a custom field
    """

    path: str
    label: str
    kind: Kind
    column: str = ""
    key: str = ""

    @property
    def expression(self) -> Any:
        """Return what stands for the field in a filter."""
        return JSON_COLUMNS[type(self.kind)](self) if self.key else self.kind.column(self.column)

    @property
    def as_written(self) -> Any:
        """Return what stands for the field as it is kept: text in the case it was written in."""
        if not isinstance(self.kind, kinds.Text):
            return self.expression
        if not self.key:
            return F(self.column)
        return InJson(self.column, self.key, type="string", cast="", output=TextField())

    def read(self, row: Any) -> Any:
        """Return what `row` holds, as it is compared; None where that is empty."""
        value = row
        for name in self.column.split("__"):
            value = getattr(value, name) if value is not None else None
        if self.key:
            value = value.get(self.key) if isinstance(value, Mapping) else None
        return self.kind.actual(value)


@dataclass(frozen=True, kw_only=True)
class Counted(Field):
    """
    How many rows of another table a row has.

    :param rows: which rows count
    :param of: their column that leads to the row, whose id stands in `column`
    """

    rows: Callable[[], models.QuerySet]
    of: str

    @property
    def expression(self) -> Any:
        counted = self.rows().filter(**{self.of: OuterRef(self.column)}).order_by()
        count = counted.values(self.of).annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(count, output_field=IntegerField()), 0)

    def read(self, row: Any) -> Any:
        pk = super().read(row)
        return self.kind.actual(self.rows().filter(**{self.of: pk}).count() if pk else 0)


class FieldCatalogue:
    """
    The fields of one kind of row, and of those it belongs to.

    :param kind: what paths begin with: contact
    :param model: None for plain values, which can be evaluated but not compiled
    """

    def __init__(
        self, kind: str, model: type[models.Model] | None = None, fields: Iterable[Field] = ()
    ) -> None:
        self.kind = kind
        self.model = model
        self.fields: dict[str, Field] = {field.path: field for field in fields}
        # Where custom fields stand: path of the row -> its kind, and the column of its JSON.
        self.custom: dict[str, tuple[str, str]] = {}

    def add(self, *names: str, **labels: str) -> None:
        """Take columns of the model, as their types say; `labels` renames some."""
        assert self.model is not None
        for name in [*names, *labels]:
            column = self.model._meta.get_field(name)
            assert isinstance(column, models.Field)
            label = labels.get(name) or str(column.verbose_name)
            self._put(
                Field(
                    path=f"{self.kind}.{name}",
                    label=label,
                    kind=kind_of(column),
                    column=getattr(column, "attname", name),
                )
            )

    def add_count(
        self, name: str, label: str, *, rows: Callable[[], models.QuerySet], of: str
    ) -> None:
        """Take how many `rows` a row has; see `Counted`."""
        path = f"{self.kind}.{name}"
        kind = kinds.Number()
        self._put(Counted(path=path, label=label, kind=kind, column="id", rows=rows, of=of))

    def add_custom(self, column: str = "properties") -> None:
        """Take the organization's own fields, as `<kind>.custom.<key>`."""
        self.custom[self.kind] = (self.kind, column)

    def include(
        self, other: "FieldCatalogue", *, under: str, through: str, label: str = ""
    ) -> None:
        """
        Take the fields of another catalogue.

        :param under: what stands in place of its kind: contact.company
        :param through: the relation that leads there: company
        :param label: what stands before their labels: company
        """
        for field in other.fields.values():
            self._put(
                replace(
                    field,
                    path=f"{under}{field.path.removeprefix(other.kind)}",
                    label=f"{label} {field.label}".strip(),
                    column=f"{through}__{field.column}",
                )
            )
        for path, (kind, column) in other.custom.items():
            place = f"{under}{path.removeprefix(other.kind)}"
            self.custom[place] = (kind, f"{through}__{column}")

    def find(self, path: str, declared: Callable[[str], Sequence[CustomField]]) -> Field | None:
        """
        Return the field of a path.

        :param declared: returns the custom fields of a kind
        """
        place, custom, key = path.rpartition(".custom.")
        if not custom:
            return self.fields.get(path)
        kind, column = self.custom.get(place, ("", ""))
        found = (field for field in declared(kind) if field.key == key) if kind else iter(())
        return next((custom_field(field, path, column) for field in found), None)

    def find_nearest(
        self, path: str, declared: Callable[[str], Sequence[CustomField]]
    ) -> list[str]:
        """Return the paths that were probably meant, the likeliest first."""
        own = [
            f"{place}.custom.{field.key}"
            for place, (kind, _) in self.custom.items()
            for field in declared(kind)
        ]
        paths = [*self.fields, *own]
        same_end = [known for known in paths if known.rpartition(".")[2] == path.rpartition(".")[2]]
        close = difflib.get_close_matches(path, paths, n=3, cutoff=0.6)
        return list(dict.fromkeys([*same_end, *close]))[:3]

    def get_fields(self, declared: Iterable[CustomField] = ()) -> list[Field]:
        """Return every field; those of `declared` that have a place here are among them."""
        own = [
            custom_field(field, f"{place}.custom.{field.key}", column)
            for place, (kind, column) in self.custom.items()
            for field in declared
            if field.on == kind
        ]
        return [*self.fields.values(), *own]

    def _put(self, field: Field) -> None:
        self.fields[field.path] = field


_catalogues: dict[str, FieldCatalogue] = {}


def register(catalogue: FieldCatalogue) -> FieldCatalogue:
    """Let conditions be about rows of the catalogue's kind."""
    _catalogues[catalogue.kind] = catalogue
    return catalogue


def get_catalogue(on: "FieldCatalogue | type[models.Model] | str") -> FieldCatalogue:
    """
    Return the catalogue of a kind or a model; a catalogue is its own.

    :raises KeyError: if conditions cannot be about it
    """
    if isinstance(on, FieldCatalogue):
        return on
    return _catalogues[on if isinstance(on, str) else refs.kind_of(on)]


def kind_of(column: Any) -> Kind:
    """Return how values of a model's column are compared."""
    if isinstance(column, models.ForeignKey):
        return kinds.Reference(refs.kind_of(column.related_model))
    if column.choices:
        return kinds.Choice([value for value, _ in column.flatchoices])
    if column.name.endswith("_cents"):
        return kinds.Money()
    return next(kind for sort, kind in COLUMNS if isinstance(column, sort))


# The first that fits counts: a DateTimeField is a DateField too.
COLUMNS: list[tuple[Any, Kind]] = [
    (ArrayField, kinds.Texts()),
    (models.DateTimeField, times.Moment()),
    (models.DateField, times.Day()),
    (models.BooleanField, kinds.YesNo()),
    ((models.IntegerField, models.FloatField), kinds.Number()),
    ((models.CharField, models.TextField), kinds.TEXT),
]


def custom_field(field: CustomField, path: str, column: str) -> Field:
    """Return a custom field as one that can be compared."""
    kind = CUSTOM_KINDS[FieldType(field.type)](field)
    return Field(path=path, label=field.label, kind=kind, column=column, key=field.key)


CUSTOM_KINDS: dict[FieldType, Callable[[CustomField], Kind]] = {
    FieldType.TEXT: lambda field: kinds.TEXT,
    FieldType.NUMBER: lambda field: kinds.Number(),
    FieldType.MONEY: lambda field: kinds.Money(),
    FieldType.DATE: lambda field: times.StoredDay(),
    FieldType.CHOICE: lambda field: kinds.Choice(()),
    FieldType.YES_NO: lambda field: kinds.YesNo(),
    FieldType.URL: lambda field: kinds.TEXT,
}


class InJson(Func):
    """A value of one JSON type under a key, or null: an odd one out breaks no query."""

    def __init__(self, column: str, key: str, *, type: str, cast: str, output: Any) -> None:
        super().__init__(F(column), output_field=output)
        self.key, self.type, self.cast = key, type, cast

    def as_sql(
        self, compiler: Any, connection: Any, *_: Any, **__: Any
    ) -> tuple[str, tuple[Any, ...]]:
        sql, given = compiler.compile(self.source_expressions[0])
        at = [*given, self.key]
        return (
            f"(CASE jsonb_typeof({sql} -> %s::text) WHEN '{self.type}'"
            f" THEN ({sql} ->> %s::text){self.cast} END)",
            (*at, *at),
        )


def _text_in_json(field: Field) -> Any:
    text = InJson(field.column, field.key, type="string", cast="", output=TextField())
    template = "nullif(lower(%(expressions)s COLLATE \"C\"), '')"
    return Func(text, template=template, output_field=TextField())


def _number_in_json(field: Field) -> Any:
    output = models.DecimalField(max_digits=None, decimal_places=None)
    return InJson(field.column, field.key, type="number", cast="::numeric", output=output)


def _yes_no_in_json(field: Field) -> Any:
    output = models.BooleanField()
    return InJson(field.column, field.key, type="boolean", cast="::boolean", output=output)


JSON_COLUMNS: dict[type[Kind], Callable[[Field], Any]] = {
    kinds.Text: _text_in_json,
    kinds.Choice: _text_in_json,
    times.StoredDay: _text_in_json,
    kinds.Number: _number_in_json,
    kinds.Money: _number_in_json,
    kinds.YesNo: _yes_no_in_json,
}
