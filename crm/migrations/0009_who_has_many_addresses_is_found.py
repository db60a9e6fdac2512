"""Of thousands of addresses at once, only contacts that have several are looked through."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0008_archived_contacts_are_found")]
    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=~Q(other_emails=[]),
                fields=["organization"],
                name="contact_with_other_emails",
            ),
        )
    ]
