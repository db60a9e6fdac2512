"""Boards leave out the cards of archived contacts: those few have an index of their own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_many_addresses_are_joined")]
    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=Q(archived_at__isnull=False),
                fields=["organization", "id"],
                name="contact_archived",
            ),
        )
    ]
