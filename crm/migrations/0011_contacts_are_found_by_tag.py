"""Contacts are found by tag, whatever its case and accents, by an index."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from crm.models.folding import FoldEach

FOLD = """
CREATE FUNCTION crm_fold_each(given text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN given = '{}' THEN given
        ELSE ARRAY(SELECT public.crm_fold(each) FROM unnest(given) AS each) END
$$;
"""
# Operators on arrays are not leakproof: under row security their index goes unused.
FIND = """
CREATE FUNCTION crm_contacts_by_tag(tag text) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT id FROM crm_contact
         WHERE organization_id = $1 AND archived_at IS NULL
           AND crm_fold_each(tags::text[]) @> ARRAY[crm_fold($2)]'
        USING current_org(), tag;
END $$;
"""


def install_fold(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FOLD, None)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION crm_fold_each(text[]) TO {role}", None)


def remove_fold(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION crm_fold_each(text[])", None)


def install_find(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FIND, None)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION crm_contacts_by_tag(text) TO {role}", None)


def remove_find(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION crm_contacts_by_tag(text)", None)


class Migration(migrations.Migration):
    dependencies = [("crm", "0010_accents_are_folded")]
    operations = [
        migrations.RunPython(install_fold, remove_fold),
        migrations.AddIndex("contact", GinIndex(FoldEach("tags"), name="contact_by_tag")),
        migrations.RunPython(install_find, remove_find),
    ]
