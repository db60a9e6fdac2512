"""Workflows are captured, walled off by organization, and linked only inside it."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall


class Migration(migrations.Migration):
    """A workflow's pipeline is its reach, and that of its versions: closed where that is."""

    dependencies = [("agents", "0005_workflows"), ("pipelines", "0002_laws")]
    operations = [
        Track("Workflow", reach="pipeline_id"),
        Track("WorkflowVersion", reach="reach_id"),
        Wall("Workflow"),
        Wall("WorkflowVersion"),
        SameTenant("Workflow", "pipeline"),
        SameTenant("WorkflowVersion", "workflow"),
    ]
