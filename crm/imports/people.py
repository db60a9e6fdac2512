"""Contacts out of files: found where they are known, else made known."""

from collections.abc import Sequence
from typing import Any

from crm import addresses, duplicates
from crm.duplicates import Likeness
from crm.imports import known, matching
from crm.imports.cells import Record
from crm.imports.companies import Firm, email_domain, find_firms, firm_of
from crm.imports.registry import Batch, takes
from crm.imports.storing import Stored
from crm.imports.values import names
from crm.models import Contact

COLUMNS = (
    *("name", "first_name", "last_name", "email", "phone", "mobile", "job_title", "linkedin_url"),
    *("subtype", "source", "language", "time_zone"),
    *("address", "city", "region", "postal_code", "country"),
    *("tags", "do_not_contact", "last_contacted_at", "archived_at"),
)
Key = tuple[Any, ...]
SIGNS = {"id": "external id", "email": "e-mail", "phone": "phone number"}


@takes("contacts", on="contact")
def take_contacts(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that are contacts."""
    take_people(records, batch, counts=True)


def take_people(records: Sequence[Record], batch: Batch, *, counts: bool) -> list[Contact | None]:
    """
    Find or make the contact each record is about; None where it says too little.

    :param counts: these rows are what the file is about; else they come along with other rows
    """
    owners = known.find_owners(records, batch, "owner_email") if counts else {}
    firms = find_firms(records, batch)
    likenesses = [_likeness(record, firms, batch) for record in records]
    crowd = Crowd(records, likenesses, batch, counts=counts)
    found = [
        crowd.take(record, likeness, _values(record, likeness, owners, batch))
        for record, likeness in zip(records, likenesses, strict=True)
    ]
    made = crowd.stored.save()
    if not counts:
        batch.receipt.brought("contacts", len(made))
    return [row if row is not None and row.pk else None for row in found]


class Crowd:
    """The people of one chunk: those we know, and those an earlier row brought."""

    def __init__(
        self,
        records: Sequence[Record],
        likenesses: Sequence[Likeness],
        batch: Batch,
        *,
        counts: bool,
    ) -> None:
        self.batch, self.counts = batch, counts
        self.stored = Stored(Contact, batch, counts=counts)
        matches = duplicates.find_contacts(likenesses, by=batch.by)
        rows = matching.matched(Contact, matches, batch)
        self.by_ref = matching.find_by_ref(Contact, records, batch) if counts else {}
        self.matched = {
            id(likeness): (rows[match.id], match.sign)
            for likeness, match in zip(likenesses, matches, strict=True)
            if match is not None
        }
        self.mine: dict[Key, Contact] = {}

    def take(self, record: Record, likeness: Likeness, values: dict[str, Any]) -> Contact | None:
        """Return the contact of one row: ours, an earlier row's, or a new one; None if it fails."""
        row = self.by_ref.get(record.get("ref")) or self._match(likeness)
        if row is not None:
            if self.counts:
                self._want(row, values, record)
            return row
        again = next(
            (each for key in _keys(likeness) if (each := self._earlier(key, likeness))), None
        )
        if again is not None:
            if self.counts:
                self._complete(again, values, record)
            self._remember(again, likeness)
            return again
        return self._new(record, likeness, values)

    def _match(self, likeness: Likeness) -> Contact | None:
        row, sign = self.matched.get(id(likeness), (None, ""))
        return row if row is not None and may_be(row, likeness, sign) else None

    def _earlier(self, key: Key, likeness: Likeness) -> Contact | None:
        row = self.mine.get(key)
        sign = SIGNS.get(key[0], "name and company")
        return row if row is not None and may_be(row, likeness, sign) else None

    def _remember(self, row: Contact, likeness: Likeness) -> None:
        for key in _keys(likeness):
            self.mine.setdefault(key, row)

    def _want(self, row: Contact, values: dict[str, Any], record: Record) -> None:
        if not _names_itself(record):
            values.pop("name", None)
        self.stored.want(row, values | matching.external(record, self.batch, held=row), record)

    def _complete(self, row: Contact, values: dict[str, Any], record: Record) -> None:
        """A second address of the same person is kept among the others."""
        if not _names_itself(record):
            values.pop("name", None)
        email = values.get("email")
        if email and row.email and addresses.email_key(email) != addresses.email_key(row.email):
            row.other_emails = list(dict.fromkeys([*row.other_emails, addresses.email_key(email)]))
            del values["email"]
        self.stored.complete(row, values | matching.external(record, self.batch, held=row), record)

    def _new(self, record: Record, likeness: Likeness, values: dict[str, Any]) -> Contact | None:
        if not values.get("name"):
            if self.counts:
                needed = "A contact needs a name, an e-mail address or a phone number."
                self.batch.receipt.fail(record.line, needed)
            return None
        row = Contact(**values, **matching.external(record, self.batch))
        row.properties = known.own_fields(record) if self.counts else {}
        if not self.stored.add(row, record):
            return None
        self._remember(row, likeness)
        return row


def may_be(row: Contact, likeness: Likeness, sign: str) -> bool:
    """
    Say whether a shared sign makes two the same.

    A phone or a name is shared by colleagues and namesakes: whoever has another e-mail address, or
    another id in the same system, is somebody else.
    """
    if sign in ("external id", "e-mail"):
        return True
    other_id = (
        row.external_id
        and likeness.external_id
        and row.external_source == likeness.external_source
        and row.external_id != likeness.external_id
    )
    other_email = (
        row.email and likeness.emails and addresses.email_key(row.email) not in likeness.emails
    )
    return not other_id and not other_email


def _likeness(record: Record, firms: dict[Firm, int], batch: Batch) -> Likeness:
    firm = firms.get(firm_of(record)) or firms.get(("", email_domain(record)))
    phones = [record.get("phone"), record.get("mobile")]
    keys = [_phone_key(phone, batch) for phone in phones if phone]
    return Likeness(
        external_id=record.get("external_id"),
        external_source=batch.source if record.get("external_id") else "",
        emails=(addresses.email_key(record.get("email")),) if record.get("email") else (),
        phones=tuple(key for key in keys if key),
        name=_name(record),
        company_id=firm,
    )


def _phone_key(phone: str, batch: Batch) -> str:
    """Each number is asked for twice, and takes long to parse."""
    keys: dict[str, str] = batch.memory.setdefault("phones", {})
    if phone not in keys:
        keys[phone] = addresses.phone_key(phone, country=batch.organization.country)
    return keys[phone]


def _names_itself(record: Record) -> bool:
    return any(record.get(name) for name in ("name", "first_name", "last_name"))


def _name(record: Record) -> str:
    full = record.get("name") or names.join(record.get("first_name"), record.get("last_name"))
    if full:
        return str(full)
    sign = record.get("email") or record.get("phone") or record.get("mobile")
    return str(sign or record.get("external_id"))


def _values(
    record: Record, likeness: Likeness, owners: dict[str, int], batch: Batch
) -> dict[str, Any]:
    values = {name: record.values[name] for name in COLUMNS if name in record.values}
    values["name"] = _name(record)
    for name in ("phone", "mobile"):
        if name in values:
            values[f"{name}_key"] = _phone_key(values[name], batch)
    if likeness.company_id:
        values["company_id"] = likeness.company_id
    if record.get("owner_email") in owners:
        values["owner_id"] = owners[record.get("owner_email")]
    return values


def _keys(likeness: Likeness) -> list[Key]:
    """What two rows of one file that are the same person share; the surest first."""
    keys: list[Key] = [("id", likeness.external_id)] if likeness.external_id else []
    keys += [("email", email) for email in likeness.emails]
    keys += [("phone", phone) for phone in likeness.phones]
    if likeness.name and likeness.company_id:
        keys.append(("name", likeness.name.casefold(), likeness.company_id))
    return keys
