"""What outlives a request of the Model Context Protocol is walled off, and forgotten in time."""

from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import Wall

FORGET = """
CREATE FUNCTION agents_forget_talk(over_before timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    latest timestamptz := least(over_before, clock_timestamp() - interval '1 day');
    questions bigint;
    sessions bigint;
BEGIN
    -- At least a day is kept, whatever is asked for.
    DELETE FROM agents_question WHERE until < latest;
    GET DIAGNOSTICS questions = ROW_COUNT;
    DELETE FROM agents_clientsession WHERE heard_at < latest;
    GET DIAGNOSTICS sessions = ROW_COUNT;
    RETURN questions + sessions;
END $$;
GRANT EXECUTE ON FUNCTION agents_forget_talk(timestamptz) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FORGET.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION agents_forget_talk(timestamptz)")


class Migration(migrations.Migration):
    """
    Neither table is captured: the calls they belong to are actions.

    Forgetting runs as the owner, to look over every wall; it returns a number only.
    """

    dependencies = [("agents", "0009_client_sessions")]
    operations = [
        Wall("Question"),
        Wall("ClientSession"),
        migrations.RunPython(install, remove),
    ]
