"""Of many that a text finds no more are put in order than are wanted, or than are soon read."""

from typing import Any

from django.db import migrations

FIND = """
CREATE OR REPLACE FUNCTION {function}(needle text, at_most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    patterns text[] := crm_patterns(needle);
BEGIN
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, crm_fold(name) COLLATE "C" AS folded FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND (crm_fold(name) LIKE $3 OR crm_fold(name) LIKE $4
                OR crm_fold({besides}) LIKE $3 OR crm_fold({besides}) LIKE $4)
            LIMIT {limit}
         ) AS hit
         ORDER BY hit.folded LIKE $2 DESC, hit.folded, hit.id LIMIT $5'
        USING current_org(), patterns[1], patterns[2], patterns[3], at_most;
END $$;
"""
FUNCTIONS = {
    "crm_find_contacts": ("crm_contact", "email"),
    "crm_find_companies": ("crm_company", "domain"),
}


def install(apps: Any, schema_editor: Any) -> None:
    _write(schema_editor, "greatest($5, 200)")


def remove(apps: Any, schema_editor: Any) -> None:
    _write(schema_editor, "1000")


def _write(schema_editor: Any, limit: str) -> None:
    for function, (table, besides) in FUNCTIONS.items():
        body = FIND.format(function=function, table=table, besides=besides, limit=limit)
        schema_editor.execute(body, None)


class Migration(migrations.Migration):
    dependencies = [("crm", "0017_the_best_are_found_in_order")]
    operations = [migrations.RunPython(install, remove)]
