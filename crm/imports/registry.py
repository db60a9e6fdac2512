"""Who takes over rows of which kind. A higher app registers importers for kinds of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from audit.actors import Actor
from crm import custom_fields
from crm.imports.cells import Record
from crm.imports.receipts import Receipt
from crm.models import Import, Organization


@dataclass
class Batch:
    """
    What importers share while one file is taken over.

    :param source: names the system the file's own ids come from
    :param memory: what an importer found out in one chunk and may use in the next
    """

    importing: Import
    organization: Organization
    by: Actor
    source: str
    receipt: Receipt
    memory: dict[str, Any] = field(default_factory=dict)
    on: str = ""  # what custom fields of the file's rows are declared on; "" on nothing

    def declare(self, key: str, label: str, type: str) -> None:
        """Declare a custom field on the rows of the file, unless there is one of that key."""
        there = self.memory.setdefault("fields", None)
        if there is None:
            rows = custom_fields.find(self.organization, self.on)
            there = self.memory["fields"] = {field.key for field in rows}
        if key not in there:
            there.add(key)
            called = label[:120] or key
            custom_fields.declare(self.on, label=called, type=type, key=key, by=self.by)
            self.receipt.made("fields", [called])


class Importer(Protocol):
    """Takes over one chunk of rows inside the action that is open."""

    def __call__(self, records: Sequence[Record], batch: Batch) -> None: ...


_importers: dict[str, Importer] = {}
# What a kind's custom fields are declared on.
_owners: dict[str, str] = {}


def takes(kind: str, *, on: str) -> Callable[[Importer], Importer]:
    """Register an importer of `kind`; custom fields of its rows are declared on `on`."""

    def register(importer: Importer) -> Importer:
        _importers[kind] = importer
        _owners[kind] = on
        return importer

    return register


def get(kind: str) -> Importer:
    """
    Return the importer of `kind`.

    :raises KeyError: if nobody registered for it
    """
    return _importers[kind]


def owner_of_fields(kind: str) -> str:
    """Return what rows of `kind` keep custom fields on, "contact" …; "" if on nothing."""
    return _owners[kind]
