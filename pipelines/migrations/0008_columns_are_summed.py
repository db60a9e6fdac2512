"""What columns hold in all is kept in parts: a part for each change, written by triggers."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

from audit.tracking import Wall

# A statement that makes or removes many cards writes one part per stage and currency; a change of
# one card writes two, and none where neither stage, currency, value nor being there changed.
COUNT = """
CREATE FUNCTION pipelines_count_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pipelines_stagetotal (organization_id, stage_id, currency, cards, valued, cents)
    SELECT organization_id, stage_id, currency, count(*), count(value_cents),
        coalesce(sum(value_cents), 0)
    FROM made WHERE archived_at IS NULL GROUP BY organization_id, stage_id, currency;
    RETURN NULL;
END $$;
CREATE FUNCTION pipelines_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pipelines_stagetotal (organization_id, stage_id, currency, cards, valued, cents)
    SELECT organization_id, stage_id, currency, -count(*), -count(value_cents),
        -coalesce(sum(value_cents), 0)
    FROM removed WHERE archived_at IS NULL GROUP BY organization_id, stage_id, currency;
    RETURN NULL;
END $$;
CREATE FUNCTION pipelines_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pipelines_stagetotal (organization_id, stage_id, currency, cards, valued, cents)
    SELECT r.organization_id, r.stage_id, r.currency, r.sign, r.sign * (r.cents IS NOT NULL)::int,
        r.sign * coalesce(r.cents, 0)
    FROM (VALUES
        (OLD.organization_id, OLD.stage_id, OLD.currency, -1, OLD.value_cents, OLD.archived_at),
        (NEW.organization_id, NEW.stage_id, NEW.currency, 1, NEW.value_cents, NEW.archived_at)
    ) AS r (organization_id, stage_id, currency, sign, cents, archived_at)
    WHERE r.archived_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER count_made AFTER INSERT ON pipelines_position
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION pipelines_count_made();
CREATE TRIGGER count_removed AFTER DELETE ON pipelines_position
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION pipelines_count_removed();
CREATE TRIGGER count_changed AFTER UPDATE ON pipelines_position FOR EACH ROW
    WHEN ((OLD.stage_id, OLD.currency, OLD.value_cents, OLD.archived_at IS NULL)
        IS DISTINCT FROM (NEW.stage_id, NEW.currency, NEW.value_cents, NEW.archived_at IS NULL))
    EXECUTE FUNCTION pipelines_count_changed();
INSERT INTO pipelines_stagetotal (organization_id, stage_id, currency, cards, valued, cents)
    SELECT organization_id, stage_id, currency, count(*), count(value_cents),
        coalesce(sum(value_cents), 0)
    FROM pipelines_position WHERE archived_at IS NULL GROUP BY organization_id, stage_id, currency;
"""
UNCOUNT = """
DROP TRIGGER count_made ON pipelines_position;
DROP TRIGGER count_removed ON pipelines_position;
DROP TRIGGER count_changed ON pipelines_position;
DROP FUNCTION pipelines_count_made(), pipelines_count_removed(), pipelines_count_changed();
"""
# Runs as the owner, to look over every wall. Parts that another transaction folds are left to it;
# whoever reads meanwhile sees the parts, or what they came to.
FOLD = """
CREATE FUNCTION pipelines_fold_totals(most int) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH taken AS (
        SELECT t.id FROM public.pipelines_stagetotal t
        JOIN (
            SELECT stage_id, currency FROM public.pipelines_stagetotal
            GROUP BY stage_id, currency HAVING count(*) > 1
        ) several USING (stage_id, currency)
        ORDER BY t.id LIMIT most FOR UPDATE OF t SKIP LOCKED
    ), folded AS (
        DELETE FROM public.pipelines_stagetotal t USING taken WHERE t.id = taken.id
        RETURNING t.organization_id, t.stage_id, t.currency, t.cards, t.valued, t.cents
    ), kept AS (
        INSERT INTO public.pipelines_stagetotal
            (organization_id, stage_id, currency, cards, valued, cents)
        SELECT organization_id, stage_id, currency, sum(cards), sum(valued), sum(cents)
        FROM folded GROUP BY organization_id, stage_id, currency
    )
    SELECT count(*) FROM folded;
$$;
GRANT EXECUTE ON FUNCTION pipelines_fold_totals(int) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(FOLD.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION pipelines_fold_totals(int)")


class Migration(migrations.Migration):
    """No two moves wait for one row: each adds a part, and the clock folds them."""

    dependencies = [("pipelines", "0007_stays_know_what_followed")]
    operations = [
        migrations.CreateModel(
            name="StageTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("stage_id", models.BigIntegerField()),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "cards",
                    models.BigIntegerField(
                        help_text="On a board; fewer than none where some left."
                    ),
                ),
                ("valued", models.BigIntegerField(help_text="Those of them that have a value.")),
                (
                    "cents",
                    models.DecimalField(decimal_places=0, help_text="Minor units.", max_digits=30),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stage_id", "currency"], name="total_of_stage")],
            },
        ),
        Wall("StageTotal"),
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunPython(install, remove),
    ]
