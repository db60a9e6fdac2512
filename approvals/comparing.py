"""Holding a rule's comparisons against the facts."""

from typing import Any

from approvals.facts import FACTS, Findings
from approvals.models import Answer
from approvals.rules import Comparison, Rule
from crm.conditions import Condition
from crm.conditions.kinds import EMPTY


def compare(rule: Rule, findings: Findings) -> list[dict[str, Any]]:
    """
    Return each comparison of `rule` with what was found (`actual`) and whether it holds (`holds`).

    What is not known never lets anything pass: it holds where a rule asks or denies, and does not
    where it allows. So does a comparison that can no longer be read.
    """
    return [
        _compare(rule, asked, condition, findings)
        for asked, condition in zip(rule.when, rule.conditions, strict=True)
    ]


def _compare(
    rule: Rule, asked: Comparison, condition: Condition | None, findings: Findings
) -> dict[str, Any]:
    op = asked.get("op", "")
    actual = findings[asked["field"]] if asked.get("field") in FACTS else None
    if condition is None or (actual is None and op not in EMPTY):
        holds = rule.answer != Answer.ALLOW
    else:
        holds = condition.evaluate_facts(findings).holds
    return {
        "field": asked.get("field", ""),
        "op": op,
        "value": asked.get("value"),
        "actual": actual,
        "holds": holds,
    }
