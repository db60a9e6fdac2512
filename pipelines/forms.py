"""The form of a position."""

from typing import Any

from django import forms

from audit.actors import Actor
from crm import custom_fields
from crm.forms import CUSTOM, CommandForm, MemberField, MoneyField, custom_form_field
from pipelines.models import Position


class PositionForm(CommandForm):
    """What a card says beside where it stands, with the organization's own fields."""

    title = forms.CharField(max_length=300, required=False)
    value_cents = MoneyField(label="Value", min_value=0, required=False)
    currency = forms.CharField(max_length=3, required=False, help_text="EUR, USD …")
    owner = MemberField()
    priority = forms.CharField(max_length=30, required=False)
    expected_close_on = forms.DateField(
        label="Expected to close",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    next_follow_up_at = forms.DateTimeField(
        label="Next follow-up",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    notes = forms.CharField(
        max_length=50_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, by: Actor, position: Position | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_members("owner", by)
        for declared in custom_fields.find(by.organization_id or 0, "position"):
            name = f"{CUSTOM}{declared.key}"
            self.fields[name] = custom_form_field(declared)
            if position is not None:
                self.initial[name] = position.properties.get(declared.key)
        if position is not None:
            self.initial.update(
                {name: getattr(position, name) for name in self.fields if hasattr(position, name)}
            )

    def changes(self) -> dict[str, Any]:
        """Return what was typed into fields that differ from what was shown, for a command."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def label_of(self, name: str) -> str:
        """Return what people call a field."""
        field = self.fields.get(name)
        return str(field.label or name.replace("_", " ").capitalize()) if field else "The form"
