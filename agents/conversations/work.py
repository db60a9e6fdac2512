"""
Jobs as workers take them up: held by one at a time, each step kept as it happens.

A hold ends by itself, so that what a killed worker had in hand is taken up by another, where the
steps end. Whoever lost its hold can keep nothing more.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection

from agents.conversations.models import UNDER_WAY
from agents.models import Job, State, Step
from audit import clock, nudges
from audit.actions import tenant

TASK = "agents.tasks.advance_jobs"
MOST_ATTEMPTS = 5  # workers that may end at one step of a job before it is given up


class NoLongerHeld(Exception):
    """Another worker has the job by now, or somebody stopped it."""


def nudge() -> None:
    """Have a worker look for jobs soon."""
    nudges.nudge(TASK)


def find_due(limit: int = 20) -> list[tuple[int, int]]:
    """Return organization and id of jobs nobody holds, the oldest first, of every organization."""
    with connection.cursor() as cursor:
        cursor.execute("select organization_id, job_id from agents_due_jobs(%s::int)", [limit])
        return [(int(organization), int(job)) for organization, job in cursor.fetchall()]


def take(organization_id: int, job_id: int) -> Job | None:
    """Hold a job for a while; None if another worker does, or there is nothing left to do."""
    with tenant(organization_id):
        free = Job.objects.filter(pk=job_id, state__in=UNDER_WAY)
        free = free.select_related("conversation", "agent", "organization")
        job = free.select_for_update(skip_locked=True, of=["self"]).first()
        if job is None or (job.held_until is not None and job.held_until > clock.real_now()):
            return None
        job.attempts += job.state == State.RUNNING
        job.state, job.holder = State.RUNNING, uuid4()
        job.held_until = clock.real_now() + _hold_for()
        job.save(update_fields=["state", "attempts", "holder", "held_until"])
        return job


def add(job: Job, **step: Any) -> Step:
    """
    Keep a step of a job that is held, and hold on to it.

    :raises NoLongerHeld: if it is not held any more
    """
    with tenant(job.organization_id):
        hold_on(job)
        Job.objects.filter(pk=job.pk, attempts__gt=0).update(attempts=0)
        return append(job, **step)


def append(job: Job, **step: Any) -> Step:
    """Keep a step of a job whose row is locked, or held."""
    number = job.steps.count() + 1
    return Step.objects.create(organization_id=job.organization_id, job=job, number=number, **step)


def write(job: Job, partial: str) -> None:
    """Keep what of an answer is there so far, for whoever waits for it."""
    with tenant(job.organization_id):
        mine = Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING)
        mine.update(partial=partial)


def end(job: Job, state: State, *, error: str = "") -> None:
    """Let go of a job that has ended."""
    _let_go(job, state=state, error=error[:500], ended_at=clock.real_now())


def ask(job: Job, asked: list[dict[str, Any]]) -> None:
    """Let go of a job until its speaker has confirmed what is `asked`, or not."""
    _let_go(job, state=State.ASKS, asked=asked)


def wait(job: Job) -> None:
    """Let go of a job until something it asked for is decided."""
    _let_go(job, state=State.WAITS)


def requeue(job: Job) -> None:
    """Have a worker go on with a job that waited, and whose row is locked."""
    job.state, job.attempts = State.QUEUED, 0
    job.save(update_fields=["state", "attempts"])


def _let_go(job: Job, **values: Any) -> None:
    with tenant(job.organization_id):
        mine = Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING)
        mine.update(partial="", holder=None, held_until=None, **values)


def find_steps(job: Job) -> list[Step]:
    """Return a job's steps in their order."""
    with tenant(job.organization_id):
        return list(job.steps.order_by("number"))


def find_open_calls(job: Job, steps: Sequence[Step] | None = None) -> list[dict[str, Any]]:
    """Return the calls that the model wants and that have no answer yet, in its order."""
    known = find_steps(job) if steps is None else steps
    answered = {step.call_id for step in known if step.is_call}
    return [call for call in _wanted(known) if call["id"] not in answered]


def _wanted(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [call for step in steps if step.is_thought for call in step.calls]


def hold_on(job: Job) -> None:
    """
    Hold a job for longer.

    :raises NoLongerHeld: if it is not held any more
    """
    until = clock.real_now() + _hold_for()
    with tenant(job.organization_id):
        mine = Job.objects.filter(pk=job.pk, holder=job.holder, state=State.RUNNING)
        held = mine.update(held_until=until)
    if not held:
        raise NoLongerHeld(job.ref)


def _hold_for() -> timedelta:
    return timedelta(seconds=settings.JOB_HOLD_SECONDS)
