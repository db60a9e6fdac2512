"""The form in which a person edits what an agent wants to do."""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms

from audit.actions import Refusal
from audit.actors import Actor
from crm import refs
from pipelines.models import Stage


class ArgumentsForm(forms.Form):
    """
    One field per argument of a call, and per part of an argument that has parts.

    Of a stage one chooses another of its board. Whom the call is about is not edited: that would be
    another call. Several phrases stand one per line; what else is not text is written as JSON.
    """

    use_required_attribute = False

    def __init__(
        self, arguments: Mapping[str, Any], data: Mapping[str, Any] | None = None, *, by: Actor
    ) -> None:
        super().__init__(data, prefix="argument")
        self.paths = {".".join(path): path for path in _leaves(arguments)}
        self.arguments = arguments
        for name, path in self.paths.items():
            self.fields[name] = _field(_at(arguments, path), by=by)
            self.fields[name].label = ": ".join(path).replace("_", " ").capitalize()

    def clean(self) -> dict[str, Any]:
        """Put the parts together again, each of the sort it was."""
        cleaned: dict[str, Any] = copy.deepcopy(dict(self.arguments))
        for name, given in list(self.cleaned_data.items()):
            *parents, key = self.paths[name]
            whole = _at(cleaned, parents)
            try:
                whole[key] = _read(given, whole[key])
            except ValueError:
                self.add_error(name, "This cannot be read; write it as it was, such as 5 or true.")
        return cleaned


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and (value or not path):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    else:
        yield path


def _at(value: Any, path: Iterable[str]) -> Any:
    for key in path:
        value = value[key]
    return value


def _read(given: str, was: Any) -> Any:
    """:raises ValueError: if it is not of the sort that it was."""
    if isinstance(was, str):
        return given
    if _is_phrases(was):
        return [line.strip() for line in given.splitlines() if line.strip()]
    return json.loads(given)


def _is_phrases(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _field(value: Any, *, by: Actor) -> forms.Field:
    if isinstance(value, str):
        return _field_of_reference(value, by=by) or _text(value, lines=value.count("\n"))
    if _is_phrases(value):
        return _text("\n".join(value), lines=len(value) + 1, help_text="One per line.")
    if isinstance(value, bool):
        return forms.ChoiceField(
            choices=[("true", "Yes"), ("false", "No")], initial=json.dumps(value)
        )
    if isinstance(value, list | dict):
        return _text(json.dumps(value, ensure_ascii=False, indent=2), lines=4)
    return _text(json.dumps(value, ensure_ascii=False))


def _field_of_reference(value: str, *, by: Actor) -> forms.Field | None:
    """Return a field for a reference; None where it is none, or leads nowhere."""
    if not refs.is_reference(value):
        return None
    try:
        row = refs.find(value, by=by)
    except Refusal:
        return None
    if isinstance(row, Stage):
        stages = Stage.objects.visible_to(by).filter(pipeline=row.pipeline_id, archived_at=None)
        names = [(stage.ref, stage.name) for stage in stages.order_by("order", "pk")]
        return forms.ChoiceField(choices=names, initial=value)
    return _text(value, widget=forms.HiddenInput())


def _text(value: str, *, lines: int = 0, **options: Any) -> forms.Field:
    if lines:
        options["widget"] = forms.Textarea(attrs={"rows": min(lines + 1, 8)})
    return forms.CharField(initial=value, required=False, strip=False, **options)
