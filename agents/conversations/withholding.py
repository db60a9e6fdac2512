"""
What readers of a shared conversation are not told: answers that rest on what is closed to them.

An answer was found by the rights of whoever asked. Others are shown it where each record that it
names is open to them, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from agents.conversations.wordings import find_references
from agents.models import Job
from audit.actors import Actor
from crm import refs

NOT_FOUND = 404
WITHHELD = "What was answered rests on records that are not open to you."


def find_withheld(jobs: Sequence[Job], *, by: Actor) -> set[int]:
    """
    Return the ids of turns, their steps prefetched, whose answers `by` is not told.

    One statement for each kind of record, however many turns.
    """
    # What an agent found was found by its rights, and not by those of whoever asked it.
    others = [job for job in jobs if job.speaker_id != by.membership_id or job.agent_id is not None]
    named = {job.pk: _find_named(job) for job in others}
    seen = _find_seen({ref for each in named.values() for ref in each}, by=by)
    return {job for job, found in named.items() if not found <= seen}


def _find_named(job: Job) -> set[str]:
    """Return the records that a turn names; what was not there even for whoever asked is none."""
    steps = job.steps.all()
    missing = {step.call_id for step in steps if step.answer.get("http") == NOT_FOUND} - {""}
    parts = [
        [
            None if step.call_id in missing else step.arguments,
            step.answer.get("result"),
            [call for call in step.calls if call["id"] not in missing],
        ]
        for step in steps
    ]
    return set(find_references([parts, job.asked]))


def _find_seen(named: Iterable[str], *, by: Actor) -> set[str]:
    ids: dict[str, set[int]] = defaultdict(set)
    for ref in named:
        found = refs.parse(ref)
        ids[found.kind].add(found.id)
    return {
        f"{kind}:{pk}"
        for kind, wanted in ids.items()
        for pk in refs.visible(kind, by=by)
        .select_related(None)
        .filter(pk__in=wanted)
        .values_list("pk", flat=True)
    }
