"""Lists in one cell, as our own exports write them."""

import csv
from collections.abc import Iterable
from io import StringIO


def join(parts: Iterable[str]) -> str:
    """Return the parts between semicolons; quoted where one holds what would part it."""
    cell = StringIO()
    csv.writer(cell, delimiter=";", lineterminator="").writerow(list(parts))
    return cell.getvalue()


def parse(cell: str) -> list[str]:
    """Return the parts that `join` joined."""
    rows = list(csv.reader(StringIO(cell, newline=""), delimiter=";"))
    return rows[0] if rows else []
