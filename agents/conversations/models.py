"""Conversations and agents' jobs, their turns, and each step of a turn as it happened."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.actors import Actor
from crm.models import Membership, Organization
from crm.models.tenancy import TenantQuerySet, TenantRow
from crm.permissions import Permission, allows

LOCAL = "local/planner"  # what answers where no model is set


class ConversationQuerySet(TenantQuerySet):
    """Conversations, or what is said in them: one's own, and what others share."""

    way = ""  # to the conversation

    def visible_to(self, actor: Actor) -> Self:
        """Return what `actor` may read."""
        return super().visible_to(actor).filter(self._open_to(actor))

    def _open_to(self, actor: Actor) -> Q:
        shared = Q(**{f"{self.way}shared_at__isnull": False})
        own = Q(**{f"{self.way}starter": actor.membership_id}) if actor.membership_id else Q()
        return own | shared if own else shared


class JobQuerySet(ConversationQuerySet):
    """Turns, and what agents were asked to do: by oneself, or by anybody for who runs the place."""

    way = "conversation__"
    to_job = ""

    def _open_to(self, actor: Actor) -> Q:
        found = super()._open_to(actor)
        if actor.membership_id:
            found |= Q(**{f"{self.to_job}speaker": actor.membership_id})
        if actor.is_person and allows(actor, Permission.CONFIGURE):
            found |= Q(**{f"{self.to_job}agent__isnull": False, f"{self.to_job}conversation": None})
        return found


class StepQuerySet(JobQuerySet):
    """Steps of turns."""

    way = "job__conversation__"
    to_job = "job__"


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
    WAITS = "waits"  # for a decision on what was asked for; then the model is asked again
    DONE = "done"
    FAILED = "failed"
    OVER = "over"  # a limit was reached
    CANCELLED = "cancelled"


UNDER_WAY = (State.QUEUED, State.RUNNING)
NOT_ENDED = (*UNDER_WAY, State.ASKS, State.WAITS)


class Job(models.Model):
    """
    What somebody said, and the work that came of it: a turn of a conversation, or an agent's job.

    It is held by one worker at a time, for a while; whoever finds it let go takes it up where its
    steps end. All it does carries its correlation, so that it is undone as one thing.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="jobs", db_constraint=False
    )
    agent = models.ForeignKey(
        "agents.Agent",
        models.CASCADE,
        null=True,
        related_name="jobs",
        db_constraint=False,
        help_text="Who does it, as itself; where nobody is named, whoever spoke does.",
    )
    is_trial = models.BooleanField(
        default=False, help_text="The model is only to say that it is there; nothing is done."
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
                condition=Q(state__in=NOT_ENDED, ended_at=None) | Q(ended_at__isnull=False),
                name="a_job_that_goes_on_has_not_ended",
            ),
            models.CheckConstraint(
                condition=Q(conversation__isnull=False, agent=None, is_trial=False)
                | Q(conversation=None, agent__isnull=False)
                | Q(conversation=None, is_trial=True),
                name="a_job_is_somewhere",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], condition=Q(state__in=UNDER_WAY), name="jobs_under_way"
            ),
            models.Index(fields=["conversation", "id"], name="jobs_of_a_conversation"),
            models.Index(fields=["agent", "-id"], name="jobs_of_an_agent"),
            models.Index(
                fields=["correlation"], condition=Q(state=State.WAITS), name="jobs_that_wait"
            ),
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
    One step of a job: what the model said and which calls it wants made, what one call answered, or
    what was decided on a call that waited.

    Rows are only added; a number is there once, so two workers never take the same step.
    """

    class Kind(models.TextChoices):
        """Which of them it is."""

        THOUGHT = "thought"
        CALL = "call"
        DECISION = "decision"

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
    cost_cents = models.DecimalField(
        max_digits=18,
        decimal_places=6,
        default=0,
        help_text="What the model cost, in minor units of the organization's currency.",
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
    def is_call(self) -> bool:
        return self.kind == self.Kind.CALL

    @property
    def approval(self) -> str:
        """The reference of what a call waits for, or a decision was about; "" is nothing."""
        return str(self.answer.get("approval") or "")

    @property
    def status(self) -> str:
        """What became of a call: done, waiting, refused, denied or failed."""
        status: Any = self.answer.get("status", "")
        return str(status)
