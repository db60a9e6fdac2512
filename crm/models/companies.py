"""Companies: the organizations our contacts work at."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.urls import reverse

from crm.models.folding import Fold
from crm.models.organizations import Membership
from crm.models.tenancy import ObjectRow


class Company(ObjectRow):
    """A company the organization knows, told apart by its domain where it has one."""

    undo_by_key = ["properties", "enrichment"]

    domain = models.CharField(max_length=253, blank=True, help_text="Lower case: example.com.")
    industry = models.CharField(max_length=120, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    revenue_cents = models.BigIntegerField(null=True, blank=True, help_text="A year, minor units.")
    technologies = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    website = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="companies",
        db_constraint=False,
    )
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=120, blank=True)
    enrichment = models.JSONField(
        default=dict,
        blank=True,
        help_text="Per field an agent filled in: source, confidence 0 to 1, time.",
    )
    proposals = models.JSONField(
        default=dict,
        blank=True,
        help_text="Per field a person filled in: what an agent would write and why.",
    )
    name_key = models.GeneratedField(
        expression=Lower(Trim("name")),
        output_field=models.CharField(max_length=300),
        db_persist=True,
    )

    class Meta(ObjectRow.Meta):
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["organization", "domain"], name="company_by_domain"),
            models.Index(fields=["organization", "name", "id"], name="company_by_name"),
            models.Index(fields=["organization", "name_key"], name="company_by_name_key"),
            models.Index(
                fields=["organization", "id"],
                name="company_archived",
                condition=Q(archived_at__isnull=False),
            ),
            GinIndex(
                OpClass(Fold("name"), name="gin_trgm_ops"),
                OpClass(Fold("domain"), name="gin_trgm_ops"),
                name="company_search",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("crm:company", args=[self.pk])
