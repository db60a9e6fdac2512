"""What outlives one request: questions a client was asked, and what it said besides."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from crm.models import Organization
from crm.models.tenancy import TenantQuerySet


class Question(models.Model):
    """
    What a caller is asked before its call can go on, until it is told or time is up.

    A stream that asks makes the call again itself, so it keeps no call here; a task does.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    actor = models.CharField(max_length=40, help_text="Who may answer, a reference: agent:7.")
    key = models.CharField(max_length=40, help_text="Nobody guesses it; the call's own, too.")
    inputs = models.JSONField(help_text="Requests that are not answered yet, by name.")
    answers = models.JSONField(default=dict, help_text="By the name of what was asked.")
    call = models.JSONField(null=True, help_text="Of a task: the call, to be made with them.")
    outcome = models.JSONField(null=True, help_text="Of a task: what its call came to.")
    asked_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(db_default=Now(), help_text="When something last changed.")
    until = models.DateTimeField(help_text="From then on answers are too late.")
    cancelled_at = models.DateTimeField(null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        app_label = "agents"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_question_per_key"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(call__isnull=False),
                name="only_tasks_end_here",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="question_by_end")]

    def __str__(self) -> str:
        return f"#{self.pk} to {self.actor}"


class ClientSession(models.Model):
    """What a client said since its handshake that its later requests do not repeat."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    actor = models.CharField(max_length=40, help_text="A reference: agent:7.")
    session = models.CharField(max_length=40, help_text="What the handshake named it.")
    log_level = models.CharField(max_length=12, blank=True, help_text="The least it hears of.")
    cancelled = ArrayField(
        models.CharField(max_length=200), default=list, help_text="Requests it gave up, the latest."
    )
    heard_at = models.DateTimeField(db_default=Now())

    objects = TenantQuerySet.as_manager()

    class Meta:
        app_label = "agents"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "actor", "session"], name="one_row_per_client_session"
            ),
        ]
        indexes = [models.Index(fields=["heard_at"], name="client_session_by_age")]

    def __str__(self) -> str:
        return f"#{self.pk} with {self.actor}"
