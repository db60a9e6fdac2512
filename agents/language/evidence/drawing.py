"""Stages that pipelines get."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Message, Said
from agents.language.frames import Step, Unclear
from agents.language.words.wording import bag

STAGES = bag("stage column phase")
PLACES = bag("to in on after into")


def drawing(message: Message) -> Iterator[Candidate]:
    """Add a stage Legal to Renewals, after Contacted."""
    for number, unit in message.unread():
        said = Said(message, unit)
        noun = next(
            (
                i
                for i in said.places(said.first() + 1)
                if said.low(i) in STAGES and said.low(i - 1) in bag("a new another")
            ),
            None,
        )
        if said.verb == "add" and noun is not None:
            units = frozenset({number})
            yield Candidate("stage", 7.0, frozenset(), partial(_draw, said, noun), units)


def _draw(said: Said, noun: int) -> None:
    frame = said.frame
    start = noun + 1
    while said.low(start) in bag("called named :"):
        start += 1
    stop = next((i for i in said.places(start) if said.low(i) in PLACES), said.end)
    name = frame.text(start, stop)
    if not name:
        raise Unclear("What should the stage be called?", join="called")
    boards = [m for m in said.of("pipeline") if m.at > stop - 1]
    if not boards:
        raise Unclear("To which pipeline?", join="to")
    board = boards[-1].means[0].ref
    arguments: dict[str, Any] = {"name": name[:1].upper() + name[1:], "pipeline": board}
    behind = next((i for i in said.places(stop) if said.low(i) == "after"), None)
    if behind is not None:
        terms = [t for m in said.of("stage") if m.at > behind for t in m.means]
        inside = [t.ref for t in terms if t.pipeline == board]
        if not inside:
            raise Unclear("After which stage?", join="after")
        arguments["after"] = inside[0]
    frame.plan.steps.append(Step("create_stage", arguments, f"stage {name} added"))
    frame.plan.count += 1
    frame.plan.about = [f"${len(frame.plan.steps)}.stage"]
