"""What an organization names itself: its own fields, and kinds of relation. Imports, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.console import ReadOnlyAdmin, actor_of
from crm import custom_fields, email_templates, links
from crm.console import TenantAdmin, take_over
from crm.models import CustomField, EmailTemplate, Import, LinkType


@admin.register(CustomField)
class CustomFieldAdmin(TenantAdmin):
    """Fields of the organization's own. What kind of value one holds never changes."""

    actions = ("archive", "restore")
    fields = ("on", "label", "key", "type", "choices", "archived_at")
    list_display = ("label", "key", "on", "type", "archived_at")
    list_filter = ("on", "type")
    ordering = ("on", "id")
    readonly_fields = ("archived_at",)
    search_fields = ("label", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["on", "key", "type"] if obj else [])]

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, given = actor_of(request), dict(form.cleaned_data)
        if change:
            stored = custom_fields.update(
                obj, label=given["label"], choices=given["choices"], by=by
            )
        else:
            stored = custom_fields.declare(given.pop("on"), by=by, **given)
        take_over(obj, stored)

    @admin.action(description="Take selected out of use", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, custom_fields.archive, done="archived")

    @admin.action(description="Put selected back into use", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, custom_fields.restore, done="restored")


@admin.register(LinkType)
class LinkTypeAdmin(TenantAdmin):
    """Kinds of relation. What they hold between never changes; how they read may."""

    fields = ("key", "label", "inverse_label", "from_type", "to_type")
    list_display = ("label", "inverse_label", "from_type", "to_type", "key")
    ordering = ("label", "id")
    search_fields = ("label", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["key", "from_type", "to_type"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().write(request, obj, form, change)
            return
        given = dict(form.cleaned_data)
        take_over(obj, links.declare(given.pop("key"), by=actor_of(request), **given))


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """Files that came in, and what became of each row."""

    date_hierarchy = "created_at"
    list_display = ("filename", "kind", "row_count", "done_rows", "finished_at", "created_by")
    list_filter = ("kind",)
    ordering = ("-id",)
    search_fields = ("filename",)


@admin.register(EmailTemplate)
class EmailTemplateAdmin(TenantAdmin):
    """Texts to begin an e-mail from, with fields such as {{ contact.first_name | there }}."""

    actions = ("archive", "restore")
    fields = ("name", "key", "subject", "body", "archived_at")
    list_display = ("name", "key", "subject", "archived_at")
    ordering = ("name", "id")
    readonly_fields = ("archived_at",)
    search_fields = ("name", "key", "subject")

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, given = actor_of(request), dict(form.cleaned_data)
        if change:
            changes = {name: given[name] for name in form.changed_data}
            stored = email_templates.update(obj, changes=changes, by=by)
        else:
            stored = email_templates.create(given.pop("key"), by=by, **given)
        take_over(obj, stored)

    @admin.action(description="Take selected out of use", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, email_templates.archive, done="archived")

    @admin.action(description="Put selected back into use", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, email_templates.restore, done="restored")
