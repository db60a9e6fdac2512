"""
Conversations: what of the messages so far matters to the next reply.

What the planner needs to go on (a plan's other steps, a question that is open, what was spoken of)
stands in its own messages under `STATE`, so that any worker can go on from the messages alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

STATE = "planner"  # under a message's provider_specific_fields
Message = dict[str, Any]


@dataclass
class Turn:
    """
    One thing the person said, and what was done about it.

    :param states: what the planner's messages of the turn kept, in order
    :param calls: id, tool and arguments of each call
    :param results: by the id of the call
    """

    text: str
    states: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def state(self) -> dict[str, Any]:
        return self.states[-1] if self.states else {}

    @property
    def ordered(self) -> list[dict[str, Any]]:
        """The results of the turn's calls, in order."""
        return [self.results.get(ref, {}) for ref, _, _ in self.calls]

    @property
    def actions(self) -> list[str]:
        """What the ledger recorded of the turn's changes."""
        return [
            result["action"]
            for (ref, tool, _), result in zip(self.calls, self.ordered, strict=True)
            if result.get("action") and result.get("status") == "done" and not _reads(tool)
        ]


def read(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Return the turns of a conversation."""
    turns: list[Turn] = []
    for message in messages:
        role = message.get("role")
        if role == "user":
            turns.append(Turn(_text(message)))
        elif role == "assistant" and turns:
            turns[-1].states.append(state_of(message))
            for call in message.get("tool_calls") or ():
                turns[-1].calls.append(_call(call))
        elif role == "tool" and turns:
            turns[-1].results[str(message.get("tool_call_id"))] = _result(message)
    return turns


def state_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the planner kept in one of its messages; nothing where another model wrote it."""
    kept = (message.get("provider_specific_fields") or {}).get(STATE)
    return dict(kept) if isinstance(kept, Mapping) else {}


def say(text: str, state: Mapping[str, Any]) -> Message:
    """Return a message of text."""
    return {"role": "assistant", "content": text, "provider_specific_fields": {STATE: dict(state)}}


def call(calls: Sequence[tuple[str, str, Mapping[str, Any]]], state: Mapping[str, Any]) -> Message:
    """Return a message of tool calls: id, tool, arguments."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": ref,
                "type": "function",
                "function": {"name": tool, "arguments": json.dumps(arguments)},
            }
            for ref, tool, arguments in calls
        ],
        "provider_specific_fields": {STATE: dict(state)},
    }


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    return str(content)


def _call(given: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    function = given.get("function") or {}
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except ValueError:
        arguments = {}
    return (
        str(given.get("id")),
        str(function.get("name")),
        arguments if isinstance(arguments, dict) else {},
    )


def _result(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of a call, as `agents.calls.results.Result` tells it in JSON."""
    content = message.get("content")
    if isinstance(content, Mapping):
        return dict(content)
    try:
        found = json.loads(content or "{}")
    except (ValueError, TypeError):
        return {"status": "failed", "summary": str(content)}
    return found if isinstance(found, dict) else {"status": "done", "result": found}


def _reads(tool: str) -> bool:
    from agents.catalogue.registry import TOOLS

    return tool in TOOLS and not TOOLS[tool].writes
