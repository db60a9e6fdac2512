"""What came of a turn: taken from the ledger, never from a model's words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from agents import registry
from agents.models import Job, State, Step
from audit.actors import Actor
from audit.models import Action, Outcome

ORDER = (Outcome.DONE, Outcome.WAITING, Outcome.REFUSED, Outcome.DENIED, Outcome.FAILED)
SAYS = {
    Outcome.DONE: "done",
    Outcome.WAITING: "waiting for a person",
    Outcome.REFUSED: "refused",
    Outcome.DENIED: "denied",
    Outcome.FAILED: "failed",
}


def find_writes(jobs: Sequence[Job], *, by: Actor) -> dict[UUID, list[Action]]:
    """Return the actions of each turn that were to change something, by its correlation."""
    rows = Action.objects.visible_to(by).filter(correlation__in=[job.correlation for job in jobs])
    found: dict[UUID, list[Action]] = {}
    for action in rows.order_by("pk"):
        if _writes(action):
            found.setdefault(action.correlation, []).append(action)
    return found


def write(job: Job, writes: Sequence[Action]) -> dict[str, Any]:
    """
    Return what the ledger holds of a turn: how many calls that write ended how, and what changed.

    `summary` says it in words; `undo` names the run by which all of it is undone, if there is any.
    """
    changed = sum(action.change_count or 0 for action in writes if action.outcome == Outcome.DONE)
    counts = Counter(action.outcome for action in writes)
    return {
        **{outcome.value: counts.get(outcome, 0) for outcome in ORDER},
        "changes": changed,
        "summary": tell(counts, changed=changed),
        "actions": [f"action:{action.pk}" for action in writes],
        "undo": {"run": str(job.correlation)} if changed else None,
    }


def tell(counts: Counter[str], *, changed: int) -> str:
    """Say in one line what was done."""
    if not counts:
        return "Nothing was changed."
    said = [f"{counts[outcome]} {SAYS[outcome]}" for outcome in ORDER if counts.get(outcome)]
    return f"{', '.join(said).capitalize()}{'' if changed else '; nothing was changed'}."


def answer_all(jobs: Sequence[Job], *, by: Actor) -> list[dict[str, Any]]:
    """Return turns, with their steps prefetched, as the API answers them."""
    writes = find_writes(jobs, by=by)
    return [_answer(job, writes.get(job.correlation, [])) for job in jobs]


def _answer(job: Job, writes: Sequence[Action]) -> dict[str, Any]:
    steps = sorted(job.steps.all(), key=lambda step: step.number)
    return {
        "turn": job.pk,
        "state": job.state,
        "said": job.said,
        "reply": reply_of(job, steps),
        "steps": [_show(step) for step in steps if not step.is_thought],
        "needs": needs_of(job, steps),
        "receipt": write(job, writes),
    }


def reply_of(job: Job, steps: Sequence[Step]) -> str:
    """Return what was answered; where the turn ended early, why."""
    thoughts = [step.text for step in steps if step.is_thought and step.text]
    last = thoughts[-1] if thoughts else ""
    return f"{last}\n\n{job.error}".strip() if job.error else last


def needs_of(job: Job, steps: Sequence[Step]) -> dict[str, Any] | None:
    """Return what is wanted of the speaker before it can go on, if something is."""
    if job.state == State.ASKS:
        what = "; ".join(each["summary"] for each in job.asked)
        return {"question": f"Shall this be done? {what}.", "calls": job.asked}
    if steps and steps[-1].more.get("asks"):
        return {"question": steps[-1].text}
    return None


def _show(step: Step) -> dict[str, Any]:
    answer = step.answer
    return {
        "tool": step.tool,
        "arguments": step.arguments,
        "status": answer.get("status"),
        "action": answer.get("action"),
        "approval": answer.get("approval"),
        "because": answer.get("because", []),
        "summary": answer.get("summary", ""),
        "result": answer.get("result"),
    }


def _writes(action: Action) -> bool:
    """Whether an action was to change something; what is no tool of ours is."""
    tool = registry.TOOLS.get(action.name)
    return tool is None or tool.writes
