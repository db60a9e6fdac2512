"""Workflows, in versions that are never written over."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_keys_are_forgotten"),
        ("crm", "0011_contacts_are_found_by_tag"),
        ("pipelines", "0006_cards_are_found_without_accents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Workflow",
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
                ("name", models.CharField(max_length=120)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.organization",
                    ),
                ),
                (
                    "pipeline",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipelines.pipeline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkflowVersion",
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
                (
                    "reach_id",
                    models.BigIntegerField(help_text="The workflow's pipeline.", null=True),
                ),
                ("number", models.PositiveIntegerField()),
                ("description", models.TextField(blank=True)),
                (
                    "trigger",
                    models.JSONField(help_text="When: its type, and what that type asks for."),
                ),
                (
                    "conditions",
                    models.JSONField(default=list, help_text="What must hold of the record."),
                ),
                (
                    "actions",
                    models.JSONField(
                        help_text="What is done in order: tool, arguments, wait before."
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
                (
                    "workflow",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="agents.workflow",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="workflow",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                models.F("organization"),
                condition=models.Q(("archived_at", None)),
                name="workflow_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workflowversion",
            constraint=models.UniqueConstraint(
                fields=("workflow", "number"), name="version_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workflowversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="versions_count_from_1"
            ),
        ),
    ]
