"""
Thinking: one answer of a model, whichever it is, through LiteLLM.

Only workers import this: LiteLLM takes seconds and a hundred megabytes.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm
from litellm import exceptions as faults

litellm.suppress_debug_info = True  # it prints what belongs in a log, and asks for feedback

from agents.conversations.history import Message  # noqa: E402
from agents.language import provider  # noqa: E402
from agents.language.conversations import STATE  # noqa: E402
from agents.language.provider import Heard, heard_now  # noqa: E402

provider.register()

PAUSES = (0.5, 2.0)  # seconds before each further try
TELL_EVERY = 0.3  # seconds
LONGEST_REPLY = 20_000  # characters
MOST_CALLS = 30  # in one thought

# What may be different the next time; the rest will not be.
PASSING = (
    faults.Timeout,
    faults.APIConnectionError,
    faults.RateLimitError,
    faults.InternalServerError,
    faults.ServiceUnavailableError,
    faults.BadGatewayError,
)
LASTING = (
    faults.AuthenticationError,
    faults.PermissionDeniedError,
    faults.NotFoundError,
    faults.BadRequestError,
    faults.UnprocessableEntityError,
    faults.BudgetExceededError,
    faults.APIError,
)

logger = logging.getLogger(__name__)


class NoAnswer(Exception):
    """The model gave no answer; says why in a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class Thought:
    """
    What a model said and wants done.

    :param calls: id, tool, arguments as the text they came in, of each call
    :param more: further members of its message that it wants back
    """

    text: str
    calls: list[dict[str, Any]]
    more: dict[str, Any] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micros: int = 0
    latency_ms: int = 0


def think(
    messages: list[Message],
    tools: list[dict[str, Any]],
    *,
    model: str,
    heard: Heard,
    tell: Callable[[str], None],
) -> Thought:
    """
    Have `model` answer; what passes is tried again, then another model is asked where one is set.

    :param tell: is given what of the answer is there, a few times a second
    :raises NoAnswer: if none answers
    """
    fallback = settings.WHEELHOUSE_FALLBACK_MODEL
    heard_now.set(heard)
    chosen = [model, *([fallback] if fallback and fallback != model else [])]
    says = ""
    for each in chosen:
        for pause in (*PAUSES, None):
            try:
                return _ask(messages, tools, model=each, tell=tell)
            except PASSING as fault:
                says = f"{each} did not answer ({type(fault).__name__})"
            except LASTING as fault:
                says = f"{each} refused to answer ({type(fault).__name__})"
                break
            logger.warning("%s", says)
            if pause is not None:
                time.sleep(pause)
    raise NoAnswer(f"{says}. Nothing more was done; what was done is listed here.")


def _ask(
    messages: list[Message],
    tools: list[dict[str, Any]],
    *,
    model: str,
    tell: Callable[[str], None],
) -> Thought:
    started = time.perf_counter()
    parts = litellm.completion(
        model=model,
        messages=messages,
        tools=tools,
        stream=True,
        stream_options={"include_usage": True},
        timeout=settings.MODEL_TIMEOUT_SECONDS,
        num_retries=0,
    )
    whole = litellm.stream_chunk_builder(list(_tell(parts, tell)), messages=messages)
    # LiteLLM ends by itself an answer that just stopped coming.
    if whole is None or not getattr(parts, "received_finish_reason", None):
        raise faults.APIConnectionError(
            message="The answer was cut off.", llm_provider="", model=model
        )
    message: Any = whole.choices[0]["message"]
    usage = getattr(whole, "usage", None)
    return Thought(
        text=(message.content or "")[:LONGEST_REPLY],
        calls=[_read(call) for call in (message.tool_calls or [])[:MOST_CALLS]],
        more=_keep(message),
        tokens_in=getattr(usage, "prompt_tokens", 0) or 0,
        tokens_out=getattr(usage, "completion_tokens", 0) or 0,
        cost_micros=_cost(whole, model),
        latency_ms=round((time.perf_counter() - started) * 1000),
    )


def _tell(parts: Any, tell: Callable[[str], None]) -> Iterator[Any]:
    """Pass the parts of an answer on, telling now and then what is there so far."""
    text, told = "", time.monotonic()
    for part in parts:
        yield part
        text += (part.choices[0].delta.content or "") if part.choices else ""
        if text and time.monotonic() - told > TELL_EVERY:
            tell(text[:LONGEST_REPLY])
            told = time.monotonic()


def _keep(message: Any) -> dict[str, Any]:
    """
    Return what a model wants back with its message, and whether it asks something.

    The planner keeps its plan, its question and what was spoken of so.
    """
    kept = getattr(message, "provider_specific_fields", None)
    if not kept:
        return {}
    asks = bool((kept.get(STATE) or {}).get("question"))
    return {"provider_specific_fields": kept, **({"asks": True} if asks else {})}


def _read(call: Any) -> dict[str, Any]:
    """Return a call; its arguments stay a text, which need not be JSON."""
    return {
        "id": str(call.id)[:100],
        "tool": str(call.function.name or "")[:120],
        "text": str(call.function.arguments or ""),
    }


def arguments_of(call: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of a call; None where they are no JSON object."""
    try:
        found = json.loads(call["text"] or "{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _cost(whole: Any, model: str) -> int:
    """Return what an answer cost, in millionths of a US dollar; 0 where no price is known."""
    try:
        return round(litellm.completion_cost(completion_response=whole, model=model) * 1_000_000)
    except Exception:  # noqa: BLE001  (it raises the bare class where a model has no price)
        return 0
