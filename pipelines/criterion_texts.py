"""Exit criteria as people and agents write them: a comparison, an item to attest, or an object."""

import json
import re
from collections.abc import Mapping
from typing import Any

from audit.actions import Refusal
from crm.conditions import Condition
from crm.fields import FieldError, Unsuitable
from pipelines.models import Position

COMPARISON = re.compile(r"\s*([a-z_][a-z0-9_.]*)\s*(==|=|!=|<=|>=|<|>)\s*(\S.*?)\s*", re.ASCII)
FILLED = re.compile(r"\s*([a-z_][a-z0-9_.]*)\s+is\s+(not\s+)?empty\s*", re.ASCII)
LONGEST_LABEL = 200


def read(text: str | Mapping[str, Any]) -> tuple[str, str, list[dict[str, Any]] | None]:
    """
    Return key, label and condition of a criterion; without a condition it is a checklist item.

    A text is a condition where it compares a field that is known, `position.value_cents > 0`; all
    other text is an item to attest: `has_budget_confirmed`. An object names `label`, and `key` or
    `condition` where they are to be other than that.

    :raises FieldError: if there is no label, or the condition names no field that is known
    """
    if isinstance(text, Mapping):
        label = str(text.get("label") or text.get("key") or "").strip()
        condition = read_condition(text.get("condition"))
    else:
        label, condition = str(text).strip(), _read_comparison(str(text))
    if not label:
        raise FieldError({"exit_criteria": "Say what must hold, as budget_confirmed."})
    key = str(text.get("key") or label) if isinstance(text, Mapping) else label
    return _key(key), label[:LONGEST_LABEL] if condition else _label(label), condition


def read_condition(value: Any) -> list[dict[str, Any]] | None:
    """
    Return a condition as it is stored: a list of comparisons, or None for what is attested.

    :raises FieldError: if it cannot be read
    """
    if not value:
        return None
    return Condition.parse(value, on=Position).as_json()


def read_label(value: Any) -> str:
    """
    Return a label as it is stored.

    :raises Unsuitable: if it says nothing, or too much
    """
    label = value.strip() if isinstance(value, str) else ""
    if not label or len(label) > LONGEST_LABEL:
        raise Unsuitable(f"Say what must hold, in at most {LONGEST_LABEL} characters.")
    return label


def _read_comparison(text: str) -> list[dict[str, Any]] | None:
    """Return the comparison that `text` writes out; None unless its field is known."""
    comparison = COMPARISON.fullmatch(text)
    filled = FILLED.fullmatch(text)
    if comparison:
        field, sign, value = comparison.groups()
        written = {"op": "=" if sign == "==" else sign, "value": _read_value(value)}
    elif filled:
        field = filled[1]
        written = {"op": "is_not_empty" if filled[2] else "is_empty"}
    else:
        return None
    for name in (field, f"position.{field}"):
        try:
            Condition.parse([{"field": name, **written}], on=Position)
        except Refusal:
            continue
        return [{"field": name, **written}]
    return None


def _read_value(text: str) -> Any:
    try:
        return json.loads(text.replace("'", '"'))
    except ValueError:
        return text


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:80] or "criterion"


def _label(text: str) -> str:
    words = re.sub(r"(?<=\w)_+(?=\w)", " ", text)
    return (words[:1].upper() + words[1:])[:LONGEST_LABEL]
