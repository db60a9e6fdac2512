"""What records are called from now on."""

from collections.abc import Iterator
from typing import Any

from agents.language.evidence.candidates import Candidate
from agents.language.evidence.evidence import Said
from agents.language.operations.fields import write
from agents.language.organization.sets import Set
from agents.language.words.wording import bag

BEFORE = bag("to as into")


def renaming(said: Said) -> Iterator[Candidate]:
    """Rename Karen's deal to Big rollout."""
    if said.verb != "rename":
        return
    marker = next((i for i in reversed(said.places()) if said.low(i) in BEFORE), None)
    if marker is None or marker + 1 >= said.end:
        return
    taken = {said.first(), *range(marker, said.end)}
    of = said.subject(taken, "contact")
    name = said.frame.text(marker + 1, said.end)
    if of is not None:
        yield Candidate("rename", 6.0, frozenset(taken), lambda: _rename(said, of, name))


def _rename(said: Said, of: Set, name: str) -> None:
    kind = of.kind or (of.names[0].kind if of.names else "contact")
    if kind == "contact":
        parts = name.split()
        changes: dict[str, Any] = {"name": name}
        if len(parts) == 2:
            changes |= {"first_name": parts[0], "last_name": parts[1]}
    else:
        changes = {"name" if kind == "company" else "title": name}
    write(said.frame, of, kind, changes)
