"""Whose records are: given to a colleague, or to nobody."""

from typing import Any

from agents.language.frames import Frame, Impossible, Made
from agents.language.operations.fields import TOOLS
from agents.language.organization.sets import Set
from crm.models import Task


def give(frame: Frame, of: Set, member: str) -> None:
    """Make a colleague the owner of the records of a set; "" makes nobody."""
    kind = owned_kind(frame, of)
    rows = frame.rows(of, kind)
    name = member or "nobody"
    rows = [row for row in rows if _owner_of(row, kind) != member]
    if not rows:
        raise Impossible(f"That is with {name} already; nothing was changed.")
    tool, argument = TOOLS[kind]
    field = "assignee" if kind == "task" else "owner"
    frame.apply(tool, argument, rows, {field: member or None}, f"given to {name}")


def owned_kind(frame: Frame, of: Set) -> str:
    """Return of which kind the records are whose owner is meant."""
    kinds = {atom.on for atom in of.every_atom()}
    staged = any(
        atom.name in ("stage", "pipeline", "outcome", "value_cents")
        or (atom.on == "state" and atom.name in ("unstarted",))
        for atom in of.every_atom()
    )
    if of.kind == "task":
        own = Task.objects.visible_to(frame.scope.by).exists()
        return "position" if staged or not own else "task"
    if of.kind in ("position", "company"):
        return of.kind
    if of.kind == "contact" and of.noun:
        return "contact"
    if staged or "position" in kinds:
        return "position"
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        first = known[0] if known else ""
        if first.startswith("$"):
            return first.rpartition(".")[2]
        return (
            first.partition(":")[0]
            if first.partition(":")[0] in ("position", "contact", "company", "task")
            else "contact"
        )
    if of.names:
        named = {name.kind for name in of.names}
        return named.pop() if len(named) == 1 else "contact"
    return "contact"


def _owner_of(row: Any, kind: str) -> str | None:
    if isinstance(row, Made):
        return None
    owner = row.assignee if kind == "task" else row.owner
    return str(owner.user.email) if owner else ""


def email_of(frame: Frame, ref: str) -> str:
    """Return the e-mail address of a colleague, which tools know them by."""
    return str(frame.scope.words.member(ref).user.email)
