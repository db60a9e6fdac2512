"""The flow of a large board is kept counted from several times on, not only by default."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    """Forget what was counted; the clock counts it anew within minutes, as it is kept here."""
    schema_editor.execute("DELETE FROM pipelines_counted")


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0011_the_best_cards_are_found_in_order")]
    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint("counted", "counted_once"),
        migrations.AddField(
            "counted",
            "since",
            models.DateTimeField(
                help_text="From when on it was counted, until then; null of what is now.", null=True
            ),
        ),
        migrations.AddConstraint(
            "counted",
            models.UniqueConstraint(
                fields=("pipeline_id", "what", "since"),
                name="counted_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
