"""Policies as people write them: checked before they bind anybody."""

from typing import Any

from django.db import IntegrityError, transaction

from approvals import deciders
from approvals.deciders import Person
from approvals.events import PolicyWritten
from approvals.facts import CATALOGUE, FACTS
from approvals.models import Answer, Policy
from audit.actions import Refusal, command, record
from crm.conditions import Condition
from crm.fields import FieldError


class PolicyExists(Refusal):
    """There is a policy of this key for the same scope and tool already; change that one."""


@command
def write(policy: Policy, *, by: Person, reason: str = "") -> Policy:
    """
    Store a policy, a new one or as it was changed. Only people write policies.

    :raises OnlyPeopleDecide: if `by` is not a person
    :raises FieldError: as `check`
    :raises PolicyExists: if there is one for the same scope and tool
    """
    person = deciders.as_person(by)
    check(policy)
    if policy.pk is None:
        policy.organization_id = person.organization_id
        policy.created_by = person.ref
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        if "one_policy_per_key" not in str(error):
            raise
        raise PolicyExists from None
    record(
        PolicyWritten(policy_id=policy.pk, key=policy.key),
        on=policy,
        summary=f"The policy {policy.name or policy.key} was set: {policy.answer}",
    )
    return policy


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
