"""What was asked never changes, a decision is made once, and an end is an end."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION approval_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['status', 'ended_because', 'used_in_id', 'lifted_at', 'lifted_by_id',
                         'decides_member_id', 'updated_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'approval % cannot be deleted', OLD.id USING ERRCODE = 'WH003';
    END IF;
    IF OLD.status = 'waiting' THEN
        free := free || ARRAY['expires_at', 'decision', 'decided_by_id', 'decided_at', 'note',
                              'arguments_as_decided', 'confirm_asked_at', 'confirmed_at',
                              'shown', 'facts', 'digest'];
    END IF;
    IF to_jsonb(OLD) - free <> to_jsonb(NEW) - free THEN
        RAISE EXCEPTION 'what approval % was asked or decided stands', OLD.id
            USING ERRCODE = 'WH003';
    END IF;
    IF OLD.status <> NEW.status AND NOT (
        OLD.status = 'waiting' AND NEW.status <> 'used'
        OR OLD.status = 'granted' AND NEW.status IN ('used', 'expired', 'stale')
    ) THEN
        RAISE EXCEPTION 'approval % is % and cannot become %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'WH003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goes_forward BEFORE UPDATE OR DELETE ON approvals_approval FOR EACH ROW
    WHEN (current_setting('app.erasing', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION approval_goes_forward();
"""
BACK = """
DROP TRIGGER goes_forward ON approvals_approval;
DROP FUNCTION approval_goes_forward();
"""


class Migration(migrations.Migration):
    """In the database, so that neither an undo nor raw SQL makes a used approval usable again."""

    dependencies = [("approvals", "0002_laws")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
