"""Jobs of agents: given by people, done by the agent as itself, stopped by whoever may."""

from django.db import transaction

from agents.conversations import deciding, work
from agents.conversations.conversations import check_text
from agents.events import JobGiven, JobStopped, ModelTried
from agents.model_choices import choosing
from agents.models import Agent, Job, State
from audit import clock
from audit.actions import Refusal, command, record
from audit.actors import Actor
from audit.models import Outcome
from crm import refs
from crm.models import Organization
from crm.permissions import Permission, allows

PAUSED = "All agents are paused."
TRIAL = "Say in one short sentence who made you, and that you can be reached."


class NotForYou(Refusal):
    """Only people give agents jobs, and only those who may change things."""

    outcome = Outcome.DENIED


class CannotWork(Refusal):
    """This agent is switched off."""

    http = 409


@command
def give(agent: Agent, *, text: str, by: Actor, page: str = "") -> Job:
    """
    Ask an agent to do something; it does it as itself, on behalf of `by`.

    :param page: the reference of what it is about
    :raises NotForYou: if `by` is no person who may change things
    :raises CannotWork: if it, or every agent, is switched off
    :raises FieldError: if nothing is asked, or too much
    """
    membership_id = _check_person(by)
    organization = Organization.objects.visible_to(by).get()
    if agent.disabled_at or organization.agents_paused_at:
        raise CannotWork(f"{agent.name} is switched off." if agent.disabled_at else PAUSED)
    job = Job.objects.create(
        organization=organization,
        agent=agent,
        speaker_id=membership_id,
        said=check_text(text),
        page=page if refs.is_reference(page) else "",
        model=choosing.name_model(organization, agent),
    )
    record(
        JobGiven(agent_id=agent.pk, job_id=job.pk),
        on=agent,
        summary=f"{agent.name} was asked to do something",
    )
    transaction.on_commit(work.nudge, robust=True)
    return job


@command
def stop(job: Job, *, by: Actor) -> Job:
    """
    Stop what an agent is doing, and take back what waits; what was done can be undone.

    :raises NotForYou: if `by` neither gave the job nor runs the place
    """
    _check_person(by)
    job = Job.objects.select_for_update(of=["self"]).select_related("agent").get(pk=job.pk)
    if job.speaker_id != by.membership_id and not allows(by, Permission.CONFIGURE):
        raise NotForYou("Whoever asked for it can stop it, and managers can.")
    if job.ended_at is None and job.agent is not None:
        job.state, job.ended_at = State.CANCELLED, clock.real_now()
        job.holder = job.held_until = None
        job.save(update_fields=["state", "ended_at", "holder", "held_until"])
        deciding.withdraw(job)
        record(
            JobStopped(agent_id=job.agent.pk, job_id=job.pk),
            on=job.agent,
            summary=f"What {job.agent.name} was doing was stopped",
        )
    return job


@command
def try_model(*, by: Actor, agent: Agent | None = None) -> Job:
    """
    Have the model in force say something, to see that it is there, and what it costs.

    :raises NotForYou: if `by` does not run the place
    """
    membership_id = _check_person(by)
    if not allows(by, Permission.CONFIGURE):
        raise NotForYou("Managers and owners try models.")
    organization = Organization.objects.visible_to(by).get()
    job = Job.objects.create(
        organization=organization,
        agent=agent,
        speaker_id=membership_id,
        is_trial=True,
        said=TRIAL,
        model=choosing.name_model(organization, agent),
    )
    record(
        ModelTried(agent_id=agent.pk if agent else None, job_id=job.pk, model=job.model),
        on=agent or organization,
        summary=f"{job.model} was tried",
    )
    transaction.on_commit(work.nudge, robust=True)
    return job


def _check_person(by: Actor) -> int:
    """
    Return as which member somebody asks.

    :raises NotForYou: if it is no person who may change things
    """
    if by.membership_id is None or not allows(by, Permission.EDIT):
        raise NotForYou
    return by.membership_id
