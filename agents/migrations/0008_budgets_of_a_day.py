"""Count records and money in the database, exactly, whoever else counts at the same time."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import Track, Wall

# Locks an agent's counts until the transaction ends, and starts those anew whose window is over.
HOLD = """
CREATE FUNCTION agents_hold_budget(of_organization bigint, of_agent bigint) RETURNS agents_budget
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    used agents_budget;
    present timestamptz;
BEGIN
    LOOP
        SELECT * INTO used FROM agents_budget WHERE agent_id = of_agent FOR NO KEY UPDATE;
        present := clock_timestamp();
        EXIT WHEN FOUND;
        INSERT INTO agents_budget
                (agent_id, organization_id, minute_at, hour_at, day_at, month_at)
            VALUES (of_agent, of_organization, date_trunc('minute', present, 'UTC'),
                date_trunc('hour', present, 'UTC'), date_trunc('day', present, 'UTC'),
                date_trunc('month', present, 'UTC')) ON CONFLICT DO NOTHING;
    END LOOP;
    IF used.minute_at < date_trunc('minute', present, 'UTC') THEN
        used.minute_at := date_trunc('minute', present, 'UTC');
        used.calls := 0;
    END IF;
    IF used.hour_at < date_trunc('hour', present, 'UTC') THEN
        used.hour_at := date_trunc('hour', present, 'UTC');
        used.writes := 0;
    END IF;
    IF used.day_at < date_trunc('day', present, 'UTC') THEN
        used.day_at := date_trunc('day', present, 'UTC');
        used.records := 0;
        used.spent_today_cents := 0;
    END IF;
    IF used.month_at < date_trunc('month', present, 'UTC') THEN
        used.month_at := date_trunc('month', present, 'UTC');
        used.spent_this_month_cents := 0;
    END IF;
    RETURN used;
END $$;
GRANT EXECUTE ON FUNCTION agents_hold_budget(bigint, bigint) TO {role};
"""

# Spends one call, and one write of one record where `a_write`. Says in `over` what there is none
# left of (or that the token that was shown is no good, so that nobody spends another's budget with
# it), when there will be, and whether this is the first overrun of this minute. What was taken of
# which hour and day comes back, for `agents_give_back` to know.
SPEND = """
CREATE FUNCTION agents_spend(
        of_organization bigint, of_agent bigint, token bytea, a_write boolean, unsynced boolean,
        OUT over text, OUT at_most int, OUT again_at timestamptz, OUT first boolean,
        OUT hour_at timestamptz, OUT day_at timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
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
    SELECT calls_per_minute, writes_per_hour, records_per_day INTO allowed FROM agents_agent
        WHERE id = of_agent AND organization_id = of_organization;
    IF NOT FOUND THEN RETURN; END IF;
    used := agents_hold_budget(of_organization, of_agent);
    IF used.calls >= allowed.calls_per_minute THEN
        over := 'calls';
        at_most := allowed.calls_per_minute;
        again_at := used.minute_at + interval '1 minute';
    ELSE
        used.calls := used.calls + 1;
        IF a_write AND used.records >= allowed.records_per_day THEN
            over := 'records';
            at_most := allowed.records_per_day;
            again_at := used.day_at + interval '24 hours';
        ELSIF a_write AND used.writes >= allowed.writes_per_hour THEN
            over := 'writes';
            at_most := allowed.writes_per_hour;
            again_at := used.hour_at + interval '1 hour';
        ELSIF a_write THEN
            used.writes := used.writes + 1;
            used.records := used.records + 1;
            hour_at := used.hour_at;
            day_at := used.day_at;
        END IF;
    END IF;
    IF over <> '' THEN
        first := used.told_at IS NULL OR used.told_at < used.minute_at;
        used.told_at := clock_timestamp();
    END IF;
    UPDATE agents_budget AS b SET minute_at = used.minute_at, calls = used.calls,
        hour_at = used.hour_at, writes = used.writes, day_at = used.day_at, records = used.records,
        spent_today_cents = used.spent_today_cents, month_at = used.month_at,
        spent_this_month_cents = used.spent_this_month_cents, told_at = used.told_at
        WHERE b.agent_id = of_agent;
    -- A count lost in a crash harms nobody, and nobody need wait for the disk because of it.
    IF unsynced THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
END $$;
GRANT EXECUTE ON FUNCTION agents_spend(bigint, bigint, bytea, boolean, boolean) TO {role};

CREATE FUNCTION agents_give_back(
        of_organization bigint, of_agent bigint, a_write boolean, of_hour timestamptz,
        of_day timestamptz, unsynced boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE agents_budget SET
        writes = greatest(0, writes - (a_write AND hour_at = of_hour)::int),
        records = greatest(0, records - (day_at = of_day)::int)
        WHERE agent_id = of_agent AND organization_id = of_organization;
    IF unsynced THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
END $$;
COMMENT ON FUNCTION agents_give_back IS
    'Returns a record that was not changed, and the write of a call that came to nothing.';
GRANT EXECUTE
    ON FUNCTION agents_give_back(bigint, bigint, boolean, timestamptz, timestamptz, boolean)
    TO {role};
"""

# Counts what an action under way changed and what was used in it, as the serving role. One record
# was taken ahead where `taken_of` names a day. A record is a row of one of `kinds` that was written,
# however often; its place among its like is not a change of it. Where `refusing`, says in `over`
# what there is too little left of, and whether there ever is enough for so much at once.
SETTLE = """
CREATE FUNCTION agents_settle(
        of_organization bigint, of_agent bigint, of_action bigint, kinds text[],
        taken_of timestamptz, more_writes int, tools text[], times int[], cents numeric,
        refusing boolean, OUT over text, OUT at_most int, OUT again_at timestamptz,
        OUT fits boolean, OUT charged numeric, OUT unit text)
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    allowed record;
    used agents_budget;
    changed int;
    more_records int;
BEGIN
    over := '';
    fits := true;
    SELECT count(DISTINCT (c.table_name, c.row_id)) INTO changed FROM audit_change AS c
        WHERE c.action_id = of_action AND c.table_name = ANY(kinds)
          AND (c.verb <> 'update' OR c.after - 'rank' <> '{{}}');
    SELECT cents + coalesce(sum(p.price_cents * u.times), 0) INTO charged
        FROM agents_toolprice AS p JOIN unnest(tools, times) AS u(tool, times) ON u.tool = p.tool
        WHERE p.organization_id = of_organization;
    IF more_writes = 0 AND charged = 0 AND changed = (taken_of IS NOT NULL)::int THEN
        RETURN;
    END IF;
    SELECT a.*, o.currency INTO allowed FROM agents_agent AS a
        JOIN crm_organization AS o ON o.id = a.organization_id
        WHERE a.id = of_agent AND a.organization_id = of_organization;
    IF NOT FOUND THEN RETURN; END IF;
    unit := allowed.currency;
    used := agents_hold_budget(of_organization, of_agent);
    more_records := changed - coalesce(taken_of = used.day_at, false)::int;
    used.writes := used.writes + more_writes;
    used.records := greatest(0, used.records + more_records);
    used.spent_today_cents := used.spent_today_cents + charged;
    used.spent_this_month_cents := used.spent_this_month_cents + charged;
    IF NOT refusing THEN
        NULL;
    ELSIF more_records > 0 AND used.records > allowed.records_per_day THEN
        over := 'records';
        at_most := allowed.records_per_day;
        again_at := used.day_at + interval '24 hours';
        fits := changed <= at_most;
    ELSIF charged > 0 AND used.spent_this_month_cents > allowed.spend_cents_per_month THEN
        over := 'spend_a_month';
        at_most := allowed.spend_cents_per_month;
        again_at := (used.month_at AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
        fits := charged <= at_most;
    ELSIF charged > 0 AND used.spent_today_cents > allowed.spend_cents_per_day THEN
        over := 'spend_a_day';
        at_most := allowed.spend_cents_per_day;
        again_at := used.day_at + interval '24 hours';
        fits := charged <= at_most;
    ELSIF more_writes > 0 AND used.writes > allowed.writes_per_hour THEN
        over := 'writes';
        at_most := allowed.writes_per_hour;
        again_at := used.hour_at + interval '1 hour';
        fits := more_writes < at_most;
    END IF;
    IF over <> '' THEN RETURN; END IF;
    UPDATE agents_budget SET minute_at = used.minute_at, calls = used.calls,
        hour_at = used.hour_at, writes = used.writes, day_at = used.day_at, records = used.records,
        spent_today_cents = used.spent_today_cents, month_at = used.month_at,
        spent_this_month_cents = used.spent_this_month_cents WHERE agent_id = of_agent;
END $$;
GRANT EXECUTE ON FUNCTION agents_settle(bigint, bigint, bigint, text[], timestamptz, int, text[],
    int[], numeric, boolean) TO {role};
"""
REMOVE = """
DROP FUNCTION agents_settle(bigint, bigint, bigint, text[], timestamptz, int, text[], int[],
    numeric, boolean);
DROP FUNCTION agents_give_back(bigint, bigint, boolean, timestamptz, timestamptz, boolean);
DROP FUNCTION agents_spend(bigint, bigint, bytea, boolean, boolean);
DROP FUNCTION agents_hold_budget(bigint, bigint);
"""

before = import_module("agents.migrations.0003_budgets_are_exact")


def install(apps: Any, schema_editor: Any) -> None:
    before.remove(apps, schema_editor)
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute((HOLD + SPEND + SETTLE).format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(REMOVE, None)
    before.install(apps, schema_editor)


class Migration(migrations.Migration):
    """Prices are captured and walled off; minutes, hours, days and months are those of UTC."""

    dependencies = [("agents", "0007_records_and_spend")]
    operations = [
        migrations.RunPython(install, remove),
        Track("ToolPrice"),
        Wall("ToolPrice"),
    ]
