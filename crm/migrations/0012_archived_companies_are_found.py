"""The list of archived companies: those few have an index of their own, as contacts have."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0011_contacts_are_found_by_tag")]
    operations = [
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=Q(archived_at__isnull=False),
                fields=["organization", "id"],
                name="company_archived",
            ),
        )
    ]
