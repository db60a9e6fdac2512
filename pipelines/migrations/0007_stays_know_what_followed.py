"""A stay says where the card went, so that flows are counted in one pass over one index."""

import django.db.models.deletion
from django.db import migrations, models

from audit.tracking import SameTenant

# What the ledger never heard of is no change: the column says what the rows said already.
FILL = """
ALTER TABLE pipelines_stagevisit DISABLE TRIGGER USER;
UPDATE pipelines_stagevisit v SET next_stage_id = f.stage_id
FROM (
    SELECT id, lead(stage_id) OVER (PARTITION BY position_id
        ORDER BY (left_at IS NULL), entered_at, left_at, id) AS stage_id
    FROM pipelines_stagevisit
) f WHERE f.id = v.id AND f.stage_id IS NOT NULL AND v.left_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE pipelines_stagevisit ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0006_cards_are_found_without_accents")]
    operations = [
        migrations.AddField(
            model_name="stagevisit",
            name="next_stage",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="Where the card went from here.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pipelines.stage",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="stagevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_stage", None), ("left_at__isnull", False), _connector="OR"
                ),
                name="visit_that_goes_on_has_ended",
            ),
        ),
        SameTenant("StageVisit", "next_stage"),
        migrations.RemoveIndex(model_name="stagevisit", name="visit_by_stage"),
        migrations.AddIndex(
            model_name="stagevisit",
            index=models.Index(
                fields=["pipeline", "entered_at"],
                include=["organization", "stage", "next_stage", "left_at"],
                name="visit_in_pipeline",
            ),
        ),
        migrations.AddIndex(
            model_name="position",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["stage", "closed_at"],
                name="position_closed",
            ),
        ),
    ]
