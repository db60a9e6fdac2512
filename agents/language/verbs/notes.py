"""What passed between us and somebody, written down: notes, calls, meetings."""

from typing import Any

from agents.language.frames import Frame, Unclear
from agents.language.organization.sets import Set, today
from agents.language.verbs.articles import skip
from agents.language.verbs.targets import moment
from agents.language.words.wording import bag

LOGGED = {
    "call": "call",
    "meeting": "meeting",
    "note": "note",
    "email": "email",
    "conversation": "call",
    "comment": "note",
    "remark": "note",
    "visit": "meeting",
    "chat": "call",
    "phonecall": "call",
    "activity": "other",
    "appointment": "meeting",
    "demo": "meeting",
}


# --- Notes and what happened ----------------------------------------------------------------------
def log(frame: Frame, kind: str, at: int) -> None:
    """Write down a note, call, meeting or e-mail: with whom, and what was said."""
    at += frame.low(at) in LOGGED
    text, stop = "", frame.end
    for i in range(at, frame.end):
        low = frame.low(i)
        if frame.tokens[i].kind == "quote" and (
            frame.low(i - 1) not in ("to", "on", "for", "with")
        ):
            text, stop = frame.tokens[i].text, i
            rest = (i + 1, frame.end)
            if frame.low(i + 1) in ("to", "on", "for"):
                at, stop = i + 1, frame.end
            del rest
            break
        if low in (":", "saying") or (low == "that" and i > at) or (low == "-" and i > at):
            text, stop = frame.text(i + 1, frame.end), i
            break
        if low == "that" and i == at:
            continue
    occurred = _day_off(frame, at, stop)
    if occurred:
        stop = occurred[1]
    while frame.low(at) in bag("to on for with about from") and at < stop:
        at += 1
    if not text and frame.low(at) == "that":
        raise Unclear("On whom should I write that down?", join="on")
    split = (
        None
        if text
        else next(
            (
                i
                for i in range(at + 1, stop)
                if frame.low(i) in ("about", "regarding", "where", "and")
            ),
            None,
        )
    )
    if split is not None and not _is_set(frame, at, stop):
        text, stop = frame.text(split + 1, stop), split
    of = frame.read(at, stop) if at < stop else Set(pronoun="it", text="it")
    people = frame.rows(of, "contact")
    if not text and kind == "note":
        raise Unclear("What should the note say?", join=":")
    arguments: dict[str, Any] = {"kind": kind}
    if text:
        arguments["body"] = text[:1].upper() + text[1:]
    if occurred:
        arguments["occurred_at"] = occurred[0]
    frame.apply("log_activity", "contact", people, arguments, f"{kind} written down")


def _is_set(frame: Frame, at: int, stop: int) -> bool:
    of = frame.read(at, stop)
    return not of.unknown and not of.is_empty


def _day_off(frame: Frame, at: int, end: int) -> tuple[str, int] | None:
    for i in range(max(at, end - 5), end):
        start = i + (frame.low(i) in ("on", "from", "dated"))
        found = frame.scope.calendar.read(frame.tokens[:end], start, past=True)
        if found and found[0] == end and found[1].start <= today():
            return moment(found[1].start), i
    return None


def log_frame(frame: Frame) -> None:
    """Log a call with Karen: …; note that Karen …; record a meeting."""
    at = skip(frame, frame.at)
    word = frame.low(at)
    if word in LOGGED:
        return log(frame, LOGGED[word], at)
    if word in ("phone",) and frame.low(at + 1) in LOGGED:
        return log(frame, LOGGED[frame.low(at + 1)], at + 1)
    if frame.low(frame.at) in ("it", "that", "this") and frame.low(frame.at + 1) == "as":
        named = next(
            (frame.low(i) for i in range(frame.at, frame.end) if frame.low(i) in LOGGED), ""
        )
        if named:
            return _log_told(frame, LOGGED[named])
    if frame.word in ("note", "jot", "write"):
        return _note_that(frame, at)
    from agents.language.verbs.edits import set_fields

    set_fields(frame)


def _log_told(frame: Frame, kind: str) -> None:
    """I spoke to Karen yesterday, log it as a call."""
    people = frame.rows(Set(pronoun="one", text="it"), "contact")
    arguments: dict[str, Any] = {"kind": kind}
    for i in range(frame.at):
        day = frame.scope.calendar.read(frame.tokens[: frame.at], i, past=True)
        if day and day[1].is_day and day[1].start <= today():
            arguments["occurred_at"] = moment(day[1].start)
    frame.apply("log_activity", "contact", people, arguments, f"{kind} written down")


def _note_that(frame: Frame, at: int) -> None:
    """Note that Karen prefers mornings; note on Karen: prefers mornings."""
    if frame.low(at) in ("on", "for", "about", "to"):
        return log(frame, "note", at)
    at += frame.low(at) in ("that", "down")
    for i in range(at, min(at + 4, frame.end)):
        found = frame.scope.names.contact(frame.tokens[: frame.end], i, frame.end)
        pronoun = frame.low(i) in ("he", "she", "they", "it")
        if found or pronoun:
            of = (
                Set(names=[found[1]], text=found[1].text)
                if found
                else Set(pronoun="one", text=frame.low(i))
            )
            people = frame.rows(of, "contact")
            body = frame.text(at, frame.end)
            arguments = {"kind": "note", "body": body[:1].upper() + body[1:]}
            return frame.apply("log_activity", "contact", people, arguments, "note written down")
    raise Unclear("On whom should I write that down?", join="on")
