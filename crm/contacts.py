"""Contacts: the people an organization knows."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from audit import clock
from audit.actions import Refusal, command, nothing_to_do, record
from audit.actors import Actor
from crm import addresses, companies, duplicates, edits, enrichment, refs
from crm.duplicates import Likeness
from crm.edits import Edit
from crm.enrichment import Enrichment
from crm.erasure import erase as erase
from crm.events import (
    ContactArchived,
    ContactCreated,
    ContactEnriched,
    ContactRestored,
    ContactUpdated,
)
from crm.fields import FieldError
from crm.models import Company, Contact

ENRICHABLE = [
    *("first_name", "last_name", "name", "email", "other_emails", "phone", "mobile"),
    *("job_title", "linkedin_url", "company", "description", "source", "language", "time_zone"),
    *("address", "city", "region", "postal_code", "country", "tags"),
]
EDITABLE = [
    *ENRICHABLE,
    *("owner", "do_not_contact", "last_contacted_at", "subtype", "external_id", "external_source"),
]
PHONES = ["phone", "mobile"]
REFINE = {
    "email": edits.email,
    "other_emails": lambda text: addresses.email_key(edits.email(text)),
    "linkedin_url": edits.url,
}
# Beside the columns: the domain of the company that `company` names, or stands for.
COMPANY_DOMAIN = "company_domain"


class ContactExists(Refusal):
    """There is such a contact already."""


@command
def create(*, by: Actor, reason: str = "", allow_duplicate: bool = False, **fields: Any) -> Contact:
    """
    Make somebody known.

    Without a name they are called by first and last name, else by e-mail or phone. `company` is
    one, a reference or a name, which is made known where it is not; without it, the company whose
    domain is that of the e-mail, if we know it. `owner` is a membership, a reference or an e-mail.

    :param fields: columns by name; custom fields as `custom:<key>` or in `properties`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises ContactExists: if they seem to be known already, unless duplicates are allowed
    :raises NotFound: if the company or the owner does not exist
    """
    edit = _resolve(_read(fields, by=by), by=by, guess=True)
    contact = Contact(organization_id=by.tenant_id, created_by=by.ref)
    changed = edits.apply(contact, edit)
    _set_keys(contact, edit, by=by)
    _rename(contact)
    if not allow_duplicate:
        _refuse_duplicate(contact, by=by)
    enrichment.note(contact, [*changed, "name"], by=by)
    contact.save()
    record(ContactCreated(contact_id=contact.pk), on=contact, summary=f"{contact.name} was added")
    return contact


@command
def update(contact: Contact, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Contact:
    """
    Change what is known of a contact; what is unchanged already changes nothing.

    What a person writes is theirs from then on; of an agent's writing the source is kept.

    :param changes: as the fields of `create`
    :raises FieldError: names every field that is unknown or whose value does not fit
    :raises NotFound: if the contact is gone, or the company or owner does not exist
    """
    edit = _resolve(_read(changes, by=by), by=by)
    contact = refs.lock(contact)
    was_called = contact.name == called(contact)
    changed = edits.apply(contact, edit)
    if changed:
        _set_keys(contact, edit, by=by)
        _rename(contact, follow=was_called and "name" not in changed)
        enrichment.note(contact, changed, by=by)
        _save(contact, changed)
        record(
            ContactUpdated(contact_id=contact.pk, fields=changed),
            on=contact,
            summary=f"{contact.name} was edited",
        )
    else:
        nothing_to_do()
    return contact


@command
def enrich(
    contact: Contact, *, fields: Mapping[str, Any], by: Actor, reason: str = ""
) -> Enrichment:
    """
    Write what was found out about a contact; what a person filled in is proposed, not changed.

    :param fields: `{field: {value, source, confidence}}`; of a company its name
    :raises FieldError: names every field that is unknown, unsourced or does not fit
    """
    found = enrichment.read(fields)
    edit = _read({name: each.value for name, each in found.items()}, by=by, allowed=ENRICHABLE)
    contact = refs.lock(contact)
    was_called = contact.name == called(contact)
    enriched = enrichment.write(
        contact, found, edit, by=by, resolve=lambda part: _resolve(part, by=by)
    )
    if any(enriched):
        _set_keys(contact, edit.only(enriched.applied), by=by)
        _rename(contact, follow=was_called and "name" not in enriched.applied)
        _save(contact, enriched.applied)
        record(
            ContactEnriched(
                contact_id=contact.pk, applied=enriched.applied, proposed=enriched.proposed
            ),
            on=contact,
            summary=enrichment.summarize(contact.name, enriched),
        )
    return enriched


@command
def accept(contact: Contact, *, field: str, by: Actor, reason: str = "") -> Contact:
    """
    Take over what an agent proposes for a field; from then on it is `by`'s.

    :raises NothingProposed: if nothing is
    """
    contact = refs.lock(contact)
    proposal = enrichment.take(contact, field)
    contact.save(update_fields=["proposals"])
    return update(contact, changes={field: proposal["value"]}, by=by)


@command
def dismiss(contact: Contact, *, field: str, by: Actor, reason: str = "") -> Contact:
    """
    Drop what an agent proposes for a field.

    :raises NothingProposed: if nothing is
    """
    contact = refs.lock(contact)
    enrichment.take(contact, field)
    contact.save(update_fields=["proposals"])
    return contact


@command
def archive(contact: Contact, *, by: Actor, reason: str = "") -> Contact:
    """Put a contact away: no list shows them. What is known of them stays."""
    contact = refs.lock(contact)
    if contact.archived_at is None:
        contact.archived_at = clock.now()
        contact.save(update_fields=["archived_at"])
        record(
            ContactArchived(contact_id=contact.pk),
            on=contact,
            summary=f"{contact.name} was archived",
        )
    else:
        nothing_to_do()
    return contact


@command
def restore(contact: Contact, *, by: Actor, reason: str = "") -> Contact:
    """Take a contact back from the archive."""
    contact = refs.lock(contact)
    if contact.archived_at is not None:
        contact.archived_at = None
        contact.save(update_fields=["archived_at"])
        record(
            ContactRestored(contact_id=contact.pk),
            on=contact,
            summary=f"{contact.name} was taken back from the archive",
        )
    else:
        nothing_to_do()
    return contact


def find_duplicate(
    *,
    by: Actor,
    email: str = "",
    phone: str = "",
    mobile: str = "",
    name: str = "",
    company: Company | None = None,
    external_id: str = "",
    external_source: str = "",
) -> Contact | None:
    """Return the contact who is probably the same, or None; the surest sign wins."""
    keys = edits.phone_keys({"phone": phone, "mobile": mobile}, PHONES, by=by)
    likeness = Likeness(
        external_id=external_id,
        external_source=external_source,
        emails=(addresses.email_key(email),),
        phones=tuple(keys.values()),
        name=name,
        company_id=company.pk if company else None,
    )
    match = duplicates.find_contacts([likeness], by=by)[0]
    return Contact.objects.visible_to(by).get(pk=match.id) if match else None


def called(contact: Contact) -> str:
    """Return what a contact is called when nobody said: first and last name, e-mail or phone."""
    full = f"{contact.first_name} {contact.last_name}".strip()
    return full or contact.email or contact.phone or contact.mobile


def check(changes: Mapping[str, Any], *, by: Actor) -> None:
    """
    Check what is to be written, without writing it.

    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _read(changes, by=by)


def _read(changes: Mapping[str, Any], *, by: Actor, allowed: Collection[str] = EDITABLE) -> Edit:
    """Check the changes; a company is only looked up when it is to be written."""
    changes = dict(changes)
    domain = changes.pop(COMPANY_DOMAIN, "")
    edit = edits.read(Contact, changes, by=by, allowed=allowed, refine=REFINE)
    if not domain:
        return edit
    try:
        return replace(edit, columns=edit.columns | {COMPANY_DOMAIN: edits.domain(domain)})
    except addresses.NotAnAddress as problem:
        raise FieldError({COMPANY_DOMAIN: str(problem)}) from None


def _resolve(edit: Edit, *, by: Actor, guess: bool = False) -> Edit:
    """
    Look up the company that is meant.

    :param guess: without a name, take the known company that has the e-mail's domain
    """
    columns = dict(edit.columns)
    domain = columns.pop(COMPANY_DOMAIN, "")
    meant = columns.get("company") or ""
    if meant or domain:
        columns["company"] = find_company(meant, domain=domain, by=by)
    elif guess and (domain := addresses.domain_of(columns.get("email", ""))):
        columns["company"] = companies.find(domain=domain, by=by)
    elif "company" in columns:
        columns["company"] = None
    return replace(edit, columns=columns)


def find_company(meant: Any, *, by: Actor, domain: str = "") -> Company:
    """
    Return the company meant by one, a reference or a name, which is made known where it is not.

    :raises NotFound: if a reference leads nowhere
    """
    if isinstance(meant, Company) or refs.is_reference(meant):
        return refs.find(getattr(meant, "ref", meant), "company", by=by)  # type: ignore[return-value]
    return companies.find_or_create(name=str(meant), domain=domain, by=by)


def _set_keys(contact: Contact, edit: Edit, *, by: Actor) -> None:
    for name, key in edits.phone_keys(edit.columns, PHONES, by=by).items():
        setattr(contact, name, key)


def _rename(contact: Contact, *, follow: bool = False) -> None:
    """
    See that the contact has a name.

    :param follow: the name was made from others, and changes with them
    """
    if follow or not contact.name.strip():
        contact.name = called(contact)
    if not contact.name:
        raise FieldError({"name": "A contact needs a name, an e-mail address or a phone number."})


def _save(contact: Contact, changed: Collection[str]) -> None:
    keys = [f"{name}_key" for name in changed if name in PHONES]
    names = [*edits.columns_of(changed), *keys, "name", "enrichment", "proposals"]
    contact.save(update_fields=dict.fromkeys(names))


def _refuse_duplicate(contact: Contact, *, by: Actor) -> None:
    """Hold the place of the new contact, unless it is taken."""
    email = addresses.email_key(contact.email)
    duplicates.hold("contact", email or contact.phone_key or contact.name, by=by)
    likeness = Likeness(
        external_id=contact.external_id,
        external_source=contact.external_source,
        emails=(email, *contact.other_emails),
        phones=(contact.phone_key, contact.mobile_key),
        name=contact.name,
        company_id=contact.company_id,
    )
    match = duplicates.find_contacts([likeness], by=by)[0]
    if match is not None:
        raise ContactExists(
            f"A contact of the same {match.sign} is known already: contact:{match.id}.",
            ref=f"contact:{match.id}",
            sign=match.sign,
        )
