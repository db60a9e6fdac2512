"""Companies out of files: found where they are known, else made known."""

from collections.abc import Sequence
from typing import Any

from crm import duplicates
from crm.duplicates import CompanyLikeness
from crm.imports import known, matching
from crm.imports.cells import Record
from crm.imports.registry import Batch, takes
from crm.imports.storing import Stored
from crm.imports.values import emails
from crm.models import Company

COLUMNS = (
    *("name", "domain", "industry", "employees", "revenue_cents", "phone", "website"),
    *("address", "city", "region", "postal_code", "country", "archived_at"),
)
Firm = tuple[str, str]  # name and domain, as a row about something else gives them


@takes("companies", on="company")
def take_companies(records: Sequence[Record], batch: Batch) -> None:
    """Take over rows that are companies."""
    owners = known.find_owners(records, batch, "owner_email")
    stored = Stored(Company, batch)
    matches = duplicates.find_companies(
        [_likeness(record, batch) for record in records], by=batch.by
    )
    rows = matching.matched(Company, matches, batch)
    by_ref = matching.find_by_ref(Company, records, batch)
    mine: dict[tuple[str, str], Company] = {}
    for record, match in zip(records, matches, strict=True):
        values = _values(record, owners)
        keys = _keys(record)
        row = by_ref.get(record.get("ref")) or (rows[match.id] if match else None)
        again = next((mine[key] for key in keys if key in mine), None)
        if row is not None:
            stored.want(row, values | matching.external(record, batch, held=row), record)
        elif again is not None:
            stored.complete(again, values | matching.external(record, batch, held=again), record)
        elif not (values.get("name") or values.get("domain")):
            batch.receipt.fail(record.line, "A company needs a name or a domain.")
        else:
            row = Company(**values, **matching.external(record, batch))
            row.name = row.name or row.domain
            row.properties = known.own_fields(record)
            if stored.add(row, record):
                mine |= {key: mine.get(key, row) for key in keys}
    stored.save()


def find_firms(records: Sequence[Record], batch: Batch) -> dict[Firm, int]:
    """Find or make the companies that records about something else name; return their ids."""
    pairs = sorted({firm_of(record) for record in records} - {("", "")})
    matches = duplicates.find_companies(
        [CompanyLikeness(name=name, domain=domain) for name, domain in pairs], by=batch.by
    )
    known_already = {pair: match.id for pair, match in zip(pairs, matches, strict=True) if match}
    stored = Stored(Company, batch, counts=False)
    new: dict[Firm, Company] = {}
    mine: dict[str, Company] = {}
    for name, domain in (pair for pair in pairs if pair not in known_already):
        keys = [key for key in (domain, "" if domain else name.casefold()) if key]
        row = next((mine[key] for key in keys if key in mine), None)
        if row is None:
            row = Company(name=name or domain, domain=domain)
            stored.add(row, Record(0))
            mine |= dict.fromkeys([*keys, name.casefold()], row)
        new[(name, domain)] = row
    batch.receipt.brought("companies", len(stored.save()))
    made = {firm: row.pk for firm, row in new.items() if row.pk}
    return _find_by_domain(records, batch) | known_already | made


def firm_of(record: Record) -> Firm:
    """Return the name and the domain of the company that a row names; "" where it does not."""
    return str(record.get("company")).strip()[:300], str(record.get("company_domain")).strip()[:253]


def email_domain(record: Record) -> str:
    """The domain that tells where somebody works; "" where the row says so, or a mail host's."""
    if firm_of(record) != ("", ""):
        return ""
    domain = emails.domain(str(record.get("email")))
    return "" if domain in emails.FREE_DOMAINS else domain


def _find_by_domain(records: Sequence[Record], batch: Batch) -> dict[Firm, int]:
    """Return known companies by the domain of an e-mail, for people whose row names none."""
    domains = {email_domain(record) for record in records} - {""}
    rows = Company.objects.visible_to(batch.by).filter(domain__any_of=list(domains))
    found = rows.order_by("-id").values_list("domain", "id") if domains else ()
    return {("", domain): firm for domain, firm in found}


def _values(record: Record, owners: dict[str, int]) -> dict[str, Any]:
    values = {name: record.values[name] for name in COLUMNS if name in record.values}
    if record.get("owner_email") in owners:
        values["owner_id"] = owners[record.get("owner_email")]
    return values


def _likeness(record: Record, batch: Batch) -> CompanyLikeness:
    return CompanyLikeness(
        external_id=record.get("external_id"),
        external_source=batch.source if record.get("external_id") else "",
        domain=record.get("domain"),
        name=record.get("name"),
    )


def _keys(record: Record) -> list[tuple[str, str]]:
    """What two rows of one file that are the same company share; the surest sign alone counts."""
    if record.get("external_id"):
        return [("id", str(record.get("external_id")))]
    if record.get("domain"):
        return [("domain", str(record.get("domain")))]
    name = str(record.get("name")).strip().casefold()
    return [("name", name)] if name else []
