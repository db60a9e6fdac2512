"""
Read a CSV file as people send it: any usual encoding, delimiter and quoting, with a header or not.

`open_csv` looks at the file once and settles how it is written; `Table.rows` then streams it, as
often as asked, one reading at a time. Lines are numbered as an editor shows them, so that an error
can be found.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from crm.imports import encodings, layout

Source = Path | bytes | BinaryIO
# So often lines behind a quotation mark left open are read again. One value has 131,072 characters
# at most, so that this is soon done.
MOST_LEFT_OPEN = 100
MEGABYTE = 1024 * 1024


class UnreadableFile(ValueError):
    """The file is not a CSV file that can be read; says why and what would be right."""


@dataclass(frozen=True)
class Limits:
    """How much one file may hold."""

    bytes: int = 200 * MEGABYTE
    columns: int = 500
    header_characters: int = 500


@dataclass(frozen=True)
class Row:
    """One record: its first line in the file, one value per column, and what is wrong with it."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A CSV file whose way of writing is known; `rows` streams it from the start each time."""

    source: Source
    encoding: str
    dialect: layout.Dialect
    headers: list[str]
    has_header: bool
    first_line: int  # the first line that can hold data
    notes: list[str] = field(default_factory=list)  # sentences about how it was read

    def rows(self) -> Iterator[Row]:
        """
        Stream the rows of data; one that cannot be read carries its problem.

        Left out are empty rows and copies of the header (files joined end to end).
        """
        for row in records(self.source, self.encoding, self.dialect):
            if row.line < self.first_line or (self.has_header and row.cells == self.headers):
                continue
            if row.problem:
                yield row
            elif any(cell.strip() for cell in row.cells):
                yield fitted(row, len(self.headers))

    def sample(self, count: int = 1000) -> list[list[str]]:
        """Return up to `count` sound rows from the top, as lists of values."""
        sound = (row.cells for row in self.rows() if not row.problem)
        return list(islice(sound, count))


def open_csv(
    source: Path | str | bytes | BinaryIO,
    *,
    header: bool | None = None,
    limits: Limits | None = None,
) -> Table:
    """
    Settle how a CSV file is written, without reading all of it into memory.

    :param source: a path, the bytes themselves, or an open binary file that can seek (an upload)
    :param header: whether the first row names the columns; decided from the rows where None
    :raises UnreadableFile: if it is no text, is empty, is too large or has too many columns
    """
    limits = limits or Limits()
    source = Path(source) if isinstance(source, str) else source
    with opened(source) as file:
        check_kind(file, limits)
        encoding, notes = encodings.detect(file)
        if not encoding:
            raise UnreadableFile("This is no text; export the data as CSV and send that.")
    top = top_of(source, encoding)
    if not top.strip("\ufeff\x00 \t\r\n"):
        raise UnreadableFile("The file is empty; it should hold column names and rows of data.")
    dialect = layout.detect_dialect(top)
    first = list(islice(records(source, encoding, dialect), layout.ROWS_LOOKED_AT))
    found = layout.find_header(first, said=header)
    check_columns(found.names, limits)
    notes += found.notes
    return Table(source, encoding, dialect, found.names, found.is_header, found.data_line, notes)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open `source` at its start; what was open already stays open."""
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, Path):
        try:
            file = source.open("rb")
        except OSError as error:
            raise UnreadableFile(f"{source} cannot be opened: {error.strerror}.") from error
        with file:
            yield file
    else:
        source.seek(0)
        yield source


@contextmanager
def opened_text(source: Source, encoding: str) -> Iterator[TextIOWrapper]:
    """Open `source` as text at its start."""
    with opened(source) as file:
        text = TextIOWrapper(file, encoding, errors=encodings.MENDING, newline="")
        try:
            yield text
        finally:
            text.detach()  # so that the wrapper does not close a file it did not open


# What people send in place of a CSV file, by its first bytes.
OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive; save the sheet as CSV and send that",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV and send that",
    b"%PDF": "a PDF; export the data as CSV and send that",
    b"\x1f\x8b": "compressed; unpack it and send the CSV file inside",
    b"\x89PNG": "a picture; export the data as CSV and send that",
}
MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*(<!doctype html|<html|<\?xml)", re.IGNORECASE)


def check_kind(file: BinaryIO, limits: Limits) -> None:
    """Refuse what is certainly no CSV file, or too large a one."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.bytes:
        raise UnreadableFile(
            f"The file has {size / MEGABYTE:,.0f} MB; at most {limits.bytes // MEGABYTE} MB"
            " can be imported at once, so split it."
        )
    top = file.read(512)
    for mark, what in OTHER_KINDS.items():
        if top.startswith(mark):
            raise UnreadableFile(f"This is {what}.")
    if MARKUP.match(top):
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
            f"The column name “{longest[:40]}…” has {len(longest):,} characters, more than"
            f" {limits.header_characters}; the first row may not be a header."
        )


def top_of(source: Source, encoding: str, characters: int = 64 * 1024) -> str:
    """Return the top of the file as text, ending where a line ends if it can."""
    with opened_text(source, encoding) as text:
        top = text.read(characters)
    return top if len(top) < characters else top[: top.rfind("\n") + 1] or top


def records(source: Source, encoding: str, dialect: layout.Dialect) -> Iterator[Row]:
    """
    Stream every record with its first line; one that cannot be parsed carries its problem.

    Behind a quotation mark that is left open, reading goes on with the next line.
    """
    with opened_text(source, encoding) as text:
        lines = Lines(text)
        reader = csv.reader(lines, **dialect.options)
        while True:
            line = lines.begin()
            try:
                cells = next(reader)
                problem = lines.is_suspect and is_left_open(lines.record, dialect)
            except StopIteration:
                return
            except csv.Error:
                cells, problem = [], True
            if problem:
                again = lines.put_back()
                yield Row(line, [], unclosed(line, lines.number, again=again))
            elif cells and not (line == 1 and layout.is_hint(cells)):
                yield Row(line, cells)


class Lines:
    """The lines of a text, of which those behind the first of a record can be read again."""

    def __init__(self, text: Iterator[str]) -> None:
        self.text = text
        self.again: list[str] = []  # to be read once more, the next one last
        self.record: list[str] = []  # of the record under way
        self.number = 0  # of the line read last
        self.times = 0  # lines were put back
        self.is_over = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        # PostgreSQL keeps no zero character in a text, and no person typed one.
        line = self.again.pop() if self.again else next(self.text, "").replace("\x00", "")
        if not line:
            self.is_over = True
            raise StopIteration
        self.record.append(line)
        self.number += 1
        return line

    @property
    def is_suspect(self) -> bool:
        """Whether the record under way went on behind its first line, or tried to."""
        return len(self.record) > 1 or self.is_over

    def begin(self) -> int:
        """Begin a record, and return the line it begins on."""
        self.record = []
        return self.number + 1

    def put_back(self) -> bool:
        """Have all but the record's first line read again; not for ever, for that takes long."""
        self.times, self.is_over = self.times + 1, False
        if self.times > MOST_LEFT_OPEN:
            return False
        self.again += reversed(self.record[1:])
        self.number -= len(self.record[1:])
        return True


def is_left_open(lines: list[str], dialect: layout.Dialect) -> bool:
    """Say whether a value over several lines ends nowhere, or at a quotation mark of another."""
    try:
        next(csv.reader(lines, strict=True, **dialect.options))
    except csv.Error:
        return True
    return False


def unclosed(line: int, last: int, *, again: bool) -> str:
    """Say that a quotation mark is left open, and what that cost."""
    said = f"A quotation mark on line {line} is not closed"
    return f"{said}." if again else f"{said}; lines {line} to {last} were not read."


def fitted(row: Row, width: int) -> Row:
    """Return the row with `width` values: short ones are filled up, long ones marked."""
    cells = row.cells
    if len(cells) == 1 and width >= 4:
        return Row(row.line, cells, f"Has 1 value where there are {width} columns.")
    if any(cell.strip() for cell in cells[width:]):
        return Row(row.line, cells, too_long(cells, width))
    return Row(row.line, cells[:width] + [""] * (width - len(cells)))


def too_long(cells: list[str], width: int) -> str:
    """Say that a row has more values than columns, and what usually causes it."""
    cause = "a value that holds the delimiter may lack its quotation marks"
    if any("\n" in cell for cell in cells):
        cause = "a quotation mark may be left open"
    there = "is 1 column" if width == 1 else f"are {width} columns"
    return f"Has {len(cells)} values where there {there}; {cause}."
