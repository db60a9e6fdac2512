"""Who may decide: people only, of the role policy asks for, and not on their own agent's risks."""

from typing import NewType

from django.db.models import Q

from approvals.models import Answer, Approval
from approvals.policy import Verdict
from audit.actions import Refusal
from audit.actors import Actor, ActorKind, Door
from audit.models import Outcome
from crm import people
from crm.models import Membership, Role
from pipelines.models import Pipeline

# An actor that has been seen to be a person with a membership. No agent's actor fits.
Person = NewType("Person", Actor)

RANKS = {role: rank for rank, role in enumerate(Role.values)}


class OnlyPeopleDecide(Refusal):
    """Only people decide on approvals; agents, automations and the product itself cannot."""

    outcome = Outcome.DENIED


class NotYoursToDecide(Refusal):
    """Somebody else decides this."""

    outcome = Outcome.DENIED


def as_person(actor: Actor) -> Person:
    """
    Return `actor` as somebody who can decide at all.

    :raises OnlyPeopleDecide: if it is not a person, come through a log-in or a token of their own
    """
    if actor.kind is not ActorKind.PERSON or actor.id is None or actor.membership_id is None:
        raise OnlyPeopleDecide
    return Person(actor)


def check(approval: Approval, *, by: Person) -> None:
    """
    Say no to a person whom policy does not name, as their membership is now.

    :raises NotYoursToDecide: says who decides
    """
    # The actor may be older than a change of role.
    membership = Membership.objects.active().filter(pk=by.membership_id).first()
    role = Role.VIEWER.value if membership is None else membership.role
    if not may_decide(approval, role=role, membership_id=by.membership_id):
        raise NotYoursToDecide(
            f"Your role, {role}, does not decide this: {who_decides(approval)} does.",
            decides=approval.decides_role,
        )


def check_alone(approval: Approval, *, by: Person) -> None:
    """
    Leave a person's own risk to somebody else, where there is one.

    :raises NotYoursToDecide: if somebody else could decide
    """
    if not is_alone(approval, by=by):
        raise NotYoursToDecide(
            f"You asked for this, or answer for the agent that did: {who_decides(approval)}"
            " other than you decides."
        )


def may_decide(subject: Approval | Verdict, *, role: str, membership_id: int | None) -> bool:
    """Whether policy lets a member of `role` decide on an approval, or on what a verdict asks."""
    if role == Role.OWNER:
        return True
    if subject.decides_member_id is not None:
        return subject.decides_member_id == membership_id
    return RANKS[role] >= RANKS[subject.decides_role]


def decided_by(by: Actor) -> Q:
    """Return which approvals policy lets a person decide on, as `may_decide` says of one."""
    if not by.is_person:
        return Q(pk=None)
    if by.role == Role.OWNER:
        return Q()
    low_enough = [role for role in RANKS if RANKS[role] <= RANKS[by.role]]
    return Q(decides_member_id=by.membership_id) | Q(
        decides_member=None, decides_role__in=low_enough
    )


def concerned(by: Actor) -> Q:
    """Return which approvals a person may decide on, asked for, or answers for."""
    if by.is_person and by.role == Role.OWNER:
        return Q()
    asked = Q(asked_by_kind=by.kind.value, asked_by_id=by.id)
    return decided_by(by) | asked | Q(owner_id=by.id)


def may_withdraw(approval: Approval, *, by: Actor) -> bool:
    """Whether `by` asked for it, or is the person who answers for the agent that did."""
    if approval.asked_by_ref == by.ref:
        return True
    return by.is_person and approval.owner_id is not None and approval.owner_id == by.id


def check_withdrawal(approval: Approval, *, by: Actor) -> None:
    """
    Leave taking back to the side that asked; the other side can refuse.

    :raises NotYoursToDecide: if `by` neither asked nor answers for the agent that did
    """
    if not may_withdraw(approval, by=by):
        raise NotYoursToDecide(
            "Only whoever asked can withdraw this, or the person who answers for that agent."
        )


def satisfies(verdict: Verdict, by: Person) -> bool:
    """Whether `by` may decide on what `verdict` asks."""
    return may_decide(verdict, role=by.role, membership_id=by.membership_id)


def covers(approval: Approval, verdict: Verdict) -> bool:
    """Whether what a person granted still is enough for what policy says today."""
    if verdict.answer != Answer.ASK:
        return verdict.answer == Answer.ALLOW
    decider = (
        Membership.objects.active()
        .filter(organization_id=approval.organization_id, user_id=approval.decided_by_id)
        .first()
    )
    return decider is not None and may_decide(verdict, role=decider.role, membership_id=decider.pk)


def who_decides(approval: Approval) -> str:
    """Name whoever decides, in words."""
    if approval.decides_member is not None:
        return f"{approval.decides_member.user} or an owner"
    return "an owner" if approval.decides_role == Role.OWNER else "a manager or an owner"


def is_own(approval: Approval, *, by: Actor, high_risk: bool) -> bool:
    """Whether a person would decide on a risk that they, or an agent of theirs, want to take."""
    asked = approval.asked_by_kind == ActorKind.PERSON and approval.asked_by_id == by.id
    return asked or (high_risk and approval.owner_id == by.id)


def is_alone(approval: Approval, *, by: Person) -> bool:
    """Whether nobody but `by` could decide."""
    named = Q(pk=approval.decides_member_id)
    high_enough = Q(role__in=[r for r in RANKS if RANKS[r] >= RANKS[approval.decides_role]])
    others = (
        Membership.objects.active()
        .filter(organization_id=approval.organization_id)
        .filter(Q(role=Role.OWNER) | (named if approval.decides_member_id else high_enough))
        .exclude(pk=by.membership_id)
        .select_related("user")
    )
    return not any(can_see(approval, membership) for membership in others)


def can_see(approval: Approval, membership: Membership) -> bool:
    """Whether the pipeline it would happen in is open to a member."""
    if approval.reach_id is None or membership.role == Role.OWNER:
        return True
    someone = people.actor_of(membership, door=Door.BOARD)
    return Pipeline.objects.visible_to(someone).filter(pk=approval.reach_id).exists()
