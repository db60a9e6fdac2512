"""What agents propose waits on the record; companies are found by name without a scan."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

from audit.tracking import Track


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_laws"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower(
                    django.db.models.functions.text.Trim("name")
                ),
                output_field=models.CharField(max_length=300),
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="proposals",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Per field a person filled in: what an agent would write and why.",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="proposals",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Per field a person filled in: what an agent would write and why.",
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["organization", "name_key"], name="company_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["other_emails"], name="contact_by_other_email"
            ),
        ),
        # Generated columns are not captured.
        Track("Company", derived=["name_key"]),
    ]
