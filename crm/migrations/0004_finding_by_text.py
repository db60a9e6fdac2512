"""
Finding by text: functions of the owner's that use indexes the wall keeps from the serving role.

Operators on text and arrays are not leakproof, so that under row security their indexes go unused.
Each function answers ids of the present tenant only; the caller reads the rows behind the wall.
"""

from typing import Any

from django.conf import settings
from django.db import migrations

BY_OTHER_EMAIL = """
CREATE FUNCTION crm_contacts_by_other_email(emails text[]) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT id FROM crm_contact
         WHERE organization_id = $1 AND other_emails && $2::varchar[]'
        USING current_org(), emails;
END $$;
"""
# The needle comes escaped for LIKE. Of very many hits an arbitrary part is put in order.
FIND = """
CREATE FUNCTION {function}(needle text, at_most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, name FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND ({match})
            LIMIT 1000
         ) AS hit
         ORDER BY lower(hit.name) LIKE $3 DESC, lower(hit.name) COLLATE "C", hit.id LIMIT $4'
        USING current_org(), '%' || lower(needle) || '%', lower(needle) || '%', at_most;
END $$;
"""
CONTACTS = FIND.format(
    function="crm_find_contacts",
    table="crm_contact",
    match="lower(name) LIKE $2 OR lower(email) LIKE $2",
)
COMPANIES = FIND.format(
    function="crm_find_companies",
    table="crm_company",
    match="lower(name) LIKE $2 OR domain LIKE $2",
)
SIGNATURES = [
    "crm_contacts_by_other_email(text[])",
    "crm_find_contacts(text, int)",
    "crm_find_companies(text, int)",
]


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    for function in [BY_OTHER_EMAIL, CONTACTS, COMPANIES]:
        schema_editor.execute(function, None)
    for signature in SIGNATURES:
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role}")


def remove(apps: Any, schema_editor: Any) -> None:
    for signature in SIGNATURES:
        schema_editor.execute(f"DROP FUNCTION {signature}")


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_proposals_and_keys")]
    operations = [migrations.RunPython(install, remove)]
