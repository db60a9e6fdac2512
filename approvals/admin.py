"""The console's pages of approvals and policies."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm

from approvals import approvals, deciders, policies, statuses
from approvals.models import Approval, Policy
from audit.console import AuditedAdmin, ReadOnlyAdmin, actor_of
from crm.fields import FieldError
from crm.models import Membership
from crm.permissions import Permission, allows


class DecisionForm(ActionForm):
    """Asks for the reason beside the action; only rejecting needs one."""

    because = forms.CharField(
        required=False,
        label="",
        widget=forms.TextInput(attrs={"placeholder": "Why not? (to reject)", "maxlength": 1000}),
    )


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """What waits for a person, and what was decided."""

    action_form = DecisionForm
    actions = ("grant", "refuse", "lift")
    date_hierarchy = "asked_at"
    list_display = (
        "title",
        "status",
        "why",
        "confidence",
        "asked_by_name",
        "asked_at",
        "decided_by",
    )
    list_filter = ("status", "decision", "effect", "high_risk", "tool")
    list_select_related = ("decided_by",)
    ordering = ("-id",)
    search_fields = ("tool", "asked_by_name", "target", "contact")
    lookups = ("target", "contact")

    @admin.display(description="asked because")
    def why(self, approval: Approval) -> str:
        return "; ".join(approval.because)

    @admin.display(description="what became of it")
    def outcome(self, approval: Approval) -> str:
        return statuses.say(approval)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.DECIDE)

    @admin.action(description="Grant selected", permissions=["decide"])
    def grant(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        self.carry_out(request, queryset, approvals.grant, done="granted")

    @admin.action(description="Reject selected (say why)", permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        because = request.POST.get("because", "")
        self.carry_out(request, queryset, approvals.refuse, done="rejected", because=because)

    @admin.action(description="Let what was rejected be asked again", permissions=["decide"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Approval]) -> None:
        self.carry_out(request, queryset, approvals.lift_rejection, done="lifted")


class PolicyForm(forms.ModelForm):
    """A policy, checked as it is written."""

    class Meta:
        model = Policy
        fields = (
            *("name", "key", "agent_id", "pipeline", "stage", "tool", "when", "answer"),
            *("because", "decides_role", "decides_member", "expires_at", "disabled_at"),
        )

    def clean(self) -> dict[str, Any]:
        """Say beside each field what would be right."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "when" in cleaned:
            cleaned["when"] = cleaned["when"] or []
        said = ("when", "answer", "pipeline", "stage")
        try:
            policies.check(Policy(**{name: cleaned[name] for name in said if name in cleaned}))
        except FieldError as wrong:
            for name, says in wrong.fields.items():
                self.add_error(name if name in self.fields else "when", says)
        return cleaned


@admin.register(Policy)
class PolicyAdmin(AuditedAdmin):
    """The organization's own rules; where there is none for a key, the shipped one holds."""

    form = PolicyForm
    list_display = ("name", "key", "scope", "tool", "answer", "decides_role", "disabled_at")
    list_filter = ("answer", "key", "pipeline", "tool")
    list_select_related = ("pipeline", "stage", "decides_member__user")
    ordering = ("key", "id")
    search_fields = ("name", "key", "tool")

    def write(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """
        Store the policy.

        :raises Refusal: as `policies.write`
        """
        policies.write(obj, by=deciders.as_person(actor_of(request)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only members of this organization to decide."""
        if db_field.name == "decides_member":
            here = Membership.objects.active().select_related("user")
            here = here.filter(organization_id=actor_of(request).organization_id)
            kwargs["queryset"] = here.order_by("user__email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
