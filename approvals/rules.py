"""Rules as values: what ships with the product and what an organization's policies say, alike."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

from approvals.facts import CATALOGUE, FACTS
from approvals.models import Answer
from crm.conditions import Comparison as Readable
from crm.conditions import Condition
from crm.fields import FieldError
from crm.models import Role

Comparison = dict[str, Any]  # {"field": …, "op": …, "value": …}


class Scope(IntEnum):
    """What a rule is about, the narrowest first."""

    STAGE = 0
    PIPELINE = 1
    AGENT = 2
    ORGANIZATION = 3
    SHIPPED = 4


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    What to answer where every comparison in `when` holds.

    :param because: a sentence with `{fact}` for values; without one the comparisons are read out
    """

    key: str
    answer: Answer
    when: tuple[Comparison, ...] = ()
    scope: Scope = Scope.SHIPPED
    tool: str = ""
    because: str = ""
    decides_role: str = Role.MANAGER.value
    decides_member_id: int | None = None
    policy_id: int | None = None

    @cached_property
    def reads_claims(self) -> bool:
        """Whether it depends on what the caller says of itself."""
        return any(FACTS[each["field"]].claimed for each in self.when if each.get("field") in FACTS)

    @cached_property
    def readable(self) -> tuple[Readable | None, ...]:
        """Each comparison, ready to be held against facts; None where it cannot be read."""
        return tuple(_parse(each) for each in self.when)

    @cached_property
    def named(self) -> dict[str, Any]:
        """What a trace says of it in every line."""
        about = {"policy": self.key, "policy_id": self.policy_id}
        return about | {"scope": self.scope.name.lower(), "answer": self.answer.value}

    @cached_property
    def level(self) -> tuple[int, bool]:
        """How narrow it is, the narrowest least: by scope, then by whether it names the tool."""
        return (self.scope, not self.tool)


def _read(when: Any) -> tuple[Comparison, ...]:
    """Return comparisons as they are stored; what is none comes as one that cannot be read."""
    stored = when if isinstance(when, list) else [when]
    return tuple(each if isinstance(each, dict) else {} for each in stored)


def _parse(comparison: Comparison) -> Readable | None:
    try:
        return Condition.parse([comparison], on=CATALOGUE).comparisons[0]
    except FieldError:
        return None


def read_rule(row: Sequence[Any]) -> Rule:
    """Return the rule that a row of policies states; `policy` says which columns in which order."""
    pk, key, answer, when, because, tool, agent, pipeline, stage, role, member = row
    scope = next(
        (scope for scope, about in zip(Scope, (stage, pipeline, agent), strict=False) if about),
        Scope.ORGANIZATION,
    )
    return Rule(
        key=key,
        answer=Answer(answer),
        when=_read(json.loads(when) if isinstance(when, str) else when),
        scope=scope,
        tool=tool,
        because=because,
        decides_role=role,
        decides_member_id=member,
        policy_id=pk,
    )
