"""Imports: files taken over, row by row, as one thing that can be undone."""

import uuid

from django.db import models
from django.db.models import Q

from crm.models.tenancy import TenantRow


class Import(TenantRow):
    """One file on its way in. What it brought is one correlation in the ledger."""

    kind = models.CharField(max_length=12, help_text="contacts, companies, positions …")
    filename = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, in hex.")
    mapping = models.JSONField(
        default=dict, help_text="Per header: a field, custom:<key>, or skip; null decides itself."
    )
    options = models.JSONField(default=dict, blank=True, help_text="The pipeline, the source.")
    correlation = models.UUIDField(default=uuid.uuid4, unique=True)
    # How far it is and what came of it: kept beside the ledger, so that undo leaves it standing.
    row_count = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    receipt = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why it ended early, as a sentence.")

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="import_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(started_at__isnull=False),
                name="finished_imports_were_started",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.filename}"

    @property
    def is_done(self) -> bool:
        return self.finished_at is not None


class ImportFile(models.Model):
    """The bytes of an uploaded file, kept until its rows are in."""

    organization = models.ForeignKey("crm.Organization", models.CASCADE, related_name="+")
    belongs_to = models.OneToOneField(
        Import, models.CASCADE, related_name="file", db_constraint=False
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"#{self.pk} of import {self.belongs_to_id}"
