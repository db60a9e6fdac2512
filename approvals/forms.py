"""The form in which a person edits what an agent wants to do."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from audit.actions import Refusal
from audit.actors import Actor
from crm import refs, relations
from pipelines.models import Position, Stage


class ArgumentsForm(forms.Form):
    """
    One field per argument of a call.

    Of a stage one chooses another of its board; what other references lead to is named; what is
    not text is written as JSON.
    """

    use_required_attribute = False

    def __init__(
        self, arguments: Mapping[str, Any], data: Mapping[str, Any] | None = None, *, by: Actor
    ) -> None:
        super().__init__(data, prefix="argument")
        self.arguments = arguments
        for name, value in arguments.items():
            self.fields[name] = _field(value, by=by)
            self.fields[name].label = name.replace("_", " ").capitalize()

    def clean(self) -> dict[str, Any]:
        """Read JSON where the argument was not text."""
        cleaned: dict[str, Any] = {}
        for name, given in list(self.cleaned_data.items()):
            try:
                text = isinstance(self.arguments[name], str)
                cleaned[name] = given if text else json.loads(given)
            except ValueError:
                self.add_error(name, "This cannot be read; write it as it was, such as 5 or true.")
        return cleaned


def _field(value: Any, *, by: Actor) -> forms.Field:
    if isinstance(value, str):
        return _field_of_reference(value, by=by) or _text(value)
    if isinstance(value, list | dict):
        written = json.dumps(value, ensure_ascii=False, indent=2)
        return _text(written, widget=forms.Textarea(attrs={"rows": 4}))
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
    return _text(value, help_text=_called(row))


def _called(row: Any) -> str:
    if isinstance(row, Position):
        return f"{row.contact.name} in {row.pipeline.name}"
    return relations.called(row)


def _text(value: str, **options: Any) -> forms.Field:
    return forms.CharField(initial=value, required=False, strip=False, **options)
