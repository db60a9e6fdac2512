"""Policies as people write them: checked before they bind anybody."""

from typing import Any

from approvals.facts import CATALOGUE, FACTS
from approvals.models import Answer, Policy
from crm.conditions import Condition
from crm.fields import FieldError


def check(policy: Policy) -> None:
    """
    Check that a policy says something that can be held against facts, and allows nobody's claims.

    :raises FieldError: names each field that is wrong, and what would be right
    """
    Condition.parse(policy.when, on=CATALOGUE)
    if policy.answer == Answer.ALLOW:
        _check_allows_no_claims(policy.when)
    if policy.stage is not None and policy.stage.pipeline_id != policy.pipeline_id:
        raise FieldError({"stage": "This is not a stage of that pipeline."})


def _check_allows_no_claims(when: list[dict[str, Any]]) -> None:
    claimed = [each["field"] for each in when if FACTS[each["field"]].claimed]
    if claimed:
        raise FieldError(
            {
                "when": f"Nothing is allowed because of {FACTS[claimed[0]].label}: that is only"
                " what an agent says of itself. Ask where it is too low instead."
            }
        )
