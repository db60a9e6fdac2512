"""Let the sweeper learn which approvals of which organizations are over time, and nothing else."""

from typing import Any

from django.conf import settings
from django.db import migrations

FIND = """
CREATE FUNCTION approvals_overdue(at_most int)
    RETURNS TABLE (organization bigint, approval bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT organization_id, id FROM approvals_approval
    WHERE status IN ('waiting', 'granted') AND expires_at <= clock_timestamp()
    ORDER BY expires_at LIMIT at_most
$$;
GRANT EXECUTE ON FUNCTION approvals_overdue(int) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FIND.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION approvals_overdue(int)")


class Migration(migrations.Migration):
    """It runs as the owner, to look over every wall; it returns ids only."""

    dependencies = [("approvals", "0003_decisions_are_made_once")]
    operations = [migrations.RunPython(install, remove)]
