"""How a rule that holds reads: confidence 60 % is below 85 %; the deal is worth $12,000."""

import re
from collections.abc import Sequence
from typing import Any

from approvals.facts import FACTS, Fact, Findings, Kind
from approvals.rules import Rule
from crm import currencies
from crm.templatetags.crm_format import money

PLACE = re.compile(r"\{([a-z_]+)\}")

WORDS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "in": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "not_contains": "does not contain",
    "is_empty": "is empty",
    "is_not_empty": "is not empty",
}


def say(rule: Rule, held: Sequence[dict[str, Any]], findings: Findings) -> str:
    """
    Return why `rule` holds, as a sentence without its full stop.

    :param held: its comparisons, each with `field`, `op`, `value`, `actual`
    """
    unknown = [FACTS[each["field"]].unknown for each in held if is_unknown(each)]
    if any(unknown):
        return " and ".join(filter(None, unknown))
    if rule.because:
        return PLACE.sub(lambda place: _fill(place, findings), rule.because)
    said = [_compare(each, findings) for each in held]
    return " and ".join(filter(None, said)) or f"the policy {rule.key} says so"


def is_unknown(comparison: dict[str, Any]) -> bool:
    """Whether a fact was compared of which we do not know the value."""
    return (
        comparison["actual"] is None
        and comparison["field"] in FACTS
        and comparison["op"] not in ("is_empty", "is_not_empty")
    )


def _fill(place: re.Match[str], findings: Findings) -> str:
    name = place[1]
    return read(FACTS[name], findings[name], findings) if name in FACTS else place[0]


def _compare(comparison: dict[str, Any], findings: Findings) -> str:
    """Say one comparison; "" where it only narrows down who or where."""
    fact = FACTS.get(comparison["field"])
    if fact is None:
        return f"{comparison['field']} is no longer known"
    if fact.kind is Kind.YES_NO:
        return fact.label if comparison["actual"] and not fact.name.startswith("by_") else ""
    actual = read(fact, comparison["actual"], findings)
    word = WORDS.get(comparison["op"], comparison["op"])
    if comparison["op"] in ("is_empty", "is_not_empty"):
        return f"{fact.label} {word}"
    return f"{fact.label} {actual} {word} {_read_any(fact, comparison.get('value'), findings)}"


def _read_any(fact: Fact, value: Any, findings: Findings) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(read(fact, each, findings) for each in values)


def read(fact: Fact, value: Any, findings: Findings) -> str:
    """Return a fact's value as people write it: 60 %, $12,000, 1,200, yes, “Move contact”."""
    if value is None:
        return "unknown"
    if fact.kind is Kind.NAME and isinstance(value, str):
        return f"“{value.replace('_', ' ').capitalize()}”"
    if fact.kind is Kind.SHARE:
        return f"{value * 100:.4g} %"
    if fact.kind is Kind.MONEY:
        currency = findings.proposal.home.currency
        return money(round(value * 10 ** currencies.digits(currency)), currency)
    if fact.kind is Kind.NUMBER:
        return f"{value:,}"
    if fact.kind is Kind.YES_NO:
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
