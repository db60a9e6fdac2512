"""What every row of an organization has in common."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from audit import clock
from audit.actors import Actor
from crm.models.organizations import Organization


class TenantQuerySet(models.QuerySet):
    """Rows that belong to an organization."""

    def visible_to(self, actor: Actor) -> Self:
        """Return what `actor` may know of; every lookup starts here."""
        return self.filter(organization_id=actor.organization_id)

    def in_use(self) -> Self:
        """Return what was not put away; of rows that cannot be, all."""
        columns = {column.name for column in self.model._meta.fields}
        return self.filter(archived_at=None) if "archived_at" in columns else self

    def put_away(self) -> Self:
        """Return what was put away."""
        return self.filter(archived_at__isnull=False)


class TenantRow(models.Model):
    """A row of one organization, and who made it when."""

    # Columns that only make sense together: undone all or none.
    undo_groups: ClassVar[list[tuple[str, ...]]] = []
    # JSON columns whose keys are fields of their own, each undone alone.
    undo_by_key: ClassVar[list[str]] = []

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    created_by = models.CharField(
        max_length=40, blank=True, help_text="A reference: person:3, agent:7, import:5."
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now, help_text="Kept by the database.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def ref(self) -> str:
        """`contact:42`."""
        return f"{self._meta.model_name}:{self.pk}"


class ExternalRow(TenantRow):
    """A row that another system may know by an id of its own."""

    external_id = models.CharField(max_length=200, blank=True)
    external_source = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_source", "external_id"],
                condition=~Q(external_id=""),
                name="%(class)s_external_id_once_per_source",
            ),
        ]


class ObjectRow(ExternalRow):
    """What every object of the ontology has."""

    undo_by_key: ClassVar[list[str]] = ["properties"]

    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    subtype = models.CharField(max_length=40, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    properties = models.JSONField(
        default=dict, blank=True, help_text="Values of the organization's own fields, by key."
    )

    class Meta(ExternalRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def status(self) -> str:
        """`active` or `archived`."""
        return "archived" if self.archived_at else "active"
