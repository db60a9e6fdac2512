"""Which model thinks and what it costs; jobs of agents, and decisions on what they asked for."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0014_what_agents_read_is_found"),
        ("crm", "0016_currencies_are_known"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mind",
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
                    "model",
                    models.CharField(
                        blank=True,
                        help_text="As LiteLLM names it: openai/gpt-5, local/planner.",
                        max_length=120,
                    ),
                ),
                (
                    "fallback",
                    models.CharField(
                        blank=True,
                        help_text="Another model at the same address, asked where the first does not answer.",
                        max_length=120,
                    ),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        help_text="Of a server of your own that speaks OpenAI's protocol.",
                        max_length=300,
                    ),
                ),
                (
                    "key",
                    models.TextField(
                        blank=True,
                        default="",
                        db_default="",
                        help_text="Sealed; nobody reads it again.",
                    ),
                ),
                (
                    "key_for",
                    models.CharField(
                        blank=True, help_text="The address that the key opens.", max_length=440
                    ),
                ),
                ("key_set_at", models.DateTimeField(blank=True, null=True)),
                (
                    "temperature",
                    models.FloatField(
                        blank=True,
                        help_text="0 to 2: how freely it chooses its words.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(2),
                        ],
                    ),
                ),
                (
                    "tone",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "The model’s own"),
                            ("formal", "Formal"),
                            ("friendly", "Friendly"),
                            ("custom", "In words of our own"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "tone_words",
                    models.CharField(blank=True, help_text="How it is to speak.", max_length=500),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="German, de-CH …; empty: that of whoever asks.",
                        max_length=35,
                    ),
                ),
                (
                    "input_cents",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="What a million tokens it reads cost, in minor units; empty: as LiteLLM knows.",
                        null=True,
                    ),
                ),
                (
                    "output_cents",
                    models.PositiveIntegerField(
                        blank=True, help_text="What a million tokens it writes cost.", null=True
                    ),
                ),
                (
                    "limit_cents",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="What thinking may cost in a month of UTC, in minor units; empty: no limit.",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Spending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "month_at",
                    models.DateTimeField(help_text="Which month, by its beginning in UTC."),
                ),
                ("spent_cents", models.DecimalField(db_default=0, decimal_places=6, max_digits=18)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="job",
            name="a_job_that_goes_on_has_not_ended",
        ),
        migrations.AddField(
            model_name="job",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Who does it, as itself; where nobody is named, whoever spoke does.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to="agents.agent",
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="is_trial",
            field=models.BooleanField(
                default=False,
                help_text="The model is only to say that it is there; nothing is done.",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="cost_cents",
            field=models.DecimalField(
                decimal_places=6,
                default=0,
                help_text="What the model cost, in minor units of the organization's currency.",
                max_digits=18,
            ),
        ),
        # As a cent of the organization's currency is a cent of a dollar, where no rate is known.
        migrations.RunSQL(
            "UPDATE agents_step SET cost_cents = cost_micros / 10000.0 WHERE cost_micros > 0",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="step",
            name="cost_micros",
        ),
        migrations.AlterField(
            model_name="job",
            name="conversation",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to="agents.conversation",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("asks", "Asks"),
                    ("waits", "Waits"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("over", "Over"),
                    ("cancelled", "Cancelled"),
                ],
                default="queued",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[("thought", "Thought"), ("call", "Call"), ("decision", "Decision")],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["agent", "-id"], name="jobs_of_an_agent"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "waits")),
                fields=["correlation"],
                name="jobs_that_wait",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at", None), ("state__in", ("queued", "running", "asks", "waits"))
                    ),
                    ("ended_at__isnull", False),
                    _connector="OR",
                ),
                name="a_job_that_goes_on_has_not_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agent", None), ("conversation__isnull", False), ("is_trial", False)),
                    models.Q(("agent__isnull", False), ("conversation", None)),
                    models.Q(("conversation", None), ("is_trial", True)),
                    _connector="OR",
                ),
                name="a_job_is_somewhere",
            ),
        ),
        migrations.AddField(
            model_name="mind",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Whose it is; nobody's: the organization's.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="minds",
                to="agents.agent",
            ),
        ),
        migrations.AddField(
            model_name="mind",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.organization"
            ),
        ),
        migrations.AddField(
            model_name="spending",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="agents.agent",
            ),
        ),
        migrations.AddField(
            model_name="spending",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="mind",
            constraint=models.UniqueConstraint(
                fields=("organization", "agent"), name="one_mind_each", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="mind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("temperature", None),
                    models.Q(("temperature__gte", 0), ("temperature__lte", 2)),
                    _connector="OR",
                ),
                name="temperature_from_0_to_2",
            ),
        ),
        migrations.AddConstraint(
            model_name="mind",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), ("key_set_at", None)),
                    models.Q(models.Q(("key", ""), _negated=True), ("key_set_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_key_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.UniqueConstraint(
                fields=("organization", "agent"), name="spending_once", nulls_distinct=False
            ),
        ),
    ]
