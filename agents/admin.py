"""The console's pages of agents: who they are, what opens the API, and what stops them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from agents import agents, personas, switches, tokens, tools  # noqa: F401  (the catalogue)
from agents.calls import prices
from agents.catalogue.registry import TOOLS
from agents.model_choices import console  # noqa: F401  (pages of its own)
from agents.models import (
    Agent,
    Budget,
    Call,
    Conversation,
    Feedback,
    Job,
    Step,
    Token,
    ToolPrice,
    ToolSwitch,
    Workflow,
    WorkflowVersion,
)
from agents.workflows import workflows
from audit.actors import Actor
from audit.console import OWNERS, ReadOnlyAdmin, actor_of
from crm.console import TenantAdmin, TenantForm, take_over
from crm.models import Organization
from crm.permissions import Permission, allows
from pipelines.models import Pipeline


class AgentForm(TenantForm):
    """An agent; its persona, tools and pipelines are chosen from those there are."""

    persona = forms.ChoiceField(choices=lambda: [(key, key) for key in personas.load()])
    scope = forms.MultipleChoiceField(
        choices=lambda: [(name, name) for name in sorted(TOOLS)],
        required=False,
        help_text="The tools it may use; none: its persona's.",
    )
    pipelines = forms.ModelMultipleChoiceField(
        queryset=Pipeline.objects.none(),
        required=False,
        help_text="The pipelines it may reach; none: all that are open.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pipelines"].queryset = Pipeline.objects.visible_to(self.by)  # type: ignore[attr-defined]
        if self.instance.pk:
            limits = self.instance.limits.values_list("pipeline_id", flat=True)
            self.initial["pipelines"] = list(limits)


class SwitchPermission:
    """Managers and owners stop agents and let them go on."""

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.CONFIGURE)


@admin.register(Agent)
class AgentAdmin(SwitchPermission, TenantAdmin):
    """Agents. Owners hire them; managers, too, can stop them."""

    actions = ("disable", "enable", "issue_token", "revoke_tokens", "pause_all", "resume_all")
    form = AgentForm
    list_display = ("name", "persona", "version", "owner", "learning_mode", "disabled_at")
    list_filter = ("persona", "learning_mode", "owner")
    list_select_related = ("owner__user",)
    ordering = ("name", "id")
    readonly_fields = ("disabled_at",)
    roles_to_change: ClassVar[frozenset[str]] = OWNERS
    search_fields = ("name",)

    def write(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        by, given = actor_of(request), form.cleaned_data
        if change:
            changed = {name: given[name] for name in form.changed_data if name != "pipelines"}
            take_over(obj, agents.update(obj, changes=changed, by=by))
            agents.limit(obj, to=given["pipelines"], by=by)
        else:
            named = {name: value for name, value in given.items() if name != "scope"}
            take_over(obj, agents.create(by=by, tools=given["scope"], **named))

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.ADMINISTER)

    @admin.action(description="Switch selected off", permissions=["switch"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        self.carry_out(request, queryset, switches.disable, done="switched off")

    @admin.action(description="Switch selected on", permissions=["switch"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        self.carry_out(request, queryset, switches.enable, done="switched on")

    @admin.action(description="Issue a token for selected", permissions=["issue"])
    def issue_token(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        for agent in queryset:
            text = tokens.issue_for_agent(agent, by=actor_of(request))
            says = f"{agent.name}: {text} (copy it now; it is not shown again)"
            self.message_user(request, says, messages.WARNING)

    @admin.action(description="Revoke every token of selected", permissions=["switch"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        live = Token.objects.visible_to(actor_of(request)).filter(revoked_at=None)
        rows = live.filter(agent__in=queryset)
        self.carry_out(request, rows, tokens.revoke, done="revoked")

    @admin.action(description="Pause all agents of the organization", permissions=["switch"])
    def pause_all(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        switches.pause_agents(_organization(actor_of(request)), by=actor_of(request))
        self.message_user(request, "All agents are paused.", messages.WARNING)

    @admin.action(description="Let all agents of the organization go on", permissions=["switch"])
    def resume_all(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        switches.resume_agents(_organization(actor_of(request)), by=actor_of(request))
        self.message_user(request, "Agents may act again.", messages.SUCCESS)


@admin.register(Token)
class TokenAdmin(SwitchPermission, ReadOnlyAdmin):
    """Tokens, by their last characters."""

    actions = ("revoke",)
    exclude = ("digest",)
    list_display = (
        *("ending", "agent", "membership", "name", "created_at"),
        *("expires_at", "last_used_at", "revoked_at"),
    )
    list_filter = ("agent",)
    list_select_related = ("agent", "membership__user")
    ordering = ("-id",)

    @admin.action(description="Revoke selected", permissions=["switch"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        self.carry_out(request, queryset, tokens.revoke, done="revoked")


class ToolSwitchForm(TenantForm):
    """Which tool is turned off, and why."""

    tool = forms.ChoiceField(choices=lambda: [(name, name) for name in sorted(TOOLS)])

    class Meta:
        model = ToolSwitch
        fields: Sequence[str] = ("tool", "because")


@admin.register(ToolSwitch)
class ToolSwitchAdmin(SwitchPermission, TenantAdmin):
    """Tools that are, or were, turned off. Adding one turns its tool off."""

    actions = ("turn_off", "turn_on")
    form = ToolSwitchForm
    list_display = ("tool", "off_at", "because")
    ordering = ("tool",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def write(self, request: HttpRequest, obj: ToolSwitch, form: Any, change: bool) -> None:
        take_over(obj, switches.turn_off(obj.tool, by=actor_of(request), reason=obj.because))

    @admin.action(description="Turn selected off", permissions=["switch"])
    def turn_off(self, request: HttpRequest, queryset: QuerySet[ToolSwitch]) -> None:
        names = queryset.values_list("tool", flat=True)
        self.carry_out(request, names, switches.turn_off, done="turned off")  # type: ignore[arg-type]

    @admin.action(description="Turn selected on", permissions=["switch"])
    def turn_on(self, request: HttpRequest, queryset: QuerySet[ToolSwitch]) -> None:
        names = queryset.values_list("tool", flat=True)
        self.carry_out(request, names, switches.turn_on, done="turned on")  # type: ignore[arg-type]


class ToolPriceForm(TenantForm):
    """What one use of a tool costs."""

    tool = forms.ChoiceField(
        choices=lambda: [(name, name) for name in sorted(TOOLS) if TOOLS[name].writes]
    )


@admin.register(ToolPrice)
class ToolPriceAdmin(TenantAdmin):
    """What the use of tools costs, which counts against what agents may spend."""

    form = ToolPriceForm
    list_display = ("tool", "price_cents", "created_by", "updated_at")
    ordering = ("tool",)
    roles_to_change: ClassVar[frozenset[str]] = OWNERS

    def write(self, request: HttpRequest, obj: ToolPrice, form: Any, change: bool) -> None:
        take_over(obj, prices.put(obj.tool, price_cents=obj.price_cents, by=actor_of(request)))


@admin.register(Workflow)
class WorkflowAdmin(ReadOnlyAdmin):
    """Drafts of what is to be done by itself; put away and restored here."""

    actions = ("archive", "restore")
    list_display = ("name", "pipeline", "status", "created_by", "created_at", "archived_at")
    list_filter = ("pipeline",)
    list_select_related = ("pipeline",)
    ordering = ("name", "id")
    search_fields = ("name",)

    def has_configure_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of(request), Permission.CONFIGURE)

    @admin.action(description="Put selected away", permissions=["configure"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Workflow]) -> None:
        self.carry_out(request, queryset, workflows.archive, done="put away")

    @admin.action(description="Restore selected", permissions=["configure"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Workflow]) -> None:
        self.carry_out(request, queryset, workflows.restore, done="restored")


@admin.register(WorkflowVersion)
class WorkflowVersionAdmin(ReadOnlyAdmin):
    """What each version of a workflow says."""

    list_display = ("workflow", "number", "description", "created_by", "created_at")
    list_filter = ("workflow",)
    list_select_related = ("workflow",)
    ordering = ("-id",)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """What people think of actions."""

    list_display = ("action_id", "right", "because", "created_by", "created_at")
    list_filter = ("right",)
    ordering = ("-id",)


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Calls that took effect under a key."""

    list_display = ("key", "actor", "created_at")
    ordering = ("-id",)


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    """What agents used in the present minute, hour, day and month."""

    list_display = (
        *("agent", "minute_at", "calls", "hour_at", "writes", "day_at", "records"),
        *("spent_today_cents", "month_at", "spent_this_month_cents", "told_at"),
    )
    list_select_related = ("agent",)


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """What people speak of with the product: one's own conversations, and shared ones."""

    list_display = ("title", "starter", "shared_at", "created_at", "archived_at")
    list_select_related = ("starter__user",)
    ordering = ("-id",)
    search_fields = ("title",)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Turns: who answered, and how far each is."""

    list_display = ("conversation", "model", "state", "attempts", "created_at", "ended_at")
    list_filter = ("state", "model")
    list_select_related = ("conversation",)
    ordering = ("-id",)


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    """What a model took for each answer, and what each call of it came to."""

    list_display = (
        *("job", "number", "kind", "tool", "status"),
        *("tokens_in", "tokens_out", "cost_cents", "latency_ms", "created_at"),
    )
    list_filter = ("kind",)
    list_select_related = ("job",)
    ordering = ("-id",)


def _organization(by: Actor) -> Organization:
    return Organization.objects.get(pk=by.tenant_id)
