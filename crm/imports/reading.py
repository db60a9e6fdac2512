"""
Read a CSV file as people send it: any usual encoding, delimiter and quoting, with a header or not.

`open_csv` looks at the file once and settles how it is written; `Table.rows` then streams it, as
often as asked. Lines are numbered as an editor shows them, so that an error can be found.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from crm.imports import encodings, layout

# Copied rows of a header (files joined end to end) and rows of nothing but delimiters are skipped.
FIELD_LIMIT = csv.field_size_limit()  # characters in one value, 131,072 unless Python is told else


class UnreadableFile(ValueError):
    """The file is not a CSV file that can be read; says why and what would be right."""


@dataclass(frozen=True)
class Limits:
    """How much one file may hold."""

    bytes: int = 200 * 1024 * 1024
    columns: int = 500
    header_characters: int = 500


@dataclass(frozen=True)
class Row:
    """One record: its first line in the file, one value per column, and what is wrong with it."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class Table:
    """A CSV file whose way of writing is known; `rows` streams it from the start each time."""

    source: BinaryIO
    encoding: str
    dialect: layout.Dialect
    headers: list[str]
    has_header: bool
    first_line: int  # of the first row of data
    notes: list[str] = field(default_factory=list)  # sentences about how it was read

    def rows(self) -> Iterator[Row]:
        """Stream the rows of data; a ragged one carries its problem, empty ones are left out."""
        for row in records(self.source, self.encoding, self.dialect):
            if row.line < self.first_line or row.cells == self.headers and self.has_header:
                continue
            if row.problem:
                yield row
            elif any(cell.strip() for cell in row.cells):
                yield fitted(row, len(self.headers))

    def sample(self, count: int = 1000) -> list[list[str]]:
        """Return up to `count` sound rows from the top, as lists of values."""
        sound = (row.cells for row in self.rows() if not row.problem)
        return list(islice(sound, count))

    def records(self) -> Iterator[tuple[Row, dict[str, str]]]:
        """Stream each row with its values by header."""
        for row in self.rows():
            yield row, dict(zip(self.headers, row.cells, strict=False))


def open_csv(
    source: Path | str | bytes | BinaryIO,
    *,
    header: bool | None = None,
    limits: Limits | None = None,
) -> Table:
    """
    Settle how a CSV file is written, without reading it into memory.

    :param source: a path, the bytes themselves, or an open binary file that can seek (an upload)
    :param header: whether the first row names the columns; decided from the rows where None
    :raises UnreadableFile: if it is no text, is empty, is too large or has too many columns
    """
    limits = limits or Limits()
    file = seekable(source)
    check_kind(file, limits)
    encoding, notes = encodings.detect(file)
    top = sample_text(file, encoding)
    if not top.strip():
        raise UnreadableFile(
            "The file is empty; it should hold a row of column names and rows of data."
        )
    dialect = layout.detect_dialect(top)
    first = list(islice(records(file, encoding, dialect), layout.ROWS_LOOKED_AT))
    where = layout.find_header(first, said=header)
    check_columns(where.names, limits)
    notes += [*where.notes]
    return Table(file, encoding, dialect, where.names, where.is_header, where.data_line, notes)


def seekable(source: Path | str | bytes | BinaryIO) -> BinaryIO:
    """Return `source` as a binary file that can be read again from its start."""
    if isinstance(source, bytes):
        return BytesIO(source)
    if isinstance(source, str | Path):
        try:
            return Path(source).open("rb")
        except FileNotFoundError as missing:
            raise UnreadableFile(f"There is no file {source}.") from missing
        except OSError as error:
            raise UnreadableFile(f"{source} cannot be opened: {error.strerror}.") from error
    return source


# What people send in place of a CSV file, by its first bytes.
OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive; save the sheet as CSV (UTF-8) and send that",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV (UTF-8) and send that",
    b"%PDF": "a PDF; export the data as CSV and send that",
    b"\x1f\x8b": "compressed; unpack it and send the CSV file inside",
    b"\x89PNG": "a picture; export the data as CSV and send that",
}


def check_kind(file: BinaryIO, limits: Limits) -> None:
    """Refuse what is certainly no CSV file, or too large a one."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.bytes:
        allowed = limits.bytes // (1024 * 1024)
        raise UnreadableFile(
            f"The file has {size / (1024 * 1024):.0f} MB; at most {allowed} MB can be imported, so split it."
        )
    top = file.read(512)
    for mark, what in OTHER_KINDS.items():
        if top.startswith(mark):
            raise UnreadableFile(f"This is {what}.")
    if re.match(rb"\s*(<!doctype html|<html|<\?xml)", top, re.IGNORECASE):
        raise UnreadableFile("This is a web page or XML; export the data as CSV and send that.")


def check_columns(names: list[str], limits: Limits) -> None:
    """Refuse more columns, or longer names of columns, than a table of people has."""
    if len(names) > limits.columns:
        raise UnreadableFile(
            f"The file has {len(names)} columns; at most {limits.columns} can be imported."
        )
    longest = max(names, key=len)
    if len(longest) > limits.header_characters:
        raise UnreadableFile(
            f"The column name “{longest[:40]}…” has {len(longest)} characters;"
            f" at most {limits.header_characters} are possible, so the first row may not be a header."
        )


def sample_text(file: BinaryIO, encoding: str, characters: int = 64 * 1024) -> str:
    """Return the top of the file as text, ending where a line ends if it can."""
    with reading_text(file, encoding) as text:
        top = text.read(characters)
    return top if len(top) < characters else top[: top.rfind("\n") + 1] or top


class reading_text:  # noqa: N801  used as a function: `with reading_text(…) as text`
    """Read a binary file as text from its start, and leave it open."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self.text = TextIOWrapper(file, encoding, errors=encodings.MENDING, newline="")

    def __enter__(self) -> TextIOWrapper:
        return self.text

    def __exit__(self, *_: object) -> None:
        self.text.detach()


def records(file: BinaryIO, encoding: str, dialect: layout.Dialect) -> Iterator[Row]:
    """Stream every record with its first line; one that cannot be parsed carries its problem."""
    with reading_text(file, encoding) as text:
        lines = (line.replace("\x00", "") for line in text)
        reader = csv.reader(lines, **dialect.options)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, [], unclosed(line, reader.line_num))
                continue
            if cells and not (line == 1 and layout.SEPARATOR_HINT.fullmatch("".join(cells[:1]))):
                yield Row(line, cells)


def unclosed(line: int, last: int) -> str:
    """Say that a quotation mark swallowed what follows it."""
    return (
        f"A quotation mark opened on line {line} is not closed within {FIELD_LIMIT:,} characters;"
        f" lines {line} to {last} were not read."
    )


def fitted(row: Row, width: int) -> Row:
    """Return the row with `width` values: short ones are filled up, long ones marked."""
    cells = row.cells
    if len(cells) == 1 and width >= 4:
        return Row(row.line, cells, f"Has 1 value where the header has {width} columns.")
    if any(cell.strip() for cell in cells[width:]):
        return Row(row.line, cells, too_long(row, width))
    return Row(row.line, cells[:width] + [""] * (width - len(cells)))


def too_long(row: Row, width: int) -> str:
    """Say that a row has more values than columns, and what usually causes it."""
    cause = "a quotation mark may be left open"
    if not any("\n" in cell for cell in row.cells):
        cause = "a value that holds the delimiter may lack its quotation marks"
    return f"Has {len(row.cells)} values where the header has {width} columns; {cause}."
