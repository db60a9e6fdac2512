"""Of many cards that a text finds no more are put in order than can be shown."""

from typing import Any

from django.conf import settings
from django.db import migrations

# The boards are those the caller may know of. Of very many hits an arbitrary part is put in order;
# whom a text finds is gathered before their cards are looked up, as `pipelines_find_positions` does.
FIND = """
CREATE FUNCTION pipelines_find_cards(pipelines bigint[], needle text, at_most int)
    RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    patterns text[] := crm_patterns(needle);
BEGIN
    RETURN QUERY EXECUTE
        'with firm as (
            select id from crm_company where organization_id = $1
                and (crm_fold(name) like $4 or crm_fold(name) like $5) limit $6
        ), who as (
            (select id from crm_contact where organization_id = $1
                and (crm_fold(name) like $4 or crm_fold(name) like $5
                    or crm_fold(email) like $4 or crm_fold(email) like $5) limit $6)
            union all
            (select c.id from firm join crm_contact c on c.company_id = firm.id limit $6)
        ), hit as (
            (select id, contact_id from pipelines_position
                where organization_id = $1 and pipeline_id = any($2) and archived_at is null
                    and (crm_fold(title) like $4 or crm_fold(title) like $5) limit $6)
            union
            (select p.id, p.contact_id from who join pipelines_position p on p.contact_id = who.id
                where p.organization_id = $1 and p.pipeline_id = any($2) and p.archived_at is null
                limit $6)
        ), called as (
            select hit.id, crm_fold(c.name) collate "C" as folded
            from hit join crm_contact c on c.id = hit.contact_id where c.archived_at is null
            offset 0
        )
        select id from called order by folded like $3 desc, folded, id limit $6'
        USING current_org(), pipelines, patterns[1], patterns[2], patterns[3], at_most;
END $$;
GRANT EXECUTE ON FUNCTION pipelines_find_cards(bigint[], text, int) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FIND.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION pipelines_find_cards(bigint[], text, int)", None)


class Migration(migrations.Migration):
    dependencies = [
        ("pipelines", "0010_closed_cards_are_counted_in_an_index"),
        ("crm", "0017_the_best_are_found_in_order"),
    ]
    operations = [migrations.RunPython(install, remove)]
