"""
What a call needs to be told before it can go on, asked of the client's person.

An answer of `input_required` ends the request; the client asks again with the answers and the state
it was given. Nothing of it is kept here: the state says who asked for what, and when, under our
signature. It is good for a quarter of an hour, for the same caller and the same request, and what
it leads to is done once, for its nonce is the call's idempotency key.

A client that shook hands knows nothing of this: the stream of its call asks it in its own way, and
makes the call again with the answers (`questions`, `streams`).
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from mcp_types.jsonrpc import INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY

from agents.calls.results import Result
from agents.catalogue.registry import TOOLS
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from audit.actions import Refusal

LIFETIME = 900  # seconds
SALT = "agents.mcp.inputs"
# What a client must be capable of to be asked by a method.
NEEDS = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}


class InputNeeded(Refusal):
    """This needs to be told more."""

    def __init__(self, **inputs: Mapping[str, Any]) -> None:
        super().__init__(inputs=inputs)


@dataclass(frozen=True)
class Heard:
    """
    What a request brings along.

    :param answers: by the name of what was asked, of this round and those before
    :param key: what names this request, so that it is done once; "" in the first round
    :param arguments: those the answers settle
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


def heard() -> Heard:
    """Return what the request under way brings along."""
    return _heard.get() or Heard()


@contextmanager
def given(asked: Asked) -> Iterator[Heard]:
    """
    Let what a request brings along be heard inside.

    :raises ProtocolError: if its state is not ours, not the caller's, of another request or old
    """
    state = unseal(asked)
    answers = {**state.get("answers", {}), **(asked.params.get("inputResponses") or {})}
    choice = read_choice(asked.params.get("name", ""), answers)
    brought = Heard(answers, state.get("key", ""), choice)
    with hearing(brought):
        yield brought


@contextmanager
def hearing(brought: Heard) -> Iterator[None]:
    """Let `brought` be heard inside."""
    before = _heard.set(brought)
    try:
        yield
    finally:
        _heard.reset(before)


def ask(asked: Asked, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    Ask what is needed, as far as the client can be asked.

    :raises ProtocolError: if it can be asked nothing of it
    """
    able = choose(asked, inputs)
    return {"resultType": "input_required", "inputRequests": able, "requestState": seal(asked)}


def choose(asked: Asked, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what the client can be asked of it.

    :raises ProtocolError: if that is nothing
    """
    able = _can_ask(asked, inputs)
    if not able:
        needed: dict[str, Any] = {NEEDS[each["method"]]: {} for each in inputs.values()}
        raise ProtocolError(
            MISSING_REQUIRED_CLIENT_CAPABILITY,
            f"This needs a client capable of {', '.join(needed)}.",
            requiredCapabilities=needed,
        )
    return able


def _can_ask(asked: Asked, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return those questions that the client can be asked."""
    abilities = asked.capabilities
    return {name: each for name, each in inputs.items() if NEEDS[each["method"]] in abilities}


# --- Which of several -----------------------------------------------------------------------------


def find_question(asked: Asked, result: Result) -> Mapping[str, Any] | None:
    """
    Return what is to be asked before a call can go on; None where its answer stands.

    A call that could mean several cards asks which, where there is somebody to ask.
    """
    if "inputs" in result.details:
        inputs: Mapping[str, Any] = result.details["inputs"]
        return inputs if asked.is_present or _can_ask(asked, inputs) else None
    candidates = result.details.get("candidates", [])
    if "elicitation" not in asked.capabilities or not _can_choose(asked, candidates):
        return None
    if CHOICE in heard().answers:
        return None  # whoever turned away once is not asked again
    names = {each[CHOICE]: " · ".join(str(v) for v in each.values() if v) for each in candidates}
    options = [{"const": ref, "title": name} for ref, name in names.items()]
    schema = {
        "type": "object",
        "properties": {CHOICE: {"type": "string", "title": "Card", "oneOf": options}},
        "required": [CHOICE],
    }
    params = {"mode": "form", "message": result.summary, "requestedSchema": schema}
    return {CHOICE: {"method": "elicitation/create", "params": params}}


CHOICE = "position"


def _can_choose(asked: Asked, candidates: list[Any]) -> bool:
    tool = TOOLS.get(asked.params["name"])
    fits = tool is not None and CHOICE in tool.signature.named
    return fits and bool(candidates) and all(CHOICE in each for each in candidates)


def read_choice(name: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card that was chosen for a call of a tool, as the argument it settles."""
    chosen = answers.get(CHOICE)
    tool = TOOLS.get(name)
    if not isinstance(chosen, Mapping) or tool is None or CHOICE not in tool.signature.named:
        return {}
    content = chosen.get("content")
    if chosen.get("action") != "accept" or not isinstance(content, Mapping):
        return {}
    return {CHOICE: content[CHOICE]} if CHOICE in content else {}


# --- The state ------------------------------------------------------------------------------------


def seal(asked: Asked) -> str:
    """Return the state a client brings back with the answers."""
    brought = heard()
    state = {
        "for": _digest(asked),
        "key": brought.key or f"asked {secrets.token_urlsafe(12)}",
        "answers": brought.answers,
        "round": secrets.token_urlsafe(6),
    }
    return signing.dumps(state, salt=SALT, compress=True)


def unseal(asked: Asked) -> dict[str, Any]:
    """:raises ProtocolError: if the state is not ours, old, another caller's or request's"""
    text = asked.params.get("requestState")
    if text is None:
        return {}
    try:
        state: dict[str, Any] = signing.loads(text, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise ProtocolError(INVALID_PARAMS, "This requestState is too old; begin anew.") from None
    except (signing.BadSignature, ValueError):
        raise ProtocolError(INVALID_PARAMS, "This requestState is none of ours.") from None
    if state["for"] != _digest(asked):
        raise ProtocolError(INVALID_PARAMS, "This requestState is of another request.")
    return state


def _digest(asked: Asked) -> str:
    """Tell a request from others: by who asks, and for what."""
    asked_for = [asked.params.get(key) for key in ("name", "uri", "arguments")]
    who = [asked.actor.organization_id, asked.actor.ref]
    text = json.dumps([who, asked.message.method, asked_for], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
