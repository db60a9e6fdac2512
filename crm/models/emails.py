"""E-mails to contacts: written, held for a while, sent or called back; and texts to begin from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from crm.models.contacts import Contact
from crm.models.tenancy import TenantRow

LONGEST_SUBJECT = 300
LONGEST_BODY = 20_000


class EmailTemplate(TenantRow):
    """
    A text to begin an e-mail from.

    Fields such as `{{ contact.first_name }}` stand for what is known; `crm.email_templates` has
    them all.
    """

    key = models.SlugField(max_length=60, help_text="Names it in tools: follow-up.")
    name = models.CharField(max_length=120)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField(max_length=LONGEST_BODY)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRow.Meta):
        verbose_name = "e-mail template"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key"], name="email_template_key_once_per_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def status(self) -> str:
        """`active` or `archived`."""
        return "archived" if self.archived_at else "active"


class EmailStatus(models.TextChoices):
    """How far an e-mail is."""

    DRAFT = "draft", "Draft"
    HELD = "held", "Held"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    RECALLED = "recalled", "Recalled"
    FAILED = "failed", "Failed"


# What may still be changed, sent or thrown away.
OPEN = (EmailStatus.DRAFT, EmailStatus.RECALLED)
GONE_OUT = "it has gone out, or may have"


class Email(TenantRow):
    """
    One e-mail to one address of a contact.

    It is handed to the mail server at most once: `sending` is written before and read by nobody
    who would send, so what is cut off there is never tried again.
    """

    # The text as well: nothing comes to be on its way with other words than it was sent with.
    undo_groups = [
        (
            *("to_address", "subject", "body", "status"),
            *("send_at", "sent_by", "claimed_at", "attempts", "error"),
        )
    ]
    undo_stands: ClassVar[dict[str, dict[str, str]]] = {
        "status": dict.fromkeys(
            [EmailStatus.SENDING.value, EmailStatus.SENT.value, EmailStatus.FAILED.value], GONE_OUT
        )
    }

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="emails", db_constraint=False)
    template = models.ForeignKey(
        EmailTemplate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    to_address = models.CharField("to", max_length=254)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField(max_length=LONGEST_BODY)
    status = models.CharField(max_length=8, choices=EmailStatus, default=EmailStatus.DRAFT)
    send_at = models.DateTimeField(
        null=True, blank=True, help_text="Held until then; real time, as all waits are."
    )
    sent_by = models.CharField(max_length=40, blank=True, help_text="A reference: person:3.")
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a worker last took it to the mail server."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, help_text="Why it was not sent.")
    message_id = models.CharField(max_length=200, blank=True)

    class Meta(TenantRow.Meta):
        verbose_name = "e-mail"
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.HELD) | Q(send_at__isnull=False) & ~Q(sent_by=""),
                name="held_means_until_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(status=EmailStatus.SENT, sent_at__isnull=False)
                | ~Q(status=EmailStatus.SENT) & Q(sent_at=None),
                name="sent_means_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.SENDING) | Q(claimed_at__isnull=False),
                name="sending_means_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.FAILED) | ~Q(error=""),
                name="failed_means_why",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="email_by_age"),
            models.Index(fields=["contact", "-id"], name="email_of_contact"),
            models.Index(
                fields=["send_at"],
                condition=Q(status__in=[EmailStatus.HELD, EmailStatus.SENDING]),
                name="email_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("crm:email", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed, sent or thrown away."""
        return self.status in OPEN

    @property
    def is_held(self) -> bool:
        """Whether it goes out by itself, unless it is recalled."""
        return self.status == EmailStatus.HELD
