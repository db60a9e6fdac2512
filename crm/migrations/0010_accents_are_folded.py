"""
Text is found without its accents: `jose` finds José; one or two letters find beginnings of words.

`unaccent` may change with its dictionary, so PostgreSQL takes it into no index by itself; the
function around it says that we take it as it is. It names all it calls by schema: an index is built
and read under any search path.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

from crm.models.folding import Fold

FOLD = """
CREATE FUNCTION crm_fold(given text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.lower({schema}.unaccent({dictionary}::pg_catalog.regdictionary, given))
$$;
"""
# What a text begins with that is found first, what it is to match, and what else will do. Trigrams
# find no one or two letters inside words, only where words begin. Of scripts that write words
# without blanks between, two signs may be a word: these are found anywhere, by going through all.
PATTERNS = r"""
CREATE FUNCTION crm_patterns(needle text) RETURNS text[]
    LANGUAGE sql STABLE STRICT AS $$
    SELECT CASE WHEN folded ~ '^[\x01-\x7f]{1,2}$'
        THEN ARRAY[plain || '%', plain || '%', '% ' || plain || '%']
        ELSE ARRAY[plain || '%', '%' || plain || '%', NULL] END
    FROM (SELECT public.crm_fold(needle) AS folded) AS read,
        LATERAL (SELECT replace(replace(replace(
            folded, '\', '\\'), '%', '\%'), '_', '\_') AS plain) AS escaped
$$;
"""
# Of very many hits an arbitrary part is put in order.
FIND = """
CREATE OR REPLACE FUNCTION {function}(needle text, at_most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    patterns text[] := crm_patterns(needle);
BEGIN
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, name FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND ({match})
            LIMIT 1000
         ) AS hit
         ORDER BY crm_fold(hit.name) LIKE $2 DESC, crm_fold(hit.name) COLLATE "C", hit.id LIMIT $5'
        USING current_org(), patterns[1], patterns[2], patterns[3], at_most;
END $$;
"""
CONTACTS = FIND.format(
    function="crm_find_contacts",
    table="crm_contact",
    match="crm_fold(name) LIKE $3 OR crm_fold(name) LIKE $4"
    " OR crm_fold(email) LIKE $3 OR crm_fold(email) LIKE $4",
)
COMPANIES = FIND.format(
    function="crm_find_companies",
    table="crm_company",
    match="crm_fold(name) LIKE $3 OR crm_fold(name) LIKE $4"
    " OR crm_fold(domain) LIKE $3 OR crm_fold(domain) LIKE $4",
)
UNFOLDED = """
CREATE OR REPLACE FUNCTION {function}(needle text, at_most int) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT hit.id FROM (
            SELECT id, name FROM {table}
            WHERE organization_id = $1 AND archived_at IS NULL
              AND ({match})
            LIMIT 1000
         ) AS hit
         ORDER BY lower(hit.name) LIKE $3 DESC, lower(hit.name) COLLATE "C", hit.id LIMIT $4'
        USING current_org(), '%' || lower(needle) || '%', lower(needle) || '%', at_most;
END $$;
"""
WERE = [
    UNFOLDED.format(
        function="crm_find_contacts",
        table="crm_contact",
        match="lower(name) LIKE $2 OR lower(email) LIKE $2",
    ),
    UNFOLDED.format(
        function="crm_find_companies",
        table="crm_company",
        match="lower(name) LIKE $2 OR domain LIKE $2",
    ),
]
TRIGRAMS = "gin_trgm_ops"


def install_fold(apps: Any, schema_editor: Any) -> None:
    """Make the function, with the schema that holds the extension's."""
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(nspname), quote_literal(quote_ident(nspname) || '.unaccent')"
            " FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
            " WHERE extname = 'unaccent'"
        )
        schema, dictionary = cursor.fetchone()
    schema_editor.execute(FOLD.format(schema=schema, dictionary=dictionary), None)
    schema_editor.execute(PATTERNS, None)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION crm_fold(text) TO {role}", None)
    _grant(schema_editor, f"{schema}.unaccent(regdictionary, text)")


def _grant(schema_editor: Any, function: str) -> None:
    """Let the serving role call a function of the extension's, where not everybody may already."""
    role = settings.DATABASES["default"]["USER"]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege(%s, %s, 'EXECUTE')", [role, function])
        if cursor.fetchone()[0]:
            return
    named = schema_editor.quote_name(role)
    schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {named}", None)


def remove_fold(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION crm_patterns(text)", None)
    schema_editor.execute("DROP FUNCTION crm_fold(text)", None)


def install_find(apps: Any, schema_editor: Any) -> None:
    for function in [CONTACTS, COMPANIES]:
        schema_editor.execute(function, None)


def remove_find(apps: Any, schema_editor: Any) -> None:
    for function in WERE:
        schema_editor.execute(function, None)


class Migration(migrations.Migration):
    dependencies = [("crm", "0009_who_has_many_addresses_is_found")]
    operations = [
        UnaccentExtension(),
        migrations.RunPython(install_fold, remove_fold),
        migrations.RemoveIndex("contact", "contact_search"),
        migrations.AddIndex(
            "contact",
            GinIndex(
                OpClass(Fold("name"), name=TRIGRAMS),
                OpClass(Fold("email"), name=TRIGRAMS),
                name="contact_search",
            ),
        ),
        migrations.RemoveIndex("company", "company_search"),
        migrations.AddIndex(
            "company",
            GinIndex(
                OpClass(Fold("name"), name=TRIGRAMS),
                OpClass(Fold("domain"), name=TRIGRAMS),
                name="company_search",
            ),
        ),
        migrations.RunPython(install_find, remove_find),
    ]
