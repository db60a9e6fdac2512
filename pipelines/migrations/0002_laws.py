"""Where they stand is captured, walled off by organization, and linked only inside it."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall

INSIDE = ["Stage", "Criterion", "Position", "StageVisit", "Attestation"]


class Migration(migrations.Migration):
    """A row's pipeline is its reach: where that is closed, so is its history."""

    dependencies = [("pipelines", "0001_pipelines_and_positions"), ("crm", "0002_laws")]
    operations = [
        Track("Pipeline", reach="id"),
        Track("PipelineUserObjectPermission", organization="", reach="content_object_id"),
        *(Track(model, reach="pipeline_id") for model in INSIDE),
        *(Wall(model) for model in ["Pipeline", *INSIDE]),
        SameTenant("Stage", "pipeline"),
        SameTenant("Criterion", "pipeline", "stage"),
        SameTenant(
            "Position", "contact", "pipeline", "stage", "previous_stage", "suggested_stage", "owner"
        ),
        SameTenant("StageVisit", "pipeline", "position", "stage"),
        SameTenant("Attestation", "pipeline", "position", "criterion"),
    ]
