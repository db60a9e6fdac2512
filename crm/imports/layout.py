"""How a CSV file is laid out: its delimiter and quoting, and where its header stands."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, Protocol

from crm.imports import headers, looks

DELIMITERS = (",", ";", "\t", "|")
ROWS_LOOKED_AT = 60
# Excel's own hint, alone on the first line.
HINT = re.compile(r"\ufeff?\"?sep=(.?)\"?\s*", re.IGNORECASE)
SPACED_QUOTE = re.compile(r"[,;|] +\"")


class Record(Protocol):
    """A record of the file: where it begins and its values."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> list[str]: ...


@dataclass(frozen=True)
class Dialect:
    """How values are told apart and quoted."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False  # whether a space may stand between a delimiter and a quotation mark

    @property
    def options(self) -> dict[str, Any]:
        """The same for `csv.reader`."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "escapechar": self.escape,
            "skipinitialspace": self.spaced,
        }


@dataclass(frozen=True)
class Header:
    """The columns' names and where the data begins."""

    names: list[str]
    is_header: bool
    data_line: int
    notes: list[str]


def is_hint(cells: list[str]) -> bool:
    """Say whether a first row is only Excel's hint at the delimiter."""
    return len(cells) <= 2 and bool(HINT.fullmatch(cells[0])) and not any(cells[1:])


def detect_dialect(top: str) -> Dialect:
    """Return the dialect under which the top of the file is the most regular table."""
    lines = list(StringIO(top, newline=""))  # as files split them: a form feed ends no line
    spaced = bool(SPACED_QUOTE.search(top))
    if (hint := HINT.fullmatch(lines[0])) and hint[1]:
        return Dialect(hint[1], spaced=spaced)
    quotings: list[tuple[str, str | None]] = [('"', None)]
    if '\\"' in top:
        quotings.append(('"', "\\"))
    if top.startswith("'") and '"' not in top:
        quotings.append(("'", None))
    candidates = [Dialect(mark, *quoting, spaced) for quoting in quotings for mark in DELIMITERS]
    return max(candidates, key=lambda dialect: regularity(lines, dialect))


def regularity(lines: list[str], dialect: Dialect) -> tuple[float, int]:
    """Return the share of rows as wide as most, and that width; a single column counts least."""
    try:
        rows = islice(csv.reader(lines, **dialect.options), ROWS_LOOKED_AT)
        widths = Counter(len(cells) for cells in rows if cells)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, same = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return (same / widths.total() if width > 1 else 0.01), width


def find_header(rows: Sequence[Record], *, said: bool | None) -> Header:
    """
    Find the row that names the columns; a report's title above it is passed over.

    :param said: whether there is a header, where somebody said so
    """
    rows = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not rows:
        return Header(unnamed(1), False, 1, [])
    width = usual_width([row.cells for row in rows])
    start = next((at for at, row in enumerate(rows) if starts_table(row.cells, width)), 0)
    notes = [f"Passed over what stands above line {rows[start].line}."] if start else []
    first, body = rows[start], [row.cells for row in rows[start + 1 :]]
    is_header = said if said is not None else names_columns(first.cells, body)
    if not is_header:
        return Header(unnamed(max(width, filled_width(first.cells))), False, first.line, notes)
    return Header(distinct(first.cells, body), True, first.line + 1, notes)


def usual_width(rows: list[list[str]]) -> int:
    """Return how many values most rows have; of equals, what the first row of several has."""
    widths = Counter(len(cells) for cells in rows)
    return max(widths, key=lambda width: (widths[width], width > 1))


def filled_width(cells: list[str]) -> int:
    """Return how many values a row has without the empty ones at its end."""
    return max((at for at, cell in enumerate(cells, start=1) if cell.strip("\ufeff ")), default=0)


def starts_table(cells: list[str], width: int) -> bool:
    """Say whether a row can be the first of a table `width` columns wide."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return len(cells) >= 0.8 * width and filled >= min(width, max(2, 0.5 * width))


def names_columns(first: list[str], body: list[list[str]]) -> bool:
    """Say whether `first` names the columns of `body`, rather than being a row of data itself."""
    named = [cell.strip() for cell in first if cell.strip()]
    if any(looks.like_data(cell) and not looks.like_number(cell) for cell in named):
        return False
    if any(looks.like_number(cell) for cell in named):  # a year can be a column's name
        known = sum(headers.understand(cell).clarity >= 0.5 for cell in named)
        return known > len(named) / 2
    repeated = {cell.strip().casefold() for row in body if row != first for cell in row}
    return sum(name.casefold() in repeated for name in named) <= len(named) / 2


def unnamed(count: int) -> list[str]:
    """Return names for columns that have none."""
    return [f"Column {number}" for number in range(1, count + 1)]


def distinct(first: list[str], body: list[list[str]]) -> list[str]:
    """Return names for all columns that most rows fill: none empty, none twice."""
    widths = sorted(filled_width(cells) for cells in body)
    width = max(filled_width(first), widths[len(widths) // 2] if widths else 0)
    names: list[str] = []
    for number, cell in enumerate([*first, *[""] * width][:width], start=1):
        plain = " ".join(cell.replace("\ufeff", "").split()) or f"Column {number}"
        copies = (plain if count == 1 else f"{plain} ({count})" for count in range(1, width + 2))
        names.append(next(name for name in copies if name not in names))
    return names
