"""
Kill switches: for an organization's agents, for one agent, for one tool.

Each waits for the calls under way to end and holds off new ones while it is set; every call reads
them in its own transaction. So nothing is done after a switch was set.
"""

from datetime import datetime

from django.db import models

from agents.catalogue import registry
from agents.events import SwitchedOff, SwitchedOn
from agents.models import Agent, ToolSwitch
from audit import clock
from audit.actions import action, record
from audit.actors import Actor
from crm import emails
from crm.models import Organization


def pause_agents(organization: Organization, *, by: Actor, reason: str = "") -> None:
    """Stop every agent of `organization`."""
    _set_pause(organization, clock.real_now(), "were paused", by, reason)


def resume_agents(organization: Organization, *, by: Actor, reason: str = "") -> None:
    """Let the agents of `organization` act again."""
    _set_pause(organization, None, "may go on", by, reason)


def disable(agent: Agent, *, by: Actor, reason: str = "") -> None:
    """Stop one agent; its e-mails that are held are called back."""
    _set_agent(agent, clock.real_now(), "was switched off", by, reason)


def enable(agent: Agent, *, by: Actor, reason: str = "") -> None:
    """Let one agent act again."""
    _set_agent(agent, None, "was switched on", by, reason)


def turn_off(tool: str, *, by: Actor, reason: str = "") -> ToolSwitch:
    """
    Stop one tool for everybody.

    :raises registry.NoSuchTool: if there is no such tool
    """
    return _set_tool(registry.get(tool).name, clock.real_now(), "was switched off", by, reason)


def turn_on(tool: str, *, by: Actor, reason: str = "") -> ToolSwitch:
    """Let one tool be used again."""
    return _set_tool(tool, None, "was switched on", by, reason)


def _set_pause(
    organization: Organization, since: datetime | None, said: str, by: Actor, reason: str
) -> None:
    with action(
        "switches.agents", by=by, target=organization, alone=True, reason=reason
    ) as switching:
        organization.agents_paused_at = since
        organization.save(update_fields=["agents_paused_at"])
        _tell(organization, organization.ref, since)
        switching.summary = f"The agents of {organization.name} {said}"


def _set_agent(agent: Agent, since: datetime | None, said: str, by: Actor, reason: str) -> None:
    with action("switches.agent", by=by, target=agent, alone=True, reason=reason) as switching:
        agent.disabled_at = since
        agent.save(update_fields=["disabled_at"])
        _tell(agent, agent.ref, since)
        if since is not None:
            emails.recall_all(sent_by=agent.ref, by=by)
        switching.summary = f"{agent.name} {said}"


def _set_tool(tool: str, since: datetime | None, said: str, by: Actor, reason: str) -> ToolSwitch:
    with action(
        "switches.tool", by=by, arguments={"tool": tool}, alone=True, reason=reason
    ) as switching:
        switch, _ = ToolSwitch.objects.update_or_create(
            organization=Organization.objects.get(pk=by.tenant_id),
            tool=tool,
            defaults={"off_at": since, "because": reason[:300]},
            create_defaults={"off_at": since, "because": reason[:300], "created_by": by.ref},
        )
        switching.aim(switch)
        _tell(switch, tool, since)
        switching.summary = f"{tool} {said}"
    return switch


def _tell(row: models.Model, switch: str, since: datetime | None) -> None:
    record(SwitchedOn(switch=switch) if since is None else SwitchedOff(switch=switch), on=row)
