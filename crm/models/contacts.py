"""Contacts: the people an organization knows."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.urls import reverse

from crm.models.companies import Company
from crm.models.folding import Fold, FoldEach
from crm.models.organizations import Membership
from crm.models.tenancy import ObjectRow


class Contact(ObjectRow):
    """
    A person the organization knows.

    `company` is where they work now: conditions, de-duplication and every list read it, so it is a
    column; all other relations are links.
    """

    undo_by_key = ["properties", "enrichment"]
    undo_groups = [("phone", "phone_key"), ("mobile", "mobile_key")]

    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.CharField(max_length=254, blank=True)
    other_emails = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    mobile = models.CharField(max_length=60, blank=True)
    phone_key = models.CharField(max_length=40, blank=True, help_text="E.164 where it parses.")
    mobile_key = models.CharField(max_length=40, blank=True, help_text="E.164 where it parses.")
    job_title = models.CharField(max_length=200, blank=True)
    linkedin_url = models.CharField(max_length=500, blank=True)
    company = models.ForeignKey(
        Company,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        db_constraint=False,
    )
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        db_constraint=False,
    )
    source = models.CharField(max_length=120, blank=True, help_text="Where the lead came from.")
    language = models.CharField(max_length=35, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=120, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    do_not_contact = models.BooleanField(default=False)
    last_contacted_at = models.DateTimeField(null=True, blank=True)
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
    email_key = models.GeneratedField(
        expression=Lower(Trim("email")),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )

    class Meta(ObjectRow.Meta):
        indexes = [
            models.Index(fields=["organization", "email_key"], name="contact_by_email"),
            models.Index(fields=["organization", "phone_key"], name="contact_by_phone"),
            models.Index(fields=["organization", "mobile_key"], name="contact_by_mobile"),
            models.Index(fields=["organization", "name", "id"], name="contact_by_name"),
            models.Index(fields=["organization", "-created_at", "-id"], name="contact_by_age"),
            models.Index(
                fields=["organization", "id"],
                name="contact_archived",
                condition=Q(archived_at__isnull=False),
            ),
            GinIndex(fields=["other_emails"], name="contact_by_other_email"),
            GinIndex(FoldEach("tags"), name="contact_by_tag"),
            # Few have any: of thousands of addresses at once, those few are looked through.
            models.Index(
                fields=["organization"],
                condition=~Q(other_emails=[]),
                name="contact_with_other_emails",
            ),
            GinIndex(
                OpClass(Fold("name"), name="gin_trgm_ops"),
                OpClass(Fold("email"), name="gin_trgm_ops"),
                name="contact_search",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("crm:contact", args=[self.pk])
