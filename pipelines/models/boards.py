"""Boards: pipelines, their stages and what those ask for."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from audit.actors import Actor
from crm.models import Role
from crm.models.tenancy import ObjectRow, TenantQuerySet, TenantRow

SEE = "see_pipeline"


class Colour(models.TextChoices):
    """The palette stages and pipelines choose from; the stylesheet has light and dark of each."""

    GREY = "grey"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    PINK = "pink"
    PURPLE = "purple"


class PipelineQuerySet(TenantQuerySet):
    """Pipelines."""

    def visible_to(self, actor: Actor) -> "PipelineQuerySet":
        """Those of the organization that are not closed to `actor`."""
        return super().visible_to(actor).filter(open_to(actor))


class InPipelineQuerySet(TenantQuerySet):
    """Rows that belong to a pipeline."""

    def visible_to(self, actor: Actor) -> "InPipelineQuerySet":
        """Those whose pipeline is not closed to `actor`."""
        return super().visible_to(actor).filter(open_to(actor, "pipeline__"))


def open_to(actor: Actor, prefix: str = "") -> Q:
    """
    Return the condition under which a pipeline may be known of.

    A closed pipeline is there for owners and for members it was opened to; an agent limited to some
    pipelines knows of no others, and of a closed one only if it is named.
    """
    if actor.pipelines is not None:
        return Q(**{f"{prefix}pk__in" if prefix else "pk__in": list(actor.pipelines)})
    if actor.role == Role.OWNER or actor.kind == "system":
        return Q()
    unrestricted = Q(**{f"{prefix}restricted_at": None})
    if not actor.is_person:
        return unrestricted
    granted = PipelineUserObjectPermission.objects.filter(
        user_id=actor.id or 0, permission__codename=SEE
    )
    return unrestricted | Q(**{f"{prefix}pk__in": granted.values("content_object_id")})


class PipelineType(models.TextChoices):
    """What a pipeline is for."""

    SALES = "sales"
    SUPPORT = "support"
    ONBOARDING = "onboarding"
    PARTNER = "partner"
    CUSTOM = "custom"


class Pipeline(ObjectRow):
    """A way that contacts go, from stage to stage; on screen a board."""

    undo_keeps: ClassVar[dict[str, str]] = {
        "ai_enabled": "agents are stopped and let go on by people, on purpose"
    }

    subtype = models.CharField(max_length=12, choices=PipelineType, default=PipelineType.CUSTOM)
    icon = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.BLUE)
    order = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)
    restricted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when only owners and those named may see it."
    )
    ai_enabled = models.BooleanField(default=True, help_text="Agents may act on its cards.")
    auto_scoring = models.BooleanField(default=False)
    auto_progression = models.BooleanField(default=False)
    suggest_actions = models.BooleanField(default=True)
    assistant = models.CharField(max_length=60, blank=True, help_text="The persona in charge.")
    score_model = models.CharField(max_length=60, blank=True)

    objects: ClassVar = PipelineQuerySet.as_manager()

    class Meta(ObjectRow.Meta):
        constraints = [
            *ObjectRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_default=True, archived_at=None),
                name="one_default_pipeline",
            ),
        ]
        permissions = [(SEE, "May see a closed pipeline")]

    @property
    def reach_id(self) -> int:
        """A pipeline is its own reach."""
        return self.pk

    @property
    def status(self) -> str:
        return "archived" if self.archived_at else "active"


class PipelineUserObjectPermission(UserObjectPermissionBase):
    """Who was let into a closed pipeline (django-guardian's row, with a real foreign key)."""

    # guardian finds this table by the relation's name.
    content_object = models.ForeignKey(Pipeline, models.CASCADE, related_name="let_in")


class StageKind(models.TextChoices):
    """Whether a card in a stage is still under way."""

    ACTIVE = "active"
    WON = "won"
    LOST = "lost"


class Stage(ObjectRow):
    """A step of a pipeline, and the rules for moving on from it."""

    undo_keeps: ClassVar[dict[str, str]] = {
        "ai_enabled": "agents are stopped and let go on by people, on purpose"
    }

    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, related_name="stages", db_constraint=False
    )
    kind = models.CharField(max_length=6, choices=StageKind, default=StageKind.ACTIVE)
    order = models.PositiveSmallIntegerField(default=0)
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.GREY)
    icon = models.CharField(max_length=40, blank=True)
    win_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)], help_text="0 to 100."
    )
    min_days = models.PositiveSmallIntegerField(null=True, blank=True)
    max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    required_fields = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        help_text="Must be filled before moving on: contact.company, position.value_cents …",
    )
    ai_actions = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="Where any are named, agents may use only these tools on its cards.",
    )
    suggested_prompts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    can_skip = models.BooleanField(default=False, help_text="May be passed over.")
    requires_approval = models.BooleanField(default=False, help_text="Entering it is approved.")
    ai_can_automate = models.BooleanField(
        default=True, help_text="Agents may move cards into it without asking."
    )
    ai_enabled = models.BooleanField(default=True, help_text="Agents may act on its cards.")
    subtype = None  # type: ignore[assignment]  # takes the inherited column away

    objects: ClassVar = InPipelineQuerySet.as_manager()

    class Meta(ObjectRow.Meta):
        constraints = [
            *ObjectRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(win_percent=None) | Q(win_percent__lte=100),
                name="win_percent_at_most_100",
            ),
            models.CheckConstraint(
                condition=Q(min_days=None) | Q(max_days=None) | Q(min_days__lte=F("max_days")),
                name="min_days_at_most_max_days",
            ),
        ]
        indexes = [models.Index(fields=["pipeline", "order", "id"], name="stage_in_order")]

    @property
    def reach_id(self) -> int:
        return self.pipeline_id


class Criterion(TenantRow):
    """What must hold before a card leaves a stage: a condition on data, or an item to attest."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="+", db_constraint=False)
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="criteria", db_constraint=False)
    key = models.SlugField(max_length=80, help_text="budget_confirmed")
    label = models.CharField(max_length=200, help_text="Budget confirmed")
    condition = models.JSONField(
        null=True, blank=True, help_text="Comparisons that must all hold; empty: to be attested."
    )
    order = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InPipelineQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "key"],
                condition=Q(archived_at=None),
                name="criterion_key_once_per_stage",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def reach_id(self) -> int:
        return self.pipeline_id

    @property
    def is_checklist(self) -> bool:
        return not self.condition
