"""
What the model of a conversation was told of records, for its calls to be compared with.

It remembers what the conversation holds: what calls answered, the pages its speaker looked at, and,
in its own replies, what it made of these. What the speaker said is the speaker's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from agents.catalogue import registry
from agents.conversations.models import LOCAL
from agents.models import Job, Step
from agents.reading import marks, readings
from agents.reading.readings import Read
from agents.reading.recalling import WINDOW, OfConversation
from audit import clock
from audit.actions import tenant
from audit.actors import Actor
from crm import names, refs


def find(
    job: Job, steps: Sequence[Step], call: Mapping[str, Any], *, by: Actor
) -> OfConversation | None:
    """
    Return what the model had been told when it wanted `call`, and what its speaker had said.

    None of the planner: what it wants was put in words by the speaker, and by nothing it read. Nor
    of an agent's job: what agents read is noted as they read it.
    """
    if job.model == LOCAL or job.agent_id is not None:
        return None
    since = clock.real_now() - WINDOW
    with tenant(job.organization_id):
        turns = list(Job.objects.filter(conversation=job.conversation_id, pk__lte=job.pk))
        earlier = Step.objects.filter(
            job__conversation=job.conversation_id, job__lt=job.pk, created_at__gt=since
        )
        told = list(_of_pages(turns, by))
        told += _of_answers(earlier.order_by("job_id", "number"), by)
    said = [marks.find(turn.said) for turn in turns]
    told += _of_answers(_before(steps, call), by)
    return OfConversation(told=told, own=frozenset().union(*said))


def _before(steps: Sequence[Step], call: Mapping[str, Any]) -> list[Step]:
    """Return the steps that had been taken when the model wanted `call`."""
    wanted = next(step for step in steps if any(each["id"] == call["id"] for each in step.calls))
    return [step for step in steps if step.number < wanted.number]


def _of_pages(turns: Sequence[Job], by: Actor) -> Iterator[tuple[Read, datetime]]:
    """Return what the pages that were looked at are called."""
    called = names.find({refs.parse(turn.page) for turn in turns if turn.page}, by=by)
    for turn in turns:
        if turn.page in called:
            yield Read(turn.page, "name", called[turn.page]), turn.created_at


def _of_answers(steps: Iterable[Step], by: Actor) -> Iterator[tuple[Read, datetime]]:
    """Return each text of a record in what calls answered, but for what the call itself said."""
    for step in steps:
        if not step.is_thought:
            own = {text for _, text in readings.texts_in(step.arguments)}
            for read in _reads_of(step, by):
                if read.text not in own:
                    yield read, step.created_at


def _reads_of(step: Step, by: Actor) -> Iterator[Read]:
    """Return the texts of an answer: by its types where it still is of them, else any it has."""
    tool, answer = registry.TOOLS.get(step.tool), step.answer
    if tool is not None and step.status == "done" and answer.get("result"):
        with suppress(ValidationError):  # kept by an older release, whose types were others
            return readings.gather(tool.result.model_validate(answer["result"]))
    told = {key: each for key, each in answer.items() if key not in ("action", "approval")}
    return readings.gather_values(told, by.ref)
