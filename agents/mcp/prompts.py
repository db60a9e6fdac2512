"""
Prompts: what a person can have a model begin with. Every persona is one, and every playbook.

A playbook is a Markdown file with a head of settings in TOML between two lines of `+++`: `title`,
`does`, one sentence, and `arguments`, name to description. `{name}` in the prose stands for an
argument, `{organization}` and `{agent}` for their names.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mcp_types.jsonrpc import INVALID_PARAMS

from agents import personas
from agents.catalogue.untrusted import quote
from agents.mcp import inputs, pages
from agents.mcp.asking import Asked
from agents.mcp.inputs import InputNeeded
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method

FOLDER = Path(__file__).parent / "playbooks"
HOUR = 3_600_000  # milliseconds
LONGEST = 300  # characters of an argument
SETTINGS = {"title", "does", "arguments"}

Given = Mapping[str, str]
Written = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """
    One prompt.

    :param arguments: what each means, by name; all are needed
    :param write: returns its messages
    """

    name: str
    title: str
    does: str
    write: Callable[[Given], Written]
    arguments: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.does,
            "arguments": [
                {"name": name, "description": means, "required": True}
                for name, means in self.arguments.items()
            ],
        }


@method("prompts/list", keep=HOUR)
def list_prompts(asked: Asked) -> dict[str, Any]:
    with asked.inside():
        page, following = pages.cut(
            list(find_all().values()), asked, name=lambda prompt: prompt.name
        )
    return {"prompts": [prompt.describe() for prompt in page], **following}


@method("prompts/get")
def get_prompt(asked: Asked) -> dict[str, Any]:
    """Return a prompt with its arguments filled in."""
    prompt = find_all().get(asked.params["name"])
    if prompt is None:
        raise ProtocolError(INVALID_PARAMS, f"There is no prompt {asked.params['name'][:100]}.")
    given = check(prompt, asked.params.get("arguments") or {})
    with asked.inside() as caller, inputs.given(asked):
        names = {
            "organization": quote(caller.organization.name),
            "agent": quote(caller.actor.name),
        }
        try:
            written = prompt.write({**given, **names})
        except InputNeeded as needed:
            return inputs.ask(asked, needed.details["inputs"])
    return {"description": prompt.does, "messages": written}


def check(prompt: Prompt, given: Mapping[str, Any]) -> dict[str, str]:
    """:raises ProtocolError: names each argument that is missing, unknown or too long"""
    wrong = {name: "is missing" for name in prompt.arguments if not given.get(name)}
    wrong |= {name[:80]: "is unknown" for name in given if name not in prompt.arguments}
    wrong |= {
        name: f"must have at most {LONGEST} characters"
        for name, text in given.items()
        if len(str(text)) > LONGEST
    }
    if wrong:
        says = "; ".join(f"{name} {problem}" for name, problem in wrong.items())
        raise ProtocolError(INVALID_PARAMS, f"{prompt.name}: {says}.", fields=wrong)
    return {name: str(text) for name, text in given.items()}


def say(text: str) -> dict[str, Any]:
    """Return one message of a person."""
    return {"role": "user", "content": {"type": "text", "text": text}}


# --- Those there are ------------------------------------------------------------------------------

OTHERS: dict[str, Prompt] = {}


def find_all() -> dict[str, Prompt]:
    """Return every prompt by its name, in a stable order."""
    return {**_load(), **OTHERS}


@cache
def _load() -> dict[str, Prompt]:
    playbooks = [read(path) for path in sorted(FOLDER.glob("*.md"))]
    roles = [_of_persona(persona) for persona in personas.load().values()]
    return {prompt.name: prompt for prompt in [*roles, *playbooks]}


def _of_persona(persona: personas.Persona) -> Prompt:
    return Prompt(
        name=f"be_{persona.key}",
        title=f"Work in {persona.key}",
        does=persona.role,
        write=_writer(persona.prose),
    )


def read(path: Path) -> Prompt:
    """
    Read one playbook.

    :raises ValueError: if its head lacks a setting, or has another
    """
    _, head, prose = path.read_text(encoding="utf-8").split(personas.FENCE, 2)
    settings = tomllib.loads(head)
    if set(settings) != SETTINGS:
        raise ValueError(f"{path.name} must set {', '.join(sorted(SETTINGS))}, and nothing else")
    return Prompt(
        name=path.stem,
        title=settings["title"],
        does=settings["does"],
        arguments=settings["arguments"],
        write=_writer(prose.strip()),
    )


def _writer(prose: str) -> Callable[[Given], Written]:
    return lambda given: [say(prose.format_map(given))]
