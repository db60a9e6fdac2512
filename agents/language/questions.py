"""Questions: which sort of answer is asked for."""

from agents.language.frames import Frame
from agents.language.insights import FLOW, RISK, flow, risk
from agents.language.lookups import attribute, owner_question, when_question, where_question, yes_no
from agents.language.measuring import measure


def ask(frame: Frame) -> None:
    """Answer a question, or show what is asked for."""
    words = [frame.low(i) for i in range(frame.at, frame.end)]
    if RISK & set(words) and (
        "at" in words or "in" in words or "stalling" in words or "why" in words
    ):
        return risk(frame)
    if FLOW & set(words) or {"win", "rate"} <= set(words):
        return flow(frame)
    if owner_question(frame, words) or when_question(frame, words) or where_question(frame, words):
        return None
    if attribute(frame, words):
        return None
    if yes_no(frame, words):
        return None
    measure(frame, words)
