"""Records put away."""

from agents.language.frames import Frame, Impossible, Unclear
from agents.language.organization.sets import Set
from crm import search
from crm.models import Contact, Task

TOOLS = {
    "contact": ("archive_contact", "contact"),
    "position": ("archive_position", "position"),
    "company": ("archive_company", "company"),
}


def kind_of(frame: Frame, of: Set) -> str:
    """Return of which kind the records are that are put away."""
    if of.kind == "task" and Task.objects.visible_to(frame.scope.by).exists():
        return "task"
    if of.kind in ("contact", "position", "company", "activity"):
        return of.kind
    if of.kind == "task":
        return "position"
    if of.pronoun:
        known = frame.antecedents(of.pronoun)
        kind = known[0].partition(":")[0] if known else "contact"
        return kind if kind in TOOLS else "contact"
    if of.names:
        return of.names[0].kind
    return "position" if any(atom.on == "position" for atom in of.every_atom()) else "contact"


def restore(frame: Frame, text: str) -> None:
    """
    Take back the contact of a name that was put away.

    :raises Impossible: if none was
    :raises Unclear: if several were
    """
    mine = Contact.objects.visible_to(frame.scope.by).put_away()
    found = list(search.narrow_archived(mine, text, within=["name"])[:5])
    if not found:
        raise Impossible(f"Nothing that was archived is called “{text}”; nothing was changed.")
    if len(found) > 1:
        raise Unclear(f"Which one: {'; '.join(each.name for each in found)}?")
    frame.apply("restore_contact", "contact", found, {}, "restored")
