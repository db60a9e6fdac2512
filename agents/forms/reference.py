"""
The reference of all tools, made from the registry, so that it cannot say anything else.

The page of a tool and the written reference tell the same.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from agents import tools as catalogue
from agents.catalogue.arguments import OWN
from agents.catalogue.registry import TOOLS, Tool
from approvals.proposals import Effect

HEAD = """# Tools

Everything an agent can do in Wheelhouse, and a person's own scripts and assistants: call one by
`POST /api/tools/<name>/` with `{"arguments": {…}, "reason": "…", "confidence": 0.9}`, or over MCP.
A listing names a persona's everyday tools; `search_tools` finds the others, and `all=1` lists them.

This page is written from the code by `python manage.py write_tool_reference`.
"""
EFFECTS = {
    Effect.READ: "reads only",
    Effect.REVERSIBLE: "can be undone",
    Effect.EXTERNAL: "reaches people outside",
    Effect.IRREVERSIBLE: "cannot be undone",
}


@dataclass(frozen=True)
class Member:
    """
    One argument, or one field of an answer.

    :param path: where it stands: stages[].name
    :param kind: its type, with unit and range: integer, 0 to 100
    """

    path: str
    kind: str
    says: str
    required: bool


@dataclass(frozen=True)
class Described:
    """
    A tool in words.

    :param lead: the first sentence of its description
    :param effect: what a call does to the world: can be undone
    :param who: which people may use it
    :param again: what the same call does when it is made again; "" where there is nothing to say
    """

    tool: Tool
    lead: str
    effect: str
    who: str
    again: str

    @property
    def arguments(self) -> list[Member]:
        return list(_members(self.tool.signature.schema))

    @property
    def answer(self) -> list[Member]:
        return list(_members(self.tool.answers))


def file() -> Path:
    """Return where the reference is kept."""
    return Path(settings.BASE_DIR) / "docs" / "tools.md"


def render() -> str:
    """Return the reference as Markdown."""
    assert catalogue.__path__, "every tool is registered once the catalogue is imported"
    listed = [describe(TOOLS[name]) for name in sorted(TOOLS)]
    contents = [f"- [`{each.tool.name}`](#{each.tool.name}): {each.lead}" for each in listed]
    return "\n".join([HEAD, *contents, *(_write(each) for each in listed), ""])


def describe(tool: Tool) -> Described:
    """Return a tool in words."""
    again = "The same call again changes nothing more." if tool.idempotent and tool.writes else ""
    return Described(
        tool=tool,
        lead=_lead(tool),
        effect=EFFECTS[tool.effect],
        who=f"People need the permission to {tool.needs}.",
        again=again,
    )


def _lead(tool: Tool) -> str:
    """Return the first sentence of a tool's description."""
    flat = " ".join(tool.description.split())
    for end in (". ", ".\n", ": "):
        flat = flat.split(end)[0]
    return flat.rstrip(".:") + "."


def _write(described: Described) -> str:
    tool = described.tool
    call = json.dumps({"arguments": tool.example}, ensure_ascii=False, indent=2)
    facts = (f"It {described.effect}.", described.who, described.again)
    parts = [
        f"\n## {tool.name}\n",
        tool.description,
        f"\n{' '.join(fact for fact in facts if fact)}\n",
        *_table(described.arguments),
        f"```json\n{call}\n```",
        f"\nAnswers with {', '.join(f'`{name}`' for name in tool.answers['properties'])}.",
    ]
    return "\n".join(parts)


def _table(arguments: list[Member]) -> Iterator[str]:
    if not arguments:
        return
    yield "| argument | what it is |"
    yield "|---|---|"
    for each in arguments:
        needed = ", required" if each.required else ""
        told = f"{each.says} *{each.kind}*.".lstrip().replace("|", "\\|")
        yield f"| `{each.path}`{needed} | {told} |"
    yield ""


def _members(schema: Mapping[str, Any], under: str = "") -> Iterator[Member]:
    required = set(schema.get("required", ()))
    for name, each in schema.get("properties", {}).items():
        path = f"{under}{name}"
        yield Member(path, _kind(each), _say(each), name in required)
        inside = each.get("items", each)
        if isinstance(inside, dict) and OWN not in inside:
            mark = "[]." if inside is not each else "."
            yield from _members(inside, f"{path}{mark}")


def _say(schema: Mapping[str, Any]) -> str:
    """Return what is said of one member, and what stands for it where it is left out."""
    told = [str(schema.get("description", "")).strip()]
    if "default" in schema and schema["default"] not in ("", None, []):
        told.append(f"{json.dumps(schema['default'])} where it is left out.")
    return " ".join(part for part in told if part)


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the type of one member, with its range."""
    kinds = schema.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    if named := kinds_of_reference(schema):
        return f"reference: {' or '.join(f'{each}:…' for each in named)}"
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    lengths = {"string": "characters", "array": "entries", "object": "keys"}
    most = schema.get("maxLength") or schema.get("maxItems") or schema.get("maxProperties")
    if most:
        return f"{kind}, at most {most:,} {lengths.get(kind.split(' or ')[0], '')}"
    if "minimum" in schema:
        return f"{kind}, {schema['minimum']:,} to {schema['maximum']:,}"
    return kind


def kinds_of_reference(schema: Mapping[str, Any]) -> list[str]:
    """Return the kinds an argument may be a reference of; none where it is no reference."""
    kinds, colon, _ = schema.get("pattern", "").partition(":[1-9]")
    return kinds.strip("^()").split("|") if colon else []
