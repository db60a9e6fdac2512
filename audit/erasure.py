"""
Erasing what the ledger says of somebody: content and salt go, the skeleton and its hashes stay.

Who erased, when and how many rows stays as well: the erasing is an action like any other.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection

from audit.actions import NoActionOpen, current


def erase(rows: Collection[tuple[str, int]], *, targets: Collection[str]) -> int:
    """
    Blank what the ledger says of rows, and of actions and events about them.

    Only what is recorded by now and belongs to the action's organization. It cannot be undone, nor
    can any change it blanked.

    :param rows: tables and ids
    :param targets: references of what actions and events are about: contact:42
    :return: how many rows of the ledger were blanked
    :raises NoActionOpen: outside an action
    """
    if current() is None:
        raise NoActionOpen
    tables = [table for table, _ in rows]
    ids = [row_id for _, row_id in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_erase(%s::text[], %s::bigint[], %s::text[])",
            [tables, ids, list(targets)],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def allowed() -> Iterator[None]:
    """Let rows go that otherwise stand for good, as decisions do; the ledger's own stay guarded."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.erasing', 'on', true)")
        yield
        cursor.execute("select set_config('app.erasing', '', true)")
