"""Recompute what the ledger's hashes cover, where the laws that made them are."""

from typing import Any

from django.conf import settings
from django.db import migrations

# What is wrong with a row, in a word; NULL: it holds.
FAULTS = """
CREATE FUNCTION audit_fault(
    organization bigint, leaf_holds boolean, content_holds boolean, salt bytea, eraser bigint
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN NOT leaf_holds THEN 'skeleton'
        WHEN eraser IS NULL AND NOT content_holds THEN 'content'
        WHEN eraser IS NOT NULL AND salt IS NOT NULL THEN 'remains'
        WHEN eraser IS NOT NULL AND NOT EXISTS (
            SELECT FROM audit_action AS a
            WHERE a.id = eraser AND a.outcome = 'done'
                AND a.organization_id IS NOT DISTINCT FROM organization
        ) THEN 'eraser'
    END
$$;
"""
# One row per table: how many rows were looked at, and the first that does not hold. It looks past
# the wall, as a sweep does, and shows nothing but numbers.
VERIFY = """
CREATE FUNCTION audit_verify(only_organization bigint)
    RETURNS TABLE (kind text, checked bigint, broken bigint, fault text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET extra_float_digits = 1 AS $$
    {tables}
$$;
"""
TABLE = """
    SELECT '{kind}', count(*), min(found.id) FILTER (WHERE found.fault IS NOT NULL),
        (array_agg(found.fault ORDER BY found.id) FILTER (WHERE found.fault IS NOT NULL))[1]
    FROM (
        SELECT r.id, coalesce(audit_fault(
            r.organization_id,
            audit_leaf_of(r) IS NOT DISTINCT FROM r.leaf_hash,
            audit_content_of(r) IS NOT DISTINCT FROM r.content_hash,
            r.salt, r.erased_in), {orphan}) AS fault
        FROM audit_{kind} AS r {join}
        WHERE only_organization IS NULL OR r.organization_id = only_organization
    ) AS found
"""
OF_ACTION = {
    "orphan": "CASE WHEN a.id IS NULL THEN 'orphan' END",
    "join": "LEFT JOIN audit_action AS a ON a.id = r.action_id",
}


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    tables = [
        TABLE.format(kind="action", orphan="NULL", join=""),
        TABLE.format(kind="change", **OF_ACTION),
        TABLE.format(kind="event", **OF_ACTION),
    ]
    schema_editor.execute(FAULTS, None)
    schema_editor.execute(VERIFY.format(tables=" UNION ALL ".join(tables)), None)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION audit_verify(bigint) TO {role}", None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION audit_verify(bigint)")
    schema_editor.execute("DROP FUNCTION audit_fault(bigint, boolean, boolean, bytea, bigint)")


class Migration(migrations.Migration):
    """The serving role can have the whole ledger checked without seeing any of it."""

    dependencies = [("audit", "0005_undoing_is_found")]
    operations = [migrations.RunPython(install, remove)]
