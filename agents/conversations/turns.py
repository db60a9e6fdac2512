"""Turns as pages show them: each step in words, what waits and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from agents.catalogue import registry
from agents.conversations import asking, receipts, tables, wordings
from agents.conversations.receipts import Writes
from agents.conversations.tables import Shown, Table
from agents.conversations.withholding import WITHHELD, find_withheld
from agents.conversations.wordings import Names
from agents.models import Job, State, Step
from approvals import queries
from approvals.models import Approval
from audit import clock
from audit.actors import Actor
from crm import names, refs
from crm.models import Organization

MOST_TOUCHED = 50  # records whose places on the page are drawn anew
MOST_TOLD = 3  # tools named in the line above the steps
# Milliseconds until the page looks again, by how many seconds a turn has been under way.
PAUSES = ((5, 300), (20, 800), (60, 2_000))
SLOWEST = 4_000
UNHEARD = timedelta(seconds=15)  # after which one is told that no worker has taken a turn up
LATER = {"refused": "Rejected", "used": "Approved and done", "granted": "Approved"}
TONES = {"done": "good", "waiting": "waits"}


@dataclass(frozen=True, kw_only=True)
class StepShown:
    """
    One call, for people.

    :param thought: what the model said before it
    :param arguments: labels and values in words
    :param status: how it stands by now, in a word
    """

    title: str
    tool: str
    thought: str
    arguments: Sequence[tuple[str, str]]
    status: str
    tone: str
    summary: str
    because: Sequence[str]
    action: int | None
    confidence: float | None
    result: Shown
    reads: bool


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn, for people."""

    job: Job
    reply: str
    steps: Sequence[StepShown]
    asked: Sequence[Mapping[str, Any]]
    approvals: Sequence[Approval]
    outcomes: Table | None
    results: Sequence[Shown]
    receipt: Mapping[str, Any]
    touched: Sequence[str]

    @property
    def page(self) -> str:
        """Where it is to be seen."""
        return address_of(self.job)

    @property
    def look(self) -> str:
        """Where it is shown anew."""
        return address_of(self.job, alone=True)

    @property
    def stop(self) -> str:
        """Where it is stopped."""
        job = self.job
        if job.conversation_id is None:
            return reverse("agents:job_stop", args=[job.agent_id, job.pk])
        return reverse("agents:turn_cancel", args=[job.conversation_id, job.pk])

    @property
    def told_steps(self) -> str:
        """What was done, in a line: each tool once, and how often."""
        counted = Counter(step.title.lower() for step in self.steps)
        said = [
            f"{title} ({often} times)" if often > 1 else title for title, often in counted.items()
        ]
        return ", ".join(said[:MOST_TOLD]) + (" …" if len(said) > MOST_TOLD else "")

    @property
    def needs_a_look(self) -> bool:
        """Whether steps went otherwise than wanted, and are shown unfolded."""
        return any(step.tone == "bad" for step in self.steps)

    @property
    def pause(self) -> int:
        """Milliseconds until one looks again: soon at first, then less often."""
        waited = (clock.real_now() - self.job.created_at).total_seconds()
        return next((pause for seconds, pause in PAUSES if waited < seconds), SLOWEST)

    @property
    def is_unheard(self) -> bool:
        """Whether it waits for a worker longer than it should."""
        waited = clock.real_now() - self.job.created_at
        return self.job.state == State.QUEUED and not self.steps and waited > UNHEARD


def address_of(job: Job, *, alone: bool = False) -> str:
    """Return the page of a turn; of one in a conversation that page, unless it is to be `alone`."""
    if job.conversation_id is None:
        return reverse("agents:job", args=[job.agent_id, job.pk])
    if alone:
        return reverse("agents:turn", args=[job.conversation_id, job.pk])
    return reverse("agents:conversation", args=[job.conversation_id])


def present(jobs: Sequence[Job], *, by: Actor, organization: Organization) -> list[Turn]:
    """Return turns, with their steps prefetched, in a constant number of statements."""
    writes = receipts.find_writes(jobs, by=by)
    approvals = _find_approvals(jobs, by=by)
    called = _find_names(jobs, by=by)
    asked = asking.find_asked(jobs, by=by)
    withheld = find_withheld(jobs, by=by)
    return [
        _withhold(job, writes.get(job.correlation, Writes()))
        if job.pk in withheld
        else _present(
            job,
            writes.get(job.correlation, Writes()),
            approvals=approvals,
            names=called,
            asked=asked.get(job.pk, []),
            currency=organization.currency,
        )
        for job in jobs
    ]


def _withhold(job: Job, writes: Writes) -> Turn:
    """Return what of a turn anybody may know who reads the conversation."""
    job.partial = ""
    return Turn(
        job=job,
        reply=WITHHELD,
        steps=[],
        asked=[],
        approvals=[],
        outcomes=None,
        results=[],
        receipt=receipts.write(job, receipts.steps_of(job), writes),
        touched=[],
    )


def _find_approvals(jobs: Sequence[Job], *, by: Actor) -> dict[str, Approval]:
    """Return what waits, or waited, for somebody, by reference."""
    asked = {step.answer.get("approval") for job in jobs for step in job.steps.all()} - {None}
    numbers = [refs.parse(ref, "approval").id for ref in asked]
    rows = queries.find_all(by=by).filter(pk__in=numbers).order_by("pk") if numbers else []
    return {each.ref: each for each in queries.present(list(rows), by=by)}


def _find_names(jobs: Sequence[Job], *, by: Actor) -> Names:
    """Return what the records that steps name are called."""
    steps = [step for job in jobs for step in job.steps.all() if step.is_call]
    wanted = {ref for step in steps for ref in wordings.find_references(step.arguments)}
    wanted |= {ref for step in steps for ref in wordings.find_references(step.answer.get("result"))}
    wanted |= {job.page for job in jobs if job.page}
    return names.find([refs.parse(ref) for ref in wanted], by=by)


def _present(
    job: Job,
    writes: Writes,
    *,
    approvals: Mapping[str, Approval],
    names: Names,
    asked: Sequence[Mapping[str, Any]],
    currency: str,
) -> Turn:
    steps = receipts.steps_of(job)
    shown = _show_steps(steps, writes, approvals=approvals, names=names, currency=currency)
    waited = dict.fromkeys(step.approval for step in steps if step.is_call)
    return Turn(
        job=job,
        reply=receipts.said_last(steps),
        steps=shown,
        asked=asked,
        approvals=[approvals[ref] for ref in waited if ref in approvals],
        outcomes=_tell_outcomes(steps, shown, names),
        results=_choose_results(shown),
        receipt=receipts.write(job, steps, writes),
        touched=_find_touched(steps, writes),
    )


def _show_steps(
    steps: Sequence[Step],
    writes: Writes,
    *,
    approvals: Mapping[str, Approval],
    names: Names,
    currency: str,
) -> list[StepShown]:
    actions = {action.ref: action for action in writes.actions}
    shown, thought = [], ""
    for step in steps:
        if step.is_thought:
            thought = step.text if step.calls else ""
        if not step.is_call:
            continue
        action = actions.get(str(step.answer.get("action")))
        status, tone = _status_of(step, approvals)
        tool = registry.TOOLS.get(step.tool)
        shown.append(
            StepShown(
                title=tool.title if tool else step.tool,
                tool=step.tool,
                thought=thought,
                arguments=_say_arguments(step, names, currency),
                status=status,
                tone=tone,
                summary=str(step.answer.get("summary") or ""),
                because=[
                    why
                    for why in step.answer.get("because") or []
                    if why != step.answer.get("summary")
                ],
                action=_number(step.answer.get("action")),
                confidence=action.confidence if action else None,
                result=_read_result(step, names, currency),
                reads=tool is not None and not tool.writes,
            )
        )
        thought = ""
    return shown


def _status_of(step: Step, approvals: Mapping[str, Approval]) -> tuple[str, str]:
    """Return how a call stands by now, in a word, and its tone."""
    approval = approvals.get(str(step.answer.get("approval")))
    if step.status == "waiting" and approval is not None and not approval.is_waiting:
        said = LATER.get(approval.status, approval.get_status_display().capitalize())
        return said, "good" if approval.status in ("used", "granted") else "bad"
    return step.status.capitalize(), TONES.get(step.status, "bad")


def _say_arguments(step: Step, names: Names, currency: str) -> list[tuple[str, str]]:
    tool = registry.TOOLS.get(step.tool)
    arguments = tables.order(step.arguments, tool.signature.schema if tool else {})
    currency = str(arguments.get("currency") or currency)
    return [
        (wordings.label(key), wordings.say(key, value, names=names, currency=currency))
        for key, value in arguments.items()
    ]


def _read_result(step: Step, names: Names, currency: str) -> Shown:
    """Return what a call answered; of one that was refused for every record, why for each."""
    if records := step.answer.get("records"):
        return Shown(tables=[tables.tell_outcomes(records)])
    if step.status != "done":
        return Shown()
    tool = registry.TOOLS.get(step.tool)
    return tables.read(
        step.answer.get("result"),
        schema=tool.answers if tool else {},
        names=names,
        currency=currency,
    )


def _choose_results(steps: Sequence[StepShown]) -> list[Shown]:
    """
    Return what the answer rests on: the last that was looked up, where it is worth showing.

    Where the same was looked up several times (of each pipeline) the last is only a part.
    """
    if not steps or not steps[-1].reads or [step.tool for step in steps].count(steps[-1].tool) > 1:
        return []
    last = steps[-1].result
    return [last] if last.tables or last.figures or last.remarks else []


def _tell_outcomes(steps: Sequence[Step], shown: Sequence[StepShown], names: Names) -> Table | None:
    """Return what became of each record, where a turn was about several and not all went well."""
    calls = [step for step in steps if step.is_call]
    records: list[dict[str, Any]] = []
    for step, told in zip(calls, shown, strict=True):
        if told.reads:
            continue
        result = step.answer.get("result") or {}
        inner = step.answer.get("records") or result.get("records")
        if inner and "outcome" in inner[0]:
            records += inner
        else:
            records.append(_tell_outcome(step, told, names))
    uneven = any(each["outcome"] != "done" for each in records)
    return tables.tell_outcomes(records) if len(records) > 1 and uneven else None


def _tell_outcome(step: Step, told: StepShown, names: Names) -> dict[str, Any]:
    about = next(wordings.find_references(step.arguments), "")
    called = names.get(about, about)
    return {
        "record": about or told.title,
        "name": f"{told.title}: {called}" if called else told.title,
        "outcome": told.status.lower(),
        "because": "; ".join(step.answer.get("because") or []) if told.tone != "good" else "",
    }


def _find_touched(steps: Sequence[Step], writes: Writes) -> list[str]:
    """Return the records a turn has changed, for pages on which they stand."""
    touched = [action.target for action in writes.changing]
    for step in steps:
        result = step.answer.get("result") or {}
        for each in result.get("records") or []:
            if isinstance(each, dict) and each.get("outcome") == "done":
                touched.append(str(each.get("record")))
    return [ref for ref in dict.fromkeys(touched) if ref][:MOST_TOUCHED]


def _number(ref: Any) -> int | None:
    return int(str(ref).partition(":")[2]) if ref else None
