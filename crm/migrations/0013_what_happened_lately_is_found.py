"""Who was in touch lately is read from one index, whatever came before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0012_archived_companies_are_found")]
    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                fields=["organization", "occurred_at"],
                include=["contact"],
                name="activity_lately",
            ),
        )
    ]
