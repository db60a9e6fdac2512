"""
The outbox: takes e-mails that were held long enough to the mail server, each at most once.

A worker writes `sending` in a transaction of its own, calls the server outside any, and writes
what came of it in a third. What is cut off in between is found later and said to be unknown; it
is never sent again.
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.message import make_msgid
from django.db import connection

from audit import clock
from audit.actions import Refusal, action, record
from audit.actors import ActorKind, Door, system
from crm import activities, recipients
from crm.email_events import EmailFailed, EmailSent
from crm.models import Email, Organization
from crm.models.activities import ActivityKind
from crm.models.emails import EmailStatus

logger = logging.getLogger(__name__)

MOST_A_SWEEP = 20
LEASE = timedelta(minutes=15)  # above a task's longest time, so whoever claimed it is gone
MOST_ATTEMPTS = 6  # to reach the mail server; about an hour in all
UNKNOWN = "The worker was cut off while sending: nobody knows whether it went out."
# Of these the server has said, or shown, that it did not take the message.
REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


class Unreachable(Exception):
    """There is no mail server to hand anything to; nothing was."""


class Refused(Exception):
    """The mail server did not take the message."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An e-mail that this worker alone takes to the server, and which attempt that is."""

    id: int
    attempt: int
    message: EmailMessage


@shared_task
def send_due(*, limit: int = MOST_A_SWEEP, **_: object) -> int:
    """Attend to up to `limit` e-mails that are due; return how many were handed over."""
    return sum(attend(organization, email) for organization, email in find_due(limit))


def find_due(limit: int) -> list[tuple[int, int]]:
    """Return organization and id of e-mails to send or to give up: all seen across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select organization, email from crm_emails_due(%s, %s)",
            [clock.real_now() - LEASE, limit],
        )
        return [(int(organization), int(email)) for organization, email in cursor.fetchall()]


def attend(organization_id: int, email_id: int) -> bool:
    """
    Send one e-mail that is due, unless another worker has it or it may not go any more.

    :returns: whether it was handed to the mail server
    """
    claimed = claim(organization_id, email_id)
    if claimed is None:
        return False
    try:
        hand_over(claimed.message)
    except Unreachable as problem:
        _put_off(organization_id, claimed, str(problem))
    except Refused as problem:
        _fail(organization_id, claimed, f"The mail server refused it: {problem}")
    except Exception as problem:
        logger.exception("Unable to tell whether email:%s was sent", email_id)
        says = f"The connection broke while sending ({type(problem).__name__}): it may have gone."
        _fail(organization_id, claimed, says)
    else:
        _finish(organization_id, claimed)
        return True
    return False


def claim(organization_id: int, email_id: int) -> Claimed | None:
    """
    Write that an e-mail is about to be handed over; None if it is not this worker's to send.

    Whether it may still go is looked at here once more: who asked not to be contacted meanwhile is
    not written to, and while agents are paused nothing of theirs goes out.
    """
    with action("outbox.claim", by=system(organization_id, door=Door.WORKER)) as doing:
        email = _hold_due(email_id)
        if email is None or not _may_go_now(email):
            return None
        doing.aim(email.contact)
        if email.status == EmailStatus.SENDING:
            _give_up(email, UNKNOWN)
            return None
        try:
            recipients.check(email.contact, email.to_address)
        except Refusal as refusal:
            _give_up(email, f"Not sent: {refusal}")
            return None
        email.status, email.claimed_at = EmailStatus.SENDING, clock.real_now()
        email.attempts += 1
        doing.summary = f"An e-mail to {email.contact.name} is on its way to the mail server"
        email.message_id = make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2])
        email.save(update_fields=["status", "claimed_at", "attempts", "message_id"])
        return Claimed(id=email.pk, attempt=email.attempts, message=_message(email))


def hand_over(message: EmailMessage) -> None:
    """
    Give a message to the mail server.

    :raises Unreachable: if there is none; nothing was sent
    :raises Refused: if it did not take it
    """
    server = mailers.default
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as problem:
        raise Unreachable(f"{type(problem).__name__}: {problem}"[:300]) from problem
    try:
        server.send_messages([message])
    except REFUSED as problem:
        raise Refused(str(problem)[:300]) from problem
    finally:
        _close(server)


def _close(server: object) -> None:
    """Hang up; what was sent is sent, however the goodbye goes."""
    try:
        server.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        logger.warning("The mail server hung up first")


def _hold_due(email_id: int) -> Email | None:
    now = clock.real_now()
    rows = Email.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=email_id)
    email = rows.select_related("contact", "organization").first()
    if email is None:
        return None
    if email.status == EmailStatus.HELD and email.send_at is not None and email.send_at <= now:
        return email
    cut_off = email.status == EmailStatus.SENDING and email.claimed_at is not None
    return email if cut_off and email.claimed_at <= now - LEASE else None  # type: ignore[operator]


def _may_go_now(email: Email) -> bool:
    """Whether the organization is there at all, and lets whoever sent it act."""
    organization: Organization = email.organization
    if organization.archived_at is not None:
        return False
    by_a_person = email.sent_by.startswith(f"{ActorKind.PERSON}:")
    return by_a_person or organization.agents_paused_at is None


def _message(email: Email) -> EmailMessage:
    return EmailMessage(
        subject=email.subject,
        body=email.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email.to_address],
        headers={"Message-ID": email.message_id},
    )


def _mine(claimed: Claimed) -> Email | None:
    """Return what this worker claimed, unless it took so long that it was given up meanwhile."""
    rows = Email.objects.filter(pk=claimed.id, status=EmailStatus.SENDING, attempts=claimed.attempt)
    return rows.select_for_update(of=("self",)).select_related("contact").first()


def _finish(organization_id: int, claimed: Claimed) -> None:
    """Write that it went out, and that we were in touch."""
    by = system(organization_id, door=Door.WORKER)
    # What went out stays out: undo leaves all of this standing.
    with action("outbox.send", by=by, verdict={"effect": "external"}):
        email = _mine(claimed)
        if email is None:
            return
        email.status, email.sent_at = EmailStatus.SENT, clock.real_now()
        email.save(update_fields=["status", "sent_at"])
        record(
            EmailSent(email_id=email.pk, contact_id=email.contact_id),
            on=email.contact,
            summary=f"An e-mail to {email.contact.name} was sent: {email.subject}",
        )
        activities.log(
            email.contact,
            kind=ActivityKind.EMAIL_SENT,
            subject=email.subject,
            body=email.body,
            by=by,
        )


def _put_off(organization_id: int, claimed: Claimed, why: str) -> None:
    """Hold it a little longer, for the server was not there; give up after `MOST_ATTEMPTS`."""
    with action("outbox.put_off", by=system(organization_id, door=Door.WORKER)) as doing:
        email = _mine(claimed)
        if email is None:
            return
        doing.aim(email.contact)
        if email.attempts >= MOST_ATTEMPTS:
            _give_up(email, f"The mail server could not be reached. {why}")
            return
        doing.summary = "The mail server could not be reached; an e-mail waits a little longer"
        email.status, email.error = EmailStatus.HELD, why
        email.send_at = clock.real_now() + timedelta(minutes=2 ** (email.attempts - 1))
        email.save(update_fields=["status", "error", "send_at"])


def _fail(organization_id: int, claimed: Claimed, why: str) -> None:
    with action("outbox.fail", by=system(organization_id, door=Door.WORKER)) as doing:
        email = _mine(claimed)
        if email is not None:
            doing.aim(email.contact)
            _give_up(email, why)


def _give_up(email: Email, why: str) -> None:
    email.status, email.error = EmailStatus.FAILED, why[:500]
    email.save(update_fields=["status", "error"])
    record(
        EmailFailed(email_id=email.pk, contact_id=email.contact_id),
        on=email.contact,
        summary=f"An e-mail to {email.contact.name} was not sent: {email.error}",
    )
