"""Agents: who they are and what they may use. Only people change them; no tool can."""

from collections.abc import Iterable, Mapping
from typing import Any

from agents import personas
from agents.catalogue import registry
from agents.models import Agent, AgentPipeline
from audit.actions import Refusal, command
from audit.actors import Actor, ActorKind
from audit.models import Outcome
from crm import fields, refs
from crm.fields import FieldError
from crm.models import Membership
from pipelines.models import Pipeline

EDITABLE = frozenset(
    {
        *("name", "persona", "version", "scope", "owner"),
        *("learning_mode", "calls_per_minute", "writes_per_hour", "records_per_day"),
        *("spend_cents_per_day", "spend_cents_per_month"),
    }
)


class OnlyPeople(Refusal):
    """Only people say what agents may do."""

    outcome = Outcome.DENIED


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
    :param settings: version, learning_mode, and how much it may do: calls_per_minute,
        writes_per_hour, records_per_day, spend_cents_per_day, spend_cents_per_month
    :raises personas.NoSuchPersona: if there is no such persona
    :raises registry.NoSuchTool: if one of the tools does not exist
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _check_person(by)
    agent = Agent(organization_id=by.tenant_id, created_by=by.ref)
    given = {"name": name, "persona": persona, "scope": list(tools), "owner": owner, **settings}
    _assign(agent, given)
    agent.save(force_insert=True)
    limit(agent, to=pipelines, by=by)
    return agent


@command
def update(agent: Agent, *, changes: Mapping[str, Any], by: Actor, reason: str = "") -> Agent:
    """
    Change what an agent is or may do; turning it off and on is a switch's.

    :param changes: any of `EDITABLE`
    :raises FieldError: names every field that is unknown or whose value does not fit
    """
    _check_person(by)
    agent = refs.lock(agent)
    _assign(agent, changes)
    agent.save(update_fields=list(changes))
    return agent


@command
def limit(agent: Agent, *, to: Iterable[Pipeline], by: Actor, reason: str = "") -> Agent:
    """Let `agent` reach only these pipelines; none named lifts the limit."""
    _check_person(by)
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


def _assign(agent: Agent, changes: Mapping[str, Any]) -> None:
    for name, value in fields.clean(Agent, changes, allowed=EDITABLE).items():
        setattr(agent, name, value)
    agent.name = agent.name.strip()
    if not agent.name:
        raise FieldError({"name": "An agent needs a name."})
    if agent.calls_per_minute < 1:
        raise FieldError({"calls_per_minute": "At least 1."})
    same = Agent.objects.filter(organization_id=agent.organization_id, name=agent.name)
    if same.exclude(pk=agent.pk).exists():
        raise FieldError({"name": f"There is an agent {agent.name} already."})
    personas.get(agent.persona)
    agent.scope = registry.check_names(agent.scope)


def _check_person(by: Actor) -> None:
    """:raises OnlyPeople: if `by` is an agent or acts for one; the product itself may set up"""
    if by.kind not in (ActorKind.PERSON, ActorKind.SYSTEM):
        raise OnlyPeople
