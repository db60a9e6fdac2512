"""Counts of large boards are kept, behind the wall; the clock finds such boards across tenants."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

from audit.tracking import Wall

# Runs as the owner, to look over every wall; it returns ids only.
LARGE = """
CREATE FUNCTION pipelines_large(at_least bigint)
    RETURNS TABLE (organization bigint, pipeline bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.organization_id, s.pipeline_id
    FROM public.pipelines_stagetotal t JOIN public.pipelines_stage s ON s.id = t.stage_id
    GROUP BY s.organization_id, s.pipeline_id HAVING sum(t.cards) >= at_least
    ORDER BY s.pipeline_id
$$;
GRANT EXECUTE ON FUNCTION pipelines_large(bigint) TO {role};
"""


def install(apps: Any, schema_editor: Any) -> None:
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    schema_editor.execute(LARGE.format(role=role), None)


def remove(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP FUNCTION pipelines_large(bigint)")


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0008_columns_are_summed")]
    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organization_id", models.BigIntegerField()),
                ("pipeline_id", models.BigIntegerField()),
                (
                    "what",
                    models.CharField(choices=[("flow", "Flow"), ("risks", "Risks")], max_length=5),
                ),
                ("as_of", models.DateTimeField(help_text="Business time of the count.")),
                ("kept_at", models.DateTimeField(help_text="Real time.")),
                ("counts", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pipeline_id", "what"), name="counted_once")
                ],
            },
        ),
        Wall("Counted"),
        migrations.RunPython(install, remove),
    ]
