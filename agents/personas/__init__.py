"""
Personas: what an agent is there for. One Markdown file each, read once at the first use.

A file begins with a head of settings in TOML between two lines of `+++`: `role`, one sentence,
`tools`, what such an agent uses every day and is told of first, and `also`, what it may use besides
and finds by `search_tools`; its own scope may say otherwise. The prose after it is what a
model is told; `{organization}` and `{agent}` stand for their names.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from audit.actions import Refusal

FOLDER = Path(__file__).parent
FENCE = "+++\n"


class NoSuchPersona(Refusal):
    """There is no such persona."""


@dataclass(frozen=True, kw_only=True)
class Persona:
    """
    What an agent is there for.

    :param tools: names of the tools it uses every day
    :param also: names of others it may use
    :param prose: what a model is told, with `{organization}` and `{agent}` to fill in
    """

    key: str
    role: str
    tools: tuple[str, ...]
    prose: str
    also: tuple[str, ...] = ()

    @property
    def scope(self) -> frozenset[str]:
        """All the tools it may use where an agent has no scope of its own."""
        return frozenset(self.tools + self.also)


@cache
def load() -> dict[str, Persona]:
    """Return every persona by its key, the file's name."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.md"))}


def get(key: str) -> Persona:
    """:raises NoSuchPersona: if there is none; names those there are"""
    found = load().get(key)
    if found is None:
        raise NoSuchPersona(f"There is no persona {key}; there are {', '.join(load())}.")
    return found


def read(path: Path) -> Persona:
    """
    Read one persona's file.

    :raises ValueError: if it has no head, or one with other settings than these
    """
    text = path.read_text(encoding="utf-8")
    if not text.startswith(FENCE) or text.count(FENCE) < 2:
        raise ValueError(f"{path.name} has no settings between two lines of +++")
    _, head, prose = text.split(FENCE, 2)
    settings = tomllib.loads(head)
    if set(settings) | {"also"} != {"role", "tools", "also"}:
        raise ValueError(f"{path.name} must set role and tools, may set also, and nothing else")
    return Persona(
        key=path.stem,
        role=settings["role"],
        tools=tuple(settings["tools"]),
        prose=prose.strip(),
        also=tuple(settings.get("also", ())),
    )
