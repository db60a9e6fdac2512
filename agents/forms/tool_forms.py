"""
Forms for calls of tools: a field per argument, made from the tool's own schema.

The fields only read what was typed. Whether it fits, the tool itself says, and what it says is
shown at the field.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from agents.catalogue.arguments import CHOICES, OWN, Named
from agents.catalogue.registry import Tool
from agents.forms.json_fields import AnyField, JsonField, LinesField
from agents.forms.offers import Offers
from agents.forms.reference import kinds_of_reference

PREFIX = "argument"
WHOLE = "as_json"
LONG = 1_000  # characters; a longer text has several lines
NOT_ASKED = ("", "–")
YES_NO = [NOT_ASKED, ("true", "Yes"), ("false", "No")]

Schema = Mapping[str, Any]


class ToolForm(forms.Form):
    """
    What a call of one tool carries.

    What has parts has a field for each of them; what is nested deeper is written as JSON. What is
    left empty is left out; to empty something, the arguments can be given as JSON as a whole.

    :param example: arguments that are filled in, as far as there is what they name
    """

    use_required_attribute = False

    def __init__(
        self, tool: Tool, data: Any = None, *, offers: Offers, example: Mapping[str, Any]
    ) -> None:
        super().__init__(data, prefix=PREFIX)
        self.paths: dict[str, tuple[str, ...]] = {}
        self.needed: set[str] = set()  # names of fields a call cannot do without
        self.suggested = offers.latest
        fitting = offers.fit(example)
        for path, schema, required in _leaves(tool.signature.schema, offers):
            name = ".".join(path)
            self.paths[name] = path
            mark = tool.signature.marks.get(name)
            means = {CHOICES: mark.kind} if isinstance(mark, Named) else {}
            field = _field_of({**schema, **means}, offers)
            field.label = ": ".join(path).replace("_", " ").capitalize()
            field.help_text = _help(schema, field)
            field.initial = _choose(field, _at(fitting, path))
            if required:
                self.needed.add(name)
                field.widget.attrs["aria-required"] = "true"
            self.fields[name] = field
        self.fields[WHOLE] = JsonField(
            required=False,
            label="All arguments as JSON",
            help_text="In place of the fields, where something stands here. null empties a field.",
        )
        named = {name for name, field in self.fields.items() if field.initial is not None}
        self.shown_first = self.needed | named

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.paths if name in self.shown_first]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.shown_first]

    @property
    def more_is_open(self) -> bool:
        """Whether something was typed, or is wrong, among the fields that are shown on demand."""
        return any(field.errors or (self.is_bound and field.data) for field in self.more)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get(WHOLE) is not None and not isinstance(given[WHOLE], dict):
            self.add_error(WHOLE, "This must be an object: {…}.")
        return given

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that were given; before anything was, those of the example."""
        values = self.cleaned_data if self.is_bound else self.get_initial()
        if values.get(WHOLE) is not None:
            return dict(values[WHOLE])
        given: dict[str, Any] = {}
        for name, path in self.paths.items():
            value = values.get(name)
            if value in (None, "", []):
                continue
            *parents, last = path
            whole = given
            for parent in parents:
                whole = whole.setdefault(parent, {})
            whole[last] = value
        return given

    def get_initial(self) -> dict[str, Any]:
        return {
            name: field.clean(field.prepare_value(field.initial))
            for name, field in self.fields.items()
            if field.initial is not None
        }

    def show(self, problems: Mapping[str, str]) -> None:
        """Show what the tool says does not fit, at the field it concerns or above them all."""
        is_whole = self.cleaned_data.get(WHOLE) is not None
        for path, says in problems.items():
            field, inside = (WHOLE, path) if is_whole else self._find_field(path.replace(":", "."))
            if field is None:
                self.add_error(None, f"{path} {says}")
            else:
                said = f"{inside} {says}" if inside else f"{says[:1].upper()}{says[1:]}"
                self.add_error(field, said if said.endswith(".") else f"{said}.")

    def _find_field(self, path: str) -> tuple[str | None, str]:
        """Return the field that a path is in, and where in it."""
        ends = [len(path), *(found.start() for found in re.finditer(r"[.\[]", path))]
        for end in sorted(ends, reverse=True):
            if path[:end] in self.paths:
                return path[:end], path[end:].lstrip(".")
        return None, path


def _leaves(
    schema: Schema, offers: Offers, under: tuple[str, ...] = (), needed: bool = True
) -> Iterator[tuple[tuple[str, ...], Schema, bool]]:
    """Yield the arguments that have a field: path, schema, and whether a call must have it."""
    required = set(schema.get("required", ())) if needed else set()
    for name, each in schema["properties"].items():
        path = (*under, name)
        is_required = name in required
        own = offers.fields[each[OWN]] if OWN in each else None
        inside = each if own is None else {"properties": own}
        if own is not None or (not under and _type(each) == "object" and "properties" in each):
            yield from _leaves(inside, offers, path, is_required)
        else:
            yield path, each, is_required


def _field_of(schema: Schema, offers: Offers) -> forms.Field:
    """Return the field in which an argument is typed or chosen."""
    kind = _type(schema)
    if choices := _choices(schema, offers):
        return forms.ChoiceField(choices=[NOT_ASKED, *choices], required=False)
    if kind == "boolean":
        return forms.TypedChoiceField(
            choices=YES_NO, required=False, coerce=lambda value: value == "true", empty_value=None
        )
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    if kind == "array":
        return _list(schema)
    if kind == "string":
        return _text(schema, offers)
    return JsonField(required=False) if kind == "object" else AnyField(required=False)


def _number(schema: Schema, *, whole: bool) -> forms.Field:
    attrs = {"step": "1" if whole else "any"}
    for bound, attr in (("minimum", "min"), ("maximum", "max")):
        if bound in schema:
            attrs[attr] = str(schema[bound])
    kind = forms.IntegerField if whole else forms.FloatField
    return kind(required=False, widget=forms.NumberInput(attrs=attrs))


def _list(schema: Schema) -> forms.Field:
    items = schema.get("items", {})
    if "enum" in items:
        named = [(each, _named(each)) for each in items["enum"]]
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=named, required=False, widget=boxes)
    if _type(items) == "string":
        return LinesField(required=False)
    return JsonField(required=False)


def _text(schema: Schema, offers: Offers) -> forms.Field:
    attrs: dict[str, Any] = {"autocomplete": "off"}
    longest = schema.get("maxLength")
    if longest:
        attrs["maxlength"] = longest
    for kind in kinds_of_reference(schema):
        if kind in offers.latest:
            attrs["list"] = f"latest-{kind}"
    widget: forms.Widget = forms.TextInput(attrs=attrs)
    if schema.get("format") == "date":
        widget = forms.DateInput(attrs={"type": "date"})
    elif longest and longest > LONG:
        widget = forms.Textarea(attrs={"rows": 4, "maxlength": longest})
    return forms.CharField(required=False, strip=False, widget=widget)


def _choices(schema: Schema, offers: Offers) -> list[tuple[str, str]]:
    """Return what may be chosen, where that is known; nothing where it is typed."""
    if "enum" in schema:
        return [(str(each), _named(str(each))) for each in schema["enum"] if each is not None]
    kinds = [schema[CHOICES]] if CHOICES in schema else kinds_of_reference(schema)
    return [each for kind in kinds for each in offers.choices.get(kind, ())]


def _named(value: str) -> str:
    return value.replace("_", " ")


def _choose(field: forms.Field, value: Any) -> Any:
    """Return a value of the example as the field has it; None where the field has no such thing."""
    if value is None or value == "":
        return None
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.MultipleChoiceField):
        return value
    if isinstance(value, bool):
        return json.dumps(value)
    called = str(value).casefold()
    for choice, name in field.widget.choices:
        if called in (str(choice).casefold(), name.casefold(), name.casefold().partition(": ")[2]):
            return choice
    return None


def _help(schema: Schema, field: forms.Field) -> str:
    """Return what is said of an argument, and how it is written in its field."""
    said = [schema.get("description", "")]
    if isinstance(field, LinesField):
        said.append("One on each line.")
    elif isinstance(field, JsonField):
        said.append("As JSON.")
    bounds = [f"{schema[bound]:,}" for bound in ("minimum", "maximum") if bound in schema]
    if len(bounds) == 2:
        said.append(f"{bounds[0]} to {bounds[1]}.")
    if schema.get("default") not in (None, "", [], {}) and not isinstance(schema["default"], bool):
        said.append(f"{_named(str(schema['default']))} where it is left out.")
    return " ".join(part for part in said if part)


def _type(schema: Schema) -> str:
    kind = schema.get("type", "")
    return kind[0] if isinstance(kind, list) else kind


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
