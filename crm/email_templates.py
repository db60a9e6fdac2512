"""
E-mail templates: texts with fields from a closed list, and what they become for one contact.

A field is looked up, never evaluated, and what it stands for is put in as it is: braces in a
contact's name are letters.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from audit import clock
from audit.actions import Refusal, command
from audit.actors import Actor
from crm import fields, refs
from crm.fields import FieldError
from crm.models import Contact, EmailTemplate, Organization

# {{ contact.first_name }}, or {{ contact.first_name | there }} with what to say where it is empty.
FIELD = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")
EDITABLE = ["key", "name", "subject", "body"]
FIELDS: dict[str, Callable[[Contact, Organization], str]] = {
    "contact.name": lambda contact, us: contact.name,
    "contact.first_name": lambda contact, us: contact.first_name,
    "contact.last_name": lambda contact, us: contact.last_name,
    "contact.email": lambda contact, us: contact.email,
    "contact.job_title": lambda contact, us: contact.job_title,
    "contact.city": lambda contact, us: contact.city,
    "contact.company": lambda contact, us: contact.company.name if contact.company else "",
    "organization.name": lambda contact, us: us.name,
}


class TemplateExists(Refusal):
    """There is a template of that key already."""


class NothingToSay(Refusal):
    """A field of the template is empty for this contact, and it says nothing instead."""


@command
def create(
    key: str, *, name: str, subject: str, body: str, by: Actor, reason: str = ""
) -> EmailTemplate:
    """
    Make a template.

    :raises FieldError: names what does not fit; of an unknown field what would be right
    :raises TemplateExists: if another has this key
    """
    given = {"key": key, "name": name, "subject": subject, "body": body}
    stored = _clean(given)
    template = EmailTemplate(organization_id=by.tenant_id, created_by=by.ref, **stored)
    return _store(template)


@command
def update(
    template: EmailTemplate, *, changes: Mapping[str, Any], by: Actor, reason: str = ""
) -> EmailTemplate:
    """
    Change a template; e-mails written from it stay as they are.

    :param changes: key, name, subject, body
    :raises FieldError: names what does not fit; of an unknown field what would be right
    :raises TemplateExists: if another has this key
    """
    stored = _clean(changes)
    template = refs.lock(template)
    for name, value in stored.items():
        setattr(template, name, value)
    return _store(template)


@command
def archive(template: EmailTemplate, *, by: Actor, reason: str = "") -> EmailTemplate:
    """Take a template out of use."""
    return _put(template, archived=True)


@command
def restore(template: EmailTemplate, *, by: Actor, reason: str = "") -> EmailTemplate:
    """Put a template back into use."""
    return _put(template, archived=False)


def find(key: str, *, by: Actor) -> EmailTemplate:
    """
    Return the template in use of a key, or of a reference.

    :raises NotFound: if there is none; says the nearest
    """
    rows = EmailTemplate.objects.visible_to(by).filter(archived_at=None)
    known = {each.key: each for each in rows.order_by("key")}
    by_ref = {each.ref: each for each in known.values()}
    if (found := known.get(key) or by_ref.get(key)) is not None:
        return found
    near = difflib.get_close_matches(key, known, n=1)
    names = ", ".join(known) or "none yet"
    right = f"did you mean {near[0]}?" if near else f"there are: {names}."
    says = f"There is no e-mail template {key[:60]}; {right}"
    raise refs.NotFound(says, named=key, templates=list(known))


def render(template: EmailTemplate, *, contact: Contact) -> dict[str, str]:
    """
    Return subject and body of a template for one contact.

    :raises NothingToSay: where a field is empty and the template says nothing instead
    """
    us = contact.organization
    return {
        "subject": " ".join(_fill(template.subject, contact, us).split()),
        "body": _fill(template.body, contact, us),
    }


def check(text: str) -> None:
    """
    Check that a text names known fields only.

    :raises Unsuitable: names the first unknown one and what would be right
    """
    for name, _ in FIELD.findall(text):
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.5)
            right = f"did you mean {near[0]}?" if near else f"there are {', '.join(FIELDS)}."
            raise fields.Unsuitable(f"{{{{ {name[:60]} }}}} is no field here; {right}")
    if "{{" in (rest := FIELD.sub("", text)) or "{%" in rest:
        raise fields.Unsuitable("A field reads like {{ contact.first_name | there }}; no more.")


def _fill(text: str, contact: Contact, us: Organization) -> str:
    def put(field: re.Match[str]) -> str:
        name, instead = field[1], field[2]
        value = FIELDS[name](contact, us).strip()
        if not value and not instead:
            raise NothingToSay(
                f"{contact.name} has no {name.partition('.')[2].replace('_', ' ')}: fill it in,"
                f" or have the template say {{{{ {name} | something else }}}}."
            )
        return value or instead

    return FIELD.sub(put, text)


def _clean(given: Mapping[str, Any]) -> dict[str, Any]:
    stored, wrong = fields.sift(EmailTemplate, given, allowed=EDITABLE)
    for name in {"subject", "body"} & stored.keys():
        try:
            check(stored[name])
        except fields.Unsuitable as problem:
            wrong[name] = str(problem)
    if not re.fullmatch(r"[a-z0-9_-]+", stored.get("key", "x")):
        wrong["key"] = "Small letters, digits and - only: follow-up."
    if wrong:
        raise FieldError(wrong)
    return stored


def _store(template: EmailTemplate) -> EmailTemplate:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise TemplateExists(f"There is a template {template.key} already.") from None
    return template


def _put(template: EmailTemplate, *, archived: bool) -> EmailTemplate:
    template = refs.lock(template)
    if (template.archived_at is not None) != archived:
        template.archived_at = clock.now() if archived else None
        template.save(update_fields=["archived_at"])
    return template
