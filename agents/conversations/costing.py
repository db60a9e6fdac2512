"""
Costing: what an answer of a model costs, before it is asked for and after.

Only workers import this: LiteLLM takes seconds and a hundred megabytes.
"""

import math
import os
from decimal import Decimal
from typing import Any

# Prices of models come from the package, not from the web.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm

from agents.conversations.history import Message
from agents.conversations.models import LOCAL
from agents.model_choices.choosing import Choice
from crm import currencies
from crm.models import Organization

MOST_WRITTEN = 8_192  # tokens in one thought, those a model thinks to itself included
MARGIN = Decimal("1.25")  # by which a provider may count more tokens than are counted here
MILLION = 1_000_000


def estimate(
    messages: list[Message],
    tools: list[dict[str, Any]],
    choice: Choice,
    organization: Organization,
) -> Decimal:
    """Return what an answer costs at most, in minor units, by whichever model it is given."""
    models = list(dict.fromkeys(filter(None, [choice.model, choice.fallback])))
    prices = [_price(model, choice, organization) for model in models]
    if not any(map(any, prices)):
        return Decimal(0)
    told: Any = tools or None
    counted = litellm.token_counter(model=choice.model, messages=messages, tools=told)
    most_read = math.ceil(counted * MARGIN)
    return max(most_read * read + MOST_WRITTEN * written for read, written in prices)


def count(
    whole: Any, model: str, tokens: tuple[int, int], choice: Choice, organization: Organization
) -> Decimal:
    """Return what an answer cost, in minor units to a millionth of one."""
    read, written = _price(model, choice, organization)
    counted = tokens[0] * read + tokens[1] * written
    if counted and choice.input_cents is None and choice.output_cents is None:
        # LiteLLM knows what is cheaper of what was read before.
        dollars = litellm.completion_cost(completion_response=whole, model=model)
        counted = _exchange(dollars, organization)
    return counted.quantize(Decimal("0.000001"))


def _price(model: str, choice: Choice, organization: Organization) -> tuple[Decimal, Decimal]:
    """Return what a token that is read and one that is written cost; 0 where nobody knows."""
    if model == LOCAL:
        return Decimal(0), Decimal(0)
    if choice.input_cents is not None or choice.output_cents is not None:
        own = choice.input_cents or 0, choice.output_cents or 0
        return Decimal(own[0]) / MILLION, Decimal(own[1]) / MILLION
    try:
        known = litellm.get_model_info(model)
    except Exception:  # noqa: BLE001  (it raises the bare class where it knows no such model)
        return Decimal(0), Decimal(0)
    return (
        _exchange(known.get("input_cost_per_token"), organization),
        _exchange(known.get("output_cost_per_token"), organization),
    )


def _exchange(dollars: float | None, organization: Organization) -> Decimal:
    """Return US dollars in the organization's minor units; one for one where no rate is set."""
    own = organization.currency
    rates = currencies.minor_rates(own, organization.rates)
    cents = Decimal(str(dollars or 0)) * 10 ** currencies.digits("USD")
    return cents * rates.get("USD", Decimal(1))
