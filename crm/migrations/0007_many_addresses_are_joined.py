"""Looking for many other e-mail addresses at once reads the few contacts that have any."""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION crm_contacts_by_other_email(emails text[]) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
"""
# The index answers a few addresses; of thousands it would compare each with every contact's.
BY_INDEX = """
    RETURN QUERY EXECUTE
        'SELECT id FROM crm_contact
         WHERE organization_id = $1 AND other_emails && $2::varchar[]'
        USING current_org(), emails;
"""
TAIL = "END $$;"
BOTH = f"""
    IF cardinality(emails) > 20 THEN
        RETURN QUERY EXECUTE
            'SELECT DISTINCT c.id FROM crm_contact c, unnest(c.other_emails) AS other
             WHERE c.organization_id = $1 AND c.other_emails <> ''{{}}''
               AND other IN (SELECT unnest($2))'
            USING current_org(), emails;
        RETURN;
    END IF;
    {BY_INDEX}
"""


class Migration(migrations.Migration):
    """An import asks for a chunk's addresses in one go."""

    dependencies = [("crm", "0006_imports_under_the_laws")]
    operations = [migrations.RunSQL(HEAD + BOTH + TAIL, HEAD + BY_INDEX + TAIL)]
