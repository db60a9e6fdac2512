"""The console's pages of models: which thinks, and what thinking has cost."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from pydantic import SecretStr

from agents.model_choices import choices
from agents.models import ModelChoice, Spending
from audit.console import OWNERS, ReadOnlyAdmin, actor_of
from crm.console import TenantAdmin, TenantForm, take_over


class MindConsoleForm(TenantForm):
    """Which model thinks; its key goes in and is not shown."""

    new_key = forms.CharField(
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Replaces the key there is; it is not shown again.",
    )
    remove_key = forms.BooleanField(required=False)

    class Meta:
        model = ModelChoice
        fields: Sequence[str] = ("agent", *choices.OWNERS, *choices.MANNER)

    def read_key(self) -> SecretStr | None:
        if self.cleaned_data["new_key"]:
            return SecretStr(self.cleaned_data["new_key"])
        return SecretStr("") if self.cleaned_data["remove_key"] else None


@admin.register(ModelChoice)
class MindAdmin(TenantAdmin):
    """Which model thinks, for the organization (no agent) or an agent; owners say so."""

    form = MindConsoleForm
    list_display = ("agent", "model", "base_url", "key_for", "key_set_at", "limit_cents")
    list_select_related = ("agent",)
    ordering = ("agent__name", "id")
    readonly_fields = ("key_for", "key_set_at")
    roles_to_change: ClassVar[frozenset[str]] = OWNERS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["agent"] if obj else [])]

    def write(self, request: HttpRequest, obj: ModelChoice, form: Any, change: bool) -> None:
        own = (*choices.OWNERS, *choices.MANNER)
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in own}
        stored = choices.change(
            by=actor_of(request), agent=obj.agent, changes=changes, key=form.read_key()
        )
        take_over(obj, stored)


@admin.register(Spending)
class SpendingAdmin(ReadOnlyAdmin):
    """What thinking has cost this month: in all, and of each agent."""

    list_display = ("agent", "month_at", "spent_cents")
    list_select_related = ("agent",)
    ordering = ("agent__name", "id")
