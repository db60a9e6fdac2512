"""The organization, the people who work in it, and their log-ins: for owners to change."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.console import OWNERS, AuditedAdmin, ReadOnlyAdmin, actor_of
from crm import people
from crm.console import take_over
from crm.models import Membership, Organization, User


@admin.register(Organization)
class OrganizationAdmin(AuditedAdmin):
    """The organization one is logged in to; pausing its agents is an action on them."""

    fields = (*people.SETTINGS, "agents_paused_at", "archived_at", "created_at")
    list_display = ("name", "currency", "time_zone", "country")
    may_add = False
    readonly_fields = ("agents_paused_at", "archived_at", "created_at")
    roles_to_change = OWNERS

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        take_over(obj, people.update_organization(obj, changes=changes, by=actor_of(request)))


class NewMember(forms.ModelForm):
    """Whom to let in, and as what."""

    email = forms.EmailField(label="E-mail")
    name = forms.CharField(max_length=200, required=False)
    password = forms.CharField(
        widget=forms.PasswordInput(render_value=False),
        required=False,
        help_text="For a log-in that is new. Tell them in person, and to change it.",
    )

    class Meta:
        model = Membership
        fields = ("email", "name", "role", "password")


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """Who works here, and in which role."""

    actions = ("end",)
    list_display = ("user", "email", "role", "joined_at", "ended_at")
    list_filter = ("role", "joined_at", "ended_at")
    list_select_related = ("user", "organization")
    ordering = ("user__name", "user__email")
    readonly_fields = ("user", "joined_at", "ended_at", "created_at")
    roles_to_change = OWNERS
    search_fields = ("user__name", "user__email")

    @admin.display(description="e-mail", ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewMember
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return NewMember.Meta.fields if obj is None else ("role", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.readonly_fields

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, given = actor_of(request), form.cleaned_data
        if change:
            role = given["role"]
            stored = people.set_role(
                Membership.objects.visible_to(by).get(pk=obj.pk), role=role, by=by
            )
        else:
            organization = Organization.objects.visible_to(by).get()
            password = given.pop("password") or None
            stored = people.add_member(organization, by=by, password=password, **given)
        take_over(obj, stored)

    @admin.action(description="End selected memberships", permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.carry_out(request, queryset, people.end_membership, done="ended")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """The log-ins of those who work here: their own affair, for they may work elsewhere too."""

    fields = ("email", "name", "is_active", "last_login", "created_at")
    list_display = ("email", "name", "is_active", "last_login")
    ordering = ("email",)
    search_fields = ("email", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        here = Membership.objects.visible_to(actor_of(request))
        return User.objects.filter(pk__in=here.values("user")).order_by("email")
