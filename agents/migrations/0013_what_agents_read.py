"""What agents were given to read, and by what it is known again."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One row for each text of a field that an agent read."""

    dependencies = [
        ("agents", "0012_conversations_under_the_laws"),
        ("crm", "0015_emails_under_the_laws"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(help_text="Whose text it is: contact:42.", max_length=60),
                ),
                ("field", models.CharField(help_text="notes, custom.plan …", max_length=60)),
                ("digest", models.CharField(help_text="Of the text.", max_length=32)),
                ("text", models.TextField(help_text="The text, or its beginning.")),
                (
                    "marks",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField()),
                ),
                (
                    "verbs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        help_text="What it may ask for, where it is short.",
                    ),
                ),
                (
                    "is_prose",
                    models.BooleanField(help_text="It is long enough to ask for anything."),
                ),
                ("first_read_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(help_text="When it was read last, to the hour.")),
                (
                    "agent",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agents.agent",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["marks"], name="reading_by_mark"
                    ),
                    models.Index(fields=["agent", "read_at"], name="reading_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "source", "field", "digest"), name="a_text_is_noted_once"
                    )
                ],
            },
        ),
    ]
