"""Questions about risk and flow."""

from collections.abc import Sequence
from typing import Any

from agents.language.frames import Frame, Step, row_ref
from agents.language.organization.sets import Set
from agents.language.questions import subjects
from agents.language.questions.lookups import end_of, subject
from agents.language.words.wording import bag

RISK = bag(
    "risk stalling stalled slipping endangered danger jeopardy threatened shaky wobbly precarious "
    "trouble"
)


FLOW = bag(
    "velocity bottleneck bottlenecks conversion throughput funnel cycle performance performing drop"
)


# --- Risk and flow --------------------------------------------------------------------------------
def risk(frame: Frame) -> None:
    """Which deals are at risk this month; why is this at risk."""
    boards = _boards(frame)
    one = None
    if frame.low(frame.at) == "why" and (of := _whom(frame)) is not None:
        one = frame.rows(of, "position")
        boards = sorted({f"pipeline:{card.pipeline_id}" for card in one})
    span = _span(frame)
    for board in boards:
        frame.plan.steps.append(
            Step(
                "identify_at_risk_deals",
                {"pipeline": board, "limit": 50, "risk_threshold": 0.01 if one else 0.5},
                "looked for signs of risk",
            )
        )
    frame.plan.render.append(
        {
            "as": "risk",
            "only": [row_ref(card) for card in one] if one else [],
            "span": span,
            "calls": len(boards),
        }
    )


def _whom(frame: Frame) -> Set | None:
    """Return what the question why is asked of; what is looked at where nothing is named."""
    found = subjects.split(frame, frame.at + 1, end_of(frame))
    if found is not None:
        return found[0]
    places = [
        i
        for i in range(frame.at, end_of(frame))
        if frame.low(i) not in bag("why is are at risk so in danger the stalling stalled")
    ]
    return subject(frame, places[0], places[-1] + 1) if places else Set(pronoun="it", text="it")


def _span(frame: Frame) -> list[str]:
    for at in range(frame.at, frame.end):
        found = frame.scope.calendar.read(frame.tokens[: frame.end], at)
        if found and not found[1].is_day:
            return [found[1].start.isoformat(), found[1].last.isoformat()]
    return []


def _boards(frame: Frame) -> list[str]:
    """Return the pipelines a question is about: those named, that of the page, or all."""
    for at in range(frame.at, frame.end):
        found = [
            (end, term)
            for end, term in frame.scope.words.find(frame.tokens[: frame.end], at, ["pipeline"])
            if term.sure >= 2 or frame.low(end) in ("pipeline", "board", "funnel")
        ]
        if found:
            return sorted({term.ref for _, term in found})
    if frame.scope.board():
        return [frame.scope.board()]
    return [board.ref for board in frame.scope.words.pipelines]


def _is_selling(frame: Frame, refs: Sequence[str]) -> bool:
    """Whether the default pipeline may be what people call the sales pipeline."""
    return any(frame.scope.words.pipeline(ref).subtype in ("sales", "custom") for ref in refs)


def flow(frame: Frame) -> None:
    """What is our velocity, where is the bottleneck, what is the conversion rate."""
    boards = _boards(frame)
    if len(boards) > 1:
        sales = [board.ref for board in frame.scope.words.pipelines if board.subtype == "sales"]
        default = [board.ref for board in frame.scope.words.pipelines if board.is_default]
        words = [frame.low(i) for i in range(frame.at, frame.end)]
        boards = (
            sales
            if "sales" in words
            and sales
            and default[:1] not in [[ref] for ref in sales]
            and not _is_selling(frame, default)
            else default or boards
        )[:1]
    arguments: dict[str, Any] = {"pipeline": boards[0]}
    for at in range(frame.at, frame.end):
        found = frame.scope.calendar.read(frame.tokens[: frame.end], at, past=True)
        if found and not found[1].is_day:
            arguments |= {"start": found[1].start.isoformat(), "end": found[1].end.isoformat()}
            break
    step = Step("analyze_pipeline", arguments, "analyzed")
    if step in frame.plan.steps:
        return  # the velocity, and where is the bottleneck: one answer tells both
    frame.plan.steps.append(step)
    frame.plan.render.append({"as": "flow"})
    frame.plan.about = [boards[0]]
