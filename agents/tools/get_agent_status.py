"""Look at what an agent may do at present, and what stops it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from agents.calls import admission, budgets
from agents.catalogue.arguments import BadArguments, Ref
from agents.catalogue.context import Context
from agents.catalogue.registry import tool
from agents.catalogue.untrusted import OwnName
from agents.models import Agent, ToolSwitch
from approvals import learning
from approvals.models import Approval
from approvals.proposals import Effect
from audit.actors import Actor, ActorKind, Door
from crm.permissions import Permission
from crm.refs import NotFound
from pipelines.models import Pipeline


class Lessons(BaseModel):
    """How people decided on an agent's latest calls of one tool; `approved` is without an edit."""

    tool: str
    decided: int
    approved: int
    learnt: bool


class AgentStatus(BaseModel):
    """
    An agent at present. `stopped_by` names each switch that is off; `calls_left` is of this minute,
    `writes_left` of this hour, `records_left` of this day; `pipelines` is null where it may reach
    all of them. Money is in minor units; days and months are those of UTC.
    """

    agent: str
    name: OwnName
    persona: str
    owner: OwnName | None
    stopped_by: list[OwnName]
    learning: bool
    lessons: list[Lessons]
    learnt_when: str
    tools: list[str]
    tools_off: list[str]
    pipelines: list[str] | None
    calls_left: int
    calls_again_at: datetime
    writes_left: int
    writes_again_at: datetime
    records_left: int
    records_again_at: datetime
    spend_left_cents: int
    spend_again_at: datetime
    spent_today_cents: float
    spent_this_month_cents: float
    currency: str
    waiting: int


@tool(effect=Effect.READ, needs=Permission.SEE, example={"agent": "agent:2"})
def get_agent_status(
    context: Context,
    *,
    agent: Annotated[
        Ref[Agent], Field(description="Which one; an agent asks of itself and names none.")
    ]
    | None = None,
) -> AgentStatus:
    """
    Look at what an agent may do at present: budgets left, tools and pipelines, whether it is still
    learning, what it asked that waits, and what is switched off.
    """
    found = find_agent(context, agent)
    actor = Actor(
        kind=ActorKind.AGENT,
        id=found.pk,
        name=found.name,
        organization_id=found.organization_id,
        door=Door.API,
    )
    caller = admission.admit(actor, check=False)
    left, tools = budgets.find_left(found), sorted(caller.tools or ())
    off = ToolSwitch.objects.visible_to(context.by).filter(off_at__isnull=False)
    boards = Pipeline.objects.visible_to(context.by).order_by("pk")
    limits = caller.actor.pipelines
    return AgentStatus(
        agent=found.ref,
        name=found.name,
        persona=found.persona,
        owner=str(found.owner.user) if found.owner else None,
        stopped_by=_find_switches(context, found),
        learning=found.learning_mode,
        lessons=_find_lessons(caller.actor, tools) if found.learning_mode else [],
        learnt_when=f"{learning.AGREED} of the latest {learning.LESSONS} approved as they were",
        tools=tools,
        tools_off=[tool for tool in off.values_list("tool", flat=True) if tool in tools],
        pipelines=None if limits is None else [row.ref for row in boards if row.pk in limits],
        calls_left=left.calls,
        calls_again_at=left.calls_again_at,
        writes_left=left.writes,
        writes_again_at=left.writes_again_at,
        records_left=left.records,
        records_again_at=left.records_again_at,
        spend_left_cents=left.spend_cents,
        spend_again_at=left.spend_again_at,
        spent_today_cents=float(left.spent_today_cents),
        spent_this_month_cents=float(left.spent_this_month_cents),
        currency=context.organization.currency,
        waiting=Approval.objects.visible_to(context.by).asked_by(actor).waiting().count(),
    )


def find_agent(context: Context, named: Ref[Agent] | None) -> Agent:
    """
    Return the agent that is asked of: itself, where an agent asks.

    :raises NotFound: if there is none, or an agent asks of another
    :raises BadArguments: if a person names none
    """
    if context.by.is_person:
        if named is None:
            agents = Agent.objects.visible_to(context.by).order_by("pk")[:10]
            there = ", ".join(f"{each.ref} {each.name}" for each in agents) or "none"
            raise BadArguments(context.tool, {"agent": f"is missing; there are {there}"})
        return context.find(named)
    if named is not None and named.id != context.by.id:
        raise NotFound(f"There is no {named}.", ref=str(named))
    return Agent.objects.visible_to(context.by).get(pk=context.by.id or 0)


def _find_switches(context: Context, agent: Agent) -> list[str]:
    off = []
    if context.organization.agents_paused_at is not None:
        off.append(f"The agents of {context.organization.name} are paused.")
    if agent.disabled_at is not None:
        off.append(f"{agent.name} is switched off.")
    stopped = Pipeline.objects.visible_to(context.by).in_use().filter(ai_enabled=False)
    off += [f"Agents are kept off {each.name}." for each in stopped.order_by("pk")]
    return off


def _find_lessons(agent: Actor, tools: list[str]) -> list[Lessons]:
    """Return what people decided so far, of the tools they decided on."""
    asked = Approval.objects.asked_by(agent).filter(tool__in=tools).exclude(decision="")
    lessons = []
    for name in sorted(set(asked.values_list("tool", flat=True))):
        latest = learning.find_lessons(agent, tool=name)
        lessons.append(
            Lessons(
                tool=name,
                decided=len(latest),
                approved=latest.count("granted"),
                learnt=learning.has_graduated(agent, tool=name),
            )
        )
    return lessons
