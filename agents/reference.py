"""The reference of all tools, written from the registry, so that it cannot say anything else."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from agents import tools as catalogue
from agents.arguments import OWN
from agents.registry import TOOLS, Tool
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


def file() -> Path:
    """Return where the reference is kept."""
    return Path(settings.BASE_DIR) / "docs" / "tools.md"


def render() -> str:
    """Return the reference as Markdown."""
    assert catalogue.__path__, "every tool is registered once the catalogue is imported"
    listed = [TOOLS[name] for name in sorted(TOOLS)]
    contents = "\n".join(f"- [`{tool.name}`](#{tool.name}): {_lead(tool)}" for tool in listed)
    return "\n".join([HEAD, contents, *(_describe(tool) for tool in listed), ""])


def _lead(tool: Tool) -> str:
    """Return the first sentence of a tool's description."""
    flat = " ".join(tool.description.split())
    for end in (". ", ".\n", ": "):
        flat = flat.split(end)[0]
    return flat.rstrip(".:") + "."


def _describe(tool: Tool) -> str:
    call = json.dumps({"arguments": tool.example}, ensure_ascii=False, indent=2)
    again = " The same call again changes nothing more." if tool.idempotent and tool.writes else ""
    parts = [
        f"\n## {tool.name}\n",
        tool.description,
        f"\nIt {EFFECTS[tool.effect]}. People need the permission to {tool.needs}.{again}\n",
        *_table(tool.signature.schema),
        f"```json\n{call}\n```",
        f"\nAnswers with {_names(tool.answers)}.",
    ]
    return "\n".join(parts)


def _table(schema: Mapping[str, Any]) -> Iterator[str]:
    rows = list(_rows(schema))
    if not rows:
        return
    yield "| argument | what it is |"
    yield "|---|---|"
    for name, told in rows:
        yield f"| {name} | {told} |"
    yield ""


def _rows(schema: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, str]]:
    required = set(schema.get("required", ()))
    for name, each in schema.get("properties", {}).items():
        path = f"{under}{name}"
        needed = ", required" if name in required else ""
        yield f"`{path}`{needed}", _tell(each)
        inside = each.get("items", each)
        if isinstance(inside, dict) and OWN not in inside:
            mark = "[]." if inside is not each else "."
            yield from _rows(inside, f"{path}{mark}")


def _tell(schema: Mapping[str, Any]) -> str:
    """Return type, range and description of one argument, in one cell."""
    told = [str(schema.get("description", "")).strip(), _range(schema)]
    if "default" in schema and schema["default"] not in ("", None, []):
        told.append(f"{json.dumps(schema['default'])} where it is left out.")
    return " ".join(part for part in told if part).replace("|", "\\|")


def _range(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    if "pattern" in schema and kind == "string" and ":[1-9]" in schema["pattern"]:
        return f"*reference: {_kinds(schema['pattern'])}*."
    if "enum" in schema:
        return f"*{', '.join(map(str, schema['enum']))}*."
    lengths = {"string": "characters", "array": "entries", "object": "keys"}
    most = schema.get("maxLength") or schema.get("maxItems") or schema.get("maxProperties")
    if most:
        return f"*{kind}, at most {most:,} {lengths.get(kind.split(' or ')[0], '')}*."
    if "minimum" in schema:
        return f"*{kind}, {schema['minimum']:,} to {schema['maximum']:,}*."
    return f"*{kind}*."


def _kinds(pattern: str) -> str:
    """Return what references of a pattern look like: contact:… or company:…"""
    kinds = pattern.partition(":")[0].strip("^()").split("|")
    return " or ".join(f"{kind}:…" for kind in kinds)


def _names(schema: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in schema["properties"])
