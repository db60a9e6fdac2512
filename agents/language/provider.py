"""
The planner as a model: a provider for LiteLLM, so that whatever talks to models can talk to it.

Only workers import this; LiteLLM takes seconds and a hundred megabytes to load.
"""

import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

# Prices of models come from the package, not from the web.
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

import litellm
from litellm import CustomLLM, ModelResponse
from litellm.types.utils import (
    ChatCompletionMessageToolCall,
    Choices,
    Function,
    GenericStreamingChunk,
    Message,
    Usage,
)

from agents.language.dialogue import replies
from audit.actors import Actor

PROVIDER, MODEL = "local", "local/planner"
NOTHING = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Who is listened to, and what they look at: what a model inside the product may know."""

    by: Actor
    page: str = ""


heard_now: ContextVar[Heard | None] = ContextVar("heard_now", default=None)


class NobodySpeaks(RuntimeError):
    """The planner was asked for an answer, and not told who speaks."""


class Planner(CustomLLM):
    """Answers as `replies.respond` does; it costs nothing and asks nobody."""

    def completion(self, *_: Any, **given: Any) -> ModelResponse:
        said = _respond(given)
        calls = [
            ChatCompletionMessageToolCall(
                id=call["id"], type="function", function=Function(**call["function"])
            )
            for call in said.get("tool_calls") or ()
        ]
        message = Message(
            role="assistant",
            content=said["content"],
            tool_calls=calls or None,
            provider_specific_fields=said["provider_specific_fields"],
        )
        choice = Choices(index=0, message=message, finish_reason="tool_calls" if calls else "stop")
        return ModelResponse(
            model=given.get("model") or MODEL,
            created=int(time.time()),
            choices=[choice],
            usage=Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0),
        )

    async def acompletion(self, *args: Any, **given: Any) -> ModelResponse:
        return self.completion(*args, **given)

    def streaming(self, *_: Any, **given: Any) -> Iterator[GenericStreamingChunk]:
        said = _respond(given)
        calls = said.get("tool_calls") or []
        for index, call in enumerate(calls):
            yield _chunk(tool_use={**call, "index": index})
        words = (said["content"] or "").split(" ")
        for number, word in enumerate(words if said["content"] else []):
            yield _chunk(text=word if number == len(words) - 1 else f"{word} ")
        yield _chunk(
            finished="tool_calls" if calls else "stop", kept=said["provider_specific_fields"]
        )

    async def astreaming(  # type: ignore[override]  # an async generator, as LiteLLM iterates it
        self, *args: Any, **given: Any
    ) -> AsyncIterator[GenericStreamingChunk]:
        for chunk in self.streaming(*args, **given):
            yield chunk


def register() -> None:
    """Let LiteLLM know `local/planner`; once per process."""
    known = [each for each in litellm.custom_provider_map if each["provider"] != PROVIDER]
    litellm.custom_provider_map = [*known, {"provider": PROVIDER, "custom_handler": Planner()}]


def _respond(given: Mapping[str, Any]) -> dict[str, Any]:
    """:raises NobodySpeaks: if `heard_now` is not set"""
    heard = heard_now.get()
    if heard is None:
        raise NobodySpeaks
    tools = (given.get("optional_params") or {}).get("tools") or ()
    messages = json.loads(json.dumps(given["messages"], default=str))
    return replies.respond(messages, by=heard.by, tools=tools, page=heard.page)


def _chunk(
    *,
    text: str = "",
    tool_use: Any = None,
    finished: str = "",
    kept: Mapping[str, Any] | None = None,
) -> GenericStreamingChunk:
    chunk: Any = {
        "text": text,
        "is_finished": bool(finished),
        "finish_reason": finished,
        "index": 0,
        "usage": NOTHING if finished else None,
        "tool_use": tool_use,
    }
    if kept is not None:
        chunk["provider_specific_fields"] = dict(kept)
    return cast(GenericStreamingChunk, chunk)
