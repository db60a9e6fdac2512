"""The rows that wait: added once, found again, and locked before anything is done to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from approvals.events import ApprovalAsked
from approvals.models import Approval, Status
from approvals.policy import Verdict
from approvals.proposals import Proposal, canonical, contact_of
from audit import clock
from audit.actions import current, record, ref_of
from audit.actors import Actor
from crm.refs import NotFound


def lock(approval: Approval, *, by: Actor) -> Approval:
    """
    Return an approval as it is now, held until the transaction ends.

    :raises NotFound: if there is none that `by` may know of
    """
    # Without joins: a row that was waited for is read anew, but not what it is joined to.
    held = Approval.objects.visible_to(by).select_for_update().filter(pk=approval.pk).first()
    if held is None:
        raise NotFound(f"There is no {approval.ref}.", ref=approval.ref)
    return held


def find_same(proposal: Proposal) -> Approval | None:
    """Return the same call of the same asker where it waits, locked."""
    return (
        Approval.objects.asked_by(proposal.by)
        .filter(status=Status.WAITING, call_digest=proposal.call_digest)
        .select_for_update()
        .first()
    )


def add(
    proposal: Proposal, verdict: Verdict, bound: Mapping[str, Any], lifetime: timedelta
) -> Approval:
    """Let a proposal wait; where the same was asked at the same moment, return that."""
    try:
        with transaction.atomic():
            return _create(proposal, verdict, bound, lifetime)
    except IntegrityError:
        same = find_same(proposal)
        if same is None:
            raise
        return same


def _asker(by: Actor, proposal: Proposal) -> dict[str, Any]:
    """Return the columns that say who asks, and for whom."""
    return {
        "created_by": by.ref,
        "asked_by_kind": by.kind.value,
        "asked_by_id": by.id,
        "asked_by_name": by.name,
        "asked_by_version": by.version,
        "owner_id": proposal.owner_id,
        "on_behalf_of": by.on_behalf_of,
    }


def _create(
    proposal: Proposal, verdict: Verdict, bound: Mapping[str, Any], lifetime: timedelta
) -> Approval:
    by, contact, now = proposal.by, contact_of(proposal), clock.real_now()
    opened = current()
    subject = proposal.subject or proposal.position
    approval = Approval.objects.create(
        organization_id=proposal.organization_id,
        tool=proposal.tool,
        tool_version=proposal.tool_version,
        effect=proposal.effect.value,
        arguments=canonical(proposal.arguments),
        call_digest=proposal.call_digest,
        target=ref_of(subject) if subject else "",
        contact=contact.ref if contact else "",
        reach_id=proposal.pipeline_id,
        **_asker(by, proposal),
        asked_at=now,
        asked_in_id=opened.id if opened else None,
        reason=proposal.reason,
        confidence=proposal.confidence,
        claims=canonical(proposal.claims),
        because=verdict.because,
        trace=verdict.trace,
        high_risk=verdict.high_risk,
        decides_role=verdict.decides_role,
        decides_member_id=verdict.decides_member_id,
        expires_at=now + lifetime,
        **bound,
    )
    record(
        ApprovalAsked(approval_id=approval.pk, tool=approval.tool),
        on=approval,
        summary=f"Asked: {approval.title}",
    )
    return approval
