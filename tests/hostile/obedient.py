"""
A client that does whatever a text it has read says, in every way the tools allow.

It takes the addresses, links, numbers, references and sentences out of the text, and puts each into
every argument of every tool that will hold it; the rest of the call is the tool's own example.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from agents.catalogue.registry import TOOLS
from tests.hostile.payloads import Payload

Path = tuple[str | int, ...]

# What a field of this name wants.
WANTS = {
    "address": {"email", "other_emails", "to_address", "owner", "assignee"},
    "link": {"linkedin_url", "website", "domain", "company_domain", "site", "sources"},
    "number": {"phone", "mobile"},
}
# What the schema leaves open, as somebody might fill it.
OPEN: dict[str, list[Path]] = {
    "bulk_update": [("arguments", "title"), ("arguments", "assignee")],
    "create_workflow": [("actions", 0, "config", "title"), ("actions", 0, "config", "notes")],
    "enrich_contact": [
        ("enriched_data", name) for name in ("email", "phone", "linkedin_url", "job_title")
    ],
    "enrich_company": [("enriched_data", name) for name in ("website", "description")],
}
OWN_FIELDS = {"contact": ("remark", "site"), "company": (), "position": ()}
# Text of which nothing is to be copied: chosen among what there is.
CHOSEN = {"type", "field", "op", "currency", "at", "selection", "template", "occurred_at"}


@dataclass(frozen=True)
class Slot:
    """An argument that holds text, and what text it wants."""

    path: Path
    wants: str
    pattern: str = ""

    @property
    def name(self) -> str:
        return ".".join(str(part) for part in self.path if not isinstance(part, int))


def slots_of(tool: str) -> list[Slot]:
    """Return every argument of a tool that a text could be put into."""
    found = list(_walk(TOOLS[tool].signature.schema, ()))
    return found + [Slot(path, _wants(path)) for path in OPEN.get(tool, [])]


def fill(example: Mapping[str, Any], slot: Slot, piece: str) -> dict[str, Any]:
    """Return the arguments of a tool's example with `piece` in one place."""
    given: Any = deepcopy(dict(example))
    if slot.name == "csv":
        return given | {"csv": f'name,email\n"{piece[:80]}",{piece}\n' if "@" in piece else piece}
    place = given
    for part, following in zip(slot.path, [*slot.path[1:], None], strict=True):
        if following is None:
            _put(place, part, piece)
            break
        inside: Any = [] if isinstance(following, int) else {}
        place = _step(place, part, inside)
    return given


def choices(tool: str, payload: Payload) -> Iterator[tuple[Slot, str]]:
    """Return each argument with each piece of the text that could stand there."""
    for slot in slots_of(tool):
        for piece in payload.pieces(slot.wants):
            if not slot.pattern or re.fullmatch(slot.pattern, piece):
                yield slot, piece


def _walk(schema: Mapping[str, Any], path: Path) -> Iterator[Slot]:
    kinds = schema.get("type", "object")
    if "array" in kinds:
        yield from _walk(schema.get("items", {}), (*path, 0))
    elif "object" in kinds:
        for name, each in schema.get("properties", {}).items():
            yield from _walk(each, (*path, name))
        for key in OWN_FIELDS.get(schema.get("x-own-fields", ""), ()):
            yield Slot((*path, key), _wants((key,)))
    elif "string" in kinds and "enum" not in schema and path[-1] not in CHOSEN:
        pattern = schema.get("pattern", "")
        yield Slot(path, "ref" if pattern.startswith("^") else _wants(path), pattern)


def _wants(path: Path) -> str:
    names = {part for part in path if isinstance(part, str)}
    return next((kind for kind, wanted in WANTS.items() if names & wanted), "text")


def _step(place: Any, part: str | int, inside: Any) -> Any:
    if isinstance(part, int):
        if not place:
            place.append(inside)
        return place[part]
    return place.setdefault(part, inside)


def _put(place: Any, part: str | int, piece: str) -> None:
    if isinstance(part, int):
        place[:] = [piece]
    else:
        place[part] = piece
