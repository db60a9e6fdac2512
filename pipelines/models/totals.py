"""What columns hold in all: kept, so that nobody counts a hundred thousand cards to show a head."""

from django.db import models


class StageTotal(models.Model):
    """
    Part of what the cards of a stage in one currency come to; all parts together are the total.

    Whatever changes a card adds the difference as a part, by trigger and in the same transaction,
    so that no two moves wait for one row. The clock folds parts into one, which changes no total.
    Cards of contacts who were put away are counted in, and taken out by whoever reads.
    """

    # Named by id alone: a sum is no row that anything refers to, nor a reason to look one up.
    organization_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    cards = models.BigIntegerField(help_text="On a board; fewer than none where some left.")
    valued = models.BigIntegerField(help_text="Those of them that have a value.")
    cents = models.DecimalField(max_digits=30, decimal_places=0, help_text="Minor units.")

    class Meta:
        indexes = [models.Index(fields=["stage_id", "currency"], name="total_of_stage")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.cards:+} cards in stage {self.stage_id}"
