"""Every move writes to each index: those that begin another one, or serve no query, go."""

import django.db.models.deletion
from django.db import migrations, models

# By name: altering the fields alone would take the partial unique indexes on them along.
INDEXES = {
    "pipelines_position_contact_id_2d0a9fa3": ("pipelines_position", "contact_id"),
    "pipelines_position_pipeline_id_5329a41d": ("pipelines_position", "pipeline_id"),
    "pipelines_position_stage_id_e5dec3df": ("pipelines_position", "stage_id"),
    "pipelines_position_previous_stage_id_9f2df831": ("pipelines_position", "previous_stage_id"),
    "pipelines_position_suggested_stage_id_b7f15ef1": ("pipelines_position", "suggested_stage_id"),
    "pipelines_stagevisit_pipeline_id_605bea35": ("pipelines_stagevisit", "pipeline_id"),
    "pipelines_stagevisit_position_id_995a2225": ("pipelines_stagevisit", "position_id"),
    "pipelines_stagevisit_stage_id_4160211c": ("pipelines_stagevisit", "stage_id"),
}
DROP = ";".join(f"DROP INDEX {name}" for name in INDEXES)
CREATE = ";".join(
    f"CREATE INDEX {name} ON {table} ({column})" for name, (table, column) in INDEXES.items()
)


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0004_guardian_finds_who_was_let_in")]
    fields = [
        migrations.AlterField(
            model_name="position",
            name="contact",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="positions",
                to="crm.contact",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="pipeline",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="positions",
                to="pipelines.pipeline",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="previous_stage",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pipelines.stage",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="stage",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="positions",
                to="pipelines.stage",
            ),
        ),
        migrations.AlterField(
            model_name="position",
            name="suggested_stage",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pipelines.stage",
            ),
        ),
        migrations.AlterField(
            model_name="stagevisit",
            name="pipeline",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pipelines.pipeline",
            ),
        ),
        migrations.AlterField(
            model_name="stagevisit",
            name="position",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="visits",
                to="pipelines.position",
            ),
        ),
        migrations.AlterField(
            model_name="stagevisit",
            name="stage",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="pipelines.stage",
            ),
        ),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=fields, database_operations=[migrations.RunSQL(DROP, CREATE)]
        )
    ]
