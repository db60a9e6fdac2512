"""What waits for a person, and what became of it."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from approvals.models.policies import DECIDING_ROLES, in_open_pipeline
from approvals.proposals import Effect, Taint
from audit import clock
from audit.actors import Actor, ActorKind
from crm.models import Contact, Membership, User
from crm.models.tenancy import TenantQuerySet, TenantRow


class Status(models.TextChoices):
    """
    Where an approval stands.

    waiting → granted → used is the way through; every other one is an end.
    """

    WAITING = "waiting"
    GRANTED = "granted"
    USED = "used", "done"
    REFUSED = "refused", "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STALE = "stale"


OPEN = [Status.WAITING, Status.GRANTED]
ENDS = [Status.USED, Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED, Status.STALE]


class Decision(models.TextChoices):
    """What a person decided."""

    GRANTED = "granted"
    EDITED = "edited", "edited and granted"
    REFUSED = "refused", "rejected"


class ApprovalQuerySet(TenantQuerySet):
    """Approvals."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the organization, less those in pipelines closed to `actor`."""
        return super().visible_to(actor).filter(in_open_pipeline(actor, "reach_id"))

    def waiting(self) -> Self:
        """Those a person can still decide."""
        return self.filter(status=Status.WAITING, expires_at__gt=clock.real_now())

    def about(self, ref: str) -> Self:
        """Those whose target is `ref`, or whose target belongs to the contact `ref`."""
        return self.filter(Q(target=ref) | Q(contact=ref))

    def asked_by(self, actor: Actor) -> Self:
        """Those `actor` asked for, on whatever board: what it was told there stays told."""
        return self.filter(
            organization_id=actor.organization_id,
            asked_by_kind=actor.kind.value,
            asked_by_id=actor.id,
        )


class Approval(TenantRow):
    """
    A call that waits, or waited, for a person, bound to what that person was shown.

    What was asked never changes, and a decision is made once: the database holds both. It names
    rows by reference only, since it outlives them.
    """

    undo_never = "what was asked and decided stands"
    undo_aside = True  # beside what was approved

    tool = models.CharField(max_length=64)
    tool_version = models.CharField(max_length=40)
    effect = models.CharField(max_length=12, choices=[(e.value, e.value) for e in Effect])
    arguments = models.JSONField(default=dict)
    call_digest = models.CharField(max_length=64, help_text="Of the tool and its arguments.")
    target = models.CharField(max_length=80, blank=True, help_text="A reference: position:9.")
    contact = models.CharField(max_length=80, blank=True, help_text="Whom it is about: contact:42.")
    reach_id = models.BigIntegerField(
        null=True, blank=True, help_text="The pipeline it would happen in."
    )

    asked_by_kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in ActorKind])
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=200)
    asked_by_version = models.CharField(max_length=40, blank=True)
    owner_id = models.BigIntegerField(null=True, help_text="The user who answers for the agent.")
    on_behalf_of = models.BigIntegerField(null=True, help_text="The user the agent acts for.")
    asked_at = models.DateTimeField(default=clock.real_now)
    asked_in_id = models.BigIntegerField(null=True, help_text="The action that waits.")
    reason = models.TextField(blank=True, help_text="Why the asker wants it, in its own words.")
    confidence = models.FloatField(null=True, help_text="As claimed, 0 to 1.")
    claims = models.JSONField(default=dict, blank=True)
    because = ArrayField(models.TextField(), default=list, help_text="Why policy asks.")
    trace = models.JSONField(default=list, help_text="Each comparison policy made.")
    high_risk = models.BooleanField(
        default=False, help_text="Not for the agent's own owner to decide."
    )
    decides_role = models.CharField(max_length=8, choices=DECIDING_ROLES)
    decides_member = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )

    shown = models.JSONField(default=dict, help_text="Title, rows before and after, what was read.")
    facts = models.JSONField(default=dict, help_text="Facts of our own, as policy found them.")
    digest = models.CharField(max_length=64, help_text="Of everything the decision is bound to.")

    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    expires_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="What the person who decided had to say.")
    arguments_as_decided = models.JSONField(
        null=True, blank=True, help_text="Where the person edited them."
    )
    confirm_asked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the agent's own owner granted it, being alone.",
    )
    confirm_digest = models.CharField(
        max_length=64, blank=True, help_text="Of what that owner granted, and is to confirm."
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When that owner confirmed it."
    )
    held_by = models.CharField(
        max_length=80, blank=True, help_text="What is switched off: pipeline:3, move_contact."
    )
    held_until = models.CharField(
        max_length=300, blank=True, help_text="Until what it waits, though granted, in words."
    )
    ended_because = models.TextField(blank=True, help_text="Why it went stale, or was withdrawn.")
    withdrawn_by = models.CharField(
        max_length=200, blank=True, help_text="Who withdrew it, by name."
    )
    used_in_id = models.BigIntegerField(null=True, help_text="The action that carried it out.")
    lifted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the refusal no longer stops the same call."
    )
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    # Not kept: what `queries.present` says of it besides.
    subject: Contact | None
    sources: list[dict[str, Any]]
    action: int | None
    outcome: str
    may_decide: bool
    may_withdraw: bool

    objects: ClassVar = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="decided_means_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "withdrawn"], decision="")
                | Q(status__in=["granted", "used"], decision__in=["granted", "edited"])
                | Q(status="refused", decision="refused")
                | (Q(status__in=["expired", "stale"]) & ~Q(decision="refused")),
                name="status_agrees_with_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision="refused") | ~Q(note=""), name="refused_says_why"
            ),
            models.CheckConstraint(
                condition=Q(decision="edited", arguments_as_decided__isnull=False)
                | (~Q(decision="edited") & Q(arguments_as_decided__isnull=True)),
                name="edited_means_other_arguments",
            ),
            models.CheckConstraint(
                condition=Q(status="used", used_in_id__isnull=False)
                | (~Q(status="used") & Q(used_in_id=None)),
                name="used_means_in_which_action",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, decision="refused"),
                name="lifted_means_refused_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirm_asked_at__isnull=False),
                name="confirmed_means_asked_before",
            ),
            models.CheckConstraint(
                condition=Q(confirm_digest="") | Q(confirm_asked_at__isnull=False),
                name="to_be_confirmed_means_asked",
            ),
            models.CheckConstraint(
                condition=Q(held_by="", held_until="")
                | (~Q(held_by="") & ~Q(held_until="") & Q(status="granted")),
                name="held_means_granted_and_until_when",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by="") | Q(status="withdrawn"),
                name="withdrawn_by_means_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
                name="approval_confidence_0_to_1",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="approval_expires_after_it_is_asked"
            ),
            models.UniqueConstraint(
                fields=["organization", "asked_by_kind", "asked_by_id", "call_digest"],
                condition=Q(status="waiting"),
                nulls_distinct=False,
                name="the_same_call_waits_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "id"],
                name="approval_inbox",
                condition=Q(status="waiting"),
            ),
            models.Index(fields=["organization", "-id"], name="approval_by_age"),
            models.Index(
                fields=["organization", "target"],
                name="approval_of_target",
                condition=Q(status__in=["waiting", "granted"]),
            ),
            models.Index(
                fields=["organization", "contact"],
                name="approval_of_contact",
                condition=Q(status__in=["waiting", "granted"]),
            ),
            models.Index(
                fields=["organization", "asked_by_kind", "asked_by_id", "tool", "-decided_at"],
                name="approval_decisions",
                condition=~Q(decision=""),
            ),
            models.Index(
                fields=["organization", "held_by"],
                name="approval_held",
                condition=~Q(held_by=""),
            ),
            models.Index(
                fields=["expires_at"],
                name="approval_due",
                condition=Q(status__in=["waiting", "granted"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    @property
    def title(self) -> str:
        """What would be done, in one line."""
        return str(self.shown.get("title") or self.tool)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What would change: label, before, after."""
        return list(self.shown.get("rows", []))

    @property
    def taints(self) -> tuple[Taint, ...]:
        """What of it was read in a record, and where."""
        return tuple(Taint(**kept) for kept in self.shown.get("taints", []))

    @property
    def asked_by_ref(self) -> str:
        """Who asked: agent:7."""
        if self.asked_by_id is None:
            return self.asked_by_kind
        return f"{self.asked_by_kind}:{self.asked_by_id}"

    @property
    def arguments_in_force(self) -> dict[str, Any]:
        """What is to be carried out: as edited where a person edited it, else as asked."""
        return self.arguments if self.arguments_as_decided is None else self.arguments_as_decided

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.WAITING and not self.is_over_time

    @property
    def is_over_time(self) -> bool:
        return self.expires_at <= clock.real_now()

    @property
    def is_under_way(self) -> bool:
        """Whether it is granted and still to be carried out."""
        return self.status == Status.GRANTED and not self.is_over_time

    @property
    def is_held(self) -> bool:
        """Whether it is granted and waits until something is switched on."""
        return self.is_under_way and bool(self.held_by)

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDS
