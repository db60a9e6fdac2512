"""Contacts, companies, and what passed between us: edited by the same commands as everywhere."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminTextInputWidget

from audit.console import ReadOnlyAdmin, actor_of
from crm import activities, companies, contacts, emails, links, search, tasks
from crm.console import RecordForm, TenantAdmin, take_over
from crm.models import Activity, Company, Contact, Email, Link, Task
from crm.permissions import Permission, allows


class ContactForm(RecordForm):
    """A contact, checked by the command that will store it."""

    check_changes = staticmethod(contacts.check)


class CompanyForm(RecordForm):
    """A company, checked by the command that will store it."""

    check_changes = staticmethod(companies.check)


class ObjectAdmin(TenantAdmin):
    """A page of objects: found as anywhere else, archived rather than deleted."""

    actions: tuple[str, ...] = ("archive", "restore")
    formfield_overrides = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}
    search_help_text = "Name, e-mail, domain or phone number"
    search_fields = ("name",)
    ordering = ("name", "id")
    commands: Any

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return search.narrow(queryset, search_term), False

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        if change:
            stored = self.commands.update(obj, changes=form.changes(), by=by)
        else:
            stored = self.commands.create(by=by, **form.changes())
        take_over(obj, stored)

    @admin.action(description="Archive selected", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, self.commands.archive, done="archived")

    @admin.action(description="Take selected back from the archive", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, self.commands.restore, done="taken back")


class ErasureForm(ActionForm):
    """Asks for a word beside the action, which only erasing needs."""

    word = forms.CharField(
        required=False,
        label="",
        widget=forms.TextInput(attrs={"placeholder": "To erase for good, type: erase"}),
    )


REACH = (
    *("email", "other_emails", "phone", "phone_key", "mobile", "mobile_key", "linkedin_url"),
    *("do_not_contact", "last_contacted_at"),
)
ADDRESS = ("address", "city", "region", "postal_code", "country")
ORIGIN = ("external_id", "external_source", "created_by", "created_at", "updated_at")
FOUND_OUT = ("enrichment", "proposals")


@admin.register(Contact)
class ContactAdmin(ObjectAdmin):
    """The people the organization knows."""

    action_form = ErasureForm
    actions = ("archive", "restore", "erase")
    commands = contacts
    form = ContactForm
    autocomplete_fields = ("company", "owner")
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ("name", "first_name", "last_name", "job_title", "company", "owner")}),
        ("How to reach them", {"fields": REACH}),
        ("What they are to us", {"fields": ("subtype", "source", "tags", "description")}),
        ("Where they are", {"fields": (*ADDRESS, "language", "time_zone")}),
        ("The organization's own fields", {"fields": ("properties",)}),
        ("What agents found out", {"fields": FOUND_OUT}),
        ("Where it comes from", {"fields": (*ORIGIN, "archived_at")}),
    )
    list_display = ("name", "email", "phone", "company", "owner", "source", "archived_at")
    list_filter = ("owner", "source", "subtype", "do_not_contact")
    list_select_related = ("company", "owner__user")
    readonly_fields = (*FOUND_OUT, "phone_key", "mobile_key", "archived_at")

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.ADMINISTER)

    @admin.action(description="Erase selected for good", permissions=["erase"])
    def erase(self, request: HttpRequest, queryset: QuerySet) -> None:
        if request.POST.get("word") != "erase":
            self.message_user(request, "To erase for good, type: erase.", messages.WARNING)
            return
        self.carry_out(request, queryset, contacts.erase, done="erased for good")


@admin.register(Company)
class CompanyAdmin(ObjectAdmin):
    """The companies the organization knows."""

    commands = companies
    form = CompanyForm
    autocomplete_fields = ("owner",)
    fieldsets = (
        (None, {"fields": ("name", "domain", "owner", "subtype", "description")}),
        ("What they do", {"fields": ("industry", "employees", "revenue_cents", "technologies")}),
        ("How to reach them", {"fields": ("phone", "website", *ADDRESS)}),
        ("The organization's own fields", {"fields": ("properties",)}),
        ("What agents found out", {"fields": FOUND_OUT}),
        ("Where it comes from", {"fields": (*ORIGIN, "archived_at")}),
    )
    list_display = ("name", "domain", "industry", "employees", "owner", "archived_at")
    list_filter = ("owner", "industry", "subtype")
    list_select_related = ("owner__user",)
    readonly_fields = (*FOUND_OUT, "archived_at")


@admin.register(Activity)
class ActivityAdmin(TenantAdmin):
    """What passed between us and contacts. A slip can be corrected; the ledger has both."""

    autocomplete_fields = ("contact", "owner")
    date_hierarchy = "occurred_at"
    list_display = ("kind", "contact", "subject", "direction", "owner", "occurred_at")
    list_filter = ("kind", "direction", "owner")
    list_select_related = ("contact", "owner__user")
    may_delete = True
    ordering = ("-occurred_at", "-id")

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().write(request, obj, form, change)
            return
        given = dict(form.cleaned_data)
        take_over(obj, activities.log(given.pop("contact"), by=actor_of(request), **given))


@admin.register(Task)
class TaskAdmin(TenantAdmin):
    """What people are to do."""

    actions = ("complete", "reopen")
    autocomplete_fields = ("contact", "assignee")
    date_hierarchy = "due_at"
    list_display = ("title", "contact", "assignee", "due_at", "done_at")
    list_filter = ("assignee", "done_at")
    list_select_related = ("contact", "assignee__user")
    may_delete = True
    ordering = ("due_at", "id")
    readonly_fields = ("done_at", "done_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["contact", "external_id", "external_source"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            take_over(obj, tasks.update(obj, changes=changes, by=by))
        else:
            take_over(obj, tasks.create(by=by, **form.cleaned_data))

    @admin.action(description="Tick selected off", permissions=["change"])
    def complete(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, tasks.complete, done="done")

    @admin.action(description="Put selected back on the list", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, tasks.reopen, done="to do again")


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    """E-mails, and how far each is. What is held can be called back."""

    actions = ("recall",)
    date_hierarchy = "created_at"
    list_display = ("subject", "contact", "to_address", "status", "send_at", "sent_at", "error")
    list_filter = ("status", "template")
    list_select_related = ("contact",)
    ordering = ("-id",)

    def has_recall_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.EDIT)

    @admin.action(description="Recall selected", permissions=["recall"])
    def recall(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, emails.recall, done="recalled")


@admin.register(Link)
class LinkAdmin(TenantAdmin):
    """Relations between objects. They are made on the objects' own pages and by agents."""

    list_display = ("type", "from_ref", "to_ref", "created_by", "created_at")
    list_filter = ("type", "from_type", "to_type")
    list_select_related = ("type",)
    may_add = False
    may_delete = True
    ordering = ("-id",)
    readonly_fields = ("type", "from_type", "from_id", "to_type", "to_id")

    @admin.display(description="from")
    def from_ref(self, link: Link) -> str:
        return f"{link.from_type}:{link.from_id}"

    @admin.display(description="to")
    def to_ref(self, link: Link) -> str:
        return f"{link.to_type}:{link.to_id}"

    def delete_model(self, request: HttpRequest, obj: Link) -> None:
        links.unlink(obj, by=actor_of(request))
