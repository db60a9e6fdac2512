"""Pages by keyset: where a page ended is where the next begins, however many rows come between."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import QueryDict

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page[Row]:
    """Some rows, and the addresses (query strings) of the pages before and after them."""

    rows: list[Row]
    previous: str | None
    next: str | None


def paginate[Row: models.Model](
    rows: "models.QuerySet[Row]",
    *,
    order: Sequence[str],
    query: QueryDict,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """
    Return the page that `query` asks for by `after` or `before`, the first where it asks for none.

    A cursor that does not read is taken for none: a page is shown, not an error.

    :param order: columns that are never null, the last unique, all rising or all falling ("-name")
    """
    backwards = "before" in query
    cursor = _read(query.get("before") or query.get("after") or "", len(order))
    towards = [_flip(name) for name in order] if backwards else list(order)
    if cursor is not None:
        rows = rows.filter(_beyond(towards, cursor))
    found = list(rows.order_by(*towards)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else cursor is not None
    has_next = (backwards and cursor is not None) or (not backwards and more)
    return Page(
        rows=found,
        previous=_link(query, "before", found[0], order) if found and has_previous else None,
        next=_link(query, "after", found[-1], order) if found and has_next else None,
    )


def write_cursor(row: models.Model, order: Sequence[str]) -> str:
    """Return where `row` stands in `order`, as text that fits an address."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any] | None:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    fits = isinstance(values, list) and len(values) == length
    plain = fits and all(isinstance(value, str | int) for value in values)
    return values if plain and isinstance(values[-1], int) else None


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], cursor: Sequence[Any]) -> Q:
    """
    Return what lies beyond the cursor: (a, b) > (x, y).

    Written as a >= x and (a > x or b > y), so that an index on (a, b) starts at x.
    """
    first, value = order[0], cursor[0]
    name, way = first.lstrip("-"), "lt" if first.startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{way}": value})
    return Q(**{f"{name}__{way}e": value}) & (
        Q(**{f"{name}__{way}": value}) | _beyond(order[1:], cursor[1:])
    )


def _link(query: QueryDict, way: str, row: models.Model, order: Sequence[str]) -> str:
    asked = query.copy()
    for name in ["after", "before", "part"]:
        asked.pop(name, None)
    asked[way] = write_cursor(row, order)
    return f"?{asked.urlencode()}"
