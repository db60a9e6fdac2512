"""
E-mails to contacts: a draft, held for a while once it is to be sent, and recallable until then.

They go to the contact's own addresses only. Who takes them to the mail server is `crm.outbox`.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from crm import email_templates, fields, recipients, refs
from crm.email_events import EmailDiscarded, EmailDrafted, EmailEdited, EmailHeld, EmailRecalled
from crm.fields import FieldError
from crm.models import Contact, Email, EmailTemplate
from crm.models.emails import LONGEST_BODY, EmailStatus

EDITABLE = ["to_address", "subject", "body"]
# What ends a line somewhere would begin another header.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class NotOpen(Refusal):
    """This e-mail is past that."""


class TooLate(Refusal):
    """This e-mail is not held any more."""


@command
def draft(
    contact: Contact,
    *,
    by: Actor,
    subject: str = "",
    body: str = "",
    to_address: str = "",
    template: EmailTemplate | None = None,
    reason: str = "",
) -> Email:
    """
    Write an e-mail; nothing is sent.

    :param to_address: one of the contact's; their first where it is not given
    :param template: gives subject and body, where those are not given
    :raises FieldError: names every field that does not fit
    :raises Refusal: if the contact is not written to, has no address, or not this one
    """
    email = _write(contact, subject, body, to_address, template, by=by)
    email.save()
    return _tell_drafted(email)


@command
def compose(
    contact: Contact,
    *,
    by: Actor,
    subject: str = "",
    body: str = "",
    to_address: str = "",
    template: EmailTemplate | None = None,
    reason: str = "",
) -> Email:
    """
    Write an e-mail and have it sent, after it was held for a while.

    Parameters and refusals are those of `draft`.
    """
    email = _write(contact, subject, body, to_address, template, by=by)
    _hold(email, by=by)
    email.save()
    return _tell_held(email)


@command
def update(email: Email, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Email:
    """
    Change an e-mail that is not on its way.

    :param changes: to_address, subject, body
    :raises FieldError: names every field that is unknown or does not fit
    :raises NotOpen: if it is held or has gone out
    :raises Refusal: if the contact is not written to, or has no such address
    """
    stored = _clean(changes)
    email = _lock_open(email)
    if "to_address" in stored:
        stored["to_address"] = recipients.find_address(email.contact, stored["to_address"])
    changed = [name for name, value in stored.items() if getattr(email, name) != value]
    for name in changed:
        setattr(email, name, stored[name])
    if changed:
        email.save(update_fields=changed)
        record(
            EmailEdited(email_id=email.pk, fields=changed),
            on=email.contact,
            summary=f"The e-mail {email.subject} was edited",
        )
    return email


@command
def send(email: Email, *, by: Actor, reason: str = "") -> Email:
    """
    Have an e-mail sent, after it was held for `EMAIL_HOLD_MINUTES`; one that is held stays so.

    :raises NotOpen: if it has gone out, or failed
    :raises Refusal: if the contact is not written to (any more), or the address is not theirs
    """
    held = refs.lock(email)
    if held.is_held:
        return held
    email = _lock_open(held)
    recipients.check(email.contact, email.to_address)
    _hold(email, by=by)
    email.save(update_fields=["status", "send_at", "sent_by", "attempts", "error"])
    return _tell_held(email)


@command
def recall(email: Email, *, by: Actor, reason: str = "") -> Email:
    """
    Call an e-mail back before it goes out; one that was recalled stays so.

    :raises TooLate: if it is not held any more
    """
    email = refs.lock(email)
    if email.status == EmailStatus.RECALLED:
        return email
    if not email.is_held:
        raise TooLate(f"This e-mail is not held: it is {email.get_status_display().lower()}.")
    email.status, email.send_at = EmailStatus.RECALLED, None
    email.save(update_fields=["status", "send_at"])
    record(
        EmailRecalled(email_id=email.pk, contact_id=email.contact_id),
        on=email.contact,
        summary=f"The e-mail {email.subject} to {email.contact.name} was recalled",
    )
    return email


@command
def recall_all(*, sent_by: str, by: Actor, reason: str = "") -> int:
    """
    Call back all that somebody has sent and that is held still; return how many that was.

    :param sent_by: a reference: agent:7
    """
    held = Email.objects.visible_to(by).filter(status=EmailStatus.HELD, sent_by=sent_by)
    mine = list(held.select_for_update(of=("self",)).order_by("pk"))
    for email in mine:
        recall(email, by=by)
    return len(mine)


@command
def discard(email: Email, *, by: Actor, reason: str = "") -> None:
    """
    Throw an e-mail away that was never sent.

    :raises NotOpen: if it is held, has gone out, or failed
    """
    email = _lock_open(email)
    discarded = EmailDiscarded(email_id=email.pk, contact_id=email.contact_id)
    record(discarded, on=email.contact, summary=f"The e-mail {email.subject} was thrown away")
    email.delete()


def _write(
    contact: Contact,
    subject: str,
    body: str,
    to_address: str,
    template: EmailTemplate | None,
    *,
    by: Actor,
) -> Email:
    contact = refs.lock(contact)
    recipients.check_contact(contact)
    text = {"subject": subject, "body": body}
    if template is not None:
        text = email_templates.render(template, contact=contact) | {
            k: v for k, v in text.items() if v
        }
    return Email(
        organization_id=by.tenant_id,
        contact=contact,
        template=template,
        created_by=by.ref,
        **_clean(text) | {"to_address": recipients.find_address(contact, to_address)},
    )


def _clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    stored, wrong = fields.sift(Email, changes, allowed=EDITABLE)
    if CONTROL.search(stored.get("subject", "")):
        wrong["subject"] = "A subject is one line, without control characters."
    if len(stored.get("body", "")) > LONGEST_BODY:
        wrong["body"] = f"At most {LONGEST_BODY:,} characters."
    if wrong:
        raise FieldError(wrong)
    return stored


def _hold(email: Email, *, by: Actor) -> None:
    email.status, email.sent_by = EmailStatus.HELD, by.ref
    email.send_at = clock.real_now() + timedelta(minutes=settings.EMAIL_HOLD_MINUTES)
    email.attempts, email.error = 0, ""


def _lock_open(email: Email) -> Email:
    email = refs.lock(email)
    if not email.is_open:
        is_now = email.get_status_display().lower()
        raise NotOpen(
            f"This e-mail is {is_now}; recall it first."
            if email.is_held
            else f"This e-mail is {is_now}; write another."
        )
    return email


def _tell_drafted(email: Email) -> Email:
    record(
        EmailDrafted(email_id=email.pk, contact_id=email.contact_id),
        on=email.contact,
        summary=f"An e-mail to {email.contact.name} was drafted: {email.subject}",
    )
    return email


def _tell_held(email: Email) -> Email:
    record(
        EmailHeld(email_id=email.pk, contact_id=email.contact_id),
        on=email.contact,
        summary=f"An e-mail to {email.contact.name} goes out soon: {email.subject}",
    )
    return email
