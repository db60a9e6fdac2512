"""
The ledger: one row per action, per changed row and per event.

No foreign keys lead out of it. The application's role can insert actions and events and read
everything; changes are written by the database's own triggers. Nothing here is ever updated but by
`audit_erase`, which blanks personal content and says so.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from audit.actors import Actor, ActorKind, Door
from audit.reach import find_closed


class Outcome(models.TextChoices):
    """How an action ended. An action is recorded once, with its final outcome."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    DENIED = "denied"
    FAILED = "failed"


class Verb(models.TextChoices):
    """What happened to a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class LedgerQuerySet(models.QuerySet[Any]):
    """Rows of the ledger."""

    def visible_to(self, actor: Actor) -> "LedgerQuerySet":
        """Rows of the actor's organization, less what happened inside pipelines closed to it."""
        rows = self.filter(organization_id=actor.organization_id)
        closed = find_closed(actor)
        if closed:
            rows = rows.exclude(reach_id__in=closed)
        return rows


class LedgerRow(models.Model):
    """
    What every row of the ledger carries.

    `leaf_hash` covers the row's skeleton and `content_hash`; that covers salt and personal content.
    Erasing content and salt leaves the leaf standing; `erasure_hash` covers it and who erased.
    """

    organization_id = models.BigIntegerField(null=True)
    reach_id = models.BigIntegerField(
        null=True, help_text="The pipeline it happened in: shown only to those it is open to."
    )
    recorded_at = models.DateTimeField(db_default=Now(), help_text="Real time, set by triggers.")
    salt = models.BinaryField(null=True)
    content_hash = models.BinaryField(db_default=b"")
    leaf_hash = models.BinaryField(db_default=b"")
    erased_in = models.BigIntegerField(null=True, help_text="The action that erased its content.")
    erasure_hash = models.BinaryField(null=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True


class Action(LedgerRow):
    """Somebody did something, or tried to: inserted once, last in its transaction."""

    actor_kind = models.CharField(max_length=12, choices=[(k, k.value) for k in ActorKind])
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_version = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.BigIntegerField(null=True, help_text="The user an agent acted for.")
    door = models.CharField(max_length=12, choices=[(d, d.value) for d in Door])
    name = models.CharField(max_length=120, help_text="Command or tool: positions.move.")
    arguments = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    confidence = models.FloatField(null=True, help_text="As claimed, 0 to 1.")
    verdict = models.JSONField(null=True, help_text="What policy answered, with its trace.")
    approval_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    error = models.JSONField(null=True)
    target = models.CharField(max_length=80, blank=True, help_text="A reference: position:9.")
    summary = models.TextField(blank=True, help_text="One sentence for people.")
    correlation = models.UUIDField(help_text="What belongs together: a run, an import, a turn.")
    causation_id = models.BigIntegerField(null=True, help_text="The action that led to this one.")
    depth = models.PositiveSmallIntegerField(default=0, help_text="Causes above this one.")
    resumes_id = models.BigIntegerField(null=True, help_text="The waiting action carried out.")
    undoes = ArrayField(models.BigIntegerField(), default=list, help_text="Actions taken back.")
    started_at = models.DateTimeField()
    change_count = models.IntegerField(
        null=True, help_text="Rows it changed, as the database counted; covered by its hash."
    )
    event_count = models.IntegerField(null=True, help_text="Events it told.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
                name="claimed_confidence_0_to_1",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="action_by_organization"),
            models.Index(
                fields=["organization_id", "actor_kind", "actor_id", "-id"], name="action_by_actor"
            ),
            models.Index(fields=["organization_id", "target", "-id"], name="action_by_target"),
            models.Index(fields=["correlation"], name="action_by_correlation"),
            models.Index(
                fields=["organization_id", "-id"], name="action_undoing", condition=~Q(undoes=[])
            ),
            models.Index(
                F("resumes_id"), name="action_resumes", condition=Q(resumes_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def ref(self) -> str:
        return f"action:{self.pk}"

    @property
    def actor_ref(self) -> str:
        return self.actor_kind if self.actor_id is None else f"{self.actor_kind}:{self.actor_id}"


class Change(LedgerRow):
    """One row of one tracked table before and after: of an update, only the columns that differ."""

    # Deferred, so that a commit without its action is refused.
    action = models.ForeignKey(Action, models.DO_NOTHING, related_name="changes")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    verb = models.CharField(max_length=6, choices=Verb)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    withheld = ArrayField(
        models.TextField(), default=list, help_text="Secret columns that were set or changed."
    )

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="change_by_row"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.verb} {self.table_name} {self.row_id}"


class Event(LedgerRow):
    """A fact others may want to hear of, recorded in the transaction that made it so."""

    action = models.ForeignKey(Action, models.DO_NOTHING, related_name="events")
    name = models.CharField(max_length=120, help_text="pipelines.position.moved")
    target = models.CharField(max_length=80, blank=True)
    payload = models.JSONField(default=dict)
    summary = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "target", "-id"], name="event_by_target"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class DeliveryQuerySet(models.QuerySet[Any]):
    """Deliveries."""

    def visible_to(self, actor: Actor) -> "DeliveryQuerySet":
        """Deliveries of the actor's organization, less what happened in pipelines closed to it."""
        rows = self.filter(organization_id=actor.organization_id)
        closed = find_closed(actor)
        return rows.exclude(event__reach_id__in=closed) if closed else rows

    def due(self) -> "DeliveryQuerySet":
        """Those neither delivered nor given up, whose time has come."""
        return self.filter(delivered_at=None, dead_at=None, due_at__lte=Now())


class Delivery(models.Model):
    """One event on its way to one subscriber. Queue state, not history."""

    organization_id = models.BigIntegerField()
    event = models.ForeignKey(Event, models.DO_NOTHING, related_name="deliveries")
    subscriber = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True, help_text="Given up after the last attempt.")
    last_error = models.TextField(blank=True, db_default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_due",
                condition=Q(delivered_at=None, dead_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} to {self.subscriber}"


class UndoPlan(models.Model):
    """What somebody was shown before they undo something: for an hour, then worth nothing."""

    organization_id = models.BigIntegerField()
    made_by = models.CharField(max_length=40, help_text="A reference: person:3.")
    made_at = models.DateTimeField(db_default=Now())
    actions = ArrayField(models.BigIntegerField())
    promises = ArrayField(
        models.BigIntegerField(), help_text="Digests of exactly what would be done."
    )

    class Meta:
        indexes = [models.Index(fields=["organization_id", "made_at"], name="undo_plan_by_age")]

    def __str__(self) -> str:
        return f"#{self.pk} by {self.made_by}"
