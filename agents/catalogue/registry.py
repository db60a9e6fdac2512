"""
Tools: everything an agent can do. A tool is a function in a file of its own name.

Its name, docstring and typed keyword-only parameters are the schema models see; `@tool` says what
its call does to the world, what it is about and what a person needs to be allowed. Logging,
approval, undo and registration are somebody else's one job.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Any, get_type_hints

from django.db import models
from pydantic import BaseModel

from agents.catalogue.arguments import CHOICES, INSTEAD, OWN, Arguments, Signature, schema_of
from agents.catalogue.context import Context
from agents.catalogue.untrusted import MARK, quote
from approvals.proposals import Effect
from audit.actions import Refusal
from crm.models import CustomField
from crm.models.fields import FieldType
from crm.permissions import Permission
from pipelines.models import Pipeline, Position, Stage


class Dialect(StrEnum):
    """Whose way of describing tools a listing follows."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    MCP = "mcp"


class NoSuchTool(Refusal):
    """There is no such tool."""

    http = 404


class DuplicateTool(RuntimeError):
    """Two tools have one name."""


@dataclass(frozen=True, kw_only=True)
class About:
    """
    What one call is about: our own rows, for policy to judge and people to read.

    :param title: what would be done, in one line: Move Grace Hopper to Qualified
    :param subject: the row that is shown, and named as the action's target
    :param position: the card it acts on; agents must be allowed to, where it stands
    :param to_stage: the stage a card would enter
    :param pipeline: the pipeline a card would enter, where there is no card yet
    :param records: how many records the call touches
    :param changes_nothing: what is asked for is so already, and nobody need be asked
    :param changes_rules: it changes what cards, and so agents, are bound by
    :param says: what a person is to see beside what would change, such as a text that goes out, by
        label; a decision is bound to it like the rest
    :param arguments: the call in one form, whichever way it was put, so that the same call is known
        again; the validated arguments where it is None
    :param claims: what the caller says of itself; logged, and never makes an answer laxer
    :param parts: the calls it consists of, where it is about many records
    """

    title: str
    subject: models.Model | None = None
    position: Position | None = None
    to_stage: Stage | None = None
    pipeline: Pipeline | None = None
    records: int = 1
    changes_nothing: bool = False
    changes_rules: bool = False
    says: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence["Part"] = ()


Run = Callable[..., BaseModel]
FindAbout = Callable[..., About]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """
    One thing that can be done.

    :param effect: what a call does to the world, which drives policy, hints and undo
    :param about: finds what a call is about; None where it only reads
    :param needs: what a person must be allowed to use it; agents are bound by scope and policy
    :param example: arguments of a call that makes sense, as documentation and tests show it
    :param idempotent: the same call made again changes nothing more
    :param held: its effect outside comes later, by an action of its own; undo of the call prevents
        it until then
    :param lengthy: it may take seconds, and says how far it has come
    :param follow_only: what it needs to be told may take days, so only who follows tasks calls it
    :param each: the argument that names its record, called as the record's kind is, where the tool
        is fit to be applied to many; "" where it is not
    """

    run: Run
    effect: Effect
    about: FindAbout | None
    needs: Permission
    signature: Signature
    example: Mapping[str, Any] = field(default_factory=dict)
    idempotent: bool = False
    held: bool = False
    lengthy: bool = False
    follow_only: bool = False
    each: str = ""

    @property
    def name(self) -> str:
        return self.run.__name__

    @cached_property
    def description(self) -> str:
        """What models and people read: the docstring."""
        return inspect.getdoc(self.run) or ""

    @property
    def title(self) -> str:
        """Its name as words: Move contact."""
        return self.name.replace("_", " ").capitalize()

    @property
    def writes(self) -> bool:
        return self.effect is not Effect.READ

    @property
    def mark(self) -> dict[str, Any]:
        """What the ledger keeps of it beside policy's verdict, for undo to read."""
        return {"effect": self.effect.value, **({"held": True} if self.held else {})}

    @cached_property
    def result(self) -> type[BaseModel]:
        """What it answers, typed."""
        model: type[BaseModel] = get_type_hints(self.run)["return"]
        return model

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Its result as JSON Schema."""
        return schema_of(self.result, mode="serialization")

    @cached_property
    def version(self) -> str:
        """Changes when what a call means may have changed: name, effect or arguments."""
        told = [self.name, self.effect, self.signature.schema]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def find_about(self, context: Context, read: Arguments) -> About:
        """
        Return what a call is about, and so that what it names is there.

        :raises Refusal: where it names something that is not there, or not for the caller
        """
        if self.about is None:
            return About(title=self.title, records=0)
        return self.about(context, **read.given())

    def describe(self, dialect: Dialect, own: "Own | None" = None) -> dict[str, Any]:
        """Return the tool as a model of `dialect` wants it listed."""
        return _DIALECTS[dialect](self, fill_in(self.signature.schema, own or Own()))


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    One record of a call about many: the call of a tool about that record alone.

    :param about: what it is about; None where it cannot be made, as `refusal` says
    """

    ref: str
    tool: Tool
    read: Arguments
    about: About | None = None
    refusal: Refusal | None = None


TOOLS: dict[str, Tool] = {}


def tool(
    *,
    effect: Effect,
    about: FindAbout | None = None,
    needs: Permission,
    example: Mapping[str, Any] | None = None,
    idempotent: bool = False,
    held: bool = False,
    lengthy: bool = False,
    follow_only: bool = False,
    each: str = "",
) -> Callable[[Run], Run]:
    """Make the decorated function a tool; see `Tool` for the parameters."""

    def register(run: Run) -> Run:
        if run.__name__ in TOOLS:
            raise DuplicateTool(run.__name__)
        if effect is not Effect.READ and about is None:
            raise TypeError(f"{run.__name__} changes something, so it must say what it is about")
        TOOLS[run.__name__] = Tool(
            run=run,
            effect=effect,
            about=about,
            needs=needs,
            signature=Signature(run),
            example=example or {},
            idempotent=idempotent or effect is Effect.READ,
            held=held,
            lengthy=lengthy,
            follow_only=follow_only,
            each=each,
        )
        return run

    return register


def get(name: str) -> Tool:
    """:raises NoSuchTool: if there is none of that name; says the nearest"""
    found = TOOLS.get(name)
    if found is None:
        raise no_such_tool(name)
    return found


def check_names(names: Iterable[str]) -> list[str]:
    """
    Return `names` sorted, each once.

    :raises NoSuchTool: if one names no tool
    """
    return sorted({get(name).name for name in names})


def no_such_tool(name: str, *, among: Iterable[str] | None = None) -> NoSuchTool:
    """Return the refusal that names the nearest tool, of all or `among` some."""
    known = sorted(TOOLS if among is None else among)
    near = get_close_matches(name, known, n=1)
    right = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    return NoSuchTool(f"There is no tool {name[:64]}: {right}", tools=known)


# --- How tools are told -------------------------------------------------------------------------

FEW_FIELDS = 40  # an organization's own fields that a listing names, of one kind of row
FEW_CHOICES = 20  # what may be chosen in one of them


@dataclass(frozen=True, kw_only=True)
class Own:
    """
    What an organization has of its own that a listing can name.

    :param fields: its custom fields, by the kind of row they are on
    :param choices: short lists of what an argument may name, by kind: value and name of each
    """

    fields: Mapping[str, Iterable[CustomField]] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def fill_in(schema: Any, own: Own) -> Any:
    """Return `schema` with what is the organization's own where it leaves room for it."""
    if isinstance(schema, list):
        return [fill_in(each, own) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if CHOICES in schema:
        return _offer(schema, own.choices.get(schema[CHOICES], ()))
    if OWN not in schema:
        return {key: fill_in(value, own) for key, value in schema.items() if key != INSTEAD}
    kept = {key: value for key, value in schema.items() if key != OWN}
    return kept | _list_fields(list(own.fields.get(schema[OWN], ())))


def _list_fields(declared: Sequence[CustomField]) -> dict[str, Any]:
    """Name an organization's own fields; of very many the first."""
    fields = {each.key: _shorten(schema_of_field(each)) for each in declared[:FEW_FIELDS]}
    return {"properties": fields, "additionalProperties": len(declared) > FEW_FIELDS}


def _shorten(schema: dict[str, Any]) -> dict[str, Any]:
    """Name what may be chosen only where that is short; a refusal names what is near."""
    choices = schema.get("enum", ())
    if len(choices) <= FEW_CHOICES:
        return schema
    kept = {key: value for key, value in schema.items() if key != "enum"}
    return kept | {"description": f"One of {len(choices)}, such as {choices[0]}."}


def _offer(schema: dict[str, Any], choices: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Name what an argument may be; of references no other will do."""
    kept = {key: value for key, value in schema.items() if key != CHOICES}
    if not choices:
        return kept
    named = ", ".join(_call(value, name) for value, name in choices)
    told = f"{kept.get('description', '')} Here: {named}.".lstrip()
    if "pattern" not in kept:
        return kept | {"description": told}
    return kept | {"description": told, "enum": [value for value, _ in choices]}


def _call(value: str, name: str) -> str:
    """Return how a choice is called: a reference with its name, an address, or a name alone."""
    if name:
        return f'{value} "{quote(name)}"'
    return quote(value) if "@" in value else f'"{quote(value)}"'


_TYPES: dict[str, dict[str, Any]] = {
    FieldType.TEXT: {"type": "string"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.MONEY: {"type": "integer", "description": "In minor units."},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.CHOICE: {"type": "string"},
    FieldType.YES_NO: {"type": "boolean"},
    FieldType.URL: {"type": "string", "format": "uri"},
}


def schema_of_field(declared: CustomField) -> dict[str, Any]:
    """Return one of the organization's own fields as JSON Schema."""
    schema = {**_TYPES[declared.type], "title": quote(declared.label)}
    return schema | {"enum": declared.choices} if declared.choices else schema


def _for_openai(tool: Tool, parameters: dict[str, Any]) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _for_anthropic(tool: Tool, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": parameters}


def _for_mcp(tool: Tool, parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": parameters,
        "outputSchema": _answer_of(tool),
        "annotations": {
            "readOnlyHint": not tool.writes,
            "destructiveHint": tool.effect in (Effect.EXTERNAL, Effect.IRREVERSIBLE),
            "idempotentHint": tool.idempotent,
            "openWorldHint": tool.effect is Effect.EXTERNAL,
        },
    }


def _answer_of(tool: Tool) -> dict[str, Any]:
    """Return what a call answers as JSON Schema; a result only where it was done."""
    text = {"type": "string"}
    quoting = text | {MARK: True}
    return {
        "type": "object",
        "properties": {"status": text, "summary": quoting, "action": text, "result": tool.answers},
        "required": ["status", "summary"],
    }


_DIALECTS: dict[Dialect, Callable[[Tool, dict[str, Any]], dict[str, Any]]] = {
    Dialect.OPENAI: _for_openai,
    Dialect.ANTHROPIC: _for_anthropic,
    Dialect.MCP: _for_mcp,
}
