"""Holding a rule's comparisons against the facts."""

from typing import Any

from approvals.facts import FACTS, Findings
from approvals.models import Answer
from approvals.rules import Comparison, Rule
from crm.conditions import Comparison as Readable
from crm.conditions.kinds import EMPTY


def compare(rule: Rule, findings: Findings) -> list[dict[str, Any]]:
    """
    Return each comparison of `rule` with what was found (`actual`) and whether it holds (`holds`).

    What is not known never lets anything pass: it holds where a rule asks or denies, and does not
    where it allows. So does a comparison that can no longer be read.
    """
    strictly, made = rule.answer != Answer.ALLOW, []
    for asked, readable in zip(rule.when, rule.readable, strict=True):
        # Most rules that ship begin alike: with one and the same comparison, made once.
        known = id(asked), strictly
        if known not in findings.compared:
            findings.compared[known] = _compare(asked, readable, findings, strictly=strictly)
        made.append(findings.compared[known])
    return made


def _compare(
    asked: Comparison, readable: Readable | None, findings: Findings, *, strictly: bool
) -> dict[str, Any]:
    name, op = asked.get("field", ""), asked.get("op", "")
    actual = findings[name] if name in FACTS else None
    if readable is None or (actual is None and op not in EMPTY):
        holds = strictly
    else:
        holds = readable.holds(actual)
    return {
        "field": name,
        "op": op,
        "value": asked.get("value"),
        "actual": actual,
        "holds": holds,
    }
