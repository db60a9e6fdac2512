"""A person's move that must be approved: asked for as an agent's is, through the same tool."""

from agents import tools  # noqa: F401  (the catalogue)
from agents.calls import dispatch
from audit.actors import Actor
from pipelines.asking import Answer
from pipelines.models import Position, Stage


def ask_for_move(position: Position, to: Stage, by: Actor, reason: str) -> Answer:
    """Let a move wait for somebody who may decide; return what waits, or why it cannot."""
    asked = dispatch.call(
        by, "move_contact", {"position": position.ref, "to_stage": to.ref}, reason=reason
    )
    return Answer(outcome=asked.status, said=" ".join(asked.because) or asked.summary)
