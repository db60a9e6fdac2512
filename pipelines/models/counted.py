"""Counts that take long, made by the clock and kept for a while."""

from django.db import models


class Counted(models.Model):
    """
    What the clock last counted of a large board, and as of when; see `insight.kept`.

    It holds ids and figures alone, and whoever answers out of it says its age.
    """

    class What(models.TextChoices):
        """What was counted."""

        FLOW = "flow"
        RISKS = "risks"

    # Named by id alone: nothing refers to a count, and the next one takes its place.
    organization_id = models.BigIntegerField()
    pipeline_id = models.BigIntegerField()
    what = models.CharField(max_length=5, choices=What)
    since = models.DateTimeField(
        null=True, help_text="From when on it was counted, until then; null of what is now."
    )
    as_of = models.DateTimeField(help_text="Business time of the count.")
    kept_at = models.DateTimeField(help_text="Real time.")
    counts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline_id", "what", "since"], nulls_distinct=False, name="counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.what} of pipeline {self.pipeline_id}"
