"""How a CSV file is laid out: its delimiter and quoting, and where its header stands."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from crm.imports import looks

DELIMITERS = (",", ";", "\t", "|")
ROWS_LOOKED_AT = 60
# Excel's own hint, alone on the first line.
SEPARATOR_HINT = re.compile(r"\ufeff?sep=.?", re.IGNORECASE)


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

    @property
    def options(self) -> dict[str, Any]:
        """The same for `csv.reader`."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "escapechar": self.escape,
            "doublequote": True,
            "skipinitialspace": True,
        }


@dataclass(frozen=True)
class Header:
    """The columns' names and where the data begins."""

    names: list[str]
    is_header: bool
    data_line: int
    notes: list[str]


def detect_dialect(top: str) -> Dialect:
    """Return the dialect under which the top of the file is the most regular table."""
    lines = top.splitlines(keepends=True)
    if lines and (hint := re.fullmatch(r"\ufeff?sep=(.)\s*", lines[0], re.IGNORECASE)):
        return Dialect(hint[1])
    candidates = [Dialect(delimiter) for delimiter in DELIMITERS]
    if '\\"' in top:
        candidates += [Dialect(delimiter, escape="\\") for delimiter in DELIMITERS]
    if looks_single_quoted(top):
        candidates += [Dialect(delimiter, quote="'") for delimiter in DELIMITERS]
    return max(candidates, key=lambda dialect: regularity(lines, dialect))


def looks_single_quoted(top: str) -> bool:
    """Say whether values stand in single quotation marks, beginning with the first."""
    return top.startswith("'") and '"' not in top


def regularity(lines: list[str], dialect: Dialect) -> tuple[float, int]:
    """Return the share of rows that are as wide as most, and that width; one column counts least."""
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
    width = usual_width(rows)
    start = next((at for at, row in enumerate(rows) if starts_table(row.cells, width)), 0)
    notes = [f"Passed over {start} lines above the header."] if start else []
    first, body = rows[start], rows[start + 1 :]
    is_header = (
        said if said is not None else names_columns(first.cells, [row.cells for row in body])
    )
    if not is_header:
        return Header(unnamed(max(width, len(first.cells))), False, first.line, notes)
    return Header(distinct(first.cells), True, first.line + 1, notes)


def usual_width(rows: Sequence[Record]) -> int:
    """Return how many values most rows have."""
    return Counter(len(row.cells) for row in rows).most_common(1)[0][0]


def starts_table(cells: list[str], width: int) -> bool:
    """Say whether a row can be the header or the first row of a table `width` columns wide."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return len(cells) >= 0.8 * width and filled >= min(width, max(2, 0.5 * width))


def names_columns(first: list[str], body: list[list[str]]) -> bool:
    """Say whether `first` names the columns of `body`, rather than being a row of data itself."""
    if any(looks.like_data(cell) for cell in first):
        return False
    named = [cell.strip().casefold() for cell in first if cell.strip()]
    if len(set(named)) < len(named) - 2:
        return False
    repeated = {cell.strip().casefold() for row in body for cell in row}
    return sum(name in repeated for name in named) <= len(named) / 2


def unnamed(count: int) -> list[str]:
    """Return names for columns that have none."""
    return [f"Column {number}" for number in range(1, count + 1)]


def distinct(cells: list[str]) -> list[str]:
    """Return the cells as names of columns: none empty, none twice."""
    names: list[str] = []
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"Column {number}"
        copies = 1
        unique = name
        while unique in names:
            copies += 1
            unique = f"{name} ({copies})"
        names.append(unique)
    return names
