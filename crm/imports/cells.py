"""Cells into values: what each column of a file holds, read by the type of the field it fills."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.imports import mapping as mappings
from crm.imports.custom import CustomField
from crm.imports.fields import CUSTOM, Kind, Type
from crm.imports.kinds import KINDS
from crm.imports.mapping import Suggested, Suggestion
from crm.imports.reading import Row, Table
from crm.imports.units import currency_of, in_minor_units, scale_of
from crm.imports.values import BadValue, dates, emails, numbers, phones, urls, words

SKIP = "skip"
LOOKED_AT = 1000


class BadMapping(ValueError):
    """The mapping names a field or a column that does not exist; says which there are."""


@dataclass(frozen=True)
class Column:
    """One column of the file and where its values go."""

    at: int
    header: str
    target: str  # a field or a clue of the kind, or custom:<key>
    read: Callable[[str], Any]
    currency: str = ""  # named by the header of an amount


@dataclass
class Record:
    """One row of the file: its line and what it says, by field; empty cells are left out."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)


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
        for column in self.columns:
            cell = row.cells[column.at]
            if not cell or cell.isspace():
                continue
            try:
                value = column.read(cell)
            except BadValue as problem:
                return row.line, f"{column.header}: {problem}"
            if column.target in ("value", "value_cents", "revenue_cents"):
                value, currency = value
                if currency or column.currency:
                    record.values.setdefault("currency", currency or column.currency)
                record.values["revenue_cents" if "revenue" in column.target else "value_cents"] = (
                    value
                )
            elif value not in ("", None, []):
                record.values[column.target] = value
        return record


def plan(
    table: Table,
    *,
    kind: str | None,
    given: Mapping[str, str | None] | None,
    currency: str,
    region: str,
    filename: str = "",
) -> Plan:
    """
    Settle what each column is read as: as `given`, else as suggested.

    :param given: `{header: field, custom:<key>, skip or null}`; null leaves it to the suggestion
    :param currency: of amounts that name none
    :param region: ISO 3166, of phone numbers without a prefix
    :raises BadMapping: if a header or a field does not exist
    """
    sample = table.sample(LOOKED_AT)
    suggestion = mappings.suggest(table.headers, sample, kind, filename=filename)
    _check(given or {}, table.headers, KINDS[suggestion.kind])
    taken = {target for target in (given or {}).values() if target and target != SKIP}
    columns, customs = [], {}
    for at, suggested in enumerate(suggestion.columns):
        target = _target(suggested, given or {}, taken)
        if target == SKIP:
            continue
        cells = [row[at] for row in sample if row[at].strip()]
        if target.startswith(CUSTOM):
            if not cells:
                continue
            customs[target.removeprefix(CUSTOM)] = _custom(suggested, target)
        columns.append(
            _column(at, suggested, target, KINDS[suggestion.kind], cells, currency, region)
        )
    return Plan(KINDS[suggestion.kind], tuple(columns), customs, table)


def suggest(table: Table, kind: str | None = None, *, filename: str = "") -> Suggestion:
    """Suggest a mapping for a file; see `mapping.suggest`."""
    return mappings.suggest(table.headers, table.sample(LOOKED_AT), kind, filename=filename)


def _check(given: Mapping[str, str | None], headers: Sequence[str], kind: Kind) -> None:
    unknown = [header for header in given if header not in headers]
    if unknown:
        raise BadMapping(f"The file has no column {unknown[0]!r}; it has {', '.join(headers)}.")
    names = [each.name for each in (*kind.fields, *kind.clues)]
    for header, target in given.items():
        if target and target != SKIP and target not in names and not target.startswith(CUSTOM):
            raise BadMapping(
                f"{kind.name} have no field {target!r} for {header!r}; there are"
                f" {', '.join(names)}, custom:<key> and {SKIP}."
            )


def _target(suggested: Suggested, given: Mapping[str, str | None], taken: set[str]) -> str:
    chosen = given.get(suggested.header)
    if chosen:
        return chosen
    found = suggested.field or suggested.clue
    if found and found not in taken:
        return found
    return f"{CUSTOM}{suggested.custom.key}" if suggested.custom else SKIP


def _custom(suggested: Suggested, target: str) -> CustomField:
    key = target.removeprefix(CUSTOM)
    proposed = suggested.custom
    if proposed is None or proposed.type == "choice":
        # A file holds some of the choices there are; text takes the next file's too.
        return CustomField(key, suggested.header.removeprefix(CUSTOM), "text")
    return CustomField(key, proposed.label.removeprefix(CUSTOM), proposed.type)


def _column(
    at: int,
    suggested: Suggested,
    target: str,
    kind: Kind,
    cells: Sequence[str],
    currency: str,
    region: str,
) -> Column:
    header = suggested.header
    if target.startswith(CUSTOM):
        type_ = suggested.custom.type if suggested.custom else "text"
        return Column(at, header, target, _custom_reader(type_, cells, currency))
    field_ = kind[target]
    if field_.type in (Type.MONEY, Type.CENTS):
        named = currency_of(header)
        if in_minor_units(field_, header):
            return Column(at, header, target, lambda cell: (numbers.parse_cents(cell), ""), named)
        return Column(at, header, target, _money_reader(header, cells, named or currency), named)
    return Column(at, header, target, _reader(field_.type, cells, currency, region))


def _money_reader(
    header: str, cells: Sequence[str], currency: str
) -> Callable[[str], tuple[int, str]]:
    mark = numbers.decimal_mark(cells)
    scale = 10 ** scale_of(header)

    def read(cell: str) -> tuple[int, str]:
        cents, found = numbers.parse_money(cell, decimal=mark, currency=currency)
        return cents * scale, found if found != currency else ""

    return read


def _reader(type_: Type, cells: Sequence[str], currency: str, region: str) -> Callable[[str], Any]:
    style = dates.decide_style(cells) if type_ in (Type.DATE, Type.MOMENT) else dates.Style()
    mark = numbers.decimal_mark(cells) if type_ in (Type.COUNT, Type.SCORE) else None
    readers: dict[Type, Callable[[str], Any]] = {
        Type.EMAIL: emails.parse,
        Type.DATE: lambda cell: dates.parse_date(cell, style),
        Type.MOMENT: lambda cell: dates.parse_moment(cell, style),
        Type.COUNT: lambda cell: numbers.parse_count(cell, decimal=mark),
        Type.SCORE: lambda cell: _score(cell, mark),
        Type.CURRENCY: lambda cell: numbers.parse_currency(cell, default=currency),
        Type.PHONE: lambda cell: phones.parse(cell, region=region).original,
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


def _custom_reader(type_: str, cells: Sequence[str], currency: str) -> Callable[[str], Any]:
    style = dates.decide_style(cells) if type_ == "date" else dates.Style()
    mark = numbers.decimal_mark(cells) if type_ in ("number", "money") else None
    readers: dict[str, Callable[[str], Any]] = {
        "date": lambda cell: dates.parse_date(cell, style).isoformat(),
        "yes_no": words.parse_yes_no,
        "number": lambda cell: _plain(numbers.parse_number(cell, decimal=mark)),
        "money": lambda cell: numbers.parse_money(cell, decimal=mark, currency=currency)[0],
        "url": urls.parse,
    }
    return readers.get(type_, words.parse_long_text)


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)
