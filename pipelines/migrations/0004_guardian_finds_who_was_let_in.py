"""The relation has a name, by which django-guardian finds the table; nothing changes in it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0003_cards_hold_together")]
    operations = [
        migrations.AlterField(
            "PipelineUserObjectPermission",
            "content_object",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="let_in",
                to="pipelines.pipeline",
            ),
        ),
    ]
