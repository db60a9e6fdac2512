"""Imports, as tools answer with them."""

from typing import Any

from pydantic import BaseModel

from agents.catalogue.untrusted import Sentence, Untrusted
from audit.actors import Actor
from audit.models import Action, Outcome
from crm.imports.receipts import Receipt
from crm.models import Import

MOST_PROBLEMS = 50
TOOL = "import_csv"  # whose action a long file is taken over in


class Problem(BaseModel):
    """Why one line of the file did not go in, or what of it was left out."""

    line: int
    reason: Sentence


class ReceiptShown(BaseModel):
    """
    What came of an import, in rows. `merged`: about somebody an earlier row had brought; `skipped`:
    they changed nothing; `kept`: values of ours that stand; `also`: what else they brought;
    `action`: the one of its own that took over a long file, for undo_action.
    """

    ref: str
    kind: str
    filename: Untrusted
    status: str
    read: int
    created: int
    updated: int
    merged: int
    skipped: int
    kept: int
    failed: int
    also: dict[str, int]
    problems: list[Problem]
    problem: Sentence
    action: str | None = None


def show(importing: Import, *, by: Actor) -> ReceiptShown:
    """Return an import with its receipt, as far as it is."""
    receipt = Receipt.from_json(importing.receipt) if importing.receipt else Receipt()
    counts: dict[str, Any] = {
        name: getattr(receipt, name)
        for name in ("read", "created", "updated", "merged", "skipped", "kept", "failed", "also")
    }
    named = receipt.problems[:MOST_PROBLEMS]
    return ReceiptShown(
        ref=importing.ref,
        kind=importing.kind,
        filename=importing.filename,
        status=_status(importing),
        problems=[Problem(line=each.line, reason=each.reason) for each in named],
        problem=importing.problem,
        action=_find_action(importing, by=by),
        **counts,
    )


def _find_action(importing: Import, *, by: Actor) -> str | None:
    """Return the action that took over a file by itself, if one did."""
    taken = Action.objects.visible_to(by).filter(correlation=importing.correlation)
    found = taken.filter(name=TOOL, outcome=Outcome.DONE).first()
    return found.ref if found else None


def _status(importing: Import) -> str:
    if importing.problem:
        return "failed"
    if importing.finished_at is not None:
        return "done"
    return "begun" if importing.started_at is None else "running"
