"""The page that says how an agent connects: configuration and programs that run as they stand."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.models import Agent
from crm.permissions import Permission, requires
from crm.requests import Request

TOKEN = "whl_a_…"  # noqa: S105  (stands where a token goes)
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "curl", "version": "1"},
    },
}


@dataclass(frozen=True)
class Way:
    """
    One way to connect.

    :param where: where its text goes
    """

    key: str
    title: str
    where: str
    text: str


@require_safe
@requires(Permission.CONFIGURE)
def connect(request: Request) -> HttpResponse:
    """Show how an agent connects here, in every common way."""
    home = request.build_absolute_uri("/").rstrip("/")
    context = {
        "door": f"{home}/mcp",
        "ways": [*clients(home), *_programs(home)],
        "agents": Agent.objects.visible_to(request.actor).order_by("name"),
        "organization": request.organization,
    }
    return render(request, "agents/connect.html", context)


def clients(home: str) -> list[Way]:
    """Return how common clients of the Model Context Protocol are told of `home`."""
    door = f"{home}/mcp"
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    header = f"Authorization: Bearer {TOKEN}"
    relay = {"command": "npx", "args": ["-y", "mcp-remote", door, "--header", header]}
    return [
        Way(
            "claude-code",
            "Claude Code",
            "in a terminal",
            f'claude mcp add --transport http wheelhouse {door} \\\n  --header "{header}"',
        ),
        Way(
            "claude-desktop",
            "Claude Desktop",
            "claude_desktop_config.json; needs Node",
            _servers({"mcpServers": {"wheelhouse": relay}}),
        ),
        Way(
            "cursor",
            "Cursor",
            "~/.cursor/mcp.json",
            _servers({"mcpServers": {"wheelhouse": {"url": door, "headers": bearer}}}),
        ),
        Way(
            "vs-code",
            "VS Code",
            ".vscode/mcp.json",
            _servers({"servers": {"wheelhouse": {"type": "http", "url": door, "headers": bearer}}}),
        ),
    ]


def _servers(configuration: dict[str, Any]) -> str:
    return json.dumps(configuration, indent=2, ensure_ascii=False)


def _programs(home: str) -> list[Way]:
    first = f"export WHEELHOUSE_URL={home} WHEELHOUSE_TOKEN={TOKEN}\n"
    json_body = '-H "Content-Type: application/json"'
    bearer = '-H "Authorization: Bearer $WHEELHOUSE_TOKEN"'
    curl = (
        f"{first}\n# Over HTTP: which tools there are, and a call of one.\n"
        f'curl -s "$WHEELHOUSE_URL/api/tools/?dialect=openai" {bearer}\n'
        f'curl -s "$WHEELHOUSE_URL/api/tools/search_objects/" {bearer} {json_body} \\\n'
        '  -d \'{"arguments": {"type": "contact", "query": "Grace"}}\'\n\n'
        "# The same door by the Model Context Protocol.\n"
        f'curl -s "$WHEELHOUSE_URL/mcp" {bearer} {json_body} \\\n'
        f"  -d '{json.dumps(INITIALIZE)}'"
    )
    return [
        Way("curl", "curl", "in a terminal", curl),
        Way("openai", "OpenAI's SDK", "agent_openai.py", _sample("agent_openai.py")),
        Way("anthropic", "Anthropic's SDK", "agent_anthropic.py", _sample("agent_anthropic.py")),
    ]


def _sample(name: str) -> str:
    text: str = (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")
    return text
