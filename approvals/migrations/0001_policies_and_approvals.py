"""Policies and approvals, as tables."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):
    """What policy says, and what waits for a person."""

    initial = True

    dependencies = [
        ("crm", "0002_laws"),
        ("pipelines", "0002_laws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
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
                ("tool_version", models.CharField(max_length=40)),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("read", "read"),
                            ("reversible", "reversible"),
                            ("external", "external"),
                            ("irreversible", "irreversible"),
                        ],
                        max_length=12,
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                (
                    "call_digest",
                    models.CharField(help_text="Of the tool and its arguments.", max_length=64),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True, help_text="A reference: position:9.", max_length=80
                    ),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True, help_text="Whom it is about: contact:42.", max_length=80
                    ),
                ),
                (
                    "reach_id",
                    models.BigIntegerField(
                        blank=True, help_text="The pipeline it would happen in.", null=True
                    ),
                ),
                (
                    "asked_by_kind",
                    models.CharField(
                        choices=[
                            ("person", "person"),
                            ("agent", "agent"),
                            ("automation", "automation"),
                            ("system", "system"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_by_id", models.BigIntegerField(null=True)),
                ("asked_by_name", models.CharField(max_length=200)),
                ("asked_by_version", models.CharField(blank=True, max_length=40)),
                (
                    "owner_id",
                    models.BigIntegerField(
                        help_text="The user who answers for the agent.", null=True
                    ),
                ),
                (
                    "on_behalf_of",
                    models.BigIntegerField(help_text="The user the agent acts for.", null=True),
                ),
                ("asked_at", models.DateTimeField(default=audit.clock.real_now)),
                (
                    "asked_in_id",
                    models.BigIntegerField(help_text="The action that waits.", null=True),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why the asker wants it, in its own words."
                    ),
                ),
                ("confidence", models.FloatField(help_text="As claimed, 0 to 1.", null=True)),
                ("claims", models.JSONField(blank=True, default=dict)),
                (
                    "because",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, help_text="Why policy asks."
                    ),
                ),
                ("trace", models.JSONField(default=list, help_text="Each comparison policy made.")),
                (
                    "high_risk",
                    models.BooleanField(
                        default=False, help_text="Not for the agent's own owner to decide."
                    ),
                ),
                (
                    "decides_role",
                    models.CharField(
                        choices=[("manager", "manager"), ("owner", "owner")], max_length=8
                    ),
                ),
                (
                    "shown",
                    models.JSONField(
                        default=dict, help_text="Title, rows before and after, what was read."
                    ),
                ),
                (
                    "facts",
                    models.JSONField(
                        default=dict, help_text="Facts of our own, as policy found them."
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        help_text="Of everything the decision is bound to.", max_length=64
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("granted", "Granted"),
                            ("used", "done"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                            ("stale", "Stale"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("granted", "Granted"),
                            ("edited", "edited and granted"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="What the person who decided had to say."
                    ),
                ),
                (
                    "arguments_as_decided",
                    models.JSONField(
                        blank=True, help_text="Where the person edited them.", null=True
                    ),
                ),
                (
                    "confirm_asked_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the agent's own owner granted it, being alone.",
                        null=True,
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True, help_text="When that owner confirmed it.", null=True
                    ),
                ),
                (
                    "ended_because",
                    models.TextField(blank=True, help_text="Why it went stale, or was withdrawn."),
                ),
                (
                    "used_in_id",
                    models.BigIntegerField(help_text="The action that carried it out.", null=True),
                ),
                (
                    "lifted_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when the refusal no longer stops the same call.",
                        null=True,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decides_member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.membership",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["organization", "id"],
                        name="approval_inbox",
                    ),
                    models.Index(fields=["organization", "-id"], name="approval_by_age"),
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "granted"])),
                        fields=["organization", "target"],
                        name="approval_of_target",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "granted"])),
                        fields=["organization", "contact"],
                        name="approval_of_contact",
                    ),
                    models.Index(
                        condition=models.Q(("decision", ""), _negated=True),
                        fields=[
                            "organization",
                            "asked_by_kind",
                            "asked_by_id",
                            "tool",
                            "-decided_at",
                        ],
                        name="approval_decisions",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "granted"])),
                        fields=["expires_at"],
                        name="approval_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_means_by_whom_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", ""), ("status__in", ["waiting", "withdrawn"])),
                            models.Q(
                                ("decision__in", ["granted", "edited"]),
                                ("status__in", ["granted", "used"]),
                            ),
                            models.Q(("decision", "refused"), ("status", "refused")),
                            models.Q(
                                ("status__in", ["expired", "stale"]),
                                models.Q(("decision", "refused"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="status_agrees_with_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "refused"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("arguments_as_decided__isnull", False), ("decision", "edited")
                            ),
                            models.Q(
                                models.Q(("decision", "edited"), _negated=True),
                                ("arguments_as_decided__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="edited_means_other_arguments",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "used"), ("used_in_id__isnull", False)),
                            models.Q(
                                models.Q(("status", "used"), _negated=True), ("used_in_id", None)
                            ),
                            _connector="OR",
                        ),
                        name="used_means_in_which_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(
                                ("decision", "refused"),
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="lifted_means_refused_and_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at", None),
                            ("confirm_asked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_means_asked_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confidence", None),
                            models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                            _connector="OR",
                        ),
                        name="approval_confidence_0_to_1",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("asked_at"))),
                        name="approval_expires_after_it_is_asked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")),
                        fields=("organization", "asked_by_kind", "asked_by_id", "call_digest"),
                        name="the_same_call_waits_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
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
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "key",
                    models.SlugField(
                        help_text="A rule here replaces wider rules of the same key: confidence.",
                        max_length=60,
                    ),
                ),
                ("agent_id", models.BigIntegerField(blank=True, null=True)),
                ("tool", models.CharField(blank=True, help_text="Empty: any tool.", max_length=64)),
                (
                    "when",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Comparisons of facts, which must all hold. None: always.",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("allow", "Allow"), ("ask", "Ask"), ("deny", "Deny")],
                        default="ask",
                        max_length=5,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        help_text="What people read as its reason; {fact} is the value.",
                        max_length=300,
                    ),
                ),
                (
                    "decides_role",
                    models.CharField(
                        choices=[("manager", "manager"), ("owner", "owner")],
                        default="manager",
                        help_text="Who decides what it asks; whoever stands higher may as well.",
                        max_length=8,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decides_member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Where someone is named, they decide, or an owner.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.membership",
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
                    "pipeline",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipelines.pipeline",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipelines.stage",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "policies",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "key", "agent_id", "pipeline", "stage", "tool"),
                        name="one_policy_per_key_scope_and_tool",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agent_id", None),
                            models.Q(("pipeline", None), ("stage", None)),
                            _connector="OR",
                        ),
                        name="policy_has_one_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage", None), ("pipeline__isnull", False), _connector="OR"
                        ),
                        name="policy_of_a_stage_names_its_pipeline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["allow", "ask", "deny"])),
                        name="policy_answers_allow_ask_or_deny",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decides_role__in", ["manager", "owner"])),
                        name="policy_is_decided_by_manager_or_owner",
                    ),
                ],
            },
        ),
    ]
