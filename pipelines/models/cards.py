"""Cards: where contacts stand, how long they stood where, and what was said to hold."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from audit import clock
from crm.models import Contact, Membership
from crm.models.folding import Fold
from crm.models.tenancy import ExternalRow, TenantRow
from pipelines.models.boards import Criterion, InPipelineQuerySet, Pipeline, Stage


class PositionOutcome(models.TextChoices):
    """How a card was closed."""

    WON = "won"
    LOST = "lost"


class PositionQuerySet(InPipelineQuerySet):
    """Cards."""

    def in_use(self) -> "PositionQuerySet":
        """
        Those on a board: neither they nor their contacts were put away.

        Of contacts the few who were put away are looked for, by an index of these alone.
        """
        away = Contact.objects.filter(pk=OuterRef("contact"), archived_at__isnull=False)
        return self.filter(~Exists(away), archived_at=None)


class Position(ExternalRow):
    """
    Where one contact stands in one pipeline: a card on the board.

    Every move writes an entry to each index there is, so relations that no query looks up by
    themselves, or that begin another index, have none of their own.
    """

    undo_by_key = ["properties"]
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

    objects: ClassVar = PositionQuerySet.as_manager()

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
            # What is counted of closed cards is in the index, its wall's column too.
            models.Index(
                fields=["stage", "closed_at"],
                include=["organization", "outcome", "currency", "value_cents"],
                name="position_closed",
                condition=Q(closed_at__isnull=False),
            ),
            GinIndex(OpClass(Fold("title"), name="gin_trgm_ops"), name="position_search"),
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
    undo_groups: ClassVar[list[tuple[str, ...]]] = [("left_at", "next_stage_id")]

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
    next_stage = models.ForeignKey(
        Stage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        help_text="Where the card went from here.",
    )

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
            models.CheckConstraint(
                condition=Q(next_stage=None) | Q(left_at__isnull=False),
                name="visit_that_goes_on_has_ended",
            ),
        ]
        indexes = [
            # All that is counted of a pipeline's flow is in the index, its wall's column too.
            models.Index(
                fields=["pipeline", "entered_at"],
                include=["organization", "stage", "next_stage", "left_at"],
                name="visit_in_pipeline",
            ),
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
