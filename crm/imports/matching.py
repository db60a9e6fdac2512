"""Which row of ours a row of the file means: by reference, or by the signs `duplicates` knows."""

from collections.abc import Iterable
from typing import Any

from crm.imports.cells import Record
from crm.imports.registry import Batch
from crm.models.tenancy import ExternalRow


def find_by_ref(
    model: type[Any], records: Iterable[Record], batch: Batch, name: str = "ref"
) -> dict[str, Any]:
    """Return rows by the references a column names, as an export gives them."""
    kind = model._meta.model_name
    refs = {str(record.get(name)).strip() for record in records if record.get(name)}
    ids = [int(ref.partition(":")[2]) for ref in refs if is_ref(ref, kind)]
    rows = model.objects.visible_to(batch.by).filter(pk__in=ids) if ids else []
    return {row.ref: row for row in rows}


def is_ref(text: str, kind: str) -> bool:
    """Say whether a cell holds a reference to a row of this kind."""
    named, _, number = text.partition(":")
    return named == kind and number.isascii() and number.isdigit() and len(number) < 19


def find_by_external(model: type[ExternalRow], ids: Iterable[str], batch: Batch) -> dict[str, Any]:
    """Return rows by the id another system gave them; one of the file's own source comes first."""
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    rows = model._default_manager.visible_to(batch.by).filter(external_id__any_of=wanted)
    found: dict[str, Any] = {}
    for row in rows.order_by("id"):
        if row.external_id not in found or row.external_source == batch.source:
            found[row.external_id] = row
    return found


def matched(model: type[Any], matches: Iterable[Any], batch: Batch) -> dict[Any, Any]:
    """Return the rows that were matched, by id."""
    ids = sorted({match.id for match in matches if match is not None})
    return model.objects.visible_to(batch.by).in_bulk(ids) if ids else {}


def external(record: Record, batch: Batch, *, held: Any = None) -> dict[str, str]:
    """Return the columns of another system's id; none where the row held has an id already."""
    given = str(record.get("external_id"))
    if not given or (held is not None and held.external_id):
        return {}
    return {"external_id": given, "external_source": batch.source}
