"""Holding a rule's comparisons against the facts."""

import operator
from collections.abc import Callable
from typing import Any

from approvals.facts import FACTS, Findings
from approvals.models import Answer
from approvals.rules import Rule

EMPTINESS = {"is_empty", "is_not_empty"}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda actual, expected: actual in expected,
    "not_in": lambda actual, expected: actual not in expected,
    "contains": lambda actual, expected: expected in actual,
    "not_contains": lambda actual, expected: expected not in actual,
    "is_empty": lambda actual, expected: not actual,
    "is_not_empty": lambda actual, expected: bool(actual),
}


def compare(rule: Rule, findings: Findings) -> list[dict[str, Any]]:
    """
    Return each comparison of `rule` with what was found (`actual`) and whether it holds (`holds`).

    What is not known never lets anything pass: it holds where a rule asks or denies, and does not
    where it allows.
    """
    return [_compare(rule, each, findings) for each in rule.when]


def _compare(rule: Rule, asked: dict[str, Any], findings: Findings) -> dict[str, Any]:
    actual = findings[asked["field"]] if asked["field"] in FACTS else None
    if actual is None and asked["op"] not in EMPTINESS:
        holds = rule.answer != Answer.ALLOW
    else:
        holds = OPERATORS[asked["op"]](actual, asked.get("value"))
    return {**asked, "actual": actual, "holds": holds}
