"""Who does it: agents, the tokens that open the API, and what may stop a call."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from agents.conversations.models import Conversation as Conversation
from agents.conversations.models import Job as Job
from agents.conversations.models import State as State
from agents.conversations.models import Step as Step
from agents.mcp.models import ClientSession as ClientSession
from agents.mcp.models import Question as Question
from agents.model_choices.models import ModelChoice as ModelChoice
from agents.model_choices.models import Spending as Spending
from audit import clock
from audit.actors import Actor
from audit.reach import find_closed
from crm.models import Membership, Organization
from crm.models.tenancy import TenantQuerySet, TenantRow
from pipelines.models import Pipeline
from pipelines.models.boards import open_to

ON_PURPOSE = "what agents may do is changed by people, on purpose"


class Agent(TenantRow):
    """A worker that is not a person: who it is, what it may use, where, and how much."""

    undo_never = ON_PURPOSE

    name = models.CharField(max_length=120)
    persona = models.SlugField(max_length=60, help_text="sales, support, research, analytics …")
    version = models.CharField(
        max_length=40, blank=True, help_text="Of the model and prompt behind it; logged."
    )
    scope = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="The tools it may use; empty: its persona's.",
    )
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agents",
        db_constraint=False,
        help_text="Who answers for it.",
    )
    learning_mode = models.BooleanField(
        default=True, help_text="Everything it does is approved until it has earned trust."
    )
    calls_per_minute = models.PositiveIntegerField(
        default=600, validators=[MinValueValidator(1)], help_text="Attempts, refused ones included."
    )
    writes_per_hour = models.PositiveIntegerField(
        default=10_000, help_text="Calls that change something or ask to."
    )
    records_per_day = models.PositiveIntegerField(
        default=10_000, help_text="Records it may change by itself, in a day of UTC."
    )
    spend_cents_per_day = models.PositiveIntegerField(
        default=10_00, help_text="In minor units of the organization's currency; a day of UTC."
    )
    spend_cents_per_month = models.PositiveIntegerField(
        default=100_00, help_text="In minor units of the organization's currency; a month of UTC."
    )
    disabled_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it may not act."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="agent_name_once"),
            models.CheckConstraint(
                condition=Q(calls_per_minute__gte=1), name="at_least_one_call_a_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class AgentPipeline(TenantRow):
    """A pipeline an agent may reach. An agent with none of these is not limited."""

    undo_never = ON_PURPOSE

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="limits", db_constraint=False)
    # Protected: with the last of them gone, the agent would reach everything.
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "pipeline"], name="agent_in_pipeline_once"),
        ]

    def __str__(self) -> str:
        return f"agent {self.agent_id} in pipeline {self.pipeline_id}"


class Token(models.Model):
    """
    A key to the API, of an agent or of a person's membership. Its text is shown once.

    Nobody is known yet when a token is looked up, so this table has no wall; it holds nothing that
    would open anything: only a digest.
    """

    undo_never = "a token that was revoked stays so, and one that was issued is revoked"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        Agent, models.CASCADE, null=True, blank=True, related_name="tokens", db_constraint=False
    )
    membership = models.ForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="tokens"
    )
    name = models.CharField(max_length=120, blank=True, help_text="What it is for.")
    digest = models.BinaryField(
        max_length=32, null=True, unique=True, editable=False, help_text="SHA-256 of its text."
    )
    ending = models.CharField(
        max_length=4, editable=False, help_text="Its last characters, to tell it apart by."
    )
    created_by = models.CharField(max_length=40, blank=True, help_text="A reference: person:3.")
    created_at = models.DateTimeField(default=clock.real_now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agent=None, membership__isnull=False)
                | Q(agent__isnull=False, membership=None),
                name="token_of_an_agent_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} …{self.ending}"

    @property
    def ref(self) -> str:
        return f"token:{self.pk}"


class ToolSwitch(TenantRow):
    """A tool turned off for a whole organization, or turned on again."""

    undo_never = ON_PURPOSE

    tool = models.CharField(max_length=64)
    off_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody may use it.")
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "tool switches"
        constraints = [
            models.UniqueConstraint(fields=["organization", "tool"], name="one_switch_per_tool"),
        ]

    def __str__(self) -> str:
        return f"{self.tool} {'off' if self.off_at else 'on'}"


class Call(models.Model):
    """A call that took effect under a key, so that repeating it returns the first answer."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    actor = models.CharField(max_length=40, help_text="A reference: agent:7.")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="Of tool and arguments.")
    answer = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "actor", "key"], name="one_call_per_key"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="call_by_age")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key} of {self.actor}"


class ToolPrice(TenantRow):
    """What one use of a tool costs an organization: a message, a lookup that is paid for."""

    undo_never = ON_PURPOSE

    tool = models.CharField(max_length=64)
    price_cents = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        validators=[MinValueValidator(0)],
        help_text="In minor units of the organization's currency; may be a fraction of one.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "tool"], name="one_price_per_tool"),
            models.CheckConstraint(
                condition=Q(price_cents__gte=0), name="a_tool_costs_nothing_or_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} at {self.price_cents}"


class Budget(models.Model):
    """
    How much an agent used in the present minute, hour, day and month, all of UTC.

    Kept by the database's own functions; a count whose window is over is nought.
    """

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, db_constraint=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    minute_at = models.DateTimeField()
    calls = models.PositiveIntegerField(db_default=0)
    hour_at = models.DateTimeField()
    writes = models.PositiveIntegerField(db_default=0)
    day_at = models.DateTimeField()
    records = models.PositiveIntegerField(db_default=0)
    spent_today_cents = models.DecimalField(max_digits=18, decimal_places=6, db_default=0)
    month_at = models.DateTimeField()
    spent_this_month_cents = models.DecimalField(max_digits=18, decimal_places=6, db_default=0)
    told_at = models.DateTimeField(null=True, help_text="When the ledger last heard of an overrun.")

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return (
            f"agent {self.agent_id}: {self.calls} calls, {self.writes} writes,"
            f" {self.records} records, {self.spent_today_cents.normalize():f} cents"
        )


class FeedbackQuerySet(TenantQuerySet):
    """Opinions."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organization, less what happened inside pipelines closed to the actor."""
        return super().visible_to(actor).exclude(reach_id__in=find_closed(actor))


class Feedback(TenantRow):
    """What a person says of an action: it was right, or wrong and why."""

    action_id = models.BigIntegerField()
    reach_id = models.BigIntegerField(null=True, help_text="The pipeline the action happened in.")
    right = models.BooleanField()
    because = models.TextField(blank=True)

    objects: ClassVar = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "action_id", "created_by"], name="one_opinion_each"
            ),
            models.CheckConstraint(
                condition=Q(right=True) | ~Q(because=""), name="what_is_wrong_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.action_id} {'right' if self.right else 'wrong'}"


class WorkflowQuerySet(TenantQuerySet):
    """Workflows."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organization, less those of pipelines closed to the actor."""
        mine, is_open = super().visible_to(actor), open_to(actor, "pipeline__")
        # An empty condition, which lets everything pass, is lost in an `or`.
        return mine.filter(Q(pipeline=None) | is_open) if is_open else mine


class Workflow(TenantRow):
    """What is to be done by itself, when something happens; a draft that does nothing yet."""

    name = models.CharField(max_length=120)
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = WorkflowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "organization",
                condition=Q(archived_at=None),
                name="workflow_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def reach_id(self) -> int | None:
        """The pipeline inside which it is recorded."""
        return self.pipeline_id

    @property
    def status(self) -> str:
        """`draft` or `archived`."""
        return "archived" if self.archived_at else "draft"


class WorkflowVersion(TenantRow):
    """One version of a workflow, as it was written; the highest number is the present one."""

    workflow = models.ForeignKey(
        Workflow, models.CASCADE, related_name="versions", db_constraint=False
    )
    reach_id = models.BigIntegerField(null=True, help_text="The workflow's pipeline.")
    number = models.PositiveIntegerField()
    description = models.TextField(blank=True)
    trigger = models.JSONField(help_text="When: its type, and what that type asks for.")
    conditions = models.JSONField(default=list, help_text="What must hold of the record.")
    actions = models.JSONField(help_text="What is done in order: tool, arguments, wait before.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of workflow {self.workflow_id}"


class Reading(models.Model):
    """A text of a record that an agent was given to read, and by what it is known again."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", db_constraint=False)
    source = models.CharField(max_length=60, help_text="Whose text it is: contact:42.")
    field = models.CharField(max_length=60, help_text="notes, custom.plan …")
    digest = models.CharField(max_length=32, help_text="Of the text.")
    text = models.TextField(help_text="The text, or its beginning.")
    marks = ArrayField(models.BigIntegerField())
    verbs = ArrayField(
        models.CharField(max_length=30), help_text="What it may ask for, where it is short."
    )
    is_prose = models.BooleanField(help_text="It is long enough to ask for anything.")
    first_read_at = models.DateTimeField()
    read_at = models.DateTimeField(help_text="When it was read last, to the hour.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "source", "field", "digest"], name="a_text_is_noted_once"
            ),
        ]
        indexes = [
            # Without a list of what is pending, which every look-up would have to go through.
            GinIndex(fields=["marks"], name="reading_by_mark", fastupdate=False),
            models.Index(fields=["agent", "read_at"], name="reading_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.source}, read by agent {self.agent_id}"
