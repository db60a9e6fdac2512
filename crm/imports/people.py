"""Companies and contacts out of files: found where they are known, else made known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm import addresses, duplicates
from crm.duplicates import CompanyLikeness, Likeness
from crm.imports import known
from crm.imports.cells import Record
from crm.imports.registry import Batch, takes
from crm.imports.values import emails, names
from crm.models import Company, Contact

ADDRESS = ("address", "city", "region", "postal_code", "country")
CONTACT = (
    *("job_title", "linkedin_url", "subtype", "source", "language", "time_zone", *ADDRESS),
    *("tags", "do_not_contact", "last_contacted_at", "archived_at", "phone", "mobile", "email"),
    *("first_name", "last_name", "name"),
)
COMPANY = (
    *("name", "domain", "industry", "employees", "revenue_cents", "phone", "website", *ADDRESS),
    "archived_at",
)


@dataclass
class Stored:
    """Rows of one table on their way in: new ones, and what changes of those we had."""

    model: type[Any]
    batch: Batch
    new: list[Any] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)  # row id -> line that changes it
    wanted: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """Have a new row saved."""
        row.organization_id = self.batch.organization.pk
        row.created_by = self.batch.importing.ref
        self.new.append(row)

    def want(self, row: Any, values: dict[str, Any], line: int) -> None:
        """Have a row hold `values`, as far as nobody wrote others since."""
        earlier = self.wanted.get(row.pk, (row, {}))[1]
        self.wanted[row.pk] = (row, earlier | values)
        self.lines.setdefault(row.pk, line)

    def save(self) -> None:
        """Write everything in a few statements, and count it."""
        receipt = self.batch.receipt
        self.model.objects.bulk_create(self.new, batch_size=1000)
        different = {
            pk: (row, known.differing(row, values)) for pk, (row, values) in self.wanted.items()
        }
        touched = [pk for pk, (_, values) in different.items() if values]
        doors = known.find_writers(self.model._meta.db_table, touched)
        changed: dict[str, list[Any]] = {}
        for pk, (row, values) in different.items():
            change, kept = known.settle(row, values, doors)
            if kept:
                receipt.keep(self.lines[pk], kept)
            if not change:
                receipt.skipped += 1
                continue
            receipt.updated += 1
            for name, value in change.items():
                setattr(row, name, value)
                changed.setdefault(name, []).append(row)
        columns = list(changed)
        rows = {row.pk: row for each in changed.values() for row in each}
        if rows:
            self.model.objects.bulk_update(rows.values(), columns, batch_size=500)


@takes("companies", on="company")
def take_companies(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that are companies."""
    owners = known.find_owners(records, batch, "owner_email")
    stored = Stored(Company, batch)
    matches = duplicates.find_companies([_firm(record, batch) for record in records], by=batch.by)
    rows = _by_ref(Company, records, batch) | _matched(Company, matches, batch)
    mine: dict[tuple[str, str], Company] = {}
    for record, match in zip(records, matches, strict=True):
        values = {name: record.values[name] for name in COMPANY if name in record.values}
        values |= _external(record, batch)
        if record.get("owner_email") in owners:
            values["owner_id"] = owners[record.get("owner_email")]
        keys = _firm_keys(record)
        again = next((mine[key] for key in keys if key in mine), None)
        row = rows.get(record.get("ref")) or (rows[match.id] if match else None)
        if again is not None:
            _complete(again, values, known.own_fields(record))
            batch.receipt.merged += 1
        elif row is not None:
            _want(stored, row, values, record)
        elif not (values.get("name") or values.get("domain")):
            batch.receipt.fail(record.line, "A company needs a name or a domain.")
            continue
        else:
            row = Company(**values, properties=known.own_fields(record))
            row.name = row.name or row.domain
            row.created_at = record.get("created_at") or row.created_at
            stored.add(row)
            batch.receipt.created += 1
            mine |= dict.fromkeys(keys, row)
    stored.save()


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
    stored = Stored(Contact, batch)
    likenesses = [_person(record, firms, batch) for record in records]
    matches = duplicates.find_contacts(likenesses, by=batch.by)
    rows = _by_ref(Contact, records, batch) | _matched(Contact, matches, batch)
    mine: dict[tuple[Any, ...], Contact] = {}
    found: list[Contact | None] = []
    for record, likeness, match in zip(records, likenesses, matches, strict=True):
        values = _person_values(record, likeness, owners, batch)
        keys = _person_keys(likeness)
        again = next((mine[key] for key in keys if _is_same(mine.get(key), likeness, key)), None)
        row = rows.get(record.get("ref")) or (rows[match.id] if match else None)
        if row is not None and match and not _may_be(row, likeness, match.sign):
            row = None
        if again is not None:
            _complete(again, values, known.own_fields(record))
            batch.receipt.merged += 1 if counts else 0
        elif row is not None:
            if counts:
                _want(stored, row, values, record)
        elif not values.get("name"):
            found.append(None)
            if counts:
                batch.receipt.fail(
                    record.line, "A contact needs a name, an e-mail address or a phone number."
                )
            continue
        else:
            row = Contact(**values, properties=known.own_fields(record) if counts else {})
            row.created_at = (counts and record.get("created_at")) or row.created_at
            stored.add(row)
            mine |= dict.fromkeys(keys, row)
            if counts:
                batch.receipt.created += 1
            else:
                batch.receipt.brought("contacts")
        found.append(again or row)
    stored.save()
    return found


def find_by_domain(records: Sequence[Record], batch: Batch) -> dict[tuple[str, str], Company]:
    """Return known companies by the domain of an e-mail, for people whose row names none."""
    domains = {_email_domain(record) for record in records} - {""}
    rows = Company.objects.visible_to(batch.by).filter(domain__any_of=list(domains))
    return {("", row.domain): row for row in rows.order_by("-id")} if domains else {}


def _email_domain(record: Record) -> str:
    """The domain that tells where somebody works; "" where the row says so, or a mail host's."""
    if record.get("company") or record.get("company_domain"):
        return ""
    domain = emails.domain(record.get("email"))
    return "" if domain in emails.FREE_DOMAINS else domain


def find_firms(records: Sequence[Record], batch: Batch) -> dict[tuple[str, str], Company]:
    """Find or make the companies that records name beside their own rows."""
    wanted = {
        (str(record.get("company")).strip(), str(record.get("company_domain")).strip())
        for record in records
        if record.get("company") or record.get("company_domain")
    }
    pairs = sorted(wanted)
    matches = duplicates.find_companies(
        [CompanyLikeness(name=name, domain=domain) for name, domain in pairs], by=batch.by
    )
    rows = _matched(Company, matches, batch)
    stored, found = Stored(Company, batch), find_by_domain(records, batch)
    mine: dict[str, Company] = {}
    for (name, domain), match in zip(pairs, matches, strict=True):
        row = rows[match.id] if match else mine.get(domain) or mine.get(name.casefold())
        if row is None:
            row = Company(name=name or domain, domain=domain)
            stored.add(row)
            batch.receipt.brought("companies")
            mine |= {key: row for key in (domain, name.casefold()) if key}
        found[(name, domain)] = row
    stored.save()
    return found


def _firm(record: Record, batch: Batch) -> CompanyLikeness:
    return CompanyLikeness(
        external_id=record.get("external_id"),
        external_source=batch.source if record.get("external_id") else "",
        domain=record.get("domain"),
        name=record.get("name"),
    )


def _firm_keys(record: Record) -> list[tuple[str, str]]:
    """What two rows of one file that are the same company share."""
    if record.get("external_id"):
        return [("id", record.get("external_id"))]
    if record.get("domain"):
        return [("domain", record.get("domain"))]
    return [("name", str(record.get("name")).casefold())]


def _person(record: Record, firms: dict[tuple[str, str], Company], batch: Batch) -> Likeness:
    firm = firms.get(_firm_named(record)) or firms.get(("", _email_domain(record)))
    country = batch.organization.country
    phones = [record.get("phone"), record.get("mobile")]
    keys = [addresses.phone_key(phone, country=country) for phone in phones if phone]
    return Likeness(
        external_id=record.get("external_id"),
        external_source=batch.source if record.get("external_id") else "",
        emails=(addresses.email_key(record.get("email")),) if record.get("email") else (),
        phones=tuple(key for key in keys if key),
        name=_name(record),
        company_id=firm.pk if firm else None,
    )


def _firm_named(record: Record) -> tuple[str, str]:
    return str(record.get("company")).strip(), str(record.get("company_domain")).strip()


def _name(record: Record) -> str:
    full = record.get("name") or names.join(record.get("first_name"), record.get("last_name"))
    return str(full or record.get("email") or record.get("phone") or record.get("mobile"))


def _person_values(
    record: Record, likeness: Likeness, owners: dict[str, int], batch: Batch
) -> dict[str, Any]:
    values = {name: record.values[name] for name in CONTACT if name in record.values}
    values["name"] = _name(record)
    country = batch.organization.country
    for name in ("phone", "mobile"):
        if name in values:
            values[f"{name}_key"] = addresses.phone_key(values[name], country=country)
    if likeness.company_id:
        values["company_id"] = likeness.company_id
    if record.get("owner_email") in owners:
        values["owner_id"] = owners[record.get("owner_email")]
    return values | _external(record, batch)


def _person_keys(likeness: Likeness) -> list[tuple[Any, ...]]:
    """What two rows of one file that are the same person share; the surest first."""
    keys: list[tuple[Any, ...]] = []
    if likeness.external_id:
        keys.append(("id", likeness.external_id))
    keys += [("email", email) for email in likeness.emails]
    keys += [("phone", phone) for phone in likeness.phones]
    if likeness.name and likeness.company_id:
        keys.append(("name", likeness.name.casefold(), likeness.company_id))
    return keys


def _is_same(row: Contact | None, likeness: Likeness, key: tuple[Any, ...]) -> bool:
    signs = {"id": "external id", "email": "e-mail", "phone": "phone number"}
    return row is not None and _may_be(row, likeness, signs.get(key[0], "name and company"))


def _may_be(row: Contact, likeness: Likeness, sign: str) -> bool:
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
        row.email and likeness.emails and addresses.email_key(row.email) not in (likeness.emails)
    )
    return not other_id and not other_email


def _external(record: Record, batch: Batch) -> dict[str, str]:
    external_id = record.get("external_id")
    return {"external_id": external_id, "external_source": batch.source} if external_id else {}


def _by_ref(model: type[Any], records: Iterable[Record], batch: Batch) -> dict[Any, Any]:
    """Return the rows that `ref` columns name, as an export gives them."""
    kind = model._meta.model_name
    refs = {str(record.get("ref")) for record in records if record.get("ref")}
    ids = [int(ref.partition(":")[2]) for ref in refs if _is_ref(ref, kind)]
    rows = model.objects.visible_to(batch.by).filter(pk__in=ids) if ids else []
    return {row.ref: row for row in rows}


def _is_ref(text: str, kind: str) -> bool:
    named, _, number = text.partition(":")
    return named == kind and number.isascii() and number.isdigit() and len(number) < 19


def _matched(model: type[Any], matches: Iterable[Any], batch: Batch) -> dict[Any, Any]:
    ids = {match.id for match in matches if match is not None}
    return model.objects.visible_to(batch.by).in_bulk(ids) if ids else {}


def _want(stored: Stored, row: Any, values: dict[str, Any], record: Record) -> None:
    """Have `row` say what the file says; ids it has already stay."""
    if row.external_id:
        values = {name: each for name, each in values.items() if not name.startswith("external_")}
    if not (record.get("name") or record.get("first_name") or record.get("last_name")):
        values.pop("name", None)
    own = known.own_fields(record)
    if own:
        values["properties"] = {**row.properties, **own}
    stored.want(row, values, record.line)


def _complete(row: Any, values: dict[str, Any], own: dict[str, Any]) -> None:
    """Fill what an earlier row of the file left empty."""
    for name, value in values.items():
        if getattr(row, name) in (None, "", []):
            setattr(row, name, value)
    row.properties = {**own, **row.properties}
