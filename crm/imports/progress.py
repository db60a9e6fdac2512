"""
How far an import is, and who goes on with it: one run at a time, each row taken over once.

A run ends with its process, and says nothing then. So an import that is not finished may be gone on
with by anybody once it stood still for a while, from the row behind the last chunk that stands:
how far it is was written in that chunk's own transaction.
"""

from datetime import timedelta

from django.db import transaction

from audit import clock
from audit.actions import Refusal, action
from audit.actors import Actor
from crm.imports.receipts import Receipt
from crm.models import Import, ImportFile

# Nobody goes on with an import sooner than this after its last sign of life. While a chunk is
# taken over its import is locked, so this covers the moments between two chunks alone.
LEASE = timedelta(seconds=30)
ENDED = ("started_at", "finished_at", "problem")


class AlreadyRun(Refusal):
    """This import has been run already."""


class UnderWay(Refusal):
    """This import is under way; should it stand still, it can be started again in a minute."""


def stands_still(importing: Import) -> bool:
    """Say whether an import was begun, is not finished, and gave no sign of life for a while."""
    if importing.started_at is None or importing.is_done:
        return False
    return importing.updated_at < clock.real_now() - LEASE


def claim(importing: Import, *, by: Actor) -> bytes:
    """
    Take an import for this run, from where it is; return the file.

    :raises AlreadyRun: if it is finished
    :raises UnderWay: if another run goes on with it
    """
    with action("imports.start", by=by, target=importing) as opened:
        free = Import.objects.select_for_update(skip_locked=True, no_key=True)
        held = free.filter(pk=importing.pk).first()
        if held is not None and held.is_done:
            raise AlreadyRun
        if held is None or not (held.started_at is None or stands_still(held)):
            raise UnderWay
        went_on = held.started_at is not None
        held.started_at = held.started_at or clock.real_now()
        held.save(update_fields=["started_at"])  # which is a sign of life
        how = f"went on behind row {held.done_rows:,}" if went_on else "began"
        opened.summary = f"The import of {held.filename or 'a file'} {how}"
        importing.refresh_from_db()  # its columns may have been settled since it was read
        return bytes(ImportFile.objects.get(belongs_to=held).content)


def hold(importing: Import, *, done: int) -> None:
    """
    Keep other runs off an import until the transaction ends.

    :param done: rows that were taken over before
    :raises UnderWay: if another run has gone on meanwhile
    """
    held = Import.objects.select_for_update(no_key=True).get(pk=importing.pk)
    if held.is_done or held.done_rows != done:
        raise UnderWay


def save(importing: Import, receipt: Receipt) -> None:
    """Write how far an import is, in the transaction that brought it there."""
    Import.objects.filter(pk=importing.pk).update(done_rows=receipt.read, receipt=receipt.as_json())


def finish(
    importing: Import, *, by: Actor, receipt: Receipt | None = None, problem: str = ""
) -> None:
    """Note that an import ended, and drop its file."""
    with action("imports.finish", by=by, target=importing) as opened, transaction.atomic():
        held = Import.objects.select_for_update().get(pk=importing.pk)
        held.finished_at = clock.real_now()
        held.started_at = held.started_at or held.finished_at
        held.problem = problem
        if receipt is not None:
            held.receipt = receipt.as_json()
            held.row_count = held.done_rows = receipt.read
        held.save(update_fields=[*ENDED, "receipt", "row_count", "done_rows"])
        ImportFile.objects.filter(belongs_to=held).delete()
        opened.summary = problem or f"The import of {held.filename or 'a file'} ended"
        importing.refresh_from_db()
