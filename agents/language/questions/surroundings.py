"""What there is to speak of: which pipelines, which stages one has, who is in the team."""

from collections.abc import Sequence

from agents.language.frames import Frame
from agents.language.questions.asking import SCAFFOLD
from agents.language.words.fillers import SKIPPED, SMALL
from agents.language.words.wording import bag

BOARDS = bag("pipeline pipelines board boards funnel funnels")
STEPS = bag("stage stages column columns step steps phase phases")
TEAM = bag("team colleague colleagues member members teammates")
NAMED = BOARDS | STEPS | TEAM
HARMLESS = SCAFFOLD | SKIPPED | SMALL | bag("who has have consist exist called named there")


def answer(frame: Frame, words: Sequence[str]) -> bool:
    """What pipelines do we have; which stages does Renewals have; who is on our team."""
    said = [word for word in words if word.isalpha()]
    named = [
        term
        for at in range(frame.at, frame.end)
        for _, term in frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
    ]
    spoken = {word for term in named for word in term.words}
    about = [word for word in said if word in NAMED or word not in HARMLESS | spoken]
    if not about or not bag("what which who show list name") & set(said[:1]) | _shown(frame):
        return False
    if set(about) <= STEPS | BOARDS and set(about) & STEPS and named:
        board = frame.scope.words.pipeline(named[0].ref)
        stages = " → ".join(each.name for each in frame.scope.words.stages_of(board.ref))
        return _tell(frame, f"{board.name}: {stages}.")
    if set(about) <= BOARDS and not named:
        listed = [f"- {each.name}" for each in frame.scope.words.pipelines]
        return _tell(frame, "\n".join([f"{len(listed)} pipelines:", *listed]))
    if set(about) <= TEAM and not named:
        people = [f"- {each.user.name or each.user.email}" for each in frame.scope.words.members]
        return _tell(frame, "\n".join([f"{len(people)} in the team:", *people]))
    return False


def _shown(frame: Frame) -> set[str]:
    """Return the first word of a clause whose verb was read before it: show our pipelines."""
    return {frame.low(frame.at)} if frame.verb == "show" else set()


def _tell(frame: Frame, text: str) -> bool:
    frame.plan.render.append({"as": "text", "text": text})
    return True
