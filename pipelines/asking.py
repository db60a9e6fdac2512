"""Asking for a move that must be approved: a question for whoever keeps approvals."""

from collections.abc import Callable
from typing import Any

from audit.actors import Actor
from pipelines.models import Position, Stage

# Takes the card, the stage, who asks and why; returns what waits now.
Ask = Callable[[Position, Stage, Actor, str], Any]

_askers: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Let `ask` put moves that need approval before somebody who may decide."""
    _askers[:] = [ask]
    return ask


def ask(position: Position, *, to: Stage, by: Actor, reason: str) -> Any:
    """Ask for `position` to be moved to `to`; return what waits now, as the asker made it."""
    (asker,) = _askers
    return asker(position, to, by, reason)
