"""Policies and approvals are captured, walled off by organization, and linked only inside it."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall


class Migration(migrations.Migration):
    """A row's pipeline is its reach: where that is closed, so is its history."""

    dependencies = [
        ("approvals", "0001_policies_and_approvals"),
        ("pipelines", "0002_laws"),
        ("crm", "0002_laws"),
    ]
    operations = [
        Track("Policy", reach="pipeline_id"),
        Track("Approval", reach="reach_id"),
        Wall("Policy"),
        Wall("Approval"),
        SameTenant("Policy", "pipeline", "stage", "decides_member"),
        SameTenant("Approval", "decides_member"),
    ]
