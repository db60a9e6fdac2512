"""What agents read is walled off by organization, found again by marks, and forgotten in time."""

from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import SameTenant, Wall

# Behind a wall the operator && of arrays loses its index, so this looks as the owner, and gives what
# is the present organization's alone. Marks are looked up first, by their index whatever the
# statistics say: hardly two texts have one in common.
FIND = """
CREATE FUNCTION agents_find_read(of_agent bigint, given bigint[], since timestamptz, at_most int)
    RETURNS TABLE (id bigint, source text, field text, digest text, said text, shared bigint[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off AS $$
    WITH alike AS MATERIALIZED (SELECT * FROM agents_reading AS r WHERE r.marks && given)
    SELECT a.id, a.source, a.field, a.digest, a.text,
        ARRAY(SELECT unnest(a.marks) INTERSECT SELECT unnest(given))
    FROM alike AS a
    WHERE a.organization_id = current_org() AND (of_agent IS NULL OR a.agent_id = of_agent)
        AND a.read_at > since
    ORDER BY a.id LIMIT at_most
$$;
GRANT EXECUTE ON FUNCTION agents_find_read(bigint, bigint[], timestamptz, int) TO {role};
"""
FORGET = """
CREATE FUNCTION agents_forget_read(read_before timestamptz, most bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    -- At least a day, and ten thousand texts of each agent, are kept, whatever is asked for.
    DELETE FROM agents_reading AS r USING (
        SELECT id, read_at, row_number() OVER (PARTITION BY agent_id ORDER BY read_at DESC) AS place
        FROM agents_reading
    ) AS aged
    WHERE r.id = aged.id AND (
        aged.read_at < least(read_before, clock_timestamp() - interval '1 day')
        OR aged.place > greatest(most, 10000)
    );
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
GRANT EXECUTE ON FUNCTION agents_forget_read(timestamptz, bigint) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    for function in (FIND, FORGET):
        schema_editor.execute(function.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION agents_forget_read(timestamptz, bigint)")
    schema_editor.execute("DROP FUNCTION agents_find_read(bigint, bigint[], timestamptz, int)")


class Migration(migrations.Migration):
    """
    It is not captured: that an agent read something is no fact of the organization, but what the
    machine goes by when the same agent writes.
    """

    dependencies = [("agents", "0013_what_agents_read")]
    operations = [
        Wall("Reading"),
        SameTenant("Reading", "agent"),
        migrations.RunPython(install, remove),
    ]
