"""What somebody has to do, or did: asked about their tasks, or about what they have done."""

from collections.abc import Sequence
from dataclasses import replace

from agents.language.description.readers import Reader
from agents.language.frames import Frame
from agents.language.words.tokens import tokenize
from agents.language.words.wording import bag, sayings

LISTS = bag("plate agenda list desk calendar todo diary")
TO_DO = sayings("have to do, has to do, need to do, needs to do, got to do, to do, must do")


def reword(frame: Frame, words: Sequence[str]) -> Frame | None:
    """Return the question about tasks or activities that is meant; None if none is."""
    if words[:1] != ["what"]:
        return None
    at = frame.at + 1
    if frame.low(at) == "is":
        return _on_a_list(frame, at + 1)
    asked = frame.low(at)
    who = _who(frame, at + 1)
    if asked not in bag("do does did must should") or who is None:
        return None
    end, owner = who
    end += frame.low(end) in ("still", "all")
    if asked == "did" and frame.low(end) == "do":
        return _told(frame, f"list the activities of {owner}", end + 1)
    if asked in ("must", "should") and frame.low(end) == "do":
        return _tasks(frame, owner, end + 1)
    for said in TO_DO:
        start = end + (frame.low(end) == "still")
        if frame.lows(start, len(said)) == said:
            return _tasks(frame, owner, start + len(said))
    return None


def _on_a_list(frame: Frame, at: int) -> Frame | None:
    """What is on my plate today."""
    at += frame.low(at) in ("still", "there")
    if frame.low(at) not in ("on", "in") or frame.low(at + 2) not in LISTS:
        return None
    return _tasks(frame, "me", at + 3) if frame.low(at + 1) == "my" else None


def _who(frame: Frame, at: int) -> tuple[int, str] | None:
    """Return where a colleague's name ends, and how it is written; me where I ask for myself."""
    if frame.low(at) in ("i", "we"):
        return at + 1, "me"
    reader = Reader(frame.scope, frame.tokens, at, frame.end)
    found = reader._member(at)
    return (found[0], frame.text(at, found[0])) if found else None


def _tasks(frame: Frame, owner: str, at: int) -> Frame:
    whose = "my" if owner == "me" else f"{owner}'s"
    due = " due" if any(each.kind != "mark" for each in frame.tokens[at : frame.end]) else ""
    return _told(frame, f"list {whose} open tasks{due}", at)


def _told(frame: Frame, text: str, at: int) -> Frame:
    """Return a clause of these words, and of those that are left."""
    said = f"{text} {frame.text(at, frame.end)}".strip()
    tokens = tokenize(said)
    return replace(frame, tokens=tokens, at=0, end=len(tokens), source=said)
