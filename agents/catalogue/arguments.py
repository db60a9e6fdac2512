"""
Arguments: what a tool's call may carry, read from the function's own signature.

Schemas are closed: what a tool does not know it refuses, and says which name is nearest.
"""

import difflib
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, get_args, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    create_model,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from audit.actions import Refusal
from crm import refs

OWN = "x-own-fields"
CHOICES = "x-choices"
INSTEAD = "x-instead"  # names the argument that will do where this one is not given
OFFERED = ("pipeline",)  # kinds of reference a listing names
CONTEXT = "context"  # the one positional parameter of a tool; not the caller's to give
LONGEST_NAME = 80  # characters of a name that is repeated to whoever gave it
MOST_TOLD = 20  # things that do not fit
LONGEST_TEXT = 20_000  # characters, of any text that says nothing else


class BadArguments(Refusal):
    """These arguments do not fit the tool."""

    http = 400

    def __init__(self, tool: str, fields: Mapping[str, str]) -> None:
        says = "; ".join(f"{name} {problem}" for name, problem in fields.items())
        super().__init__(f"{tool}: {says}.", fields=dict(fields))


class Arguments(BaseModel):
    """The arguments of some tool, validated."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    def given(self) -> dict[str, Any]:
        """Return those that the caller gave; a tool's own defaults stand for the others."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Entry(Arguments):
    """An object inside the arguments: as closed as they are."""


class Ref[Row: models.Model]:
    """
    The reference of a row of one kind, as an argument: `position: Ref[Position]`.

    Whether there is such a row is found out when it is looked up, as the caller may see it.
    """

    __slots__ = ("id", "kind")

    def __init__(self, *, kind: str, id: int) -> None:
        self.kind = kind
        self.id = id

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        named = get_args(source)[0]
        kinds = [model._meta.model_name for model in get_args(named) or (named,)]

        def read(value: object) -> "Ref[Row]":
            try:
                found = refs.parse(value, *kinds)
            except Refusal as problem:
                raise PydanticCustomError("reference", "{says}", {"says": str(problem)}) from None
            return cls(kind=found.kind, id=found.id)

        any_kind = kinds[0] if len(kinds) == 1 else f"({'|'.join(kinds)})"
        shape = {"type": "string", "pattern": f"^{any_kind}:[1-9][0-9]*$"}
        if kinds[0] in OFFERED:
            shape[CHOICES] = kinds[0]
        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.to_string_ser_schema(),
            metadata={"pydantic_js_functions": [lambda schema, handler: shape]},
        )


@dataclass(frozen=True)
class Own:
    """Marks an argument that holds values of the organization's own fields on a kind of row."""

    on: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "object", OWN: self.on}


@dataclass(frozen=True)
class Named:
    """Marks an argument that may name a row of a kind in words: a stage, a member."""

    kind: str


class Choices(Named):
    """Marks an argument of which a listing names those there are, where they are few."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {**handler(schema), CHOICES: self.kind}


@dataclass(frozen=True)
class PutAway:
    """Marks a reference to what was put away: a listing names only what is in use."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(schema).items() if key != CHOICES}


class Reaches:
    """Marks an argument that says whom or what something reaches: recipient, address, owner."""


REACHES = Reaches()
Key = Annotated[str, Field(max_length=LONGEST_NAME)]
OWN_FIELDS = Field(max_length=200, description="Your own fields, by key.")
ContactFields = Annotated[dict[Key, Any], Own("contact"), OWN_FIELDS]
CompanyFields = Annotated[dict[Key, Any], Own("company"), OWN_FIELDS]
PositionFields = Annotated[dict[Key, Any], Own("position"), OWN_FIELDS]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Percent = Annotated[int, Field(ge=0, le=100)]
Confidence = Annotated[float, Field(ge=0, le=1)]


class Signature:
    """What a tool takes: how it is described to a model, and how a call is read."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.name = function.__name__
        parameters = dict(_parameters_of(function))
        self.model = create_model(f"{self.name}_arguments", __base__=Arguments, **parameters)
        self.named = [name for name in inspect.signature(function).parameters if name in parameters]

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema, without titles, every definition in its place."""
        schema = schema_of(self.model)
        for name in self.named:
            # What may be left out need not be null as well; of details, null empties one.
            given = schema["properties"][name]
            if isinstance(given.get("type"), list):
                given["type"] = given["type"][0]
        return schema

    @cached_property
    def reaching(self) -> frozenset[str]:
        """The names of those arguments that say whom or what something reaches."""
        fields = self.model.model_fields.items()
        return frozenset(name for name, field in fields if _is_reaching(field))

    @cached_property
    def marks(self) -> dict[str, Named | Own]:
        """What there must be besides the right type, by argument: a stage of that name."""
        fields = self.model.model_fields.items()
        found = {
            name: next(_marks_in([each.annotation, *each.metadata]), None) for name, each in fields
        }
        return {name: mark for name, mark in found.items() if mark is not None}

    def read(self, arguments: Mapping[str, Any]) -> Arguments:
        """
        Validate `arguments`.

        :raises BadArguments: names each that is missing, unknown or does not fit
        """
        try:
            text = json.dumps(_whole(arguments), cls=DjangoJSONEncoder, allow_nan=False)
            return self.model.model_validate_json(text)
        except ValidationError as problem:
            raise BadArguments(self.name, explain_all(problem, self.schema)) from None
        except (ValueError, TypeError, RecursionError):
            says = {"arguments": "must be JSON: numbers are finite, nesting is shallow"}
            raise BadArguments(self.name, says) from None

    def canonical(self, read: Arguments) -> dict[str, Any]:
        """
        Return the arguments that were given as JSON values.

        One that only repeats its default says nothing, so that a call has one form; of details
        every one says something.
        """
        known = type(read).model_fields
        silent = {name for name in self.named if getattr(read, name) == known[name].default}
        given: dict[str, Any] = read.model_dump(mode="json", exclude_unset=True, exclude=silent)
        return given


MOST_EXACT = 2**53  # up to here a float is exactly the whole number it says


def _whole(value: Any) -> Any:
    """Return JSON with 8 for 8.0: they are the same number, and some programs write only floats."""
    if isinstance(value, Mapping):
        return {key: _whole(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= MOST_EXACT:
        return int(value)
    return value


def _parameters_of(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield a tool's parameters with type and default; those of `**details` are all optional."""
    hints = get_type_hints(function, include_extras=True)
    for name, each in inspect.signature(function).parameters.items():
        if each.kind is each.VAR_KEYWORD:
            (details,) = get_args(hints[name])
            for key, hint in get_type_hints(details, include_extras=True).items():
                yield key, (hint, None)
        elif name != CONTEXT:
            yield name, (hints[name], ... if each.default is each.empty else each.default)


def _is_reaching(marked: Any) -> bool:
    """Whether `REACHES` stands anywhere in what is said of an argument."""
    metadata = [*getattr(marked, "metadata", ()), *getattr(marked, "__metadata__", ())]
    inside = [getattr(marked, "annotation", None), *get_args(marked)]
    return REACHES in metadata or any(_is_reaching(each) for each in inside if each is not None)


def _marks_in(hints: Iterable[Any]) -> Iterator[Named | Own]:
    for each in hints:
        if isinstance(each, Named | Own):
            yield each
        yield from _marks_in(get_args(each))


class _Compact(GenerateJsonSchema):
    """JSON Schema without titles: the name says it already, and models pay by the word."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(model: type[BaseModel], *, mode: Any = "validation") -> dict[str, Any]:
    """Return `model` as JSON Schema, every definition in its place."""
    schema = model.model_json_schema(schema_generator=_Compact, mode=mode)
    inlined: dict[str, Any] = _inline(schema, schema.pop("$defs", {}))
    for noise in ("title", "description"):
        inlined.pop(noise, None)
    inlined.setdefault("properties", {})
    return inlined


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
        kept = {key: value for key, value in target.items() if key not in ("title", "description")}
        said = {key: value for key, value in node.items() if key != "$ref"}
        return _inline(kept | said, definitions)
    told = {key: _inline(value, definitions) for key, value in node.items()}
    if "default" in told and told["default"] is None:
        del told["default"]
    return _fold_null(told)


def _fold_null(node: dict[str, Any]) -> dict[str, Any]:
    """Write `X or null` shorter: as an X whose type may be null."""
    options = [each for each in node.get("anyOf", ()) if each != {"type": "null"}]
    if len(options) != 1 or not isinstance(options[0].get("type"), str):
        return node
    kept = {key: value for key, value in node.items() if key != "anyOf"}
    return options[0] | kept | {"type": [options[0]["type"], "null"]}


# --- What was wrong, in words -------------------------------------------------------------------

SAYS = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_pattern_mismatch": "must be of the form {pattern}",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "reference": "{says}",
    "json_invalid": "must be JSON: {error}",
}


def explain_all(
    problem: ValidationError, schema: Mapping[str, Any], *, whole: str = "arguments"
) -> dict[str, str]:
    """
    Return what does not fit, by name; where very much does not, the beginning of it.

    :param whole: what to call all of it
    """
    errors = problem.errors(include_url=False, include_input=False)
    return dict(explain(error, schema, whole=whole) for error in errors[:MOST_TOLD])


def explain(error: Any, schema: Mapping[str, Any], *, whole: str) -> tuple[str, str]:
    """Return where an argument does not fit, and what would be right."""
    where = path_of(error["loc"]) or whole
    if error["type"] == "extra_forbidden":
        return where, unknown(error["loc"], schema)
    told = SAYS.get(error["type"])
    if told is None:
        message = re.sub(r"^(Value error, |Input should be )", "", error["msg"])
        return where, f"must be {message}"
    return where, told.format(**error.get("ctx", {})).rstrip(".")


def path_of(location: tuple[int | str, ...]) -> str:
    """Return `stages[0].name`; "" of the whole."""
    text = ""
    for part in location:
        name = str(part)[:LONGEST_NAME]
        text += f"[{name}]" if isinstance(part, int) else f".{name}" if text else name
    return text


def unknown(location: tuple[int | str, ...], schema: Mapping[str, Any]) -> str:
    """Say that there is no such argument, and which was probably meant."""
    for part in location[:-1]:
        inside = schema.get("items") if isinstance(part, int) else schema["properties"].get(part)
        schema = inside if isinstance(inside, dict) else {"properties": {}}
    known = list(schema.get("properties", {}))
    given = str(location[-1])[:LONGEST_NAME]
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.5)
    if near:
        return f"is unknown; did you mean {near[0]}"
    return f"is unknown; there are {', '.join(known)}" if known else "is unknown"
