"""What is moved to no stage: to a plan, to a day, to another amount."""

from typing import Any

from agents.language.frames import Frame
from agents.language.verbs.edits import set_by_value, set_fields, split_field
from agents.language.verbs.fielded import write
from agents.language.verbs.shifting import postpone
from agents.language.words import amounts


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
    if split_field(frame) is not None:
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
