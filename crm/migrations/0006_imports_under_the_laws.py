"""Imports are captured and walled; how far one is, and the file while it waits, are queue state."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall


class Migration(migrations.Migration):
    """Undoing what an import brought leaves its receipt standing."""

    dependencies = [("crm", "0005_imports")]
    operations = [
        Track(
            "Import",
            derived=[
                *("row_count", "done_rows", "receipt"),
                *("started_at", "finished_at", "problem"),
            ],
        ),
        Wall("Import"),
        Wall("ImportFile"),
        SameTenant("ImportFile", "belongs_to"),
    ]
