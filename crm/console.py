"""What the admin's pages of an organization's rows have in common, in every app."""

from typing import Any

from django import forms
from django.http import HttpRequest

from audit.actors import Actor
from audit.console import AuditedAdmin, actor_of
from crm.fields import FieldError

# Kept by the product; shown, never typed.
KEPT = ("created_by", "created_at", "updated_at")


class TenantForm(forms.ModelForm):
    """
    A form for a row of the organization one is logged in to.

    The organization is set before anything is checked, so that "once per organization" is said at
    the field and not by the database.
    """

    by: Actor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.organization_id = self.by.organization_id

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # unstubbed
        return excluded - {"organization"}


class RecordForm(TenantForm):
    """A contact or company, checked by the command that will store it."""

    @staticmethod
    def check_changes(changes: dict[str, Any], *, by: Actor) -> None:
        """
        Check what is to change.

        :raises FieldError: names every field whose value does not fit
        """
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            self.check_changes(self.changes(), by=self.by)
        except FieldError as refusal:
            explain(refusal, self)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """Return what was changed in the form, for a command; custom fields that went are None."""
        changes = {
            name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data
        }
        if "properties" in changes:
            gone = dict.fromkeys(self.initial.get("properties") or {})
            changes["properties"] = {**gone, **(changes["properties"] or {})}
        return changes


class TenantAdmin(AuditedAdmin):
    """A page of rows that belong to an organization, and to no other than one's own."""

    form = TenantForm

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.by = actor_of(request)
        return form

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*(super().get_exclude(request, obj) or []), "organization"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        kept = [name for name in KEPT if any(f.name == name for f in self.opts.fields)]
        return list(dict.fromkeys([*super().get_readonly_fields(request, obj), *kept]))

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and hasattr(obj, "created_by"):
            obj.created_by = actor_of(request).ref
        super().write(request, obj, form, change)


def take_over(obj: Any, stored: Any) -> None:
    """Make `obj`, which a form filled in, the row that a command stored."""
    obj.__dict__.update(stored.__dict__)


def explain(refusal: FieldError, form: forms.BaseForm) -> None:
    """Show at its field what a command would refuse."""
    for name, says in refusal.fields.items():
        form.add_error(name if name in form.fields else None, says)
