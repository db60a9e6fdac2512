"""The form in which a person edits what an agent wants to do."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms


class ArgumentsForm(forms.Form):
    """One field per argument of a call; what is not text is written as JSON."""

    def __init__(self, arguments: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="argument")
        self.arguments = arguments
        for name, value in arguments.items():
            self.fields[name] = forms.CharField(
                label=name.replace("_", " ").capitalize(),
                initial=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
                required=False,
                strip=False,
            )

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
