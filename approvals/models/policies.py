"""What policy says."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from audit.actors import Actor
from crm.models import Membership, Role
from crm.models.tenancy import TenantQuerySet, TenantRow
from pipelines.models import Pipeline, Stage


class Answer(models.TextChoices):
    """What a policy says; each is stricter than those before it."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


DECIDING_ROLES = [(Role.MANAGER.value, "manager"), (Role.OWNER.value, "owner")]


class PolicyQuerySet(TenantQuerySet):
    """Policies."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organization, less those of pipelines closed to `actor`."""
        return super().visible_to(actor).filter(in_open_pipeline(actor, "pipeline_id"))


class Policy(TenantRow):
    """
    A rule: what to answer when facts about a proposal compare in certain ways.

    Of the rules that share a key, only the one with the narrowest scope speaks: a stage's before a
    pipeline's, an agent's, the organization's, and the one shipped under that key.
    """

    # An agent may undo what it may do, and it may never touch a policy.
    undo_never = "policies are changed by people, on purpose"

    name = models.CharField(max_length=120, blank=True)
    key = models.SlugField(
        max_length=60, help_text="A rule here replaces wider rules of the same key: confidence."
    )
    # Rows about an agent name it by id alone: agents stand above this app.
    agent_id = models.BigIntegerField(null=True, blank=True)
    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False
    )
    stage = models.ForeignKey(
        Stage, models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False
    )
    tool = models.CharField(max_length=64, blank=True, help_text="Empty: any tool.")
    when = models.JSONField(
        default=list,
        blank=True,
        help_text="Comparisons of facts, which must all hold. None: always.",
    )
    answer = models.CharField(max_length=5, choices=Answer, default=Answer.ASK)
    because = models.CharField(
        max_length=300,
        blank=True,
        help_text="What people read as its reason; {fact} is the value.",
    )
    decides_role = models.CharField(
        max_length=8,
        choices=DECIDING_ROLES,
        default=Role.MANAGER.value,
        help_text="Who decides what it asks; whoever stands higher may as well.",
    )
    decides_member = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="Where someone is named, they decide, or an owner.",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "key", "agent_id", "pipeline", "stage", "tool"],
                nulls_distinct=False,
                name="one_policy_per_key_scope_and_tool",
            ),
            models.CheckConstraint(
                condition=Q(agent_id=None) | Q(pipeline=None, stage=None),
                name="policy_has_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(stage=None) | Q(pipeline__isnull=False),
                name="policy_of_a_stage_names_its_pipeline",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values), name="policy_answers_allow_ask_or_deny"
            ),
            models.CheckConstraint(
                condition=Q(decides_role__in=[role for role, _ in DECIDING_ROLES]),
                name="policy_is_decided_by_manager_or_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name or self.key}"

    @property
    def reach_id(self) -> int | None:
        return self.pipeline_id

    @property
    def scope(self) -> str:
        """The narrowest thing it is about: stage, pipeline, agent or organization."""
        if self.stage_id is not None:
            return "stage"
        if self.pipeline_id is not None:
            return "pipeline"
        return "organization" if self.agent_id is None else "agent"


def in_open_pipeline(actor: Actor, column: str) -> Q:
    """Return the condition that `column` names no pipeline, or one open to `actor`."""
    opened = Pipeline.objects.visible_to(actor).values("pk")
    return Q(**{column: None}) | Q(**{f"{column}__in": opened})
