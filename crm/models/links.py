"""Relations between objects, of kinds an organization names itself."""

from django.db import models
from django.db.models import F, Q

from crm.models.tenancy import TenantRow


class LinkType(TenantRow):
    """A kind of relation: *refers*, *reports to* … from one type of object to another."""

    key = models.SlugField(max_length=60, help_text="reports_to")
    label = models.CharField(max_length=120, help_text="reports to")
    inverse_label = models.CharField(max_length=120, blank=True, help_text="is reported to by")
    from_type = models.CharField(max_length=40, help_text="contact, company …")
    to_type = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="link_type_key_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Link(TenantRow):
    """One object's relation to another."""

    # Pairs of columns that name a row of some type: undo keeps it from being removed meanwhile.
    undo_points_at = [("from_type", "from_id"), ("to_type", "to_id")]

    type = models.ForeignKey(LinkType, models.CASCADE, related_name="links", db_constraint=False)
    from_type = models.CharField(max_length=40)
    from_id = models.BigIntegerField()
    to_type = models.CharField(max_length=40)
    to_id = models.BigIntegerField()
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "from_type", "from_id", "to_type", "to_id"], name="linked_once"
            ),
            models.CheckConstraint(
                condition=~(Q(from_type=F("to_type")) & Q(from_id=F("to_id"))),
                name="not_linked_to_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "from_type", "from_id"], name="link_from"),
            models.Index(fields=["organization", "to_type", "to_id"], name="link_to"),
        ]

    def __str__(self) -> str:
        return f"{self.from_type}:{self.from_id} {self.type_id} {self.to_type}:{self.to_id}"
