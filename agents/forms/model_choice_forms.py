"""The form of which model thinks."""

from typing import Any

from django import forms
from pydantic import SecretStr

from agents.model_choices.choices import LONGEST_KEY, OWNERS
from agents.model_choices.models import Tone
from agents.models import ModelChoice
from crm.forms import CommandForm, MoneyField

OWN_SERVER = "Of a server of your own that speaks OpenAI’s protocol; its models are openai/…"


class ModelChoiceForm(CommandForm):
    """
    Which model thinks, and how; what owners decide is shown to others, and not theirs to change.

    A key that is set is not shown: a new one replaces it, and nothing typed keeps it.
    """

    model = forms.CharField(
        max_length=120,
        required=False,
        help_text="openai/gpt-5, anthropic/claude-sonnet-4-5 …, or local/planner, which needs"
        " no key. Empty: as before.",
    )
    key = forms.CharField(
        max_length=LONGEST_KEY,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    remove_key = forms.BooleanField(label="Remove the key", required=False)
    fallback = forms.CharField(
        label="If it does not answer",
        max_length=120,
        required=False,
        help_text="Another model of the same provider, or local/planner.",
    )
    base_url = forms.CharField(
        label="Address", max_length=300, required=False, help_text=OWN_SERVER
    )
    temperature = forms.FloatField(
        min_value=0,
        max_value=2,
        required=False,
        help_text="0 to 2: how freely it chooses its words. Empty: the model’s own.",
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    tone = forms.ChoiceField(choices=Tone.choices, required=False)
    tone_words = forms.CharField(
        label="In words of your own",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    language = forms.CharField(
        max_length=35, required=False, help_text="German, French … Empty: that of whoever asks."
    )
    input_cents = MoneyField(
        label="A million tokens read",
        min_value=0,
        required=False,
        help_text="What they cost. Empty: as it is known for models of the providers.",
    )
    output_cents = MoneyField(label="A million tokens written", min_value=0, required=False)
    limit_cents = MoneyField(
        label="At most in a month",
        min_value=0,
        required=False,
        help_text="What all thinking may cost. Empty: no limit.",
    )

    def __init__(
        self, *args: Any, choice: ModelChoice, is_owner: bool, currency: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({name: getattr(choice, name) for name in self._stored()})
        for name in ("input_cents", "output_cents", "limit_cents"):
            self.fields[name].label = f"{self.fields[name].label}, {currency}"
        if choice.key:
            self.fields["key"].help_text = "One is set, and not shown. Type another to replace it."
        else:
            del self.fields["remove_key"]
        for name in (*OWNERS, "key", "remove_key"):
            if name in self.fields and not is_owner:
                self.fields[name].disabled = True

    def changes(self) -> dict[str, Any]:
        """Return what was changed, for the command."""
        stored = self._stored()
        return {name: self.cleaned_data[name] for name in self.changed_data if name in stored}

    def read_key(self) -> SecretStr | None:
        """Return a new key, an empty one where it is to go, and None where it stays."""
        if self.cleaned_data["key"]:
            return SecretStr(self.cleaned_data["key"])
        return SecretStr("") if self.cleaned_data.get("remove_key") else None

    def _stored(self) -> list[str]:
        return [name for name in self.fields if name not in ("key", "remove_key")]
