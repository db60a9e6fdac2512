"""Rules as values: what ships with the product and what an organization's policies say, alike."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from approvals.facts import FACTS
from approvals.models import Answer, Policy
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

    @property
    def reads_claims(self) -> bool:
        """Whether it depends on what the caller says of itself."""
        return any(FACTS[each["field"]].claimed for each in self.when if each.get("field") in FACTS)

    @property
    def level(self) -> tuple[int, bool]:
        """How narrow it is, the narrowest least: by scope, then by whether it names the tool."""
        return (self.scope, not self.tool)


def from_policy(policy: Policy) -> Rule:
    """Return the rule a policy states."""
    return Rule(
        key=policy.key,
        answer=Answer(policy.answer),
        when=tuple(policy.when),
        scope=Scope[policy.scope.upper()],
        tool=policy.tool,
        because=policy.because,
        decides_role=policy.decides_role,
        decides_member_id=policy.decides_member_id,
        policy_id=policy.pk,
    )
