"""Asking for a move that must be approved: a question for whoever keeps approvals."""

from collections.abc import Callable
from dataclasses import dataclass

from audit.actors import Actor
from audit.models import Outcome
from pipelines.models import Position, Stage


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    What came of asking.

    :param outcome: waiting; done, where it turned out that nobody need approve it; else why not
    :param said: that, as sentences for people
    """

    outcome: Outcome
    said: str


# Takes the card, the stage, who asks and why.
Ask = Callable[[Position, Stage, Actor, str], Answer]

_askers: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Let `ask` put moves that need approval before somebody who may decide."""
    _askers[:] = [ask]
    return ask


def ask(position: Position, *, to: Stage, by: Actor, reason: str) -> Answer:
    """Ask for `position` to be moved to `to`."""
    (asker,) = _askers
    return asker(position, to, by, reason)
