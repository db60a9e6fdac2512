"""Agents: who they are and what they may use. Only people change them; no tool can."""

from collections.abc import Iterable
from typing import Any

from agents import personas, registry
from agents.models import Agent, AgentPipeline
from audit.actions import command
from audit.actors import Actor
from crm.models import Membership
from pipelines.models import Pipeline


@command
def create(
    name: str,
    *,
    persona: str,
    by: Actor,
    tools: Iterable[str] = (),
    pipelines: Iterable[Pipeline] = (),
    owner: Membership | None = None,
    **settings: Any,
) -> Agent:
    """
    Create an agent that plays `persona`.

    :param tools: the only tools it may use; none named: its persona's
    :param pipelines: the only pipelines it may reach; none named: all that are open
    :param settings: version, learning_mode, calls_per_minute, writes_per_hour
    :raises personas.NoSuchPersona: if there is no such persona
    :raises registry.NoSuchTool: if one of the tools does not exist
    """
    agent = Agent.objects.create(
        organization_id=by.organization_id,
        name=name.strip(),
        persona=personas.get(persona).key,
        scope=registry.check_names(tools),
        owner=owner,
        created_by=by.ref,
        **settings,
    )
    limit(agent, to=pipelines, by=by)
    return agent


@command
def limit(agent: Agent, *, to: Iterable[Pipeline], by: Actor) -> Agent:
    """Let `agent` reach only these pipelines; none named lifts the limit."""
    wanted = {pipeline.pk for pipeline in to}
    agent.limits.exclude(pipeline_id__in=wanted).delete()
    present = set(agent.limits.values_list("pipeline_id", flat=True))
    AgentPipeline.objects.bulk_create(
        AgentPipeline(
            organization_id=agent.organization_id,
            agent=agent,
            pipeline_id=each,
            created_by=by.ref,
        )
        for each in sorted(wanted - present)
    )
    return agent
