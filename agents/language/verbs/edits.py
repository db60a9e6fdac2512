"""Changing fields: setting, clearing, marking, renaming."""

from datetime import date, timedelta
from typing import Any

from agents.language.frames import Frame, Unclear
from agents.language.organization.sets import Set, today
from agents.language.organization.vocabulary import Term
from agents.language.verbs.fielded import fields_before, kind_of, put, skip_article, whose, write
from agents.language.verbs.moves import close, give, move_to, split_target
from agents.language.verbs.targets import Target, read_member, read_target, read_value
from agents.language.verbs.ticking import finish_tasks
from agents.language.words import lexicon
from agents.language.words.wording import bag, sayings


def set_fields(frame: Frame) -> None:
    """
    Set a field of something to a value: set Karen's phone to 555, change the plan of all … to
    Gold.
    """
    if frame.word in ("make", "turn", "switch") and _make(frame):
        return
    if _stage_of(frame):
        return
    found = split_field(frame)
    if found is None and (set_by_value(frame) or _field_then_value(frame)):
        return
    if found is None:
        return _not_found(frame)
    of, term, at = found
    kind = kind_of(frame, of, term)
    changes: dict[str, Any] = {}
    while True:
        value = read_value(frame, term, at, _end_of_value(frame, at))
        if value is None:
            raise Unclear(f"To what should I set {term.called}?", join="to")
        at = value[0]
        put(changes, term, value[1], frame)
        following = _next_field(frame, at)
        if following is None:
            break
        term, at = following
    if any(
        frame.tokens[i].kind != "mark" and frame.low(i) not in lexicon.FILLERS
        for i in range(at, frame.end)
    ):
        left = frame.text(at, frame.end)
        raise Unclear(f"I do not know what “{left}” means here. Can you say it in other words?")
    write(frame, of, kind, changes)


def _end_of_value(frame: Frame, at: int) -> int:
    """Return where a value must end: before another field is set."""
    for i in range(at + 1, frame.end):
        if frame.low(i) in ("and", ",") and _next_field(frame, i) is not None:
            return i
    return frame.end


def _next_field(frame: Frame, at: int) -> tuple[Term, int] | None:
    """Return the next field that is set in the same breath, and where its value begins."""
    start = at
    while start < frame.end and frame.low(start) in (
        "and",
        ",",
        "the",
        "her",
        "his",
        "their",
        "its",
        "also",
    ):
        start += 1
    if start == at:
        return None
    for end, term in frame.scope.words.find(frame.tokens[: frame.end], start, ["field"]):
        if frame.low(end) in bag("to = : is as") and term.sure >= 1:
            return term, end + 1
    return None


def split_field(frame: Frame) -> tuple[Set, Term, int] | None:
    """Return whose field is set, the field, and where the value begins."""
    for at in range(frame.at + 1, frame.end - 1):
        if frame.low(at) not in bag("to = : as with at from is"):
            continue
        value_at = at + 1
        if frame.low(at) == "from" and (to := frame.find("to", at)) is not None:
            value_at = to + 1
        for field_at, stop, term in fields_before(frame, at):
            of = whose(frame, field_at, stop, at)
            if of is not None:
                return of, term, value_at
        if frame.low(at) == "with" or frame.low(at) == ":":
            for end, term in frame.scope.words.find(
                frame.tokens[: frame.end], skip_article(frame, at + 1), ["field"]
            ):
                return (
                    frame.read(frame.at, at),
                    term,
                    end + (frame.low(end) in bag("to = : of is")),
                )
    return _field_after(frame)


def _field_then_value(frame: Frame) -> bool:
    """Make the priority of this deal high: the field, whose it is, and the value at the end."""
    for at, stop, term in fields_before(frame, frame.end):
        if frame.low(stop) not in ("of", "for", "on") and frame.tokens[at - 1].kind != "possessive":
            continue
        for i in range(frame.end - 1, stop - 1, -1):
            known = [
                end
                for end, each in frame.scope.words.find(frame.tokens[: frame.end], i, ["value"])
                if (each.on, each.name) == (term.on, term.name)
            ]
            number = term.type in ("number", "money") and frame.tokens[i].kind in (
                "number",
                "amount",
            )
            if not known and not number:
                continue
            value = read_value(frame, term, i, frame.end)
            of = frame.read(stop + 1, i) if i > stop + 1 else frame.read(frame.at, at - 1)
            if value is None or value[0] < frame.end or of.unknown or of.is_empty:
                continue
            changes: dict[str, Any] = {}
            put(changes, term, value[1], frame)
            write(frame, of, kind_of(frame, of, term), changes)
            return True
    return False


def _field_after(frame: Frame) -> tuple[Set, Term, int] | None:
    """Set a value of 20k on Karen's deal; give all of them priority high."""
    for at in range(frame.at, frame.end - 1):
        for end, term in frame.scope.words.find(frame.tokens[: frame.end], at, ["field"]):
            start = end + (frame.low(end) in ("of", "to", ":", "="))
            try:
                value = read_value(frame, term, start, frame.end)
            except Unclear:
                continue
            if value is None or frame.low(value[0]) not in ("on", "for", "of"):
                continue
            of = frame.read(value[0] + 1, frame.end)
            frame.end = value[0]
            return of, term, start
    return None


def _make(frame: Frame) -> bool:
    """Make Karen a customer, make Tom the owner of the deal, make it urgent."""
    for at in range(frame.end - 1, frame.at, -1):
        said = frame.lows(at, 4)
        for words in sayings(
            "the owner of, owner of, responsible for, in charge of, the assignee of"
        ):
            if said[: len(words)] == words and (member := read_member(frame, frame.at, at)):
                give(frame, frame.read(at + len(words), frame.end), member)
                return True
    for at in range(frame.at + 1, frame.end):
        if frame.low(at) in bag("a an the into our") or at > frame.at:
            start = at + (frame.low(at) in bag("a an the into to"))
            if _set_value(frame, at, start):
                return True
    return False


def rename(frame: Frame) -> None:
    """Rename somebody or something."""
    marker = next(
        (i for i in range(frame.end - 1, frame.at, -1) if frame.low(i) in ("to", "as", "into")),
        None,
    )
    if marker is None:
        raise Unclear("What is the new name?", join="to")
    of, name = frame.read(frame.at, marker), frame.text(marker + 1, frame.end)
    kind = of.kind or (of.names[0].kind if of.names else "contact")
    if kind == "contact":
        parts = name.split()
        changes: dict[str, Any] = {"name": name}
        if len(parts) == 2:
            changes |= {"first_name": parts[0], "last_name": parts[1]}
        return write(frame, of, kind, changes)
    write(frame, of, kind, {"name" if kind == "company" else "title": name})


def set_by_value(frame: Frame) -> bool:
    """Change Karen to the gold plan; put her on Enterprise; mark them as VIP."""
    for at in range(frame.end - 1, frame.at, -1):
        if frame.low(at) in ("to", "as", "on", "into"):
            start = at + 1
            while frame.low(start) in ("the", "a", "an"):
                start += 1
            if _set_value(frame, at, start):
                return True
    return False


def _set_value(frame: Frame, until: int, start: int) -> bool:
    """Set the field of which the rest of the clause is a value."""
    if start >= frame.end:
        return False
    found = frame.scope.words.find(frame.tokens[: frame.end], start, ["value", "tag"])
    found = [(end, term) for end, term in found if _closes(frame, end, term)]
    own = {(term.on, term.name): term for _, term in found}
    if len(own) != 1:
        return False
    term = next(iter(own.values()))
    of = frame.read(frame.at, until)
    if of.is_empty or of.unknown:
        return False
    if term.name == "tags":
        rows = frame.rows(of, "contact")
        frame.apply("tag_contact", "contact", rows, {"add": [term.value]}, f"tagged {term.value}")
        return True
    changes: dict[str, Any] = {}
    put(changes, term, term.value, frame)
    write(frame, of, term.on, changes)
    return True


def _closes(frame: Frame, end: int, term: Term) -> bool:
    """Whether a value is the rest of the clause, the name of its field aside."""
    fields = (
        frame.scope.words.find(frame.tokens[: frame.end], end, ["field"]) if end < frame.end else []
    )
    for stop, each in fields:
        if (each.on, each.name) == (term.on, term.name):
            end = stop
    return all(
        frame.tokens[i].kind == "mark"
        or frame.low(i) in lexicon.FILLERS
        or frame.low(i) in ("instead",)
        for i in range(end, frame.end)
    )


def _stage_of(frame: Frame) -> bool:
    """Change the stage of Karen to Demo, set Karen's status to Qualified."""
    words = [frame.low(i) for i in range(frame.at, frame.end)]
    if not any(word in ("stage", "status", "column", "phase") for word in words):
        return False
    split = split_target(frame)
    if split is None or split[1].kind not in bag("stage won lost next previous"):
        return False
    until, target = split
    start, at = (
        frame.at,
        next(
            i
            for i in range(frame.at, frame.end)
            if frame.low(i) in ("stage", "status", "column", "phase")
        ),
    )
    if at > until:
        return False
    if frame.low(at + 1) in ("of", "for"):
        start = at + 2
    elif at == until - 1:
        until = at - (frame.tokens[at - 1].kind == "possessive")
    move_to(frame, frame.read(start, until), target)
    return True


def _not_found(frame: Frame) -> None:
    split = split_target(frame)
    if split is not None and split[1].kind in bag("stage won lost next previous"):
        return move_to(frame, frame.read(frame.at, split[0]), split[1])
    if split is not None and split[1].kind == "member":
        return give(frame, frame.read(frame.at, split[0]), split[1].text)
    raise Unclear("Which field should I change, and to what?", join="")


# --- Other ways -----------------------------------------------------------------------------------
def mark(frame: Frame) -> None:
    """Mark as won, as done, as urgent, as do not contact, as furnished."""
    for at in range(frame.at + 1, frame.end):
        if frame.low(at) not in ("as", "to", "with", "for"):
            continue
        start = at + 1
        while frame.low(start) in ("a", "the", "an", "being"):
            start += 1
        target = read_target(frame, start, frame.end)
        of = frame.read(frame.at, at)
        if (of.kind == "task" and target is not None and target.kind in ("won",)) or (
            of.kind == "task" and frame.low(start) in ("done", "complete", "completed", "finished")
        ):
            return finish_tasks(frame, of)
        if target is not None and target.kind in bag("stage won lost next previous"):
            return move_to(frame, of, target)
        if _set_value(frame, at, start):
            return None
        for end, term in frame.scope.words.find(frame.tokens[: frame.end], start, ["field"]):
            if term.type == "yes_no" and _closes(frame, end, term):
                changes: dict[str, Any] = {}
                put(changes, term, True, frame)
                return write(frame, of, term.on, changes)
        if frame.low(start) == "not":
            for end, term in frame.scope.words.find(
                frame.tokens[: frame.end], start + 1, ["field"]
            ):
                if term.type == "yes_no" and _closes(frame, end, term):
                    changes = {}
                    put(changes, term, False, frame)
                    return write(frame, of, term.on, changes)
    for at in range(frame.at + 1, frame.end):
        if _set_value(frame, at, at):
            return None
        word = frame.low(at)
        target = read_target(frame, at, frame.end)
        if target is not None and target.kind == "stage" and target.terms[0].sure > 1:
            return move_to(frame, frame.read(frame.at, at), target)
        if word in ("done", "complete", "completed", "finished") and at == frame.end - 1:
            of = frame.read(frame.at, at)
            if of.kind == "task":
                return finish_tasks(frame, of)
            return move_to(frame, of, target or Target("won"))
        if word in ("won", "lost") and at == frame.end - 1:
            return close(frame, frame.read(frame.at, at), word)
    return set_fields(frame)


def clear(frame: Frame) -> None:
    """Empty a field: clear Karen's phone, remove the owner of these deals."""
    for at, end, term in fields_before(frame, frame.end):
        of = whose_cleared(frame, at, end)
        if of is None:
            continue
        kind = kind_of(frame, of, term)
        changes: dict[str, Any] = {}
        if term.name == "tags":
            rows = frame.rows(of, "contact")
            frame.apply("update_contact", "contact", rows, {"tags": []}, "tags cleared")
            return
        put(changes, term, None, frame)
        return write(frame, of, kind, changes)
    raise Unclear("What should I clear?", join="")


def whose_cleared(frame: Frame, start: int, stop: int) -> Set | None:
    if frame.low(stop) in ("of", "for", "from", "on"):
        return frame.read(stop + 1, frame.end)
    last = frame.end
    while last > stop and (
        frame.tokens[last - 1].kind == "mark" or frame.low(last - 1) in lexicon.FILLERS
    ):
        last -= 1
    if stop != last:
        return None
    if start > frame.at and frame.tokens[start - 1].kind == "possessive":
        return frame.read(frame.at, start - 1)
    if start > frame.at and frame.low(start - 1) in ("her", "his", "its", "their"):
        return Set(pronoun=lexicon.PRONOUNS[frame.low(start - 1)], text=frame.low(start - 1))
    return Set(pronoun="it", text="it") if start <= skip_article(frame, frame.at) else None


def tomorrow() -> date:
    return today() + timedelta(days=1)
