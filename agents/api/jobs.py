"""Agents' jobs over HTTP: people give them, watch them and stop them."""

from typing import Annotated, Any

from pydantic import Field
from rest_framework.response import Response

from agents import jobs
from agents.api import doors, pages
from agents.api.doors import Asked, Body, JsonView, let_in
from agents.api.operations import AFTER, number, operation, ref
from agents.api.shapes import JobShown, JobsPage
from agents.conversations import conversations, receipts
from agents.models import Agent, Job
from audit.actors import Actor
from crm import refs
from crm.permissions import Permission

AGENT = {"agent": ref("agent", "The agent.")}
JOB = {**AGENT, "job": number("The job.", minimum=1)}


class GiveBody(Body):
    """What an agent is to do, and what it is about."""

    text: Annotated[str, Field(pattern=r"\S", max_length=conversations.LONGEST)]
    page: Annotated[str, Field(max_length=80)] = ""


class JobsView(JsonView):
    """What an agent was asked to do."""

    @operation("agent_jobs_list", answers=JobsPage, path=AGENT, after=AFTER)
    @let_in(people=True)
    def get(self, request: Asked, agent: int) -> Response:
        """List an agent's jobs, the latest first: one's own, and all for managers."""
        query = doors.read_query(request, after=doors.as_id)
        rows = _find_jobs(find(agent, by=request.actor), by=request.actor)
        by = request.actor
        return pages.answer(rows, after=query.get("after"), show=lambda found: show(found, by=by))

    @operation(
        "agent_jobs_give",
        request=GiveBody,
        answers=JobShown,
        success=201,
        fails=(409,),
        path=AGENT,
    )
    @let_in(Permission.EDIT, people=True)
    def post(self, request: Asked, agent: int) -> Response:
        """Ask an agent to do something; it does so as itself, by and by."""
        body = doors.read(request, GiveBody)
        found = find(agent, by=request.actor)
        job = jobs.give(found, text=body.text, page=body.page, by=request.actor)
        return Response(show([job], by=request.actor)[0], status=201)


class JobView(JsonView):
    """One job of an agent."""

    @operation("agent_jobs_read", answers=JobShown, path=JOB)
    @let_in(people=True)
    def get(self, request: Asked, agent: int, job: int) -> Response:
        """Return a job, how far it is and what it has come to."""
        return Response(show([find_job(agent, job, by=request.actor)], by=request.actor)[0])


class StopView(JsonView):
    """The end of a job."""

    @operation("agent_jobs_stop", answers=JobShown, path=JOB)
    @let_in(Permission.EDIT, people=True)
    def post(self, request: Asked, agent: int, job: int) -> Response:
        """Stop a job; what was done stays done."""
        stopped = jobs.stop(find_job(agent, job, by=request.actor), by=request.actor)
        return Response(show([stopped], by=request.actor)[0])


def find(number: int, *, by: Actor) -> Agent:
    """:raises refs.NotFound: if there is none in the organization"""
    found = Agent.objects.visible_to(by).filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no agent:{number}.")
    return found


def find_job(agent: int, number: int, *, by: Actor) -> Job:
    """:raises refs.NotFound: if there is none that `by` may know of"""
    found = _find_jobs(find(agent, by=by), by=by).filter(pk=number).first()
    if found is None:
        raise refs.NotFound(f"There is no job {number} of agent:{agent}.")
    return found


def _find_jobs(agent: Agent, *, by: Actor) -> Any:
    rows = Job.objects.visible_to(by).filter(agent=agent, is_trial=False)
    return rows.select_related("agent", "speaker").prefetch_related("steps")


def show(found: list[Job], *, by: Actor) -> list[dict[str, Any]]:
    """Return jobs as the API answers them."""
    turns = receipts.answer_all(found, by=by)
    return [_show(job, turn) for job, turn in zip(found, turns, strict=True)]


def _show(job: Job, turn: dict[str, Any]) -> dict[str, Any]:
    steps = job.steps.all()
    return {
        "job": job.pk,
        "agent": f"agent:{job.agent_id}",
        "asked_by": f"person:{job.speaker.user_id}",
        "about": job.page or None,
        "model": job.model,
        "tokens": sum(step.tokens_in + step.tokens_out for step in steps),
        "cost_cents": float(sum(step.cost_cents for step in steps)),
        "created_at": job.created_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        **{name: turn[name] for name in ("state", "said", "reply", "steps", "receipt")},
    }
