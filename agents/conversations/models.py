"""Conversations, their turns, and each step of a turn as it happened."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.actors import Actor
from crm.models import Membership, Organization
from crm.models.tenancy import TenantQuerySet, TenantRow

LOCAL = "local/planner"  # what answers where no model is set


class ConversationQuerySet(TenantQuerySet):
    """Conversations, or what is said in them: one's own, and what others share."""

    way = ""  # to the conversation

    def visible_to(self, actor: Actor) -> Self:
        """Return what `actor` may read."""
        shared = Q(**{f"{self.way}shared_at__isnull": False})
        own = Q(**{f"{self.way}starter": actor.membership_id}) if actor.membership_id else Q()
        return super().visible_to(actor).filter(own | shared if own else shared)


class JobQuerySet(ConversationQuerySet):
    """Turns."""

    way = "conversation__"


class StepQuerySet(ConversationQuerySet):
    """Steps of turns."""

    way = "job__conversation__"


class Conversation(TenantRow):
    """What one person and the product say to each other."""

    starter = models.ForeignKey(
        Membership, models.CASCADE, related_name="conversations", db_constraint=False
    )
    title = models.CharField(max_length=120, blank=True, help_text="Its first words, or a name.")
    shared_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when colleagues may read it."
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "starter", "-id"], name="latest_of_mine")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class State(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    ASKS = "asks"  # whoever is spoken with is to say whether it may go on
    DONE = "done"
    FAILED = "failed"
    OVER = "over"  # a limit was reached
    CANCELLED = "cancelled"


UNDER_WAY = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """
    One turn: what somebody said, and the work that came of it.

    It is held by one worker at a time, for a while; whoever finds it let go takes it up where its
    steps end. All it does carries its correlation, so that it is undone as one thing.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="jobs", db_constraint=False
    )
    speaker = models.ForeignKey(Membership, models.CASCADE, related_name="+", db_constraint=False)
    said = models.TextField()
    page = models.CharField(max_length=80, blank=True, help_text="What they looked at: contact:42.")
    model = models.CharField(max_length=120, help_text="As LiteLLM names it: local/planner.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    error = models.CharField(max_length=500, blank=True, help_text="Why it ended early.")
    asked = models.JSONField(
        default=list, help_text="What its speaker is to confirm: call, summary and what would be."
    )
    confirmed = models.JSONField(
        default=dict, help_text="Whether each call that was asked about may be made, by its id."
    )
    partial = models.TextField(blank=True, help_text="The answer so far, while it is written.")
    correlation = models.UUIDField(default=uuid4, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.UUIDField(null=True, help_text="The worker's hold on it.")
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holder=None, held_until=None)
                | Q(holder__isnull=False, held_until__isnull=False),
                name="a_hold_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*UNDER_WAY, State.ASKS], ended_at=None)
                | Q(ended_at__isnull=False),
                name="a_job_that_goes_on_has_not_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], condition=Q(state__in=UNDER_WAY), name="jobs_under_way"
            ),
            models.Index(fields=["conversation", "id"], name="jobs_of_a_conversation"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"

    @property
    def ref(self) -> str:
        """`job:3`, as keys of its calls begin."""
        return f"job:{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class Step(models.Model):
    """
    One step of a job: what the model said and which calls it wants made, or what one call answered.

    Rows are only added; a number is there once, so two workers never take the same step.
    """

    class Kind(models.TextChoices):
        """Which of the two it is."""

        THOUGHT = "thought"
        CALL = "call"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.CASCADE, related_name="steps", db_constraint=False)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True, help_text="What the model said.")
    calls = models.JSONField(default=list, help_text="Calls it wants: id, tool and arguments.")
    more = models.JSONField(default=dict, help_text="What else a model wants back in its history.")
    call_id = models.CharField(max_length=100, blank=True)
    tool = models.CharField(max_length=120, blank=True)
    arguments = models.JSONField(default=dict)
    answer = models.JSONField(default=dict, help_text="As every door answers a call.")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost_micros = models.PositiveBigIntegerField(
        default=0, help_text="What the model cost, in millionths of a US dollar."
    )
    latency_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="each_step_once"),
            models.UniqueConstraint(
                fields=["job", "call_id"], condition=~Q(call_id=""), name="each_call_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of job {self.job_id}"

    @property
    def is_thought(self) -> bool:
        return self.kind == self.Kind.THOUGHT

    @property
    def status(self) -> str:
        """What became of a call: done, waiting, refused, denied or failed."""
        status: Any = self.answer.get("status", "")
        return str(status)
