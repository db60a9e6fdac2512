"""Cells into values: what each column of a file holds, read by the type of the field it fills."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm.imports import evidence
from crm.imports import mapping as mappings
from crm.imports.custom import CustomField, key_of
from crm.imports.fields import CUSTOM, Field, Kind, Type
from crm.imports.headers import understand
from crm.imports.kinds import KINDS
from crm.imports.mapping import Suggested, Suggestion
from crm.imports.reading import Row, Table
from crm.imports.units import currency_of, in_minor_units, scale_of
from crm.imports.values import (
    BadValue,
    dates,
    emails,
    lists,
    numbers,
    phones,
    spreadsheets,
    urls,
    words,
)

SKIP = "skip"
LOOKED_AT = 1000
REST = "rest"
OWN = re.compile(r"custom:[a-z][a-z0-9_]{0,59}", re.ASCII)
# Fields of money, and where their minor units go.
AMOUNTS = {
    "value": "value_cents",
    "value_cents": "value_cents",
    "revenue_cents": "revenue_cents",
}
# What our own export gives as it stands here.
TO_THE_LETTER = frozenset(Type) - {
    *(Type.DATE, Type.MOMENT, Type.MONEY, Type.CENTS, Type.COUNT, Type.SCORE),
    *(Type.YES_NO, Type.LIST, Type.CURRENCY),
}


class BadMapping(ValueError):
    """The mapping names a field or a column that does not exist; says which there are."""


@dataclass(frozen=True)
class Column:
    """One column of the file: where its values go, and how one is read."""

    at: int
    header: str
    target: str  # a field or a clue of the kind, custom:<key>, or REST
    read: Callable[[str, str], Any]  # of a cell, and the currency its row names


@dataclass
class Record:
    """
    One row of the file: its line and what it says, by field; empty cells are left out.

    :param rest: what fits no field of a kind that has no custom ones, by header
    """

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)


class Declared(Protocol):
    """A custom field that exists."""

    type: str
    choices: list[str]


@dataclass(frozen=True)
class Terms:
    """
    What a file is read under.

    :param currency: of amounts that name none
    :param declared: the custom fields of a kind, by key; None if it can have none
    """

    currency: str
    declared: Callable[[str], Mapping[str, Declared] | None]


@dataclass(frozen=True)
class Plan:
    """How the columns of one file are read."""

    kind: Kind
    columns: tuple[Column, ...]
    customs: Mapping[str, CustomField]  # to be declared, by key
    table: Table

    def records(self) -> Iterator[Record | tuple[int, str]]:
        """Stream the rows: a record each, or line and reason where a row cannot be read."""
        for row in self.table.rows():
            if row.problem:
                yield row.line, row.problem
                continue
            yield self._record(row)

    def _record(self, row: Row) -> Record | tuple[int, str]:
        record = Record(row.line)
        values = record.values
        for column in self.columns:  # the currency stands before the amounts
            cell = row.cells[column.at]
            if not cell or cell.isspace():
                continue
            try:
                value = column.read(spreadsheets.release(cell), values.get("currency", ""))
            except BadValue as problem:
                return row.line, f"{column.header}: {problem}"
            if column.target == REST:
                record.rest[column.header] = value
            elif column.target in AMOUNTS:
                values[AMOUNTS[column.target]], currency = value
                if currency:
                    values.setdefault("currency", currency)
            elif value not in ("", None, []):
                values[column.target] = value
        return record


def plan(
    table: Table,
    *,
    kind: str | None,
    given: Mapping[str, str | None] | None,
    terms: Terms,
    filename: str = "",
) -> Plan:
    """
    Settle what each column is read as: as `given`, else as suggested.

    :param given: `{header: field, custom:<key>, skip or null}`; null leaves it to the suggestion
    :raises BadMapping: if a header or a field does not exist
    """
    sample = table.sample(LOOKED_AT)
    suggestion = mappings.suggest(table.headers, sample, kind, filename=filename)
    kind_ = KINDS[suggestion.kind]
    given = given or {}
    _check(given, table.headers, kind_)
    declared = terms.declared(kind_.name)
    taken = {target for target in given.values() if target and target != SKIP}
    exact = is_ours(table.headers, kind_)
    columns: list[Column] = []
    customs: dict[str, CustomField] = {}
    for at, suggested in enumerate(suggestion.columns):
        cells = [row[at] for row in sample if row[at].strip()]
        target = _target(suggested, given, taken, customs)
        if exact and not given.get(suggested.header):
            target = suggested.header
        if target == SKIP:
            continue
        header = suggested.header
        if target.startswith(CUSTOM) and declared is None:
            columns.append(Column(at, header, REST, lambda cell, _: words.parse_long_text(cell)))
        elif declared is not None and target.startswith(CUSTOM):
            key = target.removeprefix(CUSTOM)
            if not cells and key not in declared:
                continue
            customs[key] = _custom(suggested, key)
            field_ = declared.get(key) or customs[key]
            columns.append(Column(at, header, target, _own(field_, header, cells, terms, exact)))
        else:
            columns.append(_column(at, header, kind_[target], cells, terms, exact))
    columns += _named_twice(columns, table.headers, sample, kind_)
    columns.sort(key=lambda column: column.target != "currency")
    return Plan(kind_, tuple(columns), customs, table)


def _named_twice(
    columns: Sequence[Column], names: Sequence[str], sample: Sequence[Sequence[str]], kind: Kind
) -> list[Column]:
    """Read the title of a card as the name of its contact too, where it is a person's name."""
    read = {column.target: column for column in columns}
    title, address = read.get("title"), read.get("contact_email")
    told = {"contact_name", "contact_first_name", "contact_last_name"} & set(read)
    if kind.name != "positions" or title is None or address is None or told:
        return []
    cells = [(row[title.at].strip(), row[address.at].strip()) for row in sample]
    rows = [(name, email) for name, email in cells if name and email]
    if not evidence.names_people(understand(names[title.at]), rows):
        return []
    return [Column(title.at, title.header, "contact_name", title.read)]


def is_ours(headers: Sequence[str], kind: Kind) -> bool:
    """Say whether these are the headers of our own export, whose text is taken to the letter."""
    names = set(kind.names)
    return "ref" in headers and all(
        header in names or header.startswith(CUSTOM) for header in headers
    )


def suggest(table: Table, kind: str | None = None, *, filename: str = "") -> Suggestion:
    """Suggest a mapping for a file; see `mapping.suggest`."""
    return mappings.suggest(table.headers, table.sample(LOOKED_AT), kind, filename=filename)


def _check(given: Mapping[str, str | None], headers: Sequence[str], kind: Kind) -> None:
    unknown = [header for header in given if header not in headers]
    if unknown:
        raise BadMapping(f"The file has no column {unknown[0]!r}; it has {', '.join(headers)}.")
    names = [each.name for each in (*kind.fields, *kind.clues)]
    used: dict[str, str] = {}
    for header, target in given.items():
        if not target or target == SKIP:
            continue
        if not isinstance(target, str) or not (target in names or OWN.fullmatch(target)):
            raise BadMapping(
                f"{kind.name} have no field {target!r} for {header!r}; there are"
                f" {', '.join(names)}, custom:<key> and {SKIP}."
            )
        if target in used:
            raise BadMapping(f"{used[target]!r} and {header!r} cannot both be {target}.")
        used[target] = header


def _target(
    suggested: Suggested,
    given: Mapping[str, str | None],
    taken: set[str],
    customs: Mapping[str, CustomField],
) -> str:
    chosen = given.get(suggested.header)
    if chosen:
        return chosen
    found = suggested.field or suggested.clue
    if found and found not in taken:
        return found
    key = suggested.custom.key if suggested.custom else key_of(suggested.header)
    again = 2
    free = key
    while free in customs or f"{CUSTOM}{free}" in taken:
        free, again = f"{key[:47]}_{again}", again + 1
    return f"{CUSTOM}{free}"


def _custom(suggested: Suggested, key: str) -> CustomField:
    proposed = suggested.custom
    if proposed is None or proposed.type == "choice":
        # A file holds some of the choices there are; text takes the next file's too.
        return CustomField(key, suggested.header.removeprefix(CUSTOM), "text")
    return CustomField(key, proposed.label.removeprefix(CUSTOM), proposed.type)


def _column(
    at: int, header: str, field: Field, cells: Sequence[str], terms: Terms, exact: bool
) -> Column:
    if field.type in (Type.MONEY, Type.CENTS):
        return Column(at, header, field.name, _money(field, header, cells, terms.currency))
    read = _reader(field.type, cells, terms)
    if exact and field.type in TO_THE_LETTER:
        read = str
    if exact and field.type is Type.LIST:
        read = lists.parse
    return Column(at, header, field.name, lambda cell, _: read(cell))


def _money(
    field: Field, header: str, cells: Sequence[str], currency: str
) -> Callable[[str, str], tuple[int, str]]:
    """Read an amount in the currency that the cell names, else its row, its header, or ours."""
    named = currency_of(header)
    if in_minor_units(field, header):
        return lambda cell, said: (numbers.parse_cents(cell), said or named)
    mark = numbers.decimal_mark(cells)
    scale = 10 ** scale_of(header)

    def read(cell: str, said: str) -> tuple[int, str]:
        usual = said or named or currency
        cents, found = numbers.parse_money(cell, decimal=mark, currency=usual)
        return cents * scale, found if found != usual else said or named

    return read


def _reader(type_: Type, cells: Sequence[str], terms: Terms) -> Callable[[str], Any]:
    style = dates.decide_style(cells) if type_ in (Type.DATE, Type.MOMENT) else dates.Style()
    mark = numbers.decimal_mark(cells) if type_ in (Type.COUNT, Type.SCORE) else None
    readers: dict[Type, Callable[[str], Any]] = {
        Type.EMAIL: emails.parse,
        Type.DATE: lambda cell: dates.parse_date(cell, style),
        Type.MOMENT: lambda cell: dates.parse_moment(cell, style),
        Type.COUNT: lambda cell: numbers.parse_count(cell, decimal=mark),
        Type.SCORE: lambda cell: _score(cell, mark),
        Type.CURRENCY: lambda cell: numbers.parse_currency(cell, default=terms.currency),
        Type.PHONE: phones.check,
        Type.URL: urls.parse,
        Type.LINKEDIN: urls.parse_linkedin,
        Type.YES_NO: words.parse_yes_no,
        Type.LIST: words.parse_list,
        Type.LONG_TEXT: words.parse_long_text,
        Type.DOMAIN: urls.parse_domain,
    }
    return readers.get(type_, words.parse_text)


def _score(cell: str, mark: str | None) -> int:
    score = round(numbers.parse_percent(cell, decimal=mark))
    if not 0 <= score <= 100:
        raise BadValue(f"{cell.strip()!r} is no score; it goes from 0 to 100.")
    return score


def _own(
    field: Declared | CustomField, header: str, cells: Sequence[str], terms: Terms, exact: bool
) -> Callable[[str, str], Any]:
    """Read a custom field; under its own name, as in an export, money is in minor units."""
    style = dates.decide_style(cells) if field.type == "date" else dates.Style()
    mark = numbers.decimal_mark(cells) if field.type in ("number", "money") else None
    readers: dict[str, Callable[[str, str], Any]] = {
        "date": lambda cell, _: dates.parse_date(cell, style).isoformat(),
        "yes_no": lambda cell, _: words.parse_yes_no(cell),
        "number": lambda cell, _: _plain(numbers.parse_number(cell, decimal=mark)),
        "money": lambda cell, said: numbers.parse_money(
            cell, decimal=mark, currency=said or terms.currency
        )[0],
        "url": lambda cell, _: urls.parse(cell),
        "choice": lambda cell, _: words.parse_choice(cell, field.choices),
    }
    if field.type == "money" and header.startswith(CUSTOM):
        return lambda cell, _: numbers.parse_cents(cell)
    if exact and field.type in ("text", "url", "choice"):
        return lambda cell, _: cell
    return readers.get(field.type, lambda cell, _: words.parse_long_text(cell))


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)
