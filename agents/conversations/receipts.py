"""What came of a turn: taken from the ledger, never from a model's words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents.catalogue import registry
from agents.conversations import work
from agents.conversations.withholding import WITHHELD, find_withheld
from agents.events import RecordRefused
from agents.models import Job, State, Step
from approvals.models import OPEN, Approval
from audit import timeline
from audit.actors import Actor
from audit.models import Action, Event, Outcome

ORDER = (Outcome.DONE, Outcome.WAITING, Outcome.REFUSED, Outcome.DENIED, Outcome.FAILED)
SAYS = {
    Outcome.DONE: "done",
    Outcome.WAITING: "waiting for a person",
    Outcome.REFUSED: "refused",
    Outcome.DENIED: "denied",
    Outcome.FAILED: "failed",
}


@dataclass(frozen=True, kw_only=True)
class Writes:
    """
    What the ledger holds of a turn: the actions that were to change something.

    :param kept_back: how many records of calls about many stayed as they were
    :param turned_down: actions that waited, and that a person or time has ended
    """

    actions: list[Action] = field(default_factory=list)
    kept_back: int = 0
    turned_down: frozenset[int] = frozenset()

    @property
    def ended(self) -> list[tuple[Action, Outcome]]:
        """How each ended; what waited and was carried out counts once, as what became of it."""
        resumed = {action.resumes_id for action in self.actions}
        return [
            (action, Outcome.REFUSED if action.pk in self.turned_down else Outcome(action.outcome))
            for action in self.actions
            if action.pk not in resumed
        ]

    @property
    def changing(self) -> list[Action]:
        return [each for each in self.actions if each.outcome == Outcome.DONE and each.change_count]


def find_writes(jobs: Sequence[Job], *, by: Actor) -> dict[UUID, Writes]:
    """Return what the ledger holds of each turn, by its correlation; as `mark_undone` marks it."""
    rows = Action.objects.visible_to(by).filter(correlation__in=[job.correlation for job in jobs])
    found = [action for action in rows.order_by("pk") if _writes(action)]
    timeline.mark_undone(found, by=by)
    refused = _count_refused(found, by=by)
    turned_down = _find_turned_down(found, by=by)
    by_turn: dict[UUID, list[Action]] = {}
    for action in found:
        by_turn.setdefault(action.correlation, []).append(action)
    return {
        correlation: Writes(
            actions=actions,
            kept_back=sum(refused[action.pk] for action in actions),
            turned_down=turned_down,
        )
        for correlation, actions in by_turn.items()
    }


def _count_refused(actions: Sequence[Action], *, by: Actor) -> Counter[int]:
    """Return how many records of each call about many were refused, as its events say."""
    done = [action.pk for action in actions if action.outcome == Outcome.DONE]
    rows = Event.objects.visible_to(by).filter(action__in=done, name=RecordRefused.name)
    return Counter(rows.values_list("action_id", flat=True))


def _find_turned_down(actions: Sequence[Action], *, by: Actor) -> frozenset[int]:
    """Return the actions that waited for a decision which has been made against them."""
    waited = [action.pk for action in actions if action.outcome == Outcome.WAITING]
    rows = Approval.objects.visible_to(by).filter(asked_in_id__in=waited).exclude(status__in=OPEN)
    ended = rows.exclude(status="used").values_list("asked_in_id", flat=True)
    return frozenset(number for number in ended if number is not None)


def write(job: Job, steps: Sequence[Step], writes: Writes) -> dict[str, Any]:
    """
    Return what the ledger holds of a turn: how many calls that write ended how, and what changed.

    `summary` says it in words; `undo` names the run by which all of it is undone, if there is any;
    `undone` says whether it has been: "", "in part" or "all"; `skipped` are calls never made.
    """
    changing = writes.changing
    changed = sum(action.change_count or 0 for action in changing)
    counts = Counter(outcome for _, outcome in writes.ended)
    skipped = _count_skipped(job, steps)
    undone = [action for action in changing if action.undone_by]  # type: ignore[attr-defined]
    return {
        **{outcome.value: counts.get(outcome, 0) for outcome in ORDER},
        "skipped": skipped,
        "records_refused": writes.kept_back,
        "changes": changed,
        "summary": tell(counts, changed=changed, skipped=skipped, kept_back=writes.kept_back),
        "actions": [f"action:{action.pk}" for action in writes.actions],
        "undo": {"run": str(job.correlation)} if len(undone) < len(changing) else None,
        "undone": "" if not undone else "all" if len(undone) == len(changing) else "in part",
    }


def _count_skipped(job: Job, steps: Sequence[Step]) -> int:
    """Return how many calls that write were wanted, and not made: turned down, or not come to."""
    if job.ended_at is None:
        return 0
    unmade = [call["id"] for call in work.find_open_calls(job, steps)]
    unmade += [number for number, confirmed in job.confirmed.items() if not confirmed]
    wanted = {call["id"]: call["tool"] for step in steps if step.is_thought for call in step.calls}
    return sum(_is_writing(wanted.get(number, "")) for number in set(unmade))


def tell(counts: Counter[Outcome], *, changed: int, skipped: int = 0, kept_back: int = 0) -> str:
    """Say in one line what was done."""
    said = [f"{counts[outcome]} {SAYS[outcome]}" for outcome in ORDER if counts.get(outcome)]
    said += [f"{skipped} skipped"] if skipped else []
    if not said:
        return "Nothing was changed."
    records = "record" if kept_back == 1 else "records"
    partly = f", except for {kept_back} {records}" if kept_back else ""
    nothing = "" if changed else "; nothing was changed"
    return f"{', '.join(said).capitalize()}{partly}{nothing}."


def answer_all(jobs: Sequence[Job], *, by: Actor) -> list[dict[str, Any]]:
    """Return turns, with their steps prefetched, as the API answers them."""
    writes = find_writes(jobs, by=by)
    withheld = find_withheld(jobs, by=by)
    return [
        answer(job, writes.get(job.correlation, Writes()), withheld=job.pk in withheld)
        for job in jobs
    ]


def answer(job: Job, writes: Writes, *, withheld: bool = False) -> dict[str, Any]:
    """Return a turn as the API answers it; of one that is `withheld`, what any reader may know."""
    steps = steps_of(job)
    if withheld:
        told: dict[str, Any] = {"reply": WITHHELD, "steps": [], "needs": None}
        receipt = write(job, steps, writes)
        return {"turn": job.pk, "state": job.state, "said": job.said, **told, "receipt": receipt}
    return {
        "turn": job.pk,
        "state": job.state,
        "said": job.said,
        "reply": reply_of(job, steps),
        "steps": [_show(step) for step in steps if step.is_call],
        "needs": needs_of(job, steps),
        "receipt": write(job, steps, writes),
    }


def steps_of(job: Job) -> list[Step]:
    """Return the steps of a turn, which are prefetched, in their order."""
    return sorted(job.steps.all(), key=lambda step: step.number)


def reply_of(job: Job, steps: Sequence[Step]) -> str:
    """Return what was answered; where the turn ended early, why."""
    return f"{said_last(steps)}\n\n{job.error}".strip()


def said_last(steps: Sequence[Step]) -> str:
    """Return what the model said last."""
    thoughts = [step.text for step in steps if step.is_thought and step.text]
    return thoughts[-1] if thoughts else ""


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
    return action.name not in registry.TOOLS or _is_writing(action.name)


def _is_writing(name: str) -> bool:
    tool = registry.TOOLS.get(name)
    return tool is not None and tool.writes
