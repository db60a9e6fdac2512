"""Who may act is captured, walled off by organization, and linked only inside it."""

from django.db import migrations

from audit.tracking import SameTenant, Track, Wall

WALLED = ["Agent", "AgentPipeline", "ToolSwitch", "Feedback", "Call", "Budget"]


class Migration(migrations.Migration):
    """
    Tokens have no wall: they are looked up before a tenant is known, and only digests are kept.

    Calls and budgets are not captured: they are the machine's own bookkeeping of each call, and the
    call itself is an action.
    """

    dependencies = [("agents", "0001_agents_and_tokens"), ("pipelines", "0002_laws")]
    operations = [
        Track("Agent"),
        Track("AgentPipeline", reach="pipeline_id"),
        Track("Token", secret=["digest"], derived=["last_used_at"]),
        Track("ToolSwitch"),
        Track("Feedback", reach="reach_id"),
        *(Wall(model) for model in WALLED),
        SameTenant("Agent", "owner"),
        SameTenant("AgentPipeline", "agent", "pipeline"),
        SameTenant("Token", "agent", "membership"),
        SameTenant("Budget", "agent"),
    ]
