"""
Bulk: one tool applied to each record of a selection, and refused as if it were called alone.

What keeps one record as it is does not keep the others back.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic_core import CoreSchema

from agents.calls import progress, selections
from agents.calls.selections import Selection
from agents.catalogue.registry import Part
from agents.catalogue.untrusted import Sentence, Untrusted
from agents.events import RecordRefused
from approvals.proposals import Row
from audit import batches
from audit.actions import NoActionOpen, OpenAction, Refusal, current, record
from audit.batches import Batch
from crm import names, refs


class NoneDone(Refusal):
    """None of the records could be changed."""


class Named:
    """Marks an argument that names a tool fit for many records: a closed list, known at last."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "enum": sorted(selections.find_fit())}


class Applied(BaseModel):
    """What became of one record: done, unchanged, or refused because of something."""

    record: str
    name: Untrusted
    outcome: Literal["done", "unchanged", "refused"]
    because: Sentence = ""


def carry_out(selection: Selection) -> list[Applied]:
    """
    Apply the tool to each record as a whole or not at all; return what became of each.

    :raises NoneDone: if every record was refused; says why of each
    :raises NoActionOpen: outside an action
    :raises progress.Cancelled: if whoever asked no longer waits; then none is done
    """
    opened = current()
    if opened is None:
        raise NoActionOpen
    aim = opened.target, opened.reach_id
    opened.summary = selection.title
    named = [refs.parse(ref) for ref in selection.refs]
    called = names.find(named, by=selection.inner.by)
    applied = []
    with batches.batch() as batch:
        for number, part in enumerate(selection.parts):
            progress.report(number, of=len(selection.parts), says=selection.title)
            applied.append(_apply(opened, selection, part, called, batch))
    opened.target, opened.reach_id = aim
    counts = count(applied)
    opened.summary = f"{selection.tool.title}: " + ", ".join(
        f"{number} {outcome}" for outcome, number in counts.items() if number
    )
    if counts["refused"] == len(applied):
        says = f"None of {len(applied)} records could be changed. {applied[0].because}"
        raise NoneDone(says, records=[each.model_dump() for each in applied])
    return applied


def count(applied: Sequence[Applied]) -> dict[str, int]:
    """Return how many records were done, left unchanged and refused."""
    outcomes = [each.outcome for each in applied]
    return {outcome: outcomes.count(outcome) for outcome in ("done", "unchanged", "refused")}


def show_untouched(applied: Sequence[Applied]) -> list[Row]:
    """Return a line for each record that would stay as it is, for whoever decides."""
    return [
        Row(label=f"{each.name} ({each.record})", after=each.because or "stays as it is")
        for each in applied
        if each.outcome != "done"
    ]


def _apply(
    opened: OpenAction,
    selection: Selection,
    part: Part,
    called: Mapping[str, str],
    batch: Batch,
) -> Applied:
    name, told, refusal = called.get(part.ref, part.ref), len(opened.events), part.refusal
    if refusal is None:
        try:
            with batch.member():
                part.tool.run(selection.inner, **part.read.given())
        except Refusal as problem:
            del opened.events[told:]
            refusal = problem
    if refusal is None:
        outcome: Literal["done", "unchanged"] = "done" if opened.events[told:] else "unchanged"
        return Applied(record=part.ref, name=name, outcome=outcome)
    record(
        RecordRefused(record=part.ref, tool=part.tool.name, because=str(refusal)),
        on=selection.rows[part.ref],
        summary=f"{part.tool.title} was refused: {refusal}",
    )
    progress.remark("warning", f"{name}: {refusal}", record=part.ref)
    return Applied(record=part.ref, name=name, outcome="refused", because=str(refusal))
