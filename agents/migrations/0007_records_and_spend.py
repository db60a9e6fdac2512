"""How many records an agent may change, what it may spend, and what the use of a tool costs."""

from datetime import UTC, datetime

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import audit.clock

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a window that is over, so that it begins anew


class Migration(migrations.Migration):
    """Agents that are there already get the limits new ones get; nothing costs anything yet."""

    dependencies = [
        ("agents", "0006_workflows_under_the_laws"),
        ("crm", "0015_emails_under_the_laws"),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="records_per_day",
            field=models.PositiveIntegerField(
                default=10000, help_text="Records it may change by itself, in a day of UTC."
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="spend_cents_per_day",
            field=models.PositiveIntegerField(
                default=1000,
                help_text="In minor units of the organization's currency; a day of UTC.",
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="spend_cents_per_month",
            field=models.PositiveIntegerField(
                default=10000,
                help_text="In minor units of the organization's currency; a month of UTC.",
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="day_at",
            field=models.DateTimeField(default=LONG_AGO),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="budget",
            name="month_at",
            field=models.DateTimeField(default=LONG_AGO),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="budget",
            name="records",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="budget",
            name="spent_this_month_cents",
            field=models.DecimalField(db_default=0, decimal_places=6, max_digits=18),
        ),
        migrations.AddField(
            model_name="budget",
            name="spent_today_cents",
            field=models.DecimalField(db_default=0, decimal_places=6, max_digits=18),
        ),
        migrations.CreateModel(
            name="ToolPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_by",
                    models.CharField(
                        blank=True,
                        help_text="A reference: person:3, agent:7, import:5.",
                        max_length=40,
                    ),
                ),
                ("created_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=audit.clock.now, help_text="Kept by the database."
                    ),
                ),
                ("tool", models.CharField(max_length=64)),
                (
                    "price_cents",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="In minor units of the organization's currency; may be a fraction of one.",
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "tool"), name="one_price_per_tool"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_cents__gte", 0)),
                        name="a_tool_costs_nothing_or_more",
                    ),
                ],
            },
        ),
    ]
