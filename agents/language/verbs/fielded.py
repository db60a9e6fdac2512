"""Whose field is meant, and its change as arguments of tools."""

from typing import Any

from agents.language.frames import Frame, Impossible, Made
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
from agents.language.verbs.moves import give, owned_kind
from agents.language.words import lexicon
from agents.language.words.wording import bag

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


def put(changes: dict[str, Any], term: Term, value: Any, frame: Frame) -> None:
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


def kind_of(frame: Frame, of: Set, term: Term) -> str:
    """Return of which kind the records are whose field is meant."""
    if term.on == "any":
        return owned_kind(frame, of)
    if term.name == "next_follow_up_at" and (of.kind == "task" or is_task(frame, of)):
        return "task"
    return term.on


def is_task(frame: Frame, of: Set) -> bool:
    known = frame.antecedents(of.pronoun) if of.pronoun else []
    return bool(known) and (known[0].startswith("task:") or known[0].endswith(".task"))


def skip_article(frame: Frame, at: int) -> int:
    while frame.low(at) in bag("a an the her his their new"):
        at += 1
    return at


def fields_before(frame: Frame, until: int) -> list[tuple[int, int, Term]]:
    """Return the fields named between the verb and `until`, the longest and surest first."""
    found = []
    for at in range(frame.at, until):
        for end, term in frame.scope.words.find(frame.tokens[:until], at, ["field"]):
            if frame.tokens[at].is_capital and at > frame.at and term.sure == 1:
                continue
            found.append((at, end, term))

    def rank(each: tuple[int, int, Term]) -> tuple[int, int, int]:
        edge = each[0] == skip_article(frame, frame.at) or each[1] == until
        return (-edge, -(each[1] - each[0]), -each[2].sure)

    return sorted(found, key=rank)


def whose(frame: Frame, start: int, stop: int, until: int) -> Set | None:
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


def _implied(frame: Frame) -> Set:
    """Set the value to 5k: of what was spoken of."""
    return Set(pronoun="it", text="it")
