"""What is said of models is captured, without their keys; what thinking cost is only counted."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall


class Migration(migrations.Migration):
    """A key is a secret: the ledger learns that it changed, and never what to."""

    dependencies = [("agents", "0015_minds_and_jobs")]
    operations = [
        Track("Mind", secret=["key"]),
        Wall("Mind"),
        Wall("Spending"),
        SameTenant("Mind", "agent"),
        SameTenant("Spending", "agent"),
        SameTenant("Job", "agent"),
    ]
