"""Many who think at once spend no more than there is, and what is left is counted exactly."""

from decimal import Decimal

import pytest

from agents.model_choices import choices, choosing, spending
from audit.actions import tenant
from tests.agents.conftest import actor_of
from tests.agents.test_at_once import CROWD, Ground, at_once

MOST, COST = Decimal(10), Decimal("1.5")  # cents of an answer: at most, and in the end


@pytest.fixture
def ground(committed):
    return Ground()


def test_no_more_is_paid_ahead_than_there_is(ground):
    by = actor_of(ground.agent)
    choices.change(by=ground.ada, changes={"limit_cents": 35})

    def pay():
        with tenant(ground.acme.pk):
            choice = choosing.choose(ground.acme, agent=ground.agent)
        return spending.pay_ahead(by, choice, MOST, organization=ground.acme)

    answers = at_once(pay)
    paid = [each for each in answers if isinstance(each, spending.Paid)]
    refused = [each for each in answers if isinstance(each, spending.OverLimit)]
    assert (len(paid), len(refused)) == (3, CROWD - 3)

    waiting = list(paid)
    at_once(lambda: spending.settle(waiting.pop(), COST), times=3)

    with tenant(ground.acme.pk):
        assert spending.find_spent(ground.acme) == 3 * COST
        assert spending.find_spent(ground.acme, ground.agent.pk) == 3 * COST
