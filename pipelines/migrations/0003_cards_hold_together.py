"""A card's stages are its own pipeline's, evidence is never empty, boards find cards by text."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Lower

# Stages and pipelines of one card go together: the position's, its visits', its criteria's.
TOGETHER = """
ALTER TABLE pipelines_stage ADD CONSTRAINT pipelines_stage_in_pipeline UNIQUE (pipeline_id, id);
ALTER TABLE pipelines_position ADD CONSTRAINT pipelines_position_stage_of_its_pipeline
    FOREIGN KEY (pipeline_id, stage_id) REFERENCES pipelines_stage (pipeline_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE pipelines_stagevisit ADD CONSTRAINT pipelines_stagevisit_stage_of_its_pipeline
    FOREIGN KEY (pipeline_id, stage_id) REFERENCES pipelines_stage (pipeline_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE pipelines_criterion ADD CONSTRAINT pipelines_criterion_stage_of_its_pipeline
    FOREIGN KEY (pipeline_id, stage_id) REFERENCES pipelines_stage (pipeline_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
APART = """
ALTER TABLE pipelines_criterion DROP CONSTRAINT pipelines_criterion_stage_of_its_pipeline;
ALTER TABLE pipelines_stagevisit DROP CONSTRAINT pipelines_stagevisit_stage_of_its_pipeline;
ALTER TABLE pipelines_position DROP CONSTRAINT pipelines_position_stage_of_its_pipeline;
ALTER TABLE pipelines_stage DROP CONSTRAINT pipelines_stage_in_pipeline;
"""

# Under row-level security LIKE finds no index; this looks on the other side of the wall, keeps to
# the tenant itself and gives ids alone, which the caller's own query filters again.
FIND = """
CREATE FUNCTION pipelines_find_positions(pipeline bigint, needle text) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pattern text := '%' || replace(replace(replace(lower(needle), '\\', '\\\\'), '%', '\\%'),
                                   '_', '\\_') || '%';
BEGIN
    RETURN QUERY EXECUTE
        'select id from pipelines_position
             where organization_id = $1 and pipeline_id = $2 and lower(title) like $3
         union
         select p.id from crm_contact c join pipelines_position p on p.contact_id = c.id
             where c.organization_id = $1 and p.organization_id = $1 and p.pipeline_id = $2
               and (lower(c.name) like $3 or lower(c.email) like $3)
         union
         select p.id from crm_company o join crm_contact c on c.company_id = o.id
             join pipelines_position p on p.contact_id = c.id
             where o.organization_id = $1 and p.organization_id = $1 and p.pipeline_id = $2
               and lower(o.name) like $3'
        USING current_org(), pipeline, pattern;
END $$;
"""


def install(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FIND, None)
    schema_editor.execute(
        f"GRANT EXECUTE ON FUNCTION pipelines_find_positions(bigint, text) TO {role}", None
    )


def remove(apps, schema_editor):
    schema_editor.execute("DROP FUNCTION pipelines_find_positions(bigint, text)", None)


class Migration(migrations.Migration):
    """What the models cannot say, and the indexes boards read."""

    dependencies = [("pipelines", "0002_laws")]
    operations = [
        migrations.RunSQL(TOGETHER, APART),
        migrations.AddConstraint(
            "Attestation",
            models.CheckConstraint(condition=~models.Q(evidence=""), name="attested_with_evidence"),
        ),
        migrations.AddConstraint(
            "Position",
            models.CheckConstraint(condition=~models.Q(rank=""), name="every_card_has_a_rank"),
        ),
        migrations.AddIndex(
            "Position",
            GinIndex(OpClass(Lower("title"), name="gin_trgm_ops"), name="position_search"),
        ),
        migrations.RunPython(install, remove),
    ]
