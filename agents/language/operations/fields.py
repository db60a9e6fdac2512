"""Fields of records, and their change as arguments of tools."""

from datetime import date
from typing import Any

from agents.language.frames import Frame, Impossible, Made
from agents.language.organization.sets import Set
from agents.language.organization.vocabulary import Term
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
    """
    Add the new value of a field to changes.

    :raises Impossible: if the product itself keeps it
    """
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


def moment(on: date) -> str:
    """Return the beginning of a day, as tools take it."""
    return f"{on.isoformat()}T00:00:00Z"
