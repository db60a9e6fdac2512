"""Killed at every step, a job of ten steps goes on with another worker, and does nothing twice."""

import os
import random
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections

from agents import agents, jobs
from agents.models import Job, Step
from audit.actions import tenant
from audit.actors import Door, system
from audit.models import Action
from crm import people
from crm.models import Role, Task
from tests.conversations import stub as stubs
from tests.conversations.stub import Reply, calls, says

pytestmark = pytest.mark.slow

STEPS = 10  # calls; with what the model thinks before each and at the end, 21 steps
MOST_WORKERS = 60


def answer(asked) -> Reply:
    """Want the task after those the ledger has answered for, whatever was lost."""
    done = sum(message["role"] == "tool" for message in asked["messages"])
    if done == STEPS:
        return says("All ten are there.")
    return calls("create_task", title=f"Task {done}", _reason="Asked for.", _confidence=1)


@pytest.fixture
def job(committed) -> Job:
    acme = people.create_organization("Acme", by=system(None))
    joined = people.add_member(
        acme, email="ada@acme.example", name="Ada", role=Role.OWNER, by=system(acme.pk)
    )
    ada = people.actor_of(joined, door=Door.BOARD)
    sally = agents.create("Sally", persona="sales", learning_mode=False, by=ada)
    return jobs.give(sally, text="Set up ten tasks", by=ada)


def work(database: str, address: str, statements: int) -> subprocess.CompletedProcess[str]:
    """Have a worker of its own go on, until it kills itself or has nothing left to do."""
    at = connections["default"].settings_dict
    where = f"{quote(str(at['HOST']), safe='')}" + (f":{at['PORT']}" if at.get("PORT") else "")
    password = f":{quote(at['PASSWORD'])}" if at.get("PASSWORD") else ""
    return subprocess.run(
        [sys.executable, "-m", "tests.conversations.working", str(statements)],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"postgres://{at['USER']}{password}@{where}/{database}",
            "OPENAI_API_BASE": address,
            "OPENAI_API_KEY": "sk-nothing",
            "WHEELHOUSE_MODEL": "openai/stub",
            "JOB_HOLD_SECONDS": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_worker_is_killed_at_every_step_and_nothing_is_done_twice(committed, job):
    chance = random.Random(7)
    killed = 0
    with stubs.serve() as (stub, address):
        stub.answer = answer
        with tenant(job.organization_id):
            Job.objects.update(model="openai/stub")
        for _ in range(MOST_WORKERS):
            ended = work(committed, address, chance.randrange(25))
            if ended.returncode != -signal.SIGKILL:
                break
            killed += 1

    assert (ended.returncode, "nothing left" in ended.stdout) == (0, True), ended.stderr
    assert killed > STEPS, "hardly any step was one it was killed at"
    with tenant(job.organization_id):
        job = Job.objects.get()
        titles = sorted(Task.objects.values_list("title", flat=True))
        steps = list(job.steps.order_by("number"))
        made = Action.objects.filter(name="create_task", correlation=job.correlation)
        outcomes = [each.outcome for each in made]
    assert job.state == "done", job.error
    assert titles == [f"Task {number}" for number in range(STEPS)]
    assert outcomes == ["done"] * STEPS
    assert [step.number for step in steps] == list(range(1, 2 * STEPS + 2))
    assert sum(step.kind == Step.Kind.CALL for step in steps) == STEPS
