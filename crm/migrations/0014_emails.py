"""E-mails, and texts to begin one from."""

import django.db.models.deletion
from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0013_what_happened_lately_is_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailTemplate",
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
                ("key", models.SlugField(help_text="Names it in tools: follow-up.", max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField(max_length=20000)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "e-mail template",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Email",
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
                ("to_address", models.CharField(max_length=254, verbose_name="to")),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField(max_length=20000)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("held", "Held"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("recalled", "Recalled"),
                            ("failed", "Failed"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                (
                    "send_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Held until then; real time, as all waits are.",
                        null=True,
                    ),
                ),
                (
                    "sent_by",
                    models.CharField(blank=True, help_text="A reference: person:3.", max_length=40),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When a worker last took it to the mail server.",
                        null=True,
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "error",
                    models.CharField(blank=True, help_text="Why it was not sent.", max_length=500),
                ),
                ("message_id", models.CharField(blank=True, max_length=200)),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emails",
                        to="crm.contact",
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
                    "template",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.emailtemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-mail",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="emailtemplate",
            constraint=models.UniqueConstraint(
                fields=("organization", "key"), name="email_template_key_once_per_organization"
            ),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(fields=["organization", "-id"], name="email_by_age"),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(fields=["contact", "-id"], name="email_of_contact"),
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("status__in", ["held", "sending"])),
                fields=["send_at"],
                name="email_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "held"), _negated=True),
                    models.Q(("send_at__isnull", False), models.Q(("sent_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="held_means_until_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("status", "sent")),
                    models.Q(models.Q(("status", "sent"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="sent_means_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "sending"), _negated=True),
                    ("claimed_at__isnull", False),
                    _connector="OR",
                ),
                name="sending_means_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), _negated=True),
                    models.Q(("error", ""), _negated=True),
                    _connector="OR",
                ),
                name="failed_means_why",
            ),
        ),
    ]
