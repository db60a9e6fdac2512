"""Activities and tasks out of files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit import clock
from crm.activities import DIRECTIONS, TOUCHES
from crm.imports import known, matching
from crm.imports.cells import Record
from crm.imports.people import take_people
from crm.imports.registry import Batch, takes
from crm.imports.storing import Stored
from crm.models import Activity, Contact, Task
from crm.models.activities import ActivityKind

# What exports call the kinds, by the words in it; the first that fits counts.
KINDS = [
    (r"repl|answer|antwort", ActivityKind.EMAIL_REPLIED),
    (r"open", ActivityKind.EMAIL_OPENED),
    (r"click", ActivityKind.EMAIL_CLICKED),
    (r"mail.*(sent|out)|sent.*mail", ActivityKind.EMAIL_SENT),
    (r"e-?mail|correo|courriel", ActivityKind.EMAIL),
    (
        r"call|phone|anruf|appel|t[ée]l[ée]ph|llamada|chamad|liga[cç]|chiamat|telefon|telefoon"
        r"|samtal|opkald|rozmow",
        ActivityKind.CALL,
    ),
    (
        r"meet|demo|visit|lunch|termin|treffen|bespre|r[ée]uni|riunion|rendez|encontro|afspraak"
        r"|m[øö]te|m[øö]de|spotkan",
        ActivityKind.MEETING,
    ),
    (r"note|notiz|nota|comment", ActivityKind.NOTE),
    (r"page|visit|web|view", ActivityKind.PAGE_VIEWED),
    (r"form|formul", ActivityKind.FORM_SUBMITTED),
]
ACTIVITY = ("subject", "body", "outcome", "occurred_at")
TASK = ("title", "due_at", "done_at")
NOBODY = "It names nobody: no e-mail, id or name of a contact."
Same = tuple[Any, ...]


def kind_of(text: str) -> ActivityKind:
    """Return the kind that a word for it means; what no word fits is *other*."""
    plain = text.strip().casefold()
    if plain.replace(" ", "_") in ActivityKind.values:
        return ActivityKind(plain.replace(" ", "_"))
    return next((kind for words, kind in KINDS if re.search(words, plain)), ActivityKind.OTHER)


@takes("activities", on="")
def take_activities(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that say what passed between us and a contact."""
    owners = known.find_owners(records, batch, "owner_email")
    contacts = find_contacts(records, batch)
    find = Finder(Activity, records, batch)
    stored = Stored(Activity, batch)
    there = Happened(stored, find, _activities_of({each.pk for each in contacts if each}))
    for record, contact in zip(records, contacts, strict=True):
        row = find(record)
        values = _activity_values(record, owners)
        if contact is not None:
            values["contact_id"] = contact.pk
        if row is not None:
            stored.want(row, values | matching.external(record, batch, held=row), record)
        elif contact is None:
            batch.receipt.fail(record.line, NOBODY)
        elif (again := find.earlier(record)) is not None:
            stored.complete(again, values, record)
        else:
            new = Activity(**{"occurred_at": clock.now(), **values})
            there.add(new, _same_activity(new), record)
    _touch(stored.save())


@takes("tasks", on="")
def take_tasks(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that say what is to be done."""
    owners = known.find_owners(records, batch, "assignee_email")
    contacts = find_contacts(records, batch)
    find = Finder(Task, records, batch)
    stored = Stored(Task, batch)
    there = Happened(stored, find, _tasks_of({each.pk for each in contacts if each}))
    for record, contact in zip(records, contacts, strict=True):
        row = find(record)
        values = _task_values(record, owners, batch)
        if contact is not None:
            values["contact_id"] = contact.pk
        if row is not None:
            stored.want(row, values | matching.external(record, batch, held=row), record)
        elif contact is None and _names_somebody(record):
            batch.receipt.fail(record.line, NOBODY)
        elif not record.get("title"):
            batch.receipt.fail(record.line, "A task needs a title.")
        elif (again := find.earlier(record)) is not None:
            stored.complete(again, values, record)
        else:
            new = Task(**values)
            there.add(new, _same_task(new), record)
    stored.save()


class Finder:
    """Finds the rows of ours that rows of a file mean, by reference or by another system's id."""

    def __init__(self, model: type[Any], records: Sequence[Record], batch: Batch) -> None:
        ids = (record.get("external_id") for record in records)
        self.external = matching.find_by_external(model, ids, batch)
        self.by_ref = matching.find_by_ref(model, records, batch)
        self.mine: dict[str, Any] = {}

    def __call__(self, record: Record) -> Any:
        return self.by_ref.get(record.get("ref")) or self.external.get(record.get("external_id"))

    def remember(self, row: Any) -> None:
        """Keep a new row, in case a later one of the file is about the same."""
        if row.external_id:
            self.mine[row.external_id] = row

    def earlier(self, record: Record) -> Any:
        """Return the new row that an earlier one of the file made under the same id."""
        return self.mine.get(record.get("external_id"))


@dataclass(frozen=True)
class Happened:
    """What there is already, by what tells rows without an id apart; new rows join it."""

    stored: Stored
    find: Finder
    known: set[Same]

    def add(self, new: Activity | Task, same: Same, record: Record) -> None:
        """Have a new row saved, unless it has no id of its own and is here already."""
        if not record.get("external_id") and same in self.known:
            self.stored.batch.receipt.skipped += 1
            return
        _identify(new, record, self.stored.batch)
        self.known.add(same)
        if self.stored.add(new, record):
            self.find.remember(new)


def find_contacts(records: Sequence[Record], batch: Batch) -> list[Contact | None]:
    """Return whom each row is about: by reference, external id or e-mail, else by name."""
    ids = (record.get("contact_external_id") for record in records)
    external = matching.find_by_external(Contact, ids, batch)
    by_ref = matching.find_by_ref(Contact, records, batch, "contact_ref")
    found: list[Contact | None] = []
    rest: list[tuple[int, Record]] = []
    for at, record in enumerate(records):
        row = by_ref.get(record.get("contact_ref")) or external.get(
            record.get("contact_external_id")
        )
        found.append(row)
        if row is None and _names_somebody(record):
            rest.append((at, about(record)))
    made = take_people([record for _, record in rest], batch, counts=False) if rest else []
    for (at, _), contact in zip(rest, made, strict=True):
        found[at] = contact
    return found


def about(record: Record) -> Record:
    """Return the contact a row about something else speaks of, as a row of its own."""
    named = {
        "email": record.get("contact_email"),
        "name": record.get("contact_name"),
        "first_name": record.get("contact_first_name"),
        "last_name": record.get("contact_last_name"),
        "phone": record.get("contact_phone"),
        "external_id": record.get("contact_external_id"),
    }
    values = {name: value for name, value in named.items() if value}
    if values:
        firm = {name: record.get(name) for name in ("company", "company_domain")}
        values |= {name: value for name, value in firm.items() if value}
    return Record(record.line, values)


def _names_somebody(record: Record) -> bool:
    return any(name.startswith("contact_") for name in record.values)


def _activity_values(record: Record, owners: dict[str, int]) -> dict[str, Any]:
    kind = kind_of(str(record.get("kind")))
    values = {name: record.values[name] for name in ACTIVITY if name in record.values}
    values["kind"] = kind
    if kind in DIRECTIONS:
        values["direction"] = DIRECTIONS[kind]
    if record.get("owner_email") in owners:
        values["owner_id"] = owners[record.get("owner_email")]
    return _with_the_rest(values, "body", record)


def _task_values(record: Record, owners: dict[str, int], batch: Batch) -> dict[str, Any]:
    values = {name: record.values[name] for name in TASK if name in record.values}
    if record.get("done") is True and "done_at" not in values:
        values["done_at"] = record.get("due_at") or clock.now()
    if record.get("assignee_email") in owners:
        values["assignee_id"] = owners[record.get("assignee_email")]
    return _with_the_rest(values, "notes", record)


def _with_the_rest(values: dict[str, Any], text: str, record: Record) -> dict[str, Any]:
    """Add what fits no column as lines below the text, for these rows have no custom fields."""
    rest = [f"{header}: {cell}" for header, cell in record.rest.items()]
    named = str(record.get("kind"))
    if values.get("kind") == ActivityKind.OTHER and named.casefold() not in ("", "other"):
        rest.insert(0, f"Kind: {named}")
    if rest:
        values[text] = "\n\n".join(filter(None, [values.get(text, ""), "\n".join(rest)]))
    return values


def _identify(row: Activity | Task, record: Record, batch: Batch) -> None:
    """Set what a new row says of where it came from."""
    for name, value in matching.external(record, batch).items():
        setattr(row, name, value)
    if isinstance(row, Task) and row.done_at:
        row.done_by = batch.importing.ref


def _same_activity(row: Activity) -> Same:
    return row.contact_id, row.kind, row.occurred_at, row.subject, row.body


def _activities_of(contacts: set[int]) -> set[Same]:
    """What contacts have already, to tell rows without an id of their own."""
    rows = Activity.objects.filter(contact__in=contacts, external_id="")
    return set(rows.values_list("contact_id", "kind", "occurred_at", "subject", "body"))


def _same_task(row: Task) -> Same:
    return row.contact_id, row.title, row.due_at


def _tasks_of(contacts: set[int]) -> set[Same]:
    about = Task.objects.filter(external_id="")
    rows = about.filter(contact__in=contacts) | about.filter(contact=None)
    return set(rows.values_list("contact_id", "title", "due_at"))


def _touch(rows: Sequence[Activity]) -> None:
    """Let contacts say when they were last spoken to, where these rows know better."""
    latest: dict[int, datetime] = {}
    for row in rows:
        if row.kind in TOUCHES:
            latest[row.contact_id] = max(
                latest.get(row.contact_id, row.occurred_at), row.occurred_at
            )
    behind = [
        contact
        for contact in Contact.objects.filter(pk__in=latest)
        if contact.last_contacted_at is None or contact.last_contacted_at < latest[contact.pk]
    ]
    for contact in behind:
        contact.last_contacted_at = latest[contact.pk]
    Contact.objects.bulk_update(behind, ["last_contacted_at"], batch_size=500)
