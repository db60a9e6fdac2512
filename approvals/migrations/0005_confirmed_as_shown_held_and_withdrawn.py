"""What an owner confirms, what a granted call waits for, and who withdrew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A confirmation is of what was shown; a hold and a withdrawal say whose they are."""

    dependencies = [
        ("approvals", "0004_find_the_overdue"),
    ]

    operations = [
        migrations.AddField(
            model_name="approval",
            name="confirm_digest",
            field=models.CharField(
                blank=True,
                help_text="Of what that owner granted, and is to confirm.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="held_by",
            field=models.CharField(
                blank=True,
                help_text="What is switched off: pipeline:3, move_contact.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="held_until",
            field=models.CharField(
                blank=True,
                help_text="Until what it waits, though granted, in words.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="withdrawn_by",
            field=models.CharField(
                blank=True, help_text="Who withdrew it, by name.", max_length=200
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("held_by", ""), _negated=True),
                fields=["organization", "held_by"],
                name="approval_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirm_digest", ""), ("confirm_asked_at__isnull", False), _connector="OR"
                ),
                name="to_be_confirmed_means_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_by", ""), ("held_until", "")),
                    models.Q(
                        models.Q(("held_by", ""), _negated=True),
                        models.Q(("held_until", ""), _negated=True),
                        ("status", "granted"),
                    ),
                    _connector="OR",
                ),
                name="held_means_granted_and_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_by", ""), ("status", "withdrawn"), _connector="OR"),
                name="withdrawn_by_means_withdrawn",
            ),
        ),
    ]
