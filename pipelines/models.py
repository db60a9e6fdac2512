"""Where they stand: pipelines, their stages, and the positions contacts hold in them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from guardian.models import UserObjectPermissionBase

from audit import clock
from audit.actors import Actor
from crm.models import Contact, Membership, Role
from crm.models.tenancy import ExternalRow, ObjectRow, TenantQuerySet, TenantRow

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


class PositionOutcome(models.TextChoices):
    """How a card was closed."""

    WON = "won"
    LOST = "lost"


class Position(ExternalRow):
    """
    Where one contact stands in one pipeline: a card on the board.

    Every move writes an entry to each index there is, so relations that no query looks up by
    themselves, or that begin another index, have none of their own.
    """

    undo_groups = [
        (
            "stage_id",
            "previous_stage_id",
            "entered_stage_at",
            "closed_at",
            "outcome",
            "lost_reason",
        ),
        ("score", "confidence", "score_factors", "score_reasons", "reviewed_at"),
        ("manual_score", "override_reason"),
        ("value_cents", "currency"),
    ]

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="positions", db_constraint=False, db_index=False
    )
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, related_name="positions", db_constraint=False, db_index=False
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, related_name="positions", db_constraint=False, db_index=False
    )
    previous_stage = models.ForeignKey(
        Stage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    rank = models.CharField(
        max_length=200, db_collation="C", help_text="Order within its column; see ranks."
    )
    entered_stage_at = models.DateTimeField(default=clock.now)
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="positions",
        db_constraint=False,
    )
    title = models.CharField(max_length=300, blank=True)
    value_cents = models.PositiveBigIntegerField(null=True, blank=True, help_text="Minor units.")
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217.")
    priority = models.CharField(max_length=30, blank=True)
    expected_close_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=4, choices=PositionOutcome, blank=True)
    lost_reason = models.CharField(max_length=500, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    properties = models.JSONField(default=dict, blank=True)

    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 to 100.")
    confidence = models.FloatField(null=True, blank=True, help_text="In the score, 0 to 1.")
    score_factors = models.JSONField(
        default=dict, blank=True, help_text="engagement, fit, intent, timing: 0 to 100 each."
    )
    score_reasons = ArrayField(models.TextField(), default=list, blank=True)
    risk_factors = ArrayField(models.TextField(), default=list, blank=True)
    suggested_stage = models.ForeignKey(
        Stage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    suggested_action = models.CharField(max_length=200, blank=True)
    ai_notes = models.TextField(blank=True)
    next_follow_up_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(
        null=True, blank=True, help_text="Last looked at by an agent."
    )

    notes = models.TextField(blank=True)
    manual_score = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="0 to 100; where a person set it, it is the score in force.",
    )
    override_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar = InPipelineQuerySet.as_manager()

    class Meta(ExternalRow.Meta):
        constraints = [
            *ExternalRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="closed_means_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100), name="score_at_most_100"
            ),
            models.CheckConstraint(
                condition=Q(manual_score=None) | Q(manual_score__lte=100),
                name="manual_score_at_most_100",
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
                name="score_confidence_0_to_1",
            ),
            models.CheckConstraint(
                condition=Q(lost_reason="") | Q(outcome="lost"), name="only_the_lost_have_a_reason"
            ),
            models.CheckConstraint(condition=~Q(rank=""), name="every_card_has_a_rank"),
        ]
        indexes = [
            models.Index(
                fields=["stage", "rank", "id"],
                name="position_on_board",
                condition=Q(archived_at=None),
            ),
            models.Index(fields=["contact", "id"], name="position_of_contact"),
            models.Index(fields=["pipeline", "owner"], name="position_by_owner"),
            models.Index(
                fields=["organization", "next_follow_up_at"],
                name="position_follow_up",
                condition=Q(next_follow_up_at__isnull=False),
            ),
            GinIndex(OpClass(Lower("title"), name="gin_trgm_ops"), name="position_search"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title or self.contact_id}"

    @property
    def reach_id(self) -> int:
        return self.pipeline_id

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def score_in_force(self) -> int | None:
        """The manual score where there is one, else the agents'; 0 to 100."""
        return self.score if self.manual_score is None else self.manual_score

    @property
    def days_in_stage(self) -> int:
        """Whole days of business time since it entered its stage."""
        return max(0, (clock.now() - self.entered_stage_at).days)


class StageVisit(TenantRow):
    """One stay of a position in a stage; the one without an end is where it stands."""

    # A stay makes sense only with the position's stage: all or none of it is undone.
    undo_with = ("position_id", "pipelines_position", "stage_id")

    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    position = models.ForeignKey(
        Position, models.CASCADE, related_name="visits", db_constraint=False, db_index=False
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, related_name="visits", db_constraint=False, db_index=False
    )
    entered_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InPipelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position"], condition=Q(left_at=None), name="one_open_visit"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                name="visit_left_after_it_was_entered",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "entered_at"], name="visit_by_stage"),
            models.Index(fields=["position", "entered_at"], name="visit_of_position"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} position {self.position_id} in stage {self.stage_id}"

    @property
    def reach_id(self) -> int:
        return self.pipeline_id


class Attestation(TenantRow):
    """Somebody says, with evidence, that a checklist item holds for a position."""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="+", db_constraint=False)
    position = models.ForeignKey(
        Position, models.CASCADE, related_name="attestations", db_constraint=False
    )
    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="attestations", db_constraint=False
    )
    evidence = models.TextField(help_text="What was seen or heard, and where.")
    source = models.CharField(max_length=300, blank=True, help_text="A reference or an address.")
    attested_by = models.CharField(max_length=40, help_text="A reference: person:3, agent:7.")
    attested_by_name = models.CharField(max_length=200)
    attested_at = models.DateTimeField(default=clock.now)

    objects: ClassVar = InPipelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position", "criterion"], name="attested_once_per_position"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="attested_with_evidence"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.criterion_id} of position {self.position_id}"

    @property
    def reach_id(self) -> int:
        return self.pipeline_id
