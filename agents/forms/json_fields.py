"""Fields of forms for what JSON has and HTML has not: values with parts, of any kind, several."""

import json
from typing import Any

from django import forms


class JsonField(forms.Field):
    """What is too deep for fields of its own, written as JSON."""

    def __init__(self, **options: Any) -> None:
        attrs = {"rows": 5, "class": "code", "spellcheck": "false"}
        super().__init__(widget=forms.Textarea(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read(value)
        except RecursionError:
            raise forms.ValidationError("This is nested too deeply.") from None
        except ValueError as problem:
            raise forms.ValidationError(f"This is not JSON: {problem}.") from None

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)


class AnyField(forms.CharField):
    """A value of whatever kind: JSON where it is some, otherwise text."""

    def to_python(self, value: Any) -> Any:
        try:
            return read(value or "")
        except (ValueError, RecursionError):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else json.dumps(value)


class LinesField(forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value


def read(text: str) -> Any:
    """:raises ValueError: if it is no JSON; NaN and the infinities are none"""
    return json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
