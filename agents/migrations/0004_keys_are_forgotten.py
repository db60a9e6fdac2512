"""Let the clock forget calls whose key nobody will send again, of every organization."""

from typing import Any

from django.conf import settings
from django.db import migrations

FORGET = """
CREATE FUNCTION agents_forget_calls(made_before timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    -- At least a day is kept, whatever is asked for.
    DELETE FROM agents_call
        WHERE created_at < least(made_before, clock_timestamp() - interval '1 day');
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
GRANT EXECUTE ON FUNCTION agents_forget_calls(timestamptz) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FORGET.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION agents_forget_calls(timestamptz)")


class Migration(migrations.Migration):
    """It runs as the owner, to look over every wall; it returns a number only."""

    dependencies = [("agents", "0003_budgets_are_exact")]
    operations = [migrations.RunPython(install, remove)]
