"""What somebody was shown before they undo something, for the moment in between."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

from audit.tracking import Wall


class Migration(migrations.Migration):
    """Not tracked: a plan changes nothing, and is worth nothing after an hour."""

    dependencies = [
        ("audit", "0003_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="UndoPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("made_by", models.CharField(help_text="A reference: person:3.", max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "actions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField()),
                ),
                (
                    "promises",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="Digests of exactly what would be done.",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization_id", "made_at"], name="undo_plan_by_age")
                ],
            },
        ),
        Wall("UndoPlan"),
    ]
