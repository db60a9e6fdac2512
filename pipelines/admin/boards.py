"""Pipelines, stages and what stages ask for, changed by the same commands as everywhere."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.actors import Actor
from audit.console import actor_of
from crm.console import TenantAdmin, TenantForm, explain, take_over
from crm.fields import FieldError
from crm.models import Membership
from pipelines import access, blueprints, criteria, pipelines, stages
from pipelines.models import Criterion, Pipeline, Stage

# Fields of the form that are no columns.
ADDED = ("blueprint", "let_in")


class PipelineForm(TenantForm):
    """A pipeline, and who was let in where it is closed."""

    blueprint = forms.ChoiceField(
        choices=lambda: [("", "None"), *((b.key, b.name) for b in blueprints.BLUEPRINTS.values())],
        required=False,
        help_text="Where to take the stages of a new pipeline from.",
    )
    let_in = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(),
        required=False,
        help_text="Who may see it while it is closed, beside owners.",
    )

    class Meta:
        model = Pipeline
        fields = sorted(pipelines.EDITABLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.visible_to(self.by).active().select_related("user")
        if "let_in" in self.fields:
            self.fields["let_in"].queryset = members  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["let_in"] = access.find_members(self.instance)


@admin.register(Pipeline)
class PipelineAdmin(TenantAdmin):
    """The ways contacts go."""

    actions = ("archive", "restore", "restrict", "unrestrict", "pause_agents", "resume_agents")
    form = PipelineForm
    list_display = (
        *("name", "subtype", "order", "is_default", "ai_enabled", "restricted_at", "archived_at"),
    )
    list_filter = ("subtype", "ai_enabled", "is_default")
    ordering = ("order", "id")
    readonly_fields = ("restricted_at", "archived_at", "external_id", "external_source")
    search_fields = ("name",)

    def get_fields(self, request: HttpRequest, obj: Pipeline | None = None) -> list[str]:
        names = [name for name in super().get_fields(request, obj) if name not in ADDED]
        return [*names, "let_in"] if obj else [*names, "blueprint"]

    def write(self, request: HttpRequest, obj: Pipeline, form: Any, change: bool) -> None:
        by, given = actor_of(request), form.cleaned_data
        columns = {name: given[name] for name in form.changed_data if name not in ADDED}
        if change:
            take_over(obj, pipelines.update(obj, changes=columns, by=by))
            let_in(obj, given["let_in"], by=by)
        elif given["blueprint"]:
            made = pipelines.create_from_blueprint(given["blueprint"], by=by, **columns)
            take_over(obj, made)
        else:
            columns.pop("name")
            take_over(obj, pipelines.create(given["name"], by=by, **columns))

    @admin.action(description="Put selected away", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        self.carry_out(request, queryset, pipelines.archive, done="put away")

    @admin.action(description="Take selected back into use", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        self.carry_out(request, queryset, pipelines.restore, done="in use again")

    @admin.action(description="Close selected to all but those let in", permissions=["change"])
    def restrict(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        self.carry_out(request, queryset, access.restrict, done="closed")

    @admin.action(description="Open selected to everybody", permissions=["change"])
    def unrestrict(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        self.carry_out(request, queryset, access.unrestrict, done="opened")

    @admin.action(description="Switch agents off for selected", permissions=["change"])
    def pause_agents(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        off = {"ai_enabled": False}
        self.carry_out(request, queryset, pipelines.update, done="without agents now", changes=off)

    @admin.action(description="Switch agents on for selected", permissions=["change"])
    def resume_agents(self, request: HttpRequest, queryset: QuerySet[Pipeline]) -> None:
        on = {"ai_enabled": True}
        self.carry_out(request, queryset, pipelines.update, done="with agents again", changes=on)


def let_in(pipeline: Pipeline, members: QuerySet[Membership], *, by: Actor) -> None:
    """Let in who is named and was not, and shut out who was and is not."""
    known = {member.pk: member for member in access.find_members(pipeline)}
    named = {member.pk: member for member in members}
    for pk in named.keys() - known.keys():
        access.open_to(pipeline, member=named[pk], by=by)
    for pk in known.keys() - named.keys():
        access.shut_to(pipeline, member=known[pk], by=by)


class StageForm(TenantForm):
    """A stage, checked by the rules of the command that will store it."""

    class Meta:
        model = Stage
        fields = ["pipeline", *sorted(stages.EDITABLE)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        columns = {name: value for name, value in cleaned.items() if name in stages.EDITABLE}
        try:
            stages.check(columns)
        except FieldError as refusal:
            explain(refusal, self)
        return cleaned


@admin.register(Stage)
class StageAdmin(TenantAdmin):
    """The steps of pipelines, and their rules."""

    actions = ("archive", "pause_agents", "resume_agents")
    form = StageForm
    list_display = (
        *("name", "pipeline", "order", "kind", "win_percent", "min_days", "max_days", "can_skip"),
        *("requires_approval", "ai_can_automate", "ai_enabled", "archived_at"),
    )
    list_filter = ("pipeline", "kind", "ai_enabled")
    list_select_related = ("pipeline",)
    ordering = ("pipeline_id", "order", "id")
    readonly_fields = ("order", "archived_at", "external_id", "external_source")
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["pipeline"] if obj else [])]

    def write(self, request: HttpRequest, obj: Stage, form: Any, change: bool) -> None:
        by, given = actor_of(request), dict(form.cleaned_data)
        if change:
            changes = {name: given[name] for name in form.changed_data}
            take_over(obj, stages.update(obj, changes=changes, by=by))
        else:
            columns = {name: given[name] for name in form.changed_data if name in given}
            pipeline = columns.pop("pipeline")
            take_over(obj, stages.add(pipeline, by=by, **columns))

    @admin.action(description="Take selected out of their pipelines", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Stage]) -> None:
        self.carry_out(request, queryset, stages.archive, done="taken out")

    @admin.action(description="Switch agents off for selected", permissions=["change"])
    def pause_agents(self, request: HttpRequest, queryset: QuerySet[Stage]) -> None:
        off = {"ai_enabled": False}
        self.carry_out(request, queryset, stages.update, done="without agents now", changes=off)

    @admin.action(description="Switch agents on for selected", permissions=["change"])
    def resume_agents(self, request: HttpRequest, queryset: QuerySet[Stage]) -> None:
        on = {"ai_enabled": True}
        self.carry_out(request, queryset, stages.update, done="with agents again", changes=on)


class CriterionForm(TenantForm):
    """What a stage is to ask for; of one that is there already, its words, condition and place."""

    class Meta:
        model = Criterion
        fields = ["stage", "label", "condition", "order"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            criteria.read({"label": cleaned.get("label"), "condition": cleaned.get("condition")})
        except FieldError as refusal:
            explain(refusal, self)
        return cleaned


@admin.register(Criterion)
class CriterionAdmin(TenantAdmin):
    """What stages ask for. To ask something else, add another and archive one."""

    actions = ("archive",)
    form = CriterionForm
    list_display = ("label", "stage", "pipeline", "order", "condition", "archived_at")
    list_filter = ("pipeline", "stage")
    list_select_related = ("stage", "pipeline")
    ordering = ("stage_id", "order", "id")
    readonly_fields = ("key", "archived_at")
    search_fields = ("label", "key")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        asked = ["stage", "label", "condition"]
        return [*asked, "order", "key", "archived_at"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["stage"] if obj else [])]

    def write(self, request: HttpRequest, obj: Criterion, form: Any, change: bool) -> None:
        by, given = actor_of(request), form.cleaned_data
        if change:
            changes = {name: given[name] for name in form.changed_data}
            take_over(obj, criteria.update(obj, changes=changes, by=by))
        else:
            asked = {"label": given["label"], "condition": given["condition"]}
            take_over(obj, criteria.add(given["stage"], criterion=asked, by=by))

    @admin.action(description="Archive selected", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Criterion]) -> None:
        self.carry_out(request, queryset, criteria.archive, done="archived")
