"""Companies: the organizations our contacts work at."""

from collections.abc import Collection, Mapping
from typing import Any

from audit import clock
from audit.actions import Refusal, command, nothing_to_do, record
from audit.actors import Actor
from crm import duplicates, edits, enrichment, refs
from crm.duplicates import CompanyLikeness
from crm.edits import Edit
from crm.enrichment import Enrichment
from crm.events import (
    CompanyArchived,
    CompanyCreated,
    CompanyEnriched,
    CompanyRestored,
    CompanyUpdated,
)
from crm.fields import FieldError
from crm.models import Company

ENRICHABLE = [
    *("name", "description", "domain", "industry", "employees", "revenue_cents", "technologies"),
    *("phone", "website", "address", "city", "region", "postal_code", "country"),
]
EDITABLE = [*ENRICHABLE, "owner", "subtype", "external_id", "external_source"]
REFINE = {"domain": edits.domain, "website": edits.url}


class CompanyExists(Refusal):
    """There is such a company already."""


@command
def create(*, by: Actor, reason: str = "", allow_duplicate: bool = False, **fields: Any) -> Company:
    """
    Make a company known, by its name or its domain.

    :param fields: columns by name; custom fields as `custom:<key>` or in `properties`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises CompanyExists: if one of that domain or name is known, unless duplicates are allowed
    """
    edit = _read(fields, by=by)
    company = Company(organization_id=by.tenant_id, created_by=by.ref)
    enrichment.note(company, [*edits.apply(company, edit), "name"], by=by)
    _rename(company)
    if not allow_duplicate:
        _refuse_duplicate(company, by=by)
    company.save()
    record(CompanyCreated(company_id=company.pk), on=company, summary=f"{company.name} was added")
    return company


@command
def find_or_create(*, by: Actor, name: str = "", domain: str = "", reason: str = "") -> Company:
    """
    Return the company of a domain or, failing that, of a name; made known where it is not.

    :raises FieldError: if neither is given, or the domain is none
    """
    given = {key: value for key, value in {"name": name, "domain": domain}.items() if value}
    if not given:
        raise FieldError({"name": "A company needs a name or a domain."})
    known = _read(given, by=by).columns
    duplicates.hold("company", known.get("domain") or name.strip().lower(), by=by)
    return find(by=by, **known) or create(by=by, allow_duplicate=True, **given)


def find(
    *, by: Actor, name: str = "", domain: str = "", external_id: str = "", external_source: str = ""
) -> Company | None:
    """Return the company that is known by these; the surest sign wins."""
    likeness = CompanyLikeness(
        name=name, domain=domain, external_id=external_id, external_source=external_source
    )
    match = duplicates.find_companies([likeness], by=by)[0]
    return Company.objects.visible_to(by).get(pk=match.id) if match else None


@command
def update(company: Company, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Company:
    """
    Change what is known of a company; what is unchanged already changes nothing.

    :param changes: columns by name; custom fields as `custom:<key>` or in `properties`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises NotFound: if the company is gone
    """
    edit = _read(changes, by=by)
    company = refs.lock(company)
    changed = edits.apply(company, edit)
    _rename(company)
    if changed:
        enrichment.note(company, changed, by=by)
        _save(company, changed)
        record(
            CompanyUpdated(company_id=company.pk, fields=changed),
            on=company,
            summary=f"{company.name} was edited",
        )
    else:
        nothing_to_do()
    return company


@command
def enrich(
    company: Company, *, fields: Mapping[str, Any], by: Actor, reason: str = ""
) -> Enrichment:
    """
    Write what was found out about a company; what a person filled in is proposed, not changed.

    :param fields: `{field: {value, source, confidence}}`
    :raises FieldError: names every field that is unknown, unsourced or does not fit
    """
    found = enrichment.read(fields)
    edit = _read({name: each.value for name, each in found.items()}, by=by, allowed=ENRICHABLE)
    company = refs.lock(company)
    enriched = enrichment.write(company, found, edit, by=by)
    if any(enriched):
        _save(company, enriched.applied)
        record(
            CompanyEnriched(
                company_id=company.pk, applied=enriched.applied, proposed=enriched.proposed
            ),
            on=company,
            summary=enrichment.summarize(company.name, enriched),
        )
    return enriched


@command
def accept(company: Company, *, field: str, by: Actor, reason: str = "") -> Company:
    """
    Take over what an agent proposes for a field; from then on it is `by`'s.

    :raises NothingProposed: if nothing is
    """
    company = refs.lock(company)
    proposal = enrichment.take(company, field)
    company.save(update_fields=["proposals"])
    return update(company, changes={field: proposal["value"]}, by=by)


@command
def dismiss(company: Company, *, field: str, by: Actor, reason: str = "") -> Company:
    """
    Drop what an agent proposes for a field.

    :raises NothingProposed: if nothing is
    """
    company = refs.lock(company)
    enrichment.take(company, field)
    company.save(update_fields=["proposals"])
    return company


@command
def archive(company: Company, *, by: Actor, reason: str = "") -> Company:
    """Put a company away: no list shows it. Its contacts stay."""
    company = refs.lock(company)
    if company.archived_at is None:
        company.archived_at = clock.now()
        company.save(update_fields=["archived_at"])
        record(
            CompanyArchived(company_id=company.pk),
            on=company,
            summary=f"{company.name} was archived",
        )
    else:
        nothing_to_do()
    return company


@command
def restore(company: Company, *, by: Actor, reason: str = "") -> Company:
    """Take a company back from the archive."""
    company = refs.lock(company)
    if company.archived_at is not None:
        company.archived_at = None
        company.save(update_fields=["archived_at"])
        record(
            CompanyRestored(company_id=company.pk),
            on=company,
            summary=f"{company.name} was taken back from the archive",
        )
    else:
        nothing_to_do()
    return company


def check(changes: Mapping[str, Any], *, by: Actor) -> None:
    """
    Check what is to be written, without writing it.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _read(changes, by=by)


def _read(changes: Mapping[str, Any], *, by: Actor, allowed: Collection[str] = EDITABLE) -> Edit:
    return edits.read(Company, changes, by=by, allowed=allowed, refine=REFINE)


def _rename(company: Company) -> None:
    """See that the company has a name."""
    if not company.name.strip():
        company.name = company.domain
    if not company.name:
        raise FieldError({"name": "A company needs a name or a domain."})


def _save(company: Company, changed: Collection[str]) -> None:
    names = [*edits.columns_of(changed), "name", "enrichment", "proposals"]
    company.save(update_fields=dict.fromkeys(names))


def _refuse_duplicate(company: Company, *, by: Actor) -> None:
    """Hold the place of the new company, unless it is taken."""
    duplicates.hold("company", company.domain or company.name.strip().lower(), by=by)
    known = ["name", "domain", "external_id", "external_source"]
    likeness = CompanyLikeness(**{name: getattr(company, name) for name in known})
    match = duplicates.find_companies([likeness], by=by)[0]
    if match is not None:
        raise CompanyExists(
            f"A company of the same {match.sign} is known already: company:{match.id}.",
            ref=f"company:{match.id}",
            sign=match.sign,
        )
