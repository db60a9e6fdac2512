"""What a decision is bound to, and whether that still is so."""

from collections.abc import Mapping
from typing import Any

from approvals.facts import FACTS, find_binding
from approvals.models import Approval
from approvals.proposals import Proposal, Shown, canonical, digest_of


def bind(proposal: Proposal, shown: Shown) -> dict[str, Any]:
    """Return the columns of an approval that say what a decision on `proposal` is bound to."""
    facts = find_binding(proposal)
    kept = shown.as_json()
    return {"shown": kept, "facts": facts, "digest": _digest(proposal, kept, facts)}


def find_drift(approval: Approval, proposal: Proposal, shown: Shown) -> list[str]:
    """
    Say what differs between the approval and the same call as it would be made now.

    :param proposal: of the arguments in force
    """
    kept = shown.as_json()
    known = {name: FACTS[name].find(proposal) for name in approval.facts if name in FACTS}
    facts = canonical(known)
    if _digest(proposal, kept, facts) == approval.digest:
        return []
    drift = _find_changed_rows(approval.shown, kept)
    drift += [
        f"{FACTS[name].label} has changed" if name in FACTS else f"{name} is no longer known"
        for name, was in approval.facts.items()
        if facts.get(name) != was
    ]
    return list(dict.fromkeys(drift)) or ["what it rests on has changed"]


def _digest(proposal: Proposal, shown: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    return digest_of(
        {
            "tool": proposal.tool,
            "version": proposal.tool_version,
            "arguments": proposal.arguments,
            "by": proposal.by.ref,
            "shown": shown,
            "facts": facts,
        }
    )


def _find_changed_rows(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    before = {row["label"]: row["before"] for row in was.get("rows", [])}
    return [
        f"{row['label']} was {_read(before[row['label']])} and is now {_read(row['before'])}"
        for row in now.get("rows", [])
        if row["label"] in before and row["before"] != before[row["label"]]
    ]


def _read(value: Any) -> str:
    return "empty" if value in (None, "", []) else str(value)
