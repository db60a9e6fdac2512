"""
Deciding: a job that asked for something waits, and goes on once that is decided.

What was decided is a step of its own, and is kept only while the job waits. So whoever is at work
on a job is not talked into; what was decided meanwhile is found when it comes to wait.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from agents.calls import resumption
from agents.calls.results import Result
from agents.conversations import work
from agents.models import Job, State, Step
from approvals import approvals
from approvals.models import Approval, Status
from audit.actions import tenant
from audit.models import Action, Outcome
from crm import refs

Answer = dict[str, Any]


def settle(job: Job) -> tuple[bool, bool]:
    """
    Keep what was decided since a job asked, and let it wait for the rest.

    :returns: whether it waits, and whether it goes on with what was decided
    :raises work.NoLongerHeld: if it is not held any more
    """
    with tenant(job.organization_id):
        work.hold_on(job)
        open_calls = find_open(work.find_steps(job))
        if not open_calls:
            return False, False
        ended = [each for each in _find_approvals(open_calls) if has_ended(each)]
        for approval in ended:
            _keep(job, approval, tell(approval))
        if not ended:
            work.wait(job)
        return not ended, bool(ended)


def hear(approval: Approval, result: Result | None = None) -> None:
    """
    Have the job that asked for something go on with what was decided; twice is once.

    :param result: what carrying it out came to, where it was just carried out
    """
    if not has_ended(approval):
        return
    asked = Action.objects.filter(pk=approval.asked_in_id or 0).values("correlation")
    waiting = Job.objects.filter(correlation__in=asked, state=State.WAITS)
    job = waiting.select_for_update(of=["self"]).first()
    if job is None:
        return
    if approval.ref in {step.approval for step in find_open(list(job.steps.order_by("number")))}:
        _keep(job, approval, tell(approval, result))
        work.requeue(job)
        transaction.on_commit(work.nudge, robust=True)


def withdraw(job: Job) -> None:
    """Take back what a job that was stopped asked for, and that nobody has decided."""
    asked = Action.objects.filter(correlation=job.correlation, outcome=Outcome.WAITING)
    waiting = Approval.objects.filter(asked_in_id__in=asked.values("pk"), status=Status.WAITING)
    for approval in waiting.order_by("pk"):
        asker = resumption.asker_of(approval)
        approvals.withdraw(approval, by=asker, reason="What asked for it was stopped.")


def withdraw_late(job: Job) -> None:
    """Take back what a job asked for while it was being stopped."""
    with tenant(job.organization_id):
        if Job.objects.filter(pk=job.pk, state=State.CANCELLED).exists():
            withdraw(job)


def find_open(steps: Sequence[Step]) -> list[Step]:
    """Return the calls that wait, as far as their job knows."""
    decided = {step.approval for step in steps if step.kind == Step.Kind.DECISION}
    return [
        step
        for step in steps
        if step.is_call and step.status == Outcome.WAITING and step.approval
        if step.approval not in decided
    ]


def has_ended(approval: Approval) -> bool:
    """Whether nothing more comes of it: what was granted is yet to be carried out."""
    return approval.status not in (Status.WAITING, Status.GRANTED)


def tell(approval: Approval, result: Result | None = None) -> Answer:
    """Return what became of a call that waited, as every door answers a call."""
    if approval.status == Status.USED:
        carried = Action.objects.filter(pk=approval.used_in_id or 0).first()
        return {
            "status": Outcome.DONE.value,
            "result": result.result if result is not None and result.is_done else None,
            "action": f"action:{approval.used_in_id}",
            "approval": approval.ref,
            "because": [],
            "summary": carried.summary if carried else "It was approved and done.",
        }
    said = approval.note or approval.ended_because or f"It is {approval.get_status_display()}."
    return {
        "status": Outcome.REFUSED.value,
        "result": None,
        "action": None,
        "approval": approval.ref,
        "because": [said],
        "summary": f"{approval.get_status_display().capitalize()}: {said}",
    }


def decisions_of(steps: Sequence[Step]) -> Mapping[str, Answer]:
    """Return what was decided on the calls of a job, by the approval that each waited for."""
    return {step.approval: step.answer for step in steps if step.kind == Step.Kind.DECISION}


def _find_approvals(calls: Sequence[Step]) -> list[Approval]:
    numbers = [refs.parse(step.approval, "approval").id for step in calls]
    return list(Approval.objects.filter(pk__in=numbers).order_by("pk"))


def _keep(job: Job, approval: Approval, answer: Answer) -> None:
    work.append(job, kind=Step.Kind.DECISION, tool=approval.tool, answer=answer)
