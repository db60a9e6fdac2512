"""Conversations are captured; their turns and steps are walled, and found by any worker."""

from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import SameTenant, Track, Wall

DUE = """
CREATE FUNCTION agents_due_jobs(at_most int)
    RETURNS TABLE (organization_id bigint, job_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT j.organization_id, j.id FROM agents_job AS j
    WHERE j.state IN ('queued', 'running')
      AND (j.held_until IS NULL OR j.held_until <= clock_timestamp())
    ORDER BY j.held_until NULLS FIRST, j.id LIMIT at_most
$$;
GRANT EXECUTE ON FUNCTION agents_due_jobs(int) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(DUE.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION agents_due_jobs(int)")


class Migration(migrations.Migration):
    """A worker serves every tenant, but sees only where there is work."""

    dependencies = [("agents", "0011_conversations")]
    operations = [
        Track("Conversation"),
        Wall("Conversation"),
        Wall("Job"),
        Wall("Step"),
        SameTenant("Conversation", "starter"),
        SameTenant("Job", "conversation", "speaker"),
        SameTenant("Step", "job"),
        migrations.RunPython(install, remove),
    ]
