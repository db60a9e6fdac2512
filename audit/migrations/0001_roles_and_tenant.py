"""Let the serving role read and write rows, and nothing else, in every table to come."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};

CREATE FUNCTION current_org() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.organization', true), '')::bigint $$;
COMMENT ON FUNCTION current_org() IS 'The tenant this transaction is set to, or NULL.';
GRANT EXECUTE ON FUNCTION current_org() TO {role};
"""


def grant(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(GRANTS.format(role=role), None)


def take_back(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION current_org()")


class Migration(migrations.Migration):
    """Before any table: default privileges are the creator's to give."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations = [
        migrations.RunPython(grant, take_back),
    ]
