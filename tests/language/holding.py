"""
Holding a conversation: the planner replies, and its calls are made as the person's, in process.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.calls import dispatch
from agents.catalogue.registry import TOOLS
from agents.language.dialogue.replies import respond
from audit.actors import Actor

MOST_ROUNDS = 12  # replies of one turn


@dataclass
class Held:
    """
    What came of one turn: the last text, and the milliseconds of each reply.

    :param asks: whether it ended in a question
    :param confirmed: whether it asked first and the confirmation was given
    """

    says: str
    asks: bool
    confirmed: bool = False
    reads: list[dict[str, Any]] = field(default_factory=list)
    wrote: bool = False
    refused: bool = False
    took: list[float] = field(default_factory=list)


def hold(
    texts: list[str],
    *,
    by: Actor,
    page: str | None = None,
    confirms: Mapping[int, str] | None = None,
) -> list[Held]:
    """
    Hold a conversation of some turns; what is said goes through JSON, as messages are kept.

    A confirmation, by the number of its turn, is said only where the planner asks.
    """
    messages: list[dict[str, Any]] = []
    turns = []
    for number, text in enumerate(texts):
        messages.append({"role": "user", "content": text})
        held = _turn(messages, text, by, page)
        confirm = (confirms or {}).get(number)
        if held.asks and confirm:
            messages.append({"role": "user", "content": confirm})
            after = _turn(messages, confirm, by, page)
            after.says, after.took = f"{held.says}\n{after.says}", held.took + after.took
            after.wrote, after.refused = held.wrote or after.wrote, held.refused or after.refused
            after.confirmed = True
            held = after
        turns.append(held)
    return turns


def _turn(messages: list[dict[str, Any]], text: str, by: Actor, page: str | None) -> Held:
    held = Held("", asks=False)
    for _ in range(MOST_ROUNDS):
        kept = json.loads(json.dumps(messages))
        started = time.perf_counter()
        message = respond(kept, by=by, page=page)
        held.took.append((time.perf_counter() - started) * 1000)
        messages.append(message)
        if not message.get("tool_calls"):
            held.says = message["content"] or ""
            held.asks = _asks(message)
            return held
        for call in message["tool_calls"]:
            messages.append(_make(call, text, by, held))
    held.says = "It went on and on."
    return held


def _make(call: dict[str, Any], text: str, by: Actor, held: Held) -> dict[str, Any]:
    name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
    result = dispatch.call(by, name, arguments, reason=text)
    held.wrote = held.wrote or (result.is_done and TOOLS[name].writes)
    held.refused = held.refused or not result.is_done
    return {
        "role": "tool",
        "tool_call_id": call["id"],
        "content": json.dumps(result.as_json(), default=str),
    }


def _asks(message: dict[str, Any]) -> bool:
    """Whether a reply ends in a question that must be answered before anything is done."""
    state = (message.get("provider_specific_fields") or {}).get("planner") or {}
    return bool(state.get("question"))
