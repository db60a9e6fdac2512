"""A board's text filter folds accents, and finds one or two letters where words begin."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from crm.models.folding import Fold

HEAD = """
CREATE OR REPLACE FUNCTION pipelines_find_positions(pipeline bigint, needle text)
    RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
    SET search_path = pg_catalog, public, pg_temp AS $$
"""
# Whom a text finds is gathered before their cards are looked up: most who match, match twice.
FIND = (
    HEAD
    + """
DECLARE
    patterns text[] := crm_patterns(needle);
BEGIN
    RETURN QUERY EXECUTE
        'with firm as (
            select id from crm_company where organization_id = $1
                and (crm_fold(name) like $3 or crm_fold(name) like $4)
        ), who as (
            select id from crm_contact where organization_id = $1
                and (crm_fold(name) like $3 or crm_fold(name) like $4
                    or crm_fold(email) like $3 or crm_fold(email) like $4)
            union all
            select c.id from firm join crm_contact c on c.company_id = firm.id
        )
        select id from pipelines_position
            where organization_id = $1 and pipeline_id = $2
                and (crm_fold(title) like $3 or crm_fold(title) like $4)
        union
        select p.id from who join pipelines_position p on p.contact_id = who.id
            where p.organization_id = $1 and p.pipeline_id = $2'
        USING current_org(), pipeline, patterns[2], patterns[3];
END $$;
"""
)
WAS = (
    HEAD
    + """
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
)


def install(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(FIND, None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(WAS, None)


class Migration(migrations.Migration):
    dependencies = [
        ("pipelines", "0005_fewer_indexes_per_move"),
        ("crm", "0010_accents_are_folded"),
    ]
    operations = [
        migrations.RemoveIndex("position", "position_search"),
        migrations.AddIndex(
            "position",
            GinIndex(OpClass(Fold("title"), name="gin_trgm_ops"), name="position_search"),
        ),
        migrations.RunPython(install, remove),
    ]
