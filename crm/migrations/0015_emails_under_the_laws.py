"""E-mails are captured and walled, and the sweeper learns which are due, and nothing else."""

from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import SameTenant, Track, Wall

FIND = """
CREATE FUNCTION crm_emails_due(given_up_before timestamptz, at_most int)
    RETURNS TABLE (organization bigint, email bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT mail.organization_id, mail.id
    FROM crm_email AS mail JOIN crm_organization AS home ON home.id = mail.organization_id
    WHERE mail.status IN ('held', 'sending') AND mail.send_at <= clock_timestamp()
        AND (mail.status = 'held' OR mail.claimed_at <= given_up_before)
        AND home.archived_at IS NULL
        AND (home.agents_paused_at IS NULL OR starts_with(mail.sent_by, 'person:'))
    ORDER BY mail.send_at LIMIT at_most
$$;
GRANT EXECUTE ON FUNCTION crm_emails_due(timestamptz, int) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FIND.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION crm_emails_due(timestamptz, int)", None)


class Migration(migrations.Migration):
    """The function runs as the owner, to look over every wall; it returns ids only."""

    dependencies = [("crm", "0014_emails")]
    operations = [
        Track("EmailTemplate"),
        Track("Email"),
        Wall("EmailTemplate"),
        Wall("Email"),
        SameTenant("Email", "contact", "template"),
        migrations.RunPython(install, remove),
    ]
