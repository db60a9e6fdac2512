"""
Running an import: from a file to rows, in chunks, each an action of one correlation.

A person's import is one recorded waiver: its cards stand where the file says. What went in can be
undone as a whole, because every chunk carries the import's correlation.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import InterfaceError, OperationalError

from audit.actions import Refusal, Unrecorded, action, record
from audit.actors import Actor, Door
from crm import custom_fields, duplicates
from crm.events import RowsImported
from crm.imports import cells, progress, reading, registry
from crm.imports.cells import BadMapping, Plan, Record, Terms
from crm.imports.reading import Source, UnreadableFile
from crm.imports.receipts import Receipt
from crm.imports.registry import Batch
from crm.models import CustomField, Import, ImportFile, Organization
from crm.permissions import Permission, allows

CHUNK = 2000
SOURCE = "import"


class CannotImport(Refusal):
    """The file cannot be imported; says why and what would be right."""


class MayNotImport(Refusal):
    """Your role may not import; ask a manager."""


class _TakenBack(Unrecorded):
    """A rehearsal is over; no trace of it is kept, not even that it was."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    What may be said beside the mapping.

    :param pipeline: the name of the pipeline for cards whose row names none
    :param source: names the system the file's ids come from; equal ids of one source are one row
    """

    pipeline: str = ""
    source: str = SOURCE


def begin(
    content: bytes,
    *,
    by: Actor,
    filename: str = "",
    kind: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    options: Options | None = None,
) -> Import:
    """
    Keep a file that is to be imported, with what is known of it so far.

    :raises MayNotImport: if the person's role does not allow it
    :raises CannotImport: if the file cannot be read or the mapping does not fit it
    """
    if not allows(by, Permission.IMPORT):
        raise MayNotImport
    with action("imports.begin", by=by.through(Door.IMPORT)) as opened:
        plan = find_plan(content, by=by, kind=kind, mapping=mapping, filename=filename)
        importing = Import.objects.create(
            organization_id=by.tenant_id,
            created_by=by.ref,
            kind=plan.kind.name,
            filename=filename[:255],
            digest=hashlib.sha256(content).hexdigest(),
            mapping=dict(mapping or {}),
            row_count=sum(1 for _ in plan.table.rows()),
            options={
                "pipeline": (options or Options()).pipeline,
                "source": (options or Options()).source,
            },
        )
        ImportFile.objects.create(
            organization_id=by.tenant_id, belongs_to=importing, content=content
        )
        opened.aim(importing)
        opened.summary = f"{filename or 'A file'} was read for import"
    return importing


def run(importing: Import, *, by: Actor) -> Receipt:
    """
    Take over every row of a file that was begun, chunk by chunk, and return what came of it.

    Each chunk stands when it ends; what it brought is undone by the import's correlation. One that
    stands still, for its process or the database went away, is gone on with from there.

    :raises AlreadyRun: if it has been run
    :raises UnderWay: if another run goes on with it
    :raises CannotImport: if the file cannot be read any more, or the mapping does not fit it
    """
    by = by.through(Door.IMPORT)
    content = progress.claim(importing, by=by)
    try:
        receipt = _take_all(importing, content, by=by)
    except (progress.UnderWay, OperationalError, InterfaceError):
        raise  # it is not over: another goes on with it, or can
    except Exception as error:
        progress.finish(importing, by=by, problem=_sentence(error))
        raise
    progress.finish(importing, by=by, receipt=receipt)
    return receipt


def rehearse(importing: Import, *, by: Actor, rows: int | None = 5000) -> Receipt:
    """
    Return what importing the file would do, and leave nothing behind.

    :param rows: about so many rows are tried; None tries all
    """
    by = by.through(Door.IMPORT)
    receipt = Receipt()
    try:
        with action("imports.rehearse", by=by, target=importing):
            content = bytes(ImportFile.objects.get(belongs_to=importing).content)
            plan = _plan_of(importing, content, by=by)
            batch = _batch(importing, receipt, by=by)
            for chunk in _chunks(plan, receipt, size=min(CHUNK, rows or CHUNK)):
                _take(plan, chunk, batch)
                if rows is not None and receipt.read >= rows:
                    break
            raise _TakenBack
    except _TakenBack:
        pass
    return receipt


def find_examples(importing: Import, *, by: Actor, count: int = 3) -> list[Record]:
    """Return the first rows of the file that can be read, as they are read."""
    content = bytes(ImportFile.objects.get(belongs_to=importing).content)
    rows = _plan_of(importing, content, by=by).records()
    return list(islice((each for each in rows if isinstance(each, Record)), count))


def forget(importing: Import, *, by: Actor) -> None:
    """Drop a file that was begun and is not to be taken over."""
    with action("imports.forget", by=by.through(Door.IMPORT), target=importing) as opened:
        ImportFile.objects.filter(belongs_to=importing).delete()
        importing.delete()
        opened.summary = f"{importing.filename or 'A file'} was not imported"


def find_plan(
    content: Source,
    *,
    by: Actor,
    kind: str | None,
    mapping: Mapping[str, str | None] | None,
    filename: str,
) -> Plan:
    """
    Return how a file is read for `by`'s organization.

    :raises CannotImport: if it cannot be read, or the mapping does not fit it
    """
    organization = Organization.objects.get(pk=by.tenant_id)
    try:
        table = reading.open_csv(content)
        plan = cells.plan(
            table,
            kind=kind,
            given=mapping,
            terms=_terms(organization),
            filename=filename,
        )
    except (UnreadableFile, BadMapping) as problem:
        raise CannotImport(str(problem)) from None
    if not plan.columns:
        raise CannotImport("No column of the file is to be imported; map one at least.")
    return plan


def _plan_of(importing: Import, content: bytes, *, by: Actor) -> Plan:
    return find_plan(
        content,
        by=by,
        kind=importing.kind,
        mapping=importing.mapping,
        filename=importing.filename,
    )


def _take_all(importing: Import, content: bytes, *, by: Actor) -> Receipt:
    """Take over the rows that are left."""
    receipt = Receipt.from_json(importing.receipt) if importing.receipt else Receipt()
    plan = _plan_of(importing, content, by=by)
    batch = _batch(importing, receipt, by=by)
    done = receipt.read
    for chunk in _chunks(plan, receipt):
        with _chunk_action(importing, by, chunk):
            progress.hold(importing, done=done)
            _take(plan, chunk, batch)
            _tell(importing, receipt)
            progress.save(importing, receipt)
        done = receipt.read
    return receipt


def _batch(importing: Import, receipt: Receipt, *, by: Actor) -> Batch:
    return Batch(
        importing=importing,
        organization=Organization.objects.get(pk=by.tenant_id),
        by=by,
        source=importing.options.get("source") or SOURCE,
        receipt=receipt,
        memory={"pipeline": importing.options.get("pipeline", "")},
        on=registry.owner_of_fields(importing.kind),
    )


def _chunks(plan: Plan, receipt: Receipt, *, size: int | None = None) -> Iterator[list[Record]]:
    rows = islice(plan.records(), receipt.read, None)
    while chunk := list(islice(rows, size or CHUNK)):
        receipt.read += len(chunk)
        sound = []
        for each in chunk:
            if isinstance(each, Record):
                sound.append(each)
            else:
                receipt.fail(*each)
        yield sound


def _chunk_action(importing: Import, by: Actor, chunk: Sequence[Record]) -> Any:
    lines = f"lines {chunk[0].line} to {chunk[-1].line}" if chunk else "no sound lines"
    return action(
        "imports.take",
        by=by,
        target=importing,
        arguments={"filename": importing.filename, "kind": importing.kind, "lines": lines},
        correlation=importing.correlation,
        summary=f"{importing.filename or 'A file'} was imported, {lines}",
    )


def _take(plan: Plan, chunk: Sequence[Record], batch: Batch) -> None:
    duplicates.hold("import", by=batch.by)
    for key, custom in plan.customs.items() if batch.on else ():
        batch.declare(key, custom.label, custom.type)
    if chunk:
        registry.get(plan.kind.name)(chunk, batch)


def _terms(organization: Organization) -> Terms:
    def declared(kind: str) -> dict[str, CustomField] | None:
        on = registry.owner_of_fields(kind)
        rows = custom_fields.find(organization, on) if on else []
        return {field.key: field for field in rows} if on else None

    return Terms(organization.currency, declared)


def _tell(importing: Import, receipt: Receipt) -> None:
    record(
        RowsImported(import_id=importing.pk, kind=importing.kind, rows=receipt.read),
        on=importing,
        summary=f"{importing.filename or 'A file'}: {receipt.created} {importing.kind} created,"
        f" {receipt.updated} updated so far",
    )


def _sentence(error: Exception) -> str:
    if isinstance(error, Refusal):
        return str(error)
    return "Something unexpected ended it; what had gone in stands, and can be undone."
