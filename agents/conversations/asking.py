"""What turns ask their speakers about, with the records that the calls carry text of."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents.models import Job, State
from approvals import sources
from approvals.proposals import Taint
from audit.actors import Actor


def find_asked(jobs: Sequence[Job], *, by: Actor) -> dict[int, list[dict[str, Any]]]:
    """
    Return the calls that each turn asks about, by its id, as far as `by` may see their sources.

    One statement for each kind of record, however many turns.
    """
    asking = [job for job in jobs if job.state == State.ASKS]
    taints = [taint for job in asking for call in job.asked for taint in _taints_of(call)]
    called = sources.find_names((taint.source for taint in taints), by=by)
    return {
        job.pk: [
            call | {"sources": [sources.show(taint, called) for taint in _taints_of(call)]}
            for call in job.asked
        ]
        for job in asking
    }


def _taints_of(call: Mapping[str, Any]) -> list[Taint]:
    return [Taint(**each) for each in (call["would"] or {}).get("taints", [])]
