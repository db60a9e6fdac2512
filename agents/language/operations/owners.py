"""Whose records are: given to a colleague, or to nobody."""

from typing import Any

from django.db.models import Count

from agents.language.frames import Frame, Impossible, Made, Unclear
from agents.language.operations.fields import TOOLS
from agents.language.organization.sets import Set, query
from crm.models import Membership, Task


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


def busiest(frame: Frame, of: Set, *, fewest: bool) -> str:
    """
    Return the e-mail address of the colleague with most of the records of a set, or with fewest.

    :raises Unclear: if several have equally many
    """
    frame.check_understood(of)
    kind = of.kind or "position"
    rows = query(of, kind, frame.scope.by)
    rows = rows.filter(closed_at=None) if kind == "position" else rows
    rows = rows.filter(done_at=None) if kind == "task" else rows
    owner = "assignee" if kind == "task" else "owner"
    counts = {row[owner]: row["n"] for row in rows.order_by().values(owner).annotate(n=Count("pk"))}
    members = Membership.objects.visible_to(frame.scope.by).active().select_related("user")
    ranked = sorted(
        members.order_by("pk"), key=lambda each: counts.get(each.pk, 0) * (1 if fewest else -1)
    )
    tied = [m for m in ranked if counts.get(m.pk, 0) == counts.get(ranked[0].pk, 0)]
    if len(tied) > 1:
        named = " and ".join(str(each.user) for each in tied[:3])
        raise Unclear(f"{named} have equally many. Which of them?", join="to")
    return str(ranked[0].user.email)
