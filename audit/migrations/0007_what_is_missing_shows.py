"""An action counts what it wrote, and who erased a row is sealed: neither can go unnoticed."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

# What separates the parts of a hash, and what marks it, stand for themselves in no text: else two
# rows whose words are cut differently would have one hash.
PLAIN = """
CREATE FUNCTION audit_plain(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT replace(replace(said, E'\\x1e', E'\\x1e0'), E'\\x1f', E'\\x1e1')
$$;
GRANT EXECUTE ON FUNCTION audit_plain(text) TO {role};
"""
HASHES = """
CREATE OR REPLACE FUNCTION audit_content_of(r audit_action) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.salt, r.arguments::text, audit_plain(r.reason), r.verdict::text,
        r.error::text, audit_plain(r.summary))
$$;
CREATE OR REPLACE FUNCTION audit_content_of(r audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.salt, r.payload::text, audit_plain(r.summary))
$$;
-- An action recorded before there were counts has none, and its hash covers none.
CREATE OR REPLACE FUNCTION audit_leaf_of(r audit_action) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.content_hash, VARIADIC ARRAY[
        r.id::text, r.organization_id::text, r.reach_id::text, r.actor_kind, r.actor_id::text,
        audit_plain(r.actor_name), audit_plain(r.actor_version), r.on_behalf_of::text, r.door,
        audit_plain(r.name), r.confidence::text, r.approval_id::text, r.outcome,
        audit_plain(r.target), r.correlation::text, r.causation_id::text, r.depth::text,
        r.resumes_id::text, r.undoes::text, extract(epoch FROM r.started_at)::text,
        extract(epoch FROM r.recorded_at)::text
    ] || CASE WHEN r.change_count IS NULL THEN '{}'::text[]
        ELSE ARRAY[r.change_count::text, r.event_count::text] END)
$$;
CREATE OR REPLACE FUNCTION audit_leaf_of(r audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT audit_hash(r.content_hash, r.id::text, r.organization_id::text, r.reach_id::text,
        r.action_id::text, audit_plain(r.name), audit_plain(r.target),
        extract(epoch FROM r.recorded_at)::text)
$$;
"""

COUNT = """
CREATE FUNCTION audit_count() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.change_count := (SELECT count(*) FROM audit_change WHERE action_id = NEW.id);
    NEW.event_count := coalesce(NEW.event_count, 0);
    RETURN NEW;
END $$;
-- Before `stamp`, which hashes it: triggers go by their names.
CREATE TRIGGER count_changes BEFORE INSERT ON audit_action
    FOR EACH ROW EXECUTE FUNCTION audit_count();
"""
SEAL = """
CREATE FUNCTION audit_seal(leaf_hash bytea, eraser bigint) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT audit_hash(leaf_hash, eraser::text) $$;
SELECT set_config('app.erasing', 'on', true);
UPDATE audit_action SET erasure_hash = audit_seal(leaf_hash, erased_in) WHERE erased_in > 0;
UPDATE audit_change SET erasure_hash = audit_seal(leaf_hash, erased_in) WHERE erased_in > 0;
UPDATE audit_event SET erasure_hash = audit_seal(leaf_hash, erased_in) WHERE erased_in > 0;
SELECT set_config('app.erasing', '', true);
"""
STAMP = """
CREATE OR REPLACE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.erased_in := NULL;
    NEW.erasure_hash := NULL;
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.content_hash := audit_content_of(NEW);
    NEW.leaf_hash := audit_leaf_of(NEW);
    RETURN NEW;
END $$;
"""
ERASE = """
CREATE OR REPLACE FUNCTION audit_erase(tables text[], row_ids bigint[], targets text[])
    RETURNS bigint
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
    UPDATE audit_change AS c SET before = NULL, after = NULL, salt = NULL, erased_in = eraser,
            erasure_hash = audit_seal(leaf_hash, eraser)
        FROM unnest(tables, row_ids) AS named(table_name, row_id)
        WHERE c.table_name = named.table_name AND c.row_id = named.row_id
          AND c.organization_id = current_org() AND c.erased_in IS NULL;
    GET DIAGNOSTICS erased = ROW_COUNT;
    UPDATE audit_event SET payload = '{}', summary = '', salt = NULL, erased_in = eraser,
            erasure_hash = audit_seal(leaf_hash, eraser)
        WHERE target = ANY(targets) AND organization_id = current_org() AND erased_in IS NULL;
    GET DIAGNOSTICS counted = ROW_COUNT;
    erased := erased + counted;
    UPDATE audit_action SET arguments = '{}', reason = '', verdict = NULL, error = NULL,
            summary = '', salt = NULL, erased_in = eraser,
            erasure_hash = audit_seal(leaf_hash, eraser)
        WHERE target = ANY(targets) AND organization_id = current_org() AND erased_in IS NULL;
    GET DIAGNOSTICS counted = ROW_COUNT;
    PERFORM set_config('app.erasing', '', true);
    RETURN erased + counted;
END $$;
"""

# One row per table: how many rows were looked at, and the first that does not hold. It looks past
# the wall, as a sweep does, and shows nothing but numbers.
VERIFY = """
CREATE OR REPLACE FUNCTION audit_verify(only_organization bigint)
    RETURNS TABLE (kind text, checked bigint, broken bigint, fault text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET extra_float_digits = 1 AS $$
    {tables}
$$;
"""
TABLE = """
    SELECT '{kind}', count(*), min(found.id) FILTER (WHERE found.fault IS NOT NULL),
        (array_agg(found.fault ORDER BY found.id) FILTER (WHERE found.fault IS NOT NULL))[1]
    FROM (
        SELECT r.id, CASE
            WHEN audit_leaf_of(r) IS DISTINCT FROM r.leaf_hash THEN 'skeleton'
            WHEN r.erased_in IS NULL AND (r.erasure_hash IS NOT NULL
                OR audit_content_of(r) IS DISTINCT FROM r.content_hash) THEN 'content'
            WHEN r.erased_in IS NOT NULL AND (r.salt IS NOT NULL OR NOT ({blank})) THEN 'remains'
            WHEN r.erased_in IS NOT NULL AND (
                audit_seal(r.leaf_hash, r.erased_in) IS DISTINCT FROM r.erasure_hash
                OR NOT EXISTS (
                    SELECT FROM audit_action AS eraser
                    WHERE eraser.id = r.erased_in AND eraser.outcome = 'done'
                        AND eraser.organization_id IS NOT DISTINCT FROM r.organization_id)
                ) THEN 'eraser'
            {belongs}
        END AS fault
        FROM audit_{kind} AS r {join}
        WHERE only_organization IS NULL OR r.organization_id = only_organization
    ) AS found
"""
OF_ACTION = {
    "belongs": "WHEN a.id IS NULL THEN 'orphan'",
    "join": "LEFT JOIN audit_action AS a ON a.id = r.action_id",
}
COUNTS = {
    "belongs": """
            WHEN coalesce(changes.found, 0) <> r.change_count
                OR coalesce(events.found, 0) <> r.event_count THEN 'count'""",
    "join": """
        LEFT JOIN (SELECT c.action_id, count(*) AS found FROM audit_change AS c
            GROUP BY c.action_id) AS changes ON changes.action_id = r.id
        LEFT JOIN (SELECT e.action_id, count(*) AS found FROM audit_event AS e
            GROUP BY e.action_id) AS events ON events.action_id = r.id""",
}
TABLES = [
    {
        "kind": "action",
        "blank": "r.arguments = '{}' AND r.reason = '' AND r.verdict IS NULL"
        " AND r.error IS NULL AND r.summary = ''",
        **COUNTS,
    },
    {"kind": "change", "blank": "r.before IS NULL AND r.after IS NULL", **OF_ACTION},
    {"kind": "event", "blank": "r.payload = '{}' AND r.summary = ''", **OF_ACTION},
]


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    tables = " UNION ALL ".join(TABLE.format(**table) for table in TABLES)
    for statement in [
        PLAIN.format(role=role),
        *(HASHES, COUNT, STAMP, SEAL, ERASE),
        VERIFY.format(tables=tables),
        "DROP FUNCTION audit_fault(bigint, boolean, boolean, bytea, bigint)",
    ]:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    """There is no way back: the hashes of what is recorded from here on cover the counts."""

    dependencies = [("audit", "0006_the_ledger_is_verified")]
    operations = [
        migrations.AddField(
            "Action",
            "change_count",
            models.IntegerField(
                null=True,
                help_text="Rows it changed, as the database counted; covered by its hash.",
            ),
        ),
        migrations.AddField(
            "Action", "event_count", models.IntegerField(null=True, help_text="Events it told.")
        ),
        migrations.AddField("Action", "erasure_hash", models.BinaryField(null=True)),
        migrations.AddField("Change", "erasure_hash", models.BinaryField(null=True)),
        migrations.AddField("Event", "erasure_hash", models.BinaryField(null=True)),
        migrations.RunPython(install),
    ]
