"""What waits, for whom, and what became of the rest: a constant number of queries each."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.http import QueryDict

from approvals import deciders, sources, statuses
from approvals.models import OPEN, Approval, Status
from audit.actors import Actor
from audit.models import Action
from crm.models import Contact
from crm.paging import Page, paginate
from pipelines.models import Position, Stage

ON_A_BOARD = 500  # approvals of one pipeline, at most, that its cards show


class Tab(TextChoices):
    """What a page of the inbox shows."""

    WAITING = "waiting"  # what one decides oneself, asked for, or answers for
    OTHERS = "others"  # what waits for somebody else
    DECIDED = "decided"


def get_page(*, by: Actor, tab: Tab, query: QueryDict) -> Page[Approval]:
    """
    Return a page of what waits, the oldest first, or of what came to an end, the latest first.

    Each with what `present` says of it.
    """
    rows = find_all(by=by)
    waiting = rows.waiting()  # type: ignore[attr-defined]
    if tab == Tab.DECIDED:
        rows = rows.exclude(status=Status.WAITING)
    elif tab == Tab.WAITING:
        rows = waiting.filter(deciders.concerned(by))
    else:
        rows = waiting.exclude(pk__in=waiting.filter(deciders.concerned(by)).values("pk"))
    page = paginate(rows, order=["-id"] if tab == Tab.DECIDED else ["id"], query=query)
    present(page.rows, by=by)
    return page


def find_all(*, by: Actor) -> QuerySet[Approval]:
    """
    Return every approval `by` may know of, with the people it names.

    People may know of whatever is on boards open to them, an agent of what it asked for itself.
    """
    found = Approval.objects.visible_to(by)
    if not by.is_person:
        found = found.asked_by(by)
    return found.select_related("decided_by", "decides_member__user")


def count_waiting(*, by: Actor) -> int:
    """Return how many approvals wait that `by` may decide on, whoever asked."""
    return Approval.objects.visible_to(by).waiting().filter(deciders.decided_by(by)).count()


def find_about(ref: str, *, by: Actor) -> list[Approval]:
    """Return what waits or is under way for a contact or a position, the oldest first."""
    found = list(find_all(by=by).filter(status__in=OPEN).about(ref).order_by("pk"))  # type: ignore[attr-defined]
    return present([each for each in found if not each.is_over_time], by=by)


def find_on_cards(stage: Stage, *, by: Actor) -> list[dict[str, Any]]:
    """Return what waits or is under way for the cards of a stage: position_id and approval each."""
    on_board = find_all(by=by).filter(
        status__in=OPEN, reach_id=stage.pipeline_id, target__startswith="position:"
    )
    found = [each for each in on_board.order_by("pk")[:ON_A_BOARD] if not each.is_over_time]
    cards = {int(each.target.partition(":")[2]): each for each in reversed(found)}
    here = Position.objects.visible_to(by).filter(pk__in=list(cards), stage=stage)
    ids = here.order_by("pk").values_list("pk", flat=True)
    shown = [{"position_id": pk, "approval": cards[pk]} for pk in ids]
    present([each["approval"] for each in shown], by=by)
    return shown


def present(approvals: Sequence[Approval], *, by: Actor) -> list[Approval]:
    """
    Say of each approval what a page shows besides its columns.

    `subject`: the contact it is about, or None; `sources`: what of it was read in a record, each
    with the record's `name`, and without its text where `by` may not see that; `outcome`: what
    became of it, in words; `action`: the id of the action that carried it out, or None;
    `may_decide`: whether policy lets `by`; `may_withdraw`: whether `by` can take it back.
    """
    subjects = _find_subjects(approvals, by=by)
    actions = _find_actions(approvals, by=by)
    read_in = {taint.source for approval in approvals for taint in approval.taints}
    called = sources.find_names(read_in, by=by)
    for approval in approvals:
        done = actions.get(approval.used_in_id or 0)
        approval.subject = subjects.get(approval.contact)
        approval.sources = [sources.show(taint, called) for taint in approval.taints]
        approval.action = done.pk if done else None
        approval.outcome = done.summary if done else statuses.say(approval)
        approval.may_decide = by.is_person and deciders.may_decide(
            approval, role=by.role, membership_id=by.membership_id
        )
        approval.may_withdraw = deciders.may_withdraw(approval, by=by)
    return list(approvals)


def _find_subjects(approvals: Iterable[Approval], *, by: Actor) -> dict[str, Contact]:
    ids = {int(each.contact.partition(":")[2]) for each in approvals if each.contact}
    if not ids:
        return {}
    return {each.ref: each for each in Contact.objects.visible_to(by).filter(pk__in=ids)}


def _find_actions(approvals: Iterable[Approval], *, by: Actor) -> dict[int, Action]:
    ids = {each.used_in_id for each in approvals if each.used_in_id}
    if not ids:
        return {}
    return {each.pk: each for each in Action.objects.visible_to(by).filter(pk__in=ids)}
