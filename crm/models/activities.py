"""What passed between us and a contact, and what is still to do."""

from django.db import models

from audit import clock
from crm.models.contacts import Contact
from crm.models.organizations import Membership
from crm.models.tenancy import ExternalRow


class ActivityKind(models.TextChoices):
    """What happened."""

    EMAIL = "email", "E-mail"
    EMAIL_SENT = "email_sent", "E-mail sent"
    EMAIL_OPENED = "email_opened", "E-mail opened"
    EMAIL_CLICKED = "email_clicked", "Link in e-mail clicked"
    EMAIL_REPLIED = "email_replied", "E-mail answered"
    CALL = "call", "Call"
    MEETING = "meeting", "Meeting"
    NOTE = "note", "Note"
    PAGE_VIEWED = "page_viewed", "Page viewed"
    FORM_SUBMITTED = "form_submitted", "Form filled in"
    OTHER = "other", "Other"


class Direction(models.TextChoices):
    """Who reached out to whom."""

    IN = "in", "from them"
    OUT = "out", "from us"


class Activity(ExternalRow):
    """One thing that passed between us and a contact."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="activities", db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=ActivityKind)
    direction = models.CharField(max_length=3, choices=Direction, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    outcome = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    occurred_at = models.DateTimeField(default=clock.now)

    class Meta(ExternalRow.Meta):
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["contact", "-occurred_at", "-id"], name="activity_of_contact"),
            models.Index(
                fields=["organization", "occurred_at"],
                include=["contact"],
                name="activity_lately",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"


class Task(ExternalRow):
    """Something someone is to do, mostly about a contact."""

    undo_groups = [("done_at", "done_by")]

    title = models.CharField(max_length=500)
    notes = models.TextField(blank=True)
    contact = models.ForeignKey(
        Contact, models.CASCADE, null=True, blank=True, related_name="tasks", db_constraint=False
    )
    assignee = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        db_constraint=False,
    )
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=40, blank=True, help_text="A reference: person:3.")

    class Meta(ExternalRow.Meta):
        indexes = [
            models.Index(fields=["organization", "assignee", "due_at"], name="task_by_assignee"),
            models.Index(fields=["contact", "due_at"], name="task_of_contact"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"
