"""What a text finds is folded once, and answered in the order in which it is shown."""

from typing import Any

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION {function}(needle text, at_most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    patterns text[] := crm_patterns(needle);
BEGIN
"""
# Of very many hits an arbitrary part is put in order.
FIND = (
    HEAD
    + """
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, crm_fold(name) COLLATE "C" AS folded FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND ({match})
            LIMIT 1000
         ) AS hit
         ORDER BY hit.folded LIKE $2 DESC, hit.folded, hit.id LIMIT $5'
        USING current_org(), patterns[1], patterns[2], patterns[3], at_most;
END $$;
"""
)
WAS = (
    HEAD
    + """
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, name FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND ({match})
            LIMIT 1000
         ) AS hit
         ORDER BY crm_fold(hit.name) LIKE $2 DESC, crm_fold(hit.name) COLLATE "C", hit.id LIMIT $5'
        USING current_org(), patterns[1], patterns[2], patterns[3], at_most;
END $$;
"""
)
FUNCTIONS = {
    "crm_find_contacts": ("crm_contact", "email"),
    "crm_find_companies": ("crm_company", "domain"),
}
MATCH = (
    "crm_fold(name) LIKE $3 OR crm_fold(name) LIKE $4"
    " OR crm_fold({besides}) LIKE $3 OR crm_fold({besides}) LIKE $4"
)


def install(apps: Any, schema_editor: Any) -> None:
    _write(schema_editor, FIND)


def remove(apps: Any, schema_editor: Any) -> None:
    _write(schema_editor, WAS)


def _write(schema_editor: Any, body: str) -> None:
    for function, (table, besides) in FUNCTIONS.items():
        match = MATCH.format(besides=besides)
        schema_editor.execute(body.format(function=function, table=table, match=match), None)


class Migration(migrations.Migration):
    dependencies = [("crm", "0016_currencies_are_known")]
    operations = [migrations.RunPython(install, remove)]
