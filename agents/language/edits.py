"""Changing fields: setting, clearing, raising, tagging, putting off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from agents.language import amounts, lexicon
from agents.language.frames import Frame, Impossible, Made, Step, Unclear, row_ref
from agents.language.moves import close, give, move_to, owned_kind, split_target
from agents.language.sets import Set, today
from agents.language.targets import Target, moment, read_member, read_target, read_value
from agents.language.vocabulary import Term
from agents.language.wording import bag, sayings
from crm.models import Task

TOOLS = {
    "contact": ("update_contact", "contact"),
    "position": ("update_position", "position"),
    "company": ("update_company", "company"),
    "task": ("update_task", "task"),
}
FIXED = bag(
    "entered_stage_at created_at closed_at outcome last_contacted_at "
    "open_tasks score lost_reason currency_"
)


def set_fields(frame: Frame) -> None:
    """
    Set a field of something to a value: set Karen's phone to 555, change the plan of all … to
    Gold.
    """
    if frame.word in ("make", "turn", "switch") and _make(frame):
        return
    if _stage_of(frame):
        return
    found = _split_field(frame)
    if found is None and (set_by_value(frame) or _field_then_value(frame)):
        return
    if found is None:
        return _not_found(frame)
    of, term, at = found
    kind = _kind_of(frame, of, term)
    changes: dict[str, Any] = {}
    while True:
        value = read_value(frame, term, at, _end_of_value(frame, at))
        if value is None:
            raise Unclear(f"To what should I set {term.called}?", join="to")
        at = value[0]
        _put(changes, term, value[1], frame)
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


def write(frame: Frame, of: Set, kind: str, changes: dict[str, Any]) -> None:
    """Change fields of the records of a set."""
    if set(changes) == {"owner"}:
        return give(frame, of, changes["owner"] or "")
    rows = frame.rows(of, kind)
    tool, argument = TOOLS[kind]
    names = ", ".join(name.replace("_", " ") for name in changes if name != "custom") or ", ".join(
        changes.get("custom", {})
    )
    if "value_cents" in changes and "currency" not in changes:
        bare = [row for row in rows if not isinstance(row, Made) and not row.currency]
        if bare:
            changes["currency"] = frame.scope.organization.currency
    frame.apply(tool, argument, rows, changes, f"{names} changed")


def _put(changes: dict[str, Any], term: Term, value: Any, frame: Frame) -> None:
    name = "next_follow_up_at" if term.name == "due" else term.name
    if name in FIXED:
        raise Impossible(
            f"{term.called.capitalize()} is kept by the product itself and cannot be set; "
            "nothing was changed."
        )
    if name.startswith("custom."):
        changes.setdefault("custom", {})[name.removeprefix("custom.")] = value
        return
    if name == "tags":
        value = value if isinstance(value, list) else [value]
    changes[name] = value


def _kind_of(frame: Frame, of: Set, term: Term) -> str:
    """Return of which kind the records are whose field is meant."""
    if term.on == "any":
        return owned_kind(frame, of)
    if term.name == "next_follow_up_at" and (of.kind == "task" or _is_task(frame, of)):
        return "task"
    return term.on


def _is_task(frame: Frame, of: Set) -> bool:
    known = frame.antecedents(of.pronoun) if of.pronoun else []
    return bool(known) and (known[0].startswith("task:") or known[0].endswith(".task"))


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


def _split_field(frame: Frame) -> tuple[Set, Term, int] | None:
    """Return whose field is set, the field, and where the value begins."""
    for at in range(frame.at + 1, frame.end - 1):
        if frame.low(at) not in bag("to = : as with at from is"):
            continue
        value_at = at + 1
        if frame.low(at) == "from" and (to := frame.find("to", at)) is not None:
            value_at = to + 1
        for field_at, stop, term in _fields_before(frame, at):
            of = _whose(frame, field_at, stop, at)
            if of is not None:
                return of, term, value_at
        if frame.low(at) == "with" or frame.low(at) == ":":
            for end, term in frame.scope.words.find(
                frame.tokens[: frame.end], _skip_article(frame, at + 1), ["field"]
            ):
                return (
                    frame.read(frame.at, at),
                    term,
                    end + (frame.low(end) in bag("to = : of is")),
                )
    return _field_after(frame)


def splits(frame: Frame) -> bool:
    """Whether a clause says of whom which field is what."""
    return _split_field(frame) is not None


def _skip_article(frame: Frame, at: int) -> int:
    while frame.low(at) in bag("a an the her his their new"):
        at += 1
    return at


def _fields_before(frame: Frame, until: int) -> list[tuple[int, int, Term]]:
    """Return the fields named between the verb and `until`, the longest and surest first."""
    found = []
    for at in range(frame.at, until):
        for end, term in frame.scope.words.find(frame.tokens[:until], at, ["field"]):
            if frame.tokens[at].is_capital and at > frame.at and term.sure == 1:
                continue
            found.append((at, end, term))

    def rank(each: tuple[int, int, Term]) -> tuple[int, int, int]:
        edge = each[0] == _skip_article(frame, frame.at) or each[1] == until
        return (-edge, -(each[1] - each[0]), -each[2].sure)

    return sorted(found, key=rank)


def _whose(frame: Frame, start: int, stop: int, until: int) -> Set | None:
    """Return whose field stands from `start` to `stop`, where its value is set at `until`."""
    before = start
    while before > frame.at and frame.low(before - 1) in ("the", "new", "current"):
        before -= 1
    if stop < until and frame.low(stop) in bag("of for on in from at"):
        if before != frame.at and frame.low(frame.at) not in ("the", "a"):
            return None
        return frame.read(stop + 1, until)
    if stop != until or (
        before <= frame.at and frame.low(frame.at) not in ("her", "his", "their", "its")
    ):
        return None if stop != until else (_implied(frame) if before <= frame.at else None)
    if frame.tokens[before - 1].kind == "possessive":
        return frame.read(frame.at, before - 1)
    if frame.low(before - 1) in ("her", "his", "its", "their"):
        return Set(pronoun=lexicon.PRONOUNS[frame.low(before - 1)], text=frame.low(before - 1))
    return frame.read(frame.at, before)


def _field_then_value(frame: Frame) -> bool:
    """Make the priority of this deal high: the field, whose it is, and the value at the end."""
    for at, stop, term in _fields_before(frame, frame.end):
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
            _put(changes, term, value[1], frame)
            write(frame, of, _kind_of(frame, of, term), changes)
            return True
    return False


def _implied(frame: Frame) -> Set:
    """Set the value to 5k: of what was spoken of."""
    return Set(pronoun="it", text="it")


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


def set_otherwise(frame: Frame) -> bool:
    """What is moved to no stage: to a plan, to a day, a number to another."""
    frame.at += frame.low(frame.at) in ("up", "down") and frame.low(frame.at + 1) in (
        "the",
        "her",
        "his",
        "its",
    )
    if set_by_value(frame):
        return True
    marker = next(
        (i for i in range(frame.end - 1, frame.at, -1) if frame.low(i) in ("to", "until", "by")),
        None,
    )
    if marker is None:
        return False
    day = frame.scope.calendar.read(frame.tokens[: frame.end], marker + 1)
    length = frame.scope.calendar.length(frame.tokens[: frame.end], marker + 1)
    if (day and day[0] == frame.end) or (
        length and length[0] == frame.end and frame.low(marker) == "by"
    ):
        postpone(frame)
        return True
    if _split_field(frame) is not None:
        set_fields(frame)
        return True
    return _worth(frame, marker)


def _worth(frame: Frame, marker: int) -> bool:
    """Bump the deal to 10k: what it is worth."""
    amount = amounts.read(frame.tokens[: frame.end], marker + 1)
    of = frame.read(frame.at, marker)
    if amount is None or amount[0] != frame.end or of.kind != "position" or of.unknown:
        return False
    if amount[1].number < 100 and not amount[1].currency:
        return False
    changes: dict[str, Any] = {"value_cents": amount[1].cents}
    if amount[1].currency:
        changes["currency"] = amount[1].currency
    write(frame, of, "position", changes)
    return True


def state(frame: Frame, until: int, rest: int) -> bool:
    """Adriana is now in grade 8; Karen is now on the gold plan: set what is so by now."""
    while frame.low(rest) in bag("in on at a an the"):
        rest += 1
    if _set_value(frame, until, rest):
        return True
    for stop, term in frame.scope.words.find(frame.tokens[: frame.end], rest, ["field"]):
        value = read_value(frame, term, stop, frame.end)
        of = frame.read(frame.at, until)
        if value is None or value[0] != frame.end or of.unknown or not of.names:
            continue
        changes: dict[str, Any] = {}
        _put(changes, term, value[1], frame)
        write(frame, of, _kind_of(frame, of, term), changes)
        return True
    return False


def add_amount(frame: Frame) -> bool:
    """Add 500 to the value of this deal."""
    amount = amounts.read(frame.tokens[: frame.end], frame.at)
    if amount is None or frame.low(amount[0]) not in ("to", "onto"):
        return False
    for at, stop, term in _fields_before(frame, frame.end):
        if term.type not in ("money", "number") or at <= amount[0]:
            continue
        inner = replace(frame, at=amount[0] + 1)
        of = inner.read(stop + 1, frame.end) if frame.low(stop) in ("of", "for") else None
        if of is None and frame.tokens[at - 1].kind == "possessive":
            of = inner.read(amount[0] + 1, at - 1)
        if of is None:
            continue
        for row in frame.rows(of, _kind_of(frame, of, term)):
            _shift(frame, row, term, amount[1], 1, _kind_of(frame, of, term))
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
    _put(changes, term, term.value, frame)
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
                _put(changes, term, True, frame)
                return write(frame, of, term.on, changes)
        if frame.low(start) == "not":
            for end, term in frame.scope.words.find(
                frame.tokens[: frame.end], start + 1, ["field"]
            ):
                if term.type == "yes_no" and _closes(frame, end, term):
                    changes = {}
                    _put(changes, term, False, frame)
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
    for at, end, term in _fields_before(frame, frame.end):
        of = _whose_cleared(frame, at, end)
        if of is None:
            continue
        kind = _kind_of(frame, of, term)
        changes: dict[str, Any] = {}
        if term.name == "tags":
            rows = frame.rows(of, "contact")
            frame.apply("update_contact", "contact", rows, {"tags": []}, "tags cleared")
            return
        _put(changes, term, None, frame)
        return write(frame, of, kind, changes)
    raise Unclear("What should I clear?", join="")


def _whose_cleared(frame: Frame, start: int, stop: int) -> Set | None:
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
    return Set(pronoun="it", text="it") if start <= _skip_article(frame, frame.at) else None


def change_amount(frame: Frame) -> None:
    """Raise or lower a number: by ten percent, by 5k, to 20k."""
    by = frame.find("by")
    if by is None:
        return set_fields(frame)
    found = amounts.read(frame.tokens[: frame.end], by + 1)
    if found is None:
        raise Unclear("By how much?", join="by")
    fields = _fields_before(frame, by) or []
    sign = -1 if frame.verb == "lower" else 1
    for at, end, term in fields:
        of = _whose(frame, at, end, by)
        if of is None or term.type not in ("money", "number"):
            continue
        rows = frame.rows(of, _kind_of(frame, of, term))
        for row in rows:
            _shift(frame, row, term, found[1], sign, _kind_of(frame, of, term))
        frame.plan.count += len(rows)
        frame.plan.about = [row_ref(row) for row in rows]
        return
    raise Unclear("Which number should I change?", join="")


def _shift(frame: Frame, row: Any, term: Term, by: amounts.Amount, sign: int, kind: str) -> None:
    """Add the step that raises or lowers a number of one record."""
    held = _held(row, term)
    if held is None:
        raise Impossible(f"There is no {term.called} to change; nothing was changed.")
    scale = 100 if term.type == "money" else 1
    step = held * by.number / 100 if by.percent else by.number * scale
    changes: dict[str, Any] = {}
    _put(changes, term, round(held + sign * step), frame)
    tool, argument = TOOLS[kind]
    ref = row_ref(row)
    says = f"{term.called} changed"
    frame.plan.steps.append(Step(tool, {argument: ref, **changes}, says, (ref,)))
    frame.plan.about = [*([] if len(frame.plan.steps) == 1 else frame.plan.about), ref]


def _held(row: Any, term: Term) -> float | None:
    if term.name.startswith("custom."):
        held = row.properties.get(term.name.removeprefix("custom."))
    else:
        held = getattr(row, term.name, None)
    return held if isinstance(held, int | float) else None


def postpone(frame: Frame) -> None:
    """Put off a follow-up, a task or a close date: by a week, to Friday."""
    of_end, shift, to = _when_to(frame)
    of, term = _what_is_put_off(frame, of_end)
    kind = "task" if term == "due_at" else "position"
    rows = frame.rows(of, kind, only_open=True)
    tool, argument = TOOLS[kind]
    for row in rows:
        held = getattr(row, term, None)
        if isinstance(held, datetime):
            held = held.date()
        new = shift(held) if shift is not None and held is not None else to
        if new is None:
            raise Impossible("There is no date to put off; nothing was changed.")
        value = new.isoformat() if term == "expected_close_on" else moment(new)
        frame.plan.steps.append(
            Step(
                tool,
                {argument: row_ref(row), term: value},
                f"moved to {new:%-d %B %Y}",
                (row_ref(row),),
            )
        )
    frame.plan.count += len(rows)
    frame.plan.about = [row_ref(row) for row in rows]


def _when_to(frame: Frame) -> tuple[int, Callable[[date], date] | None, date | None]:
    """Return where what is put off ends, by how much it is shifted, and the day it goes to."""

    def by(length: tuple[int, float, str], sign: int = 1) -> Callable[[date], date]:
        return lambda day: calendar.shift(day, sign * length[1], length[2])

    calendar = frame.scope.calendar
    for at in range(frame.end - 1, frame.at, -1):
        word = frame.low(at)
        if word == "by" and (length := calendar.length(frame.tokens[: frame.end], at + 1)):
            return at, by(length, -1 if frame.word == "bring" else 1), None
        if word in ("to", "until", "till", "for") and (
            found := calendar.read(frame.tokens[: frame.end], at + 1)
        ):
            return at, None, found[1].start
        if word in ("for", "another") and (
            length := calendar.length(frame.tokens[: frame.end], at + (word == "for"))
        ):
            return at, by(length), None
    for at in range(frame.at + 1, frame.end):
        length = calendar.length(frame.tokens[: frame.end], at)
        if length and length[0] >= frame.end - 1:
            return at, by(length), None
    raise Unclear("Until when?", join="to")


def _what_is_put_off(frame: Frame, end: int) -> tuple[Set, str]:
    for at, stop, term in _fields_before(frame, end):
        name = {"due": "next_follow_up_at"}.get(term.name, term.name)
        if name in ("next_follow_up_at", "expected_close_on", "due_at"):
            of = _whose(frame, at, stop, end)
            if of is not None:
                return of, "due_at" if of.kind == "task" else name
    of = frame.read(frame.at, end)
    if of.kind == "task" or _is_task(frame, of):
        return of, "due_at"
    if not of.kind and of.names and of.names[0].kind == "task":
        return of, "due_at"
    return of, "next_follow_up_at"


def finish_tasks(frame: Frame, of: Set) -> None:
    """Tick tasks off."""
    of.kind = "task"
    rows = frame.rows(of, "task")
    rows = [row for row in rows if isinstance(row, Made) or row.done_at is None]
    if not rows:
        raise Impossible("That is done already; nothing was changed.")
    frame.apply("complete_task", "task", rows, {}, "done")


def complete(frame: Frame) -> None:
    """Complete, finish, tick off: tasks; cards are won."""
    while frame.end > frame.at and frame.low(frame.end - 1) in ("off", "up", "."):
        frame.end -= 1
    of = frame.read(frame.at, frame.end)
    own = Task.objects.visible_to(frame.scope.by).exists()
    if (
        (of.kind == "task" and own)
        or (of.names and of.names[0].kind == "task")
        or _is_task(frame, of)
    ):
        return finish_tasks(frame, of)
    if of.unknown and own:
        named = frame.scope.names.task(frame.text(frame.at, frame.end))
        if named:
            return finish_tasks(frame, Set(kind="task", names=[named], text=named.text))
    move_to(frame, of, Target("won"))


def tag(frame: Frame) -> None:
    """Tag records; label them."""
    marker = next(
        (i for i in range(frame.end - 1, frame.at, -1) if frame.low(i) in ("as", "with", ":")), None
    )
    if marker is not None:
        tags = _tags(frame, marker + 1, frame.end)
        return _tag(frame, frame.read(frame.at, marker), tags, [])
    for at in range(frame.at + 1, frame.end):
        found = frame.scope.words.find(frame.tokens[: frame.end], at, ["tag"])
        if (found and found[0][0] >= frame.end) or frame.tokens[at].kind == "quote":
            return _tag(frame, frame.read(frame.at, at), _tags(frame, at, frame.end), [])
    for at in range(frame.end - 1, frame.at, -1):
        of = frame.read(frame.at, at)
        if (of.names or of.says()) and not of.unknown and frame.tokens[at].kind == "word":
            return _tag(frame, of, _tags(frame, at, frame.end), [])
    frame.check_understood(frame.read(frame.at, frame.end))
    raise Unclear("With which tag?", join="with")


def untag(frame: Frame) -> None:
    """Take tags off."""
    marker = frame.find("from") or frame.find("off")
    if marker is None:
        raise Unclear("Which tag, and from whom?", join="from")
    known = frame.scope.words.find(frame.tokens[: frame.end], marker + 1, ["tag"])
    if known and known[0][0] == frame.end:
        return _tag(frame, frame.read(frame.at, marker), [], _tags(frame, marker + 1, frame.end))
    _tag(frame, frame.read(marker + 1, frame.end), [], _tags(frame, frame.at, marker))


def _tag(frame: Frame, of: Set, add: list[str], remove: list[str]) -> None:
    rows = frame.rows(of, "contact")
    arguments = {name: tags for name, tags in (("add", add), ("remove", remove)) if tags}
    said = ", ".join([*add, *remove])
    frame.apply(
        "tag_contact", "contact", rows, arguments, f"tag {said} {'put on' if add else 'taken off'}"
    )


def _tags(frame: Frame, at: int, end: int) -> list[str]:
    """Return the tags named: as they are spelt where they exist."""
    while at < end and frame.low(at) in bag("the a tag tags label labels as"):
        at += 1
    while end > at and (
        frame.tokens[end - 1].kind == "mark"
        or frame.low(end - 1) in (*lexicon.FILLERS, "tag", "tags", "label")
    ):
        end -= 1
    found, start = [], at
    while start < end:
        stop = next((i for i in range(start, end) if frame.low(i) in ("and", ",", "&")), end)
        if stop > start:
            known = [
                term
                for last, term in frame.scope.words.find(frame.tokens[:stop], start, ["tag"])
                if last == stop
            ]
            found.append(str(known[0].value) if known else frame.text(start, stop))
        start = stop + 1
    if not found:
        raise Unclear("Which tag?", join="")
    return found


def tomorrow() -> date:
    return today() + timedelta(days=1)
