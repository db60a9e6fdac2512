"""Questions: which sort of answer is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from agents.language.frames import Frame, Plan, Unclear
from agents.language.questions import (
    asking,
    comparisons,
    followups,
    grouping,
    listing,
    quantities,
    subjects,
    surroundings,
)
from agents.language.questions.insights import FLOW, RISK, flow, risk
from agents.language.questions.lookups import (
    attribute,
    contact_question,
    is_attribute,
    owner_question,
    where_question,
)
from agents.language.questions.measuring import measure, show
from agents.language.questions.profiles import profile
from agents.language.questions.ranking import rank
from agents.language.questions.reasons import asks_why_lost, why_lost
from agents.language.questions.rewording import reword
from agents.language.questions.timelines import history, how_long, when_question, who_did
from agents.language.questions.whether import yes_no
from agents.language.words.tokens import stem, tokenize
from agents.language.words.wording import bag

RESPELT = {
    "".join(sorted(word.split()[0])): word
    for word in [
        "how who", "many", "much", "does", "have", "which", "what", "with", "where were",
        "when",
    ]
}  # fmt: skip


def ask(frame: Frame) -> None:
    """Answer a question, or show what is asked for; a follow-up asks the last one on."""
    frame = replace(frame, at=_led_by(frame))
    if _repeats(frame):
        alone = frame.at < 3
        if frame.plan.asked or (alone and frame.scope.asked):
            frame.plan.asked = frame.plan.asked or frame.scope.asked
            return _list_too(frame)
        if alone:
            return
        frame = replace(frame, at=0, end=frame.at - 1)
    if (tail := _listing_tail(frame)) is not None:
        ask(replace(frame, end=tail))
        return _list_too(replace(frame, at=tail + (frame.low(tail) in ("and", ","))))
    before = frame.plan.asked or frame.scope.asked
    whole = followups.expand(frame, before)
    if whole is not None:
        frame = told(frame, whole)
    frame.plan.asked = frame.text(frame.at, frame.end)
    if not comparisons.compare(frame):
        answer(frame)


def _led_by(frame: Frame) -> int:
    """Return where a question begins that a comma parts from “on average”, “in total”."""
    for said in quantities.MEASURES:
        at = frame.at - len(said) - 1
        if at >= 0 and frame.tokens[frame.at - 1].low == "," and frame.lows(at, len(said)) == said:
            return at
    return frame.at


def _listing_tail(frame: Frame) -> int | None:
    """Return where “and who are they” begins, at the end of how many there are."""
    end = frame.end
    while end > frame.at and frame.tokens[end - 1].kind == "mark":
        end -= 1
    for said in asking.TAILS:
        start = end - len(said)
        asks = said[said[0] == "and"] in ("who", "which", "whose")
        if asks and start > frame.at + 2 and frame.lows(start, len(said)) == said:
            return start if frame.low(frame.at) == "how" else None
    return None


def _list_too(frame: Frame) -> None:
    """How many are there, and who are they: what was counted is listed."""
    before = told(frame, frame.plan.asked)
    if frame.low(frame.at) in bag("who which whose what") and not rank(
        replace(before, plan=Plan())
    ):
        question = asking.read(before)
        show(frame, question.of, question.kind)


def find(frame: Frame) -> Frame | None:
    """Return a clause that asks without a question word, or with a misspelt one, set right."""
    respelt = _respelt(frame)
    if respelt is not frame and respelt.low(respelt.at) in ("how", "what", "which", "who", "when"):
        return respelt
    return frame if _is_asked(frame) else None


def _respelt(frame: Frame) -> Frame:
    """Hwo mnay: where letters of a small word changed places, the word that was meant."""
    tokens = list(frame.tokens)
    for at in range(frame.at, frame.end):
        token = tokens[at]
        meant = RESPELT.get("".join(sorted(token.low)), "")
        if token.kind != "word" or not meant or token.low in meant.split() or token.is_capital:
            continue
        said = meant.split()[0]
        tokens[at] = replace(token, low=said, stem=stem(said))
    return frame if tokens == frame.tokens else replace(frame, tokens=tokens)


def _is_asked(frame: Frame) -> bool:
    """Whether a clause asks for a figure: per owner, this month compared with last."""
    if listing.is_list(frame) or listing.is_open_ones(frame):
        return True
    if _heads(frame) or _is_asked_after(frame):
        return True
    if frame.scope.asked and frame.tokens[-1].low == "?" and frame.end >= len(frame.tokens) - 1:
        return followups.expand(frame, frame.scope.asked) is not None or is_attribute(frame)
    beside = comparisons.find_split(frame)
    if beside is None and not grouping.find_group(frame)[0]:
        return False
    end = beside[0] if beside else frame.end
    try:
        asked = asking.read(comparisons.without_more(replace(frame, end=end)))
    except Unclear:
        return False
    of = asked.of
    return not of.names and bool(of.noun or of.atoms or of.either or asked.measured)


def _is_asked_after(frame: Frame) -> bool:
    """Whether what follows asks of a description: gold customers in Berlin, how many?"""
    rest = [token.low for token in frame.tokens[frame.end :] if token.kind != "mark"]
    if tuple(rest) not in asking.TAILS:
        return False
    of = frame.read(frame.at, frame.end)
    return not of.unknown and bool(of.noun) and bool(of.atoms or of.either)


def _heads(frame: Frame) -> bool:
    """Until when, for how many days, since when: a question word after a small one."""
    if frame.low(frame.at) in bag("read summarise summarize"):
        return True
    if frame.low(frame.at) == "when" and frame.low(frame.at + 1) in subjects.INVERTED:
        return True
    if asks_why_lost(frame):
        return True
    lead = bag("until since for by from at in on to with and or then about of")
    asks = bag("when how what which whom who whose")
    if frame.low(frame.at + (frame.low(frame.at) in ("the", "our"))) in bag(
        "median mean percentage"
    ):
        return True
    return (
        frame.low(frame.at) in lead
        and frame.low(frame.at + 1) in asks
        and frame.low(frame.at + 2) not in ("", "?")
    )


def _repeats(frame: Frame) -> bool:
    """Whether a clause only asks again for what is being told: who is it?"""
    said = tuple(token.low for token in frame.tokens[frame.at : frame.end] if token.kind != "mark")
    return said in asking.TAILS


def _asks_pace(words: Sequence[str]) -> bool:
    """How fast do deals move, how long does it take us to win one, where do they get stuck."""
    paces = bag("fast quickly slowly slow long")
    moves = bag("move moves close get gets take takes go goes progress win")
    if words[:1] == ["where"] and bag("stuck stall stalls stalled slow slows jam") & set(words):
        return True
    how = words[:1] == ["how"] and words[2:3] in (["do"], ["does"]) and words[1] in paces
    ours = words[2:4] == ["does", "it"] or bag("deals cards we us") & set(words)
    return how and bool(moves & set(words)) and (words[2:3] == ["do"] or bool(ours))


def told(frame: Frame, text: str) -> Frame:
    """Return a clause of other words, in the same plan."""
    tokens = tokenize(text)
    return replace(frame, tokens=tokens, at=0, end=len(tokens), source=text)


def answer(frame: Frame) -> None:
    """Answer one question."""
    words = [frame.low(i) for i in range(frame.at, frame.end)]
    if _asks_pace(words):
        return flow(frame)
    at_risk = {"at", "in", "stalling", "shaky", "wobbly", "precarious", "why"} & set(words)
    if RISK & set(words) and at_risk:
        return risk(frame)
    if FLOW & set(words) or {"win", "rate"} <= set(words):
        return flow(frame)
    ways = (
        *(surroundings.answer, why_lost, contact_question, owner_question, when_question),
        *(how_long, where_question),
        *(who_did, history, profile, attribute),
    )
    if (meant := reword(frame, words)) is not None:
        return measure(meant)
    if any(way(frame, words) for way in ways):
        return None
    if rank(frame) or yes_no(frame, words):
        return None
    measure(frame)
