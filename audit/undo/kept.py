"""Kept plans: what somebody was shown, until they do it."""

from dataclasses import dataclass
from datetime import timedelta

from audit import clock
from audit.actions import Refusal, tenant
from audit.actors import Actor
from audit.models import UndoPlan
from audit.undo.plans import Plan

LASTS = timedelta(hours=1)


class PlanGone(Refusal):
    """This plan is no longer kept; make a new one."""

    http = 404


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A plan as it was promised: the actions, and digests of exactly what would be done."""

    action_ids: list[int]
    promises: frozenset[int]


def keep(plan: Plan) -> str:
    """Keep `plan` for whoever made it, for `LASTS`, and return its reference, plan:17."""
    organization = plan.by.organization_id or 0
    with tenant(organization):
        UndoPlan.objects.filter(made_at__lt=clock.real_now() - LASTS).delete()
        row = UndoPlan.objects.create(
            organization_id=organization,
            made_by=plan.by.ref,
            actions=plan.action_ids,
            promises=sorted(plan.promises),
        )
    plan.ref = f"plan:{row.pk}"
    return plan.ref


def find(ref: str, *, by: Actor) -> Kept:
    """
    Return the plan `by` was shown.

    :raises PlanGone: if it is too old, somebody else's, or no plan at all
    """
    kind, _, number = str(ref).partition(":")
    if kind != "plan" or not (number.isascii() and number.isdigit()):
        raise PlanGone
    with tenant(by.organization_id or 0):
        row = UndoPlan.objects.filter(
            pk=int(number[:18]),
            organization_id=by.organization_id or 0,
            made_by=by.ref,
            made_at__gte=clock.real_now() - LASTS,
        ).first()
    if row is None:
        raise PlanGone
    return Kept(action_ids=row.actions, promises=frozenset(row.promises))
