"""The ledger's laws, in the database, where no code path can forget them."""

from typing import Any

from django.conf import settings
from django.db import migrations

from audit.tracking import Wall

HASHES = """
CREATE FUNCTION audit_hash(salt bytea, VARIADIC content text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(salt || convert_to(array_to_string(content, E'\\x1f', ''), 'UTF8'))
$$;

CREATE FUNCTION audit_content_of(r audit_action) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(
        r.salt, r.arguments::text, r.reason, r.verdict::text, r.error::text, r.summary)
$$;
CREATE FUNCTION audit_content_of(r audit_change) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.salt, r.before::text, r.after::text)
$$;
CREATE FUNCTION audit_content_of(r audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.salt, r.payload::text, r.summary)
$$;

CREATE FUNCTION audit_leaf_of(r audit_action) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.content_hash, r.id::text, r.organization_id::text, r.reach_id::text,
        r.actor_kind, r.actor_id::text, r.actor_name, r.actor_version, r.on_behalf_of::text,
        r.door, r.name, r.confidence::text, r.approval_id::text, r.outcome, r.target,
        r.correlation::text, r.causation_id::text, r.depth::text, r.resumes_id::text,
        r.undoes::text, extract(epoch FROM r.started_at)::text,
        extract(epoch FROM r.recorded_at)::text)
$$;
CREATE FUNCTION audit_leaf_of(r audit_change) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.content_hash, r.id::text, r.organization_id::text, r.reach_id::text,
        r.action_id::text, r.table_name, r.row_id::text, r.verb, r.withheld::text,
        extract(epoch FROM r.recorded_at)::text)
$$;
CREATE FUNCTION audit_leaf_of(r audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.content_hash, r.id::text, r.organization_id::text, r.reach_id::text,
        r.action_id::text, r.name, r.target, extract(epoch FROM r.recorded_at)::text)
$$;

CREATE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.erased_in := NULL;
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.content_hash := audit_content_of(NEW);
    NEW.leaf_hash := audit_leaf_of(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON audit_action FOR EACH ROW EXECUTE FUNCTION audit_stamp();
CREATE TRIGGER stamp BEFORE INSERT ON audit_change FOR EACH ROW EXECUTE FUNCTION audit_stamp();
CREATE TRIGGER stamp BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_stamp();
"""
FORGET_HASHES = """
DROP TRIGGER stamp ON audit_action;
DROP TRIGGER stamp ON audit_change;
DROP TRIGGER stamp ON audit_event;
DROP FUNCTION audit_stamp(), audit_leaf_of(audit_action), audit_leaf_of(audit_change),
    audit_leaf_of(audit_event), audit_content_of(audit_action), audit_content_of(audit_change),
    audit_content_of(audit_event), audit_hash(bytea, text[]);
"""

TOUCH = """
CREATE FUNCTION audit_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;
"""

APPEND_ONLY = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'WH002';
END $$;
"""
GUARD = """
CREATE TRIGGER no_delete BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER no_update BEFORE UPDATE ON {table} FOR EACH STATEMENT
    WHEN (current_setting('app.erasing', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION audit_refuse();
"""
UNGUARD = "DROP TRIGGER no_delete ON {table}; DROP TRIGGER no_update ON {table};"
LEDGER = ["audit_action", "audit_change", "audit_event"]

CAPTURE = """
CREATE FUNCTION audit_capture() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    secret text[] := TG_ARGV[0];
    derived text[] := TG_ARGV[1];
    open_action text := current_setting('app.action_id', true);
    old_row jsonb;
    new_row jsonb;
    old_part jsonb;
    new_part jsonb;
    hidden text[];
    whole jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - derived; END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - derived; END IF;
    IF old_row = new_row THEN RETURN NULL; END IF;
    IF coalesce(open_action, '') = '' THEN
        RAISE EXCEPTION '% on % outside an action', TG_OP, TG_TABLE_NAME USING ERRCODE = 'WH001';
    END IF;
    whole := coalesce(new_row, old_row);
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, value), jsonb_object_agg(key, new_row -> key)
            INTO old_part, new_part
            FROM jsonb_each(old_row) WHERE value IS DISTINCT FROM new_row -> key;
    ELSE
        old_part := old_row;
        new_part := new_row;
    END IF;
    hidden := ARRAY(SELECT key FROM unnest(secret) AS key
                    WHERE coalesce(new_part, old_part) ? key ORDER BY key);
    INSERT INTO audit_change (organization_id, reach_id, action_id, table_name, row_id, verb,
                              before, after, withheld)
    VALUES (coalesce((whole ->> nullif(TG_ARGV[2], ''))::bigint, current_org()),
            (whole ->> nullif(TG_ARGV[3], ''))::bigint,
            open_action::bigint, TG_TABLE_NAME, (whole ->> 'id')::bigint, lower(TG_OP),
            old_part - secret, new_part - secret, hidden);
    RETURN NULL;
END $$;
"""

# Blanks what the ledger says of some rows. The skeleton and its hashes stay; so does who erased.
ERASE = """
CREATE FUNCTION audit_erase(tables text[], row_ids bigint[], targets text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    eraser bigint := nullif(current_setting('app.action_id', true), '')::bigint;
    erased bigint := 0;
    counted bigint;
BEGIN
    IF eraser IS NULL OR current_org() IS NULL THEN
        RAISE EXCEPTION 'erasing outside an action' USING ERRCODE = 'WH001';
    END IF;
    PERFORM set_config('app.erasing', 'on', true);
    UPDATE audit_change AS c SET before = NULL, after = NULL, salt = NULL, erased_in = eraser
        FROM unnest(tables, row_ids) AS named(table_name, row_id)
        WHERE c.table_name = named.table_name AND c.row_id = named.row_id
          AND c.organization_id = current_org() AND c.erased_in IS NULL;
    GET DIAGNOSTICS erased = ROW_COUNT;
    UPDATE audit_event SET payload = '{}', summary = '', salt = NULL, erased_in = eraser
        WHERE target = ANY(targets) AND organization_id = current_org() AND erased_in IS NULL;
    GET DIAGNOSTICS counted = ROW_COUNT;
    erased := erased + counted;
    UPDATE audit_action SET arguments = '{}', reason = '', verdict = NULL, error = NULL,
            summary = '', salt = NULL, erased_in = eraser
        WHERE target = ANY(targets) AND organization_id = current_org() AND erased_in IS NULL;
    GET DIAGNOSTICS counted = ROW_COUNT;
    PERFORM set_config('app.erasing', '', true);
    RETURN erased + counted;
END $$;
"""

# The relay serves every tenant, but sees only where there is work; then it takes the wall's side.
DUE = """
CREATE FUNCTION audit_due_deliveries(at_most int)
    RETURNS TABLE (organization_id bigint, delivery_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.organization_id, d.id FROM audit_delivery AS d
    WHERE d.delivered_at IS NULL AND d.dead_at IS NULL AND d.due_at <= clock_timestamp()
    ORDER BY d.due_at, d.id LIMIT at_most
$$;
"""

PRIVILEGES = """
REVOKE ALL ON audit_action, audit_change, audit_event FROM {role};
GRANT SELECT, INSERT ON audit_action, audit_event TO {role};
GRANT SELECT ON audit_change TO {role};
GRANT EXECUTE ON FUNCTION audit_hash(bytea, text[]), audit_content_of(audit_action),
    audit_content_of(audit_change), audit_content_of(audit_event), audit_leaf_of(audit_action),
    audit_leaf_of(audit_change), audit_leaf_of(audit_event) TO {role};
GRANT EXECUTE ON FUNCTION audit_erase(text[], bigint[], text[]), audit_due_deliveries(int)
    TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    for statement in [HASHES, TOUCH, APPEND_ONLY, CAPTURE, ERASE, DUE]:
        schema_editor.execute(statement, None)
    for table in LEDGER:
        schema_editor.execute(GUARD.format(table=table), None)
    schema_editor.execute(PRIVILEGES.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION audit_due_deliveries(int)")
    schema_editor.execute("DROP FUNCTION audit_erase(text[], bigint[], text[])")
    schema_editor.execute("DROP FUNCTION audit_capture()")
    for table in LEDGER:
        schema_editor.execute(UNGUARD.format(table=table))
    schema_editor.execute("DROP FUNCTION audit_refuse(), audit_touch()")
    schema_editor.execute(FORGET_HASHES)


class Migration(migrations.Migration):
    """Append-only, hashed, walled; changes come from triggers alone."""

    dependencies = [("audit", "0002_ledger_tables")]
    operations = [
        migrations.RunPython(install, remove),
        Wall("Action"),
        Wall("Change"),
        Wall("Event"),
        Wall("Delivery"),
    ]
