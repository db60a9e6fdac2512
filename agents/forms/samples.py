"""The same call in other words: as curl, over the Model Context Protocol, and in Python."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.catalogue.registry import Tool

SURE = 0.95  # how sure a sample says it is: an agent that says nothing is asked

_CURL = """curl -s "{home}/api/tools/{tool}/" \\
  -H "Authorization: Bearer $WHEELHOUSE_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{call}'"""
_PYTHON = """import json, os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

call = {call}
headers = {{
    "Authorization": f"Bearer {{os.environ['WHEELHOUSE_TOKEN']}}",
    "Content-Type": "application/json",
}}
request = Request("{home}/api/tools/{tool}/", json.dumps(call).encode(), headers)
try:
    answer = urlopen(request)
except HTTPError as refusal:  # a refusal says what would be right
    answer = refusal
print(json.dumps(json.load(answer), indent=2))"""


@dataclass(frozen=True)
class Sample:
    """
    A call as a text.

    :param title: in what language it is
    """

    key: str
    title: str
    text: str


def write(
    tool: Tool, arguments: Mapping[str, Any], *, home: str, reason: str, dry_run: bool
) -> list[Sample]:
    """
    Return a call in every way in which it can be made from elsewhere.

    :param home: where the product is, without a slash at the end
    """
    said: dict[str, Any] = {"reason": reason} if reason else {}
    if tool.writes:
        said |= {"confidence": SURE, "dry_run": dry_run}
    call = {"arguments": dict(arguments), **said}
    params = {"name": tool.name, "arguments": dict(arguments)}
    if said:
        params["_meta"] = {f"wheelhouse/{name}": value for name, value in said.items()}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    quoted = _json(call).replace("'", "'\\''")
    return [
        Sample("curl", "curl", _CURL.format(home=home, tool=tool.name, call=quoted)),
        Sample("mcp", f"MCP: POST {home}/mcp", _json(message)),
        Sample("python", "Python", _PYTHON.format(home=home, tool=tool.name, call=_literal(call))),
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _literal(value: Any, indent: str = "") -> str:
    """Return a JSON value as Python writes it."""
    inner = indent + "    "
    if isinstance(value, Mapping) and value:
        lines = [f"{inner}{_json(key)}: {_literal(each, inner)},\n" for key, each in value.items()]
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list) and value:
        lines = [f"{inner}{_literal(each, inner)},\n" for each in value]
        return "[\n" + "".join(lines) + indent + "]"
    return _json(value) if isinstance(value, str) else repr(value)
