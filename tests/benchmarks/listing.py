"""
What a listing of tools costs a model, by LiteLLM's offline counter.

Imported where it is counted alone: it takes seconds and a hundred megabytes, and the product's web
process does without.
"""

import os
from collections.abc import Sequence
from typing import Any

from agents.calls import listings
from agents.calls.admission import Caller
from agents.catalogue.registry import Dialect, Tool

MOST = 6_000  # tokens of the default listing
MODEL = "gpt-4o"  # whose tokens are counted; others' are near


def count_tokens(tools: Sequence[dict[str, Any]]) -> int:
    """Return what a conversation costs more with `tools`, as OpenAI's models want them."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    from litellm import token_counter

    said = [{"role": "user", "content": "Hello."}]
    with_tools = token_counter(model=MODEL, messages=said, tools=list(tools))
    return int(with_tools) - int(token_counter(model=MODEL, messages=said))


def cost_of(caller: Caller, *, everything: bool = False) -> tuple[int, int]:
    """Return how many tools a caller is told of, and what that costs in tokens."""
    listed: list[Tool] = listings.find(caller, everything=everything)
    return len(listed), count_tokens(listings.show(listed, Dialect.OPENAI, by=caller))
