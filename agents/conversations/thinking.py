"""
Thinking: one answer of a model, whichever it is, through LiteLLM.

Only workers import this: LiteLLM takes seconds and a hundred megabytes.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm
import openai
from litellm import exceptions as faults

litellm.suppress_debug_info = True  # it prints what belongs in a log, and asks for feedback

from agents.conversations import costing  # noqa: E402
from agents.conversations.history import Message  # noqa: E402
from agents.conversations.models import LOCAL  # noqa: E402
from agents.language import provider  # noqa: E402
from agents.language.dialogue.conversations import STATE  # noqa: E402
from agents.language.provider import Heard, heard_now  # noqa: E402
from agents.model_choices import refusals  # noqa: E402
from agents.model_choices.choosing import Choice  # noqa: E402
from agents.model_choices.transport import open_client  # noqa: E402
from audit.texts import storable, storable_json  # noqa: E402
from crm.models import Organization  # noqa: E402

provider.register()

PAUSES = (0.5, 2.0)  # seconds before each further try
TELL_EVERY = 0.3  # seconds
LONGEST_REPLY = 20_000  # characters that are kept
LONGEST_ANSWER = 200_000  # characters after which an answer is cut short, its calls included
MOST_CALLS = 30  # in one thought
DEEPEST = 40  # objects and lists inside each other, in arguments

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
    :param cost_cents: minor units of the organization's currency
    """

    text: str
    calls: list[dict[str, Any]]
    more: dict[str, Any] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    cost_cents: Decimal = Decimal(0)
    latency_ms: int = 0


def think(
    messages: list[Message],
    tools: list[dict[str, Any]],
    *,
    choice: Choice,
    organization: Organization,
    heard: Heard,
    tell: Callable[[str], None],
    begin: Callable[[], None],
) -> Thought:
    """
    Have the model answer; what passes is tried again, then another model is asked where one is set.

    :param tell: is given what of the answer is there, a few times a second
    :param begin: is called before each try
    :raises NoAnswer: if none answers
    """
    heard_now.set(heard)
    said = ""
    # What the planner wants is not asked about, so that no other speaks for it.
    fallback = "" if choice.model == LOCAL else choice.fallback
    for model in dict.fromkeys(filter(None, [choice.model, fallback])):
        for pause in (*PAUSES, None):
            begin()
            try:
                return _ask(messages, tools, model, choice, organization, tell)
            except PASSING as fault:
                said = refusals.say(model, fault, key=choice.key, passing=True)
            except LASTING as fault:
                said = refusals.say(model, fault, key=choice.key)
                break
            logger.warning("%s", said)
            if pause is not None:
                time.sleep(pause)
    raise NoAnswer(said)


def _ask(
    messages: list[Message],
    tools: list[dict[str, Any]],
    model: str,
    choice: Choice,
    organization: Organization,
    tell: Callable[[str], None],
) -> Thought:
    began = time.monotonic()
    with _connect(model, choice) as way:
        parts = litellm.completion(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            timeout=settings.MODEL_TIMEOUT_SECONDS,
            max_tokens=costing.MOST_WRITTEN,
            num_retries=0,
            drop_params=True,  # what a model has no use for, such as a temperature
            **({"tools": tools} if tools else {}),
            **({} if choice.temperature is None else {"temperature": choice.temperature}),
            **way,
        )
        whole = litellm.stream_chunk_builder(
            list(_tell(parts, model, tell, began)), messages=messages
        )
    # LiteLLM ends by itself an answer that just stopped coming.
    if whole is None or not getattr(parts, "received_finish_reason", None):
        raise faults.APIConnectionError(
            message="The answer was cut off.", llm_provider="", model=model
        )
    message: Any = whole.choices[0]["message"]
    usage = getattr(whole, "usage", None)
    tokens = (getattr(usage, "prompt_tokens", 0) or 0, getattr(usage, "completion_tokens", 0) or 0)
    return Thought(
        text=storable(message.content or "")[:LONGEST_REPLY],
        calls=[_read(call) for call in (message.tool_calls or [])[:MOST_CALLS]],
        more=_keep(message),
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        cost_cents=costing.count(whole, model, tokens, choice, organization),
        latency_ms=round((time.monotonic() - began) * 1000),
    )


@contextmanager
def _connect(model: str, choice: Choice) -> Iterator[dict[str, Any]]:
    """Yield what LiteLLM is told of where a model is and what opens it."""
    if model == LOCAL or not (choice.base_url or choice.key):
        yield {}
        return
    key = choice.key.get_secret_value() if choice.key else "none"
    if not choice.base_url:
        yield {"api_key": key}
        return
    about: dict[str, Any] = {"base_url": choice.base_url, "api_key": key, "max_retries": 0}
    with open_client(choice.base_url, timeout=settings.MODEL_TIMEOUT_SECONDS) as client:
        yield {"client": openai.OpenAI(http_client=client, **about), "api_key": key}


def _tell(parts: Any, model: str, tell: Callable[[str], None], began: float) -> Iterator[Any]:
    """
    Pass the parts of an answer on, telling now and then what is there so far.

    :param began: when it was asked for, for its worker holds the job only so long
    :raises NoAnswer: if it does not come to an end
    """
    text, written = "", 0
    told = began
    for part in parts:
        yield part
        delta = part.choices[0].delta if part.choices else None
        text += (delta.content or "") if delta is not None else ""
        written += _measure(delta)
        now = time.monotonic()
        if now - began > settings.MODEL_TIMEOUT_SECONDS or written > LONGEST_ANSWER:
            raise NoAnswer(f"{model} did not come to an end, and was cut short.")
        if text and now - told > TELL_EVERY:
            tell(text[:LONGEST_REPLY])
            told = now


def _measure(delta: Any) -> int:
    """Return how many characters a part of an answer has."""
    if delta is None:
        return 0
    calls = getattr(delta, "tool_calls", None) or ()
    arguments = sum(len(call.function.arguments or "") for call in calls if call.function)
    return len(delta.content or "") + arguments


def _keep(message: Any) -> dict[str, Any]:
    """
    Return what a model wants back with its message, and whether it asks something.

    The planner keeps its plan, its question and what was spoken of so.
    """
    kept = getattr(message, "provider_specific_fields", None)
    if not kept:
        return {}
    kept = json.loads(storable_json(json.dumps(kept, default=str)))
    asks = bool((kept.get(STATE) or {}).get("question"))
    return {"provider_specific_fields": kept, **({"asks": True} if asks else {})}


def _read(call: Any) -> dict[str, Any]:
    """Return a call; its arguments stay a text, which need not be JSON."""
    return {
        "id": storable(str(call.id or ""))[:100],
        "tool": storable(str(call.function.name or ""))[:120],
        "text": storable(str(call.function.arguments or "")),
    }


def arguments_of(call: dict[str, Any]) -> dict[str, Any] | None:
    """Return the arguments of a call; None where they are no JSON object, or one too deep."""
    try:
        found = json.loads(call["text"] or "{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not _is_deep(found) else None


def _is_deep(value: Any) -> bool:
    """Whether something stands in something else more often than any tool's arguments do."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [one for many in inner for one in many if isinstance(one, dict | list)]
    return bool(level)


def _refuse_constant(name: str) -> None:
    """:raises ValueError: for NaN and the infinities, which are no JSON"""
    raise ValueError(name)


def write_arguments(arguments: dict[str, Any]) -> str:
    """Return arguments as a model would write them."""
    return json.dumps(arguments)
