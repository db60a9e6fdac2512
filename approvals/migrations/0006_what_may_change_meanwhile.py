"""A confirmation names what was shown; what is granted may be held; an end says who withdrew."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION approval_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
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
                              'shown', 'facts', 'digest'{waiting}];
    END IF;{granted}
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
"""
GRANTED = """
    IF OLD.status = 'granted' THEN
        free := free || ARRAY['held_by', 'held_until', 'expires_at'];
    END IF;"""
FORWARD = FUNCTION.replace("{waiting}", ", 'confirm_digest', 'withdrawn_by'").replace(
    "{granted}", GRANTED
)
BACK = FUNCTION.replace("{waiting}", "").replace("{granted}", "")


class Migration(migrations.Migration):
    """What may still change of an approval that waits, and of one that is granted."""

    dependencies = [("approvals", "0005_confirmed_as_shown_held_and_withdrawn")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
