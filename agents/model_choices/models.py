"""Which model thinks, and what thinking has cost in a month."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from crm.models import Organization
from crm.models.tenancy import TenantQuerySet, TenantRow

GIVEN_ANEW = "where a model is and what opens it is said by people, on purpose"


class Tone(models.TextChoices):
    """How a model speaks."""

    PLAIN = "", "The model’s own"
    FORMAL = "formal", "Formal"
    FRIENDLY = "friendly", "Friendly"
    CUSTOM = "custom", "In words of our own"


class ModelChoice(TenantRow):
    """
    Which model thinks for an organization, or for one agent, and in what manner.

    What is empty is as the organization has it, or the environment. A key opens one address, the
    one it was given for, and is sent to no other.
    """

    undo_keeps: ClassVar[dict[str, str]] = dict.fromkeys(
        ["base_url", "key", "key_for", "key_set_at", "limit_cents"], GIVEN_ANEW
    )
    undo_groups: ClassVar[list[tuple[str, ...]]] = [
        ("model", "fallback", "input_cents", "output_cents"),
        ("tone", "tone_words"),
    ]

    agent = models.ForeignKey(
        "agents.Agent",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="model_choices",
        db_constraint=False,
        help_text="Whose it is; nobody's: the organization's.",
    )
    model = models.CharField(
        max_length=120, blank=True, help_text="As LiteLLM names it: openai/gpt-5, local/planner."
    )
    fallback = models.CharField(
        max_length=120,
        blank=True,
        help_text="Another model at the same address, asked where the first does not answer.",
    )
    base_url = models.CharField(
        max_length=300,
        blank=True,
        help_text="Of a server of your own that speaks OpenAI's protocol.",
    )
    # The ledger withholds it, so a choice that was deleted comes back without one.
    key = models.TextField(
        blank=True, default="", db_default="", help_text="Sealed; nobody reads it again."
    )
    key_for = models.CharField(
        max_length=440, blank=True, help_text="The address that the key opens."
    )
    key_set_at = models.DateTimeField(null=True, blank=True)
    temperature = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(2)],
        help_text="0 to 2: how freely it chooses its words.",
    )
    tone = models.CharField(max_length=10, choices=Tone, blank=True)
    tone_words = models.CharField(max_length=500, blank=True, help_text="How it is to speak.")
    language = models.CharField(
        max_length=35, blank=True, help_text="German, de-CH …; empty: that of whoever asks."
    )
    input_cents = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="What a million tokens it reads cost, in minor units; empty: as LiteLLM knows.",
    )
    output_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="What a million tokens it writes cost."
    )
    limit_cents = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="What thinking may cost in a month of UTC, in minor units; empty: no limit.",
    )

    class Meta:
        db_table = "agents_mind"  # the name under which the ledger holds its changes
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "agent"], nulls_distinct=False, name="one_model_choice_each"
            ),
            models.CheckConstraint(
                condition=Q(temperature=None) | Q(temperature__gte=0, temperature__lte=2),
                name="temperature_from_0_to_2",
            ),
            models.CheckConstraint(
                condition=Q(key="", key_set_at=None) | ~Q(key="") & Q(key_set_at__isnull=False),
                name="a_key_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.model or 'as before'}"


class Spending(models.Model):
    """What thinking has cost this month: an organization in all, or one of its agents."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        "agents.Agent", models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    month_at = models.DateTimeField(help_text="Which month, by its beginning in UTC.")
    spent_cents = models.DecimalField(max_digits=18, decimal_places=6, db_default=0)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "agent"], nulls_distinct=False, name="spending_once"
            ),
        ]

    def __str__(self) -> str:
        whose = (
            f"agent {self.agent_id}" if self.agent_id else f"organization {self.organization_id}"
        )
        return f"{whose}: {self.spent_cents} in the month of {self.month_at:%Y-%m}"
