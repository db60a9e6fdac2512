"""Lists in pages: a cursor is the name of what came last."""

from collections.abc import Callable, Sequence
from typing import Any

from mcp_types.jsonrpc import INVALID_PARAMS

from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError

SIZE = 100


def cut[Row](
    rows: Sequence[Row], asked: Asked, *, name: Callable[[Row], str]
) -> tuple[Sequence[Row], dict[str, Any]]:
    """
    Return the page of `rows` that is asked for, and what says where the next begins.

    :raises ProtocolError: if the cursor is of none of them
    """
    cursor = asked.params.get("cursor")
    start = 0 if cursor is None else _find(cursor, rows, name) + 1
    page = rows[start : start + SIZE]
    more = start + SIZE < len(rows)
    return page, {"nextCursor": name(page[-1])} if more else {}


def _find[Row](cursor: str, rows: Sequence[Row], name: Callable[[Row], str]) -> int:
    for number, row in enumerate(rows):
        if name(row) == cursor:
            return number
    raise ProtocolError(INVALID_PARAMS, "This cursor is none that a list gave as nextCursor.")
