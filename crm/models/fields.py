"""Fields an organization adds to its contacts, companies and positions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from crm.models.tenancy import TenantRow


class FieldType(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    MONEY = "money", "Money (minor units)"
    DATE = "date", "Date"
    CHOICE = "choice", "Choice"
    YES_NO = "yes_no", "Yes or no"
    URL = "url", "URL"


class CustomField(TenantRow):
    """A field of an organization's own; values stand in the row's `properties` under `key`."""

    on = models.CharField(max_length=40, help_text="contact, company or position.")
    key = models.SlugField(max_length=60)
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=8, choices=FieldType)
    choices = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "on", "key"], name="field_key_once"),
            models.CheckConstraint(
                condition=Q(type="choice") | Q(choices=[]), name="only_choices_have_choices"
            ),
        ]

    def __str__(self) -> str:
        return self.label
