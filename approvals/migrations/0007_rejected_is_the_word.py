"""What a person turns down is called rejected everywhere; the values stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_what_may_change_meanwhile"),
    ]

    operations = [
        migrations.AlterField(
            model_name="approval",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("granted", "Granted"),
                    ("edited", "edited and granted"),
                    ("refused", "rejected"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="approval",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("granted", "Granted"),
                    ("used", "done"),
                    ("refused", "rejected"),
                    ("withdrawn", "Withdrawn"),
                    ("expired", "Expired"),
                    ("stale", "Stale"),
                ],
                default="waiting",
                max_length=9,
            ),
        ),
    ]
