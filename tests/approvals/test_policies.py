"""Policies as people write them."""

import pytest

from approvals import policies
from approvals.models import Policy
from crm.fields import FieldError


def test_a_policy_that_can_be_read_is_fine():
    policies.check(Policy(key="a", when=[{"field": "records", "op": ">", "value": 5}]))
    policies.check(Policy(key="a", when=[]))


def test_a_fact_there_is_not_is_named_with_the_nearest():
    with pytest.raises(FieldError, match="did you mean confidence"):
        policies.check(Policy(key="a", when=[{"field": "confidense", "op": "<", "value": 0.5}]))


def test_what_cannot_be_compared_so_is_said():
    with pytest.raises(FieldError, match="records is compared otherwise"):
        policies.check(Policy(key="a", when=[{"field": "records", "op": "contains", "value": 1}]))


@pytest.mark.parametrize("claim", ["confidence", "claims"])
def test_nothing_is_allowed_because_of_a_claim(claim):
    when = [{"field": claim, "op": "is_not_empty"}]

    with pytest.raises(FieldError, match="only what an agent says of itself"):
        policies.check(Policy(key="a", answer="allow", when=when))
    policies.check(Policy(key="a", answer="ask", when=when))


def test_a_stage_and_its_pipeline_belong_together(inside, sales, stage):
    demo = stage("Demo")
    policies.check(Policy(key="a", stage=demo, pipeline=sales))

    with pytest.raises(FieldError, match="not a stage of that pipeline"):
        policies.check(Policy(key="a", stage=demo))
