"""Count what an agent uses in the database, in one trip, whoever else counts at the same time."""

from typing import Any

from django.conf import settings
from django.db import migrations

# Spends one call, and one write where `a_write`. Says in `over` what there is none left of (or that
# the token that was shown is no good, so that nobody spends another's budget with it), when there
# will be, and whether this is the first overrun of this minute.
SPEND = """
CREATE FUNCTION agents_spend(
        of_organization bigint, of_agent bigint, token bytea, a_write boolean, unsynced boolean,
        OUT over text, OUT at_most int, OUT again_at timestamptz, OUT first boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    this_minute timestamptz := date_trunc('minute', clock_timestamp());
    this_hour timestamptz := date_trunc('hour', clock_timestamp());
    allowed record;
    used agents_budget;
BEGIN
    over := '';
    first := false;
    IF token IS NOT NULL AND NOT EXISTS (
        SELECT FROM agents_token AS t WHERE t.digest = token AND t.revoked_at IS NULL
            AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
    ) THEN
        over := 'token';
        RETURN;
    END IF;
    SELECT calls_per_minute, writes_per_hour INTO allowed FROM agents_agent
        WHERE id = of_agent AND organization_id = of_organization;
    IF NOT FOUND THEN RETURN; END IF;
    LOOP
        SELECT * INTO used FROM agents_budget WHERE agent_id = of_agent FOR NO KEY UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO agents_budget (agent_id, organization_id, minute_at, hour_at)
            VALUES (of_agent, of_organization, this_minute, this_hour) ON CONFLICT DO NOTHING;
    END LOOP;
    IF used.minute_at < this_minute THEN
        used.minute_at := this_minute;
        used.calls := 0;
    END IF;
    IF used.hour_at < this_hour THEN
        used.hour_at := this_hour;
        used.writes := 0;
    END IF;
    IF used.calls >= allowed.calls_per_minute THEN
        over := 'calls';
        at_most := allowed.calls_per_minute;
        again_at := used.minute_at + interval '1 minute';
    ELSE
        used.calls := used.calls + 1;
        IF a_write AND used.writes >= allowed.writes_per_hour THEN
            over := 'writes';
            at_most := allowed.writes_per_hour;
            again_at := used.hour_at + interval '1 hour';
        ELSIF a_write THEN
            used.writes := used.writes + 1;
        END IF;
    END IF;
    IF over <> '' THEN
        first := used.told_at IS NULL OR used.told_at < this_minute;
        used.told_at := clock_timestamp();
    END IF;
    UPDATE agents_budget SET minute_at = used.minute_at, calls = used.calls,
        hour_at = used.hour_at, writes = used.writes, told_at = used.told_at
        WHERE agent_id = of_agent;
    -- A count lost in a crash harms nobody, and nobody need wait for the disk because of it.
    IF unsynced THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
END $$;
GRANT EXECUTE ON FUNCTION agents_spend(bigint, bigint, bytea, boolean, boolean) TO {role};

CREATE FUNCTION agents_give_back(of_organization bigint, of_agent bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE agents_budget SET writes = writes - 1
        WHERE agent_id = of_agent AND organization_id = of_organization AND writes > 0
          AND hour_at = date_trunc('hour', clock_timestamp())
$$;
COMMENT ON FUNCTION agents_give_back(bigint, bigint) IS 'Returns a write that came to nothing.';
GRANT EXECUTE ON FUNCTION agents_give_back(bigint, bigint) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(SPEND.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION agents_give_back(bigint, bigint)")
    schema_editor.execute("DROP FUNCTION agents_spend(bigint, bigint, bytea, boolean, boolean)")


class Migration(migrations.Migration):
    """It runs before a tenant is set, as the owner; it reads limits and keeps counters only."""

    dependencies = [("agents", "0002_laws")]
    operations = [migrations.RunPython(install, remove)]
