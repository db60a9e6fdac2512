"""A waiting call looked at anew: as it was asked, or as a person edited it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from approvals import deciders, digests
from approvals.deciders import NotYoursToDecide, Person
from approvals.executors import get_executor
from approvals.models import Answer, Approval
from approvals.policy import Verdict, judge
from approvals.proposals import Proposal, canonical
from audit.actions import Refusal
from audit.models import Outcome


class Unacceptable(Refusal):
    """Policy denies the call as it was edited."""

    outcome = Outcome.DENIED


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A call as a person edited it: the columns it fills, and whether it is a high risk."""

    columns: Mapping[str, Any]
    high_risk: bool

    @property
    def digest(self) -> str:
        """Of everything a decision on it is bound to."""
        return str(self.columns["digest"])


def judge_anew(approval: Approval, arguments: Mapping[str, Any], *, by: Person) -> Edit:
    """
    Validate `arguments` as `by` may use them; judge the call anew, as the agent's and as `by`'s.

    :raises Unacceptable: if policy denies it
    :raises NotYoursToDecide: if as edited it is for somebody else to decide
    :raises Refusal: whatever the tool says of arguments that do not fit
    """
    executor = get_executor()
    proposal = executor.propose(approval, arguments, by)
    verdicts = [judge(proposal), judge(as_own(proposal, by))]
    for verdict in verdicts:
        _check(verdict, by=by)
    columns = digests.bind(proposal, executor.preview(proposal))
    return Edit(
        columns=columns | {"arguments_as_decided": canonical(proposal.arguments)},
        high_risk=approval.high_risk or any(verdict.high_risk for verdict in verdicts),
    )


def as_own(proposal: Proposal, by: Person) -> Proposal:
    """Return the same call as `by`'s own, who claims nothing."""
    parts = tuple(as_own(part, by) for part in proposal.parts)
    own = replace(proposal, by=by, confidence=None, claims={}, learning=False, owner_id=None)
    return replace(own, parts=parts)


def find_drift(approval: Approval) -> list[str]:
    """
    Say what has changed since a call was asked that still waits; that it is gone, too.

    Where agents are switched off nothing can be tried. That is no change: what is granted waits for
    the switch, and is looked at again before it is carried out.
    """
    executor = get_executor()
    try:
        proposal = executor.propose(approval, approval.arguments, None)
        return digests.find_drift(approval, proposal, executor.preview(proposal))
    except Refusal as gone:
        if "off" in gone.details:
            return []
        return [str(gone).removesuffix(".")]


def _check(verdict: Verdict, *, by: Person) -> None:
    if verdict.answer == Answer.DENY:
        raise Unacceptable(
            f"As edited, policy denies it: {'; '.join(verdict.because)}.", because=verdict.because
        )
    if verdict.answer == Answer.ASK and not deciders.satisfies(verdict, by):
        raise NotYoursToDecide(
            f"As edited, this is for somebody else to decide: {'; '.join(verdict.because)}."
        )
