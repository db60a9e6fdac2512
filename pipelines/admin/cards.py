"""Cards, their stays and what was attested. Where a card stands is a fact; verbs move it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm

from audit.console import ReadOnlyAdmin, actor_of
from crm import search
from crm.console import RecordForm, TenantAdmin, take_over
from pipelines import contents, positions, stages
from pipelines.models import Attestation, Position, StageVisit

ENTRANCE = ("contact", "pipeline", "stage")
BY_HAND = ("manual_score", "override_reason")


class ReasonForm(ActionForm):
    """Asks for a reason beside the action, which losing and waiving need."""

    reason = forms.CharField(
        required=False,
        label="",
        widget=forms.TextInput(attrs={"placeholder": "Why, where a reason is needed"}),
    )


class PositionForm(RecordForm):
    """A card, checked by the command that will store it."""

    check_changes = staticmethod(contents.check)

    class Meta:
        model = Position
        fields = [*ENTRANCE, *sorted(contents.EDITABLE), *BY_HAND, "properties"]

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        return {name: changes[name] for name in changes if name not in {*ENTRANCE, *BY_HAND}}


@admin.register(Position)
class PositionAdmin(TenantAdmin):
    """Who stands where."""

    action_form = ReasonForm
    actions = ("move_on", "waive", "lose", "reopen", "archive", "restore")
    autocomplete_fields = ("contact", "owner")
    date_hierarchy = "entered_stage_at"
    form = PositionForm
    list_display = (
        *("contact", "title", "pipeline", "stage", "value_cents", "currency", "owner"),
        *("score_in_force", "entered_stage_at", "outcome", "archived_at"),
    )
    list_filter = ("pipeline", "stage", "owner", "outcome")
    list_select_related = ("contact", "pipeline", "stage", "owner__user")
    ordering = ("-id",)
    readonly_fields = (
        *("previous_stage", "rank", "entered_stage_at", "closed_at", "outcome", "lost_reason"),
        *("score", "confidence", "score_factors", "score_reasons", "reviewed_at"),
        *("external_id", "external_source", "archived_at"),
    )
    search_fields = ("title",)
    search_help_text = "Title, contact or company"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Position], search_term: str
    ) -> tuple[QuerySet[Position], bool]:
        return search.narrow(queryset, search_term), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ENTRANCE if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def write(self, request: HttpRequest, obj: Position, form: Any, change: bool) -> None:
        by, given = actor_of(request), form.cleaned_data
        if not change:
            stands = {"pipeline": given["pipeline"], "stage": given["stage"]}
            take_over(obj, positions.enter(given["contact"], by=by, **stands, **form.changes()))
            return
        stored = Position.objects.get(pk=obj.pk)
        positions.update(stored, changes=form.changes(), by=by)
        if set(BY_HAND) & set(form.changed_data):
            positions.set_manual_score(
                stored, score=given["manual_score"], reason=given["override_reason"], by=by
            )
        take_over(obj, stored)

    @admin.action(description="Move selected to their next stage", permissions=["change"])
    def move_on(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        reason = request.POST.get("reason", "")
        self.carry_out(request, queryset, move_to_next, done="moved", reason=reason)

    @admin.action(description="Move selected on, waiving what is unmet", permissions=["change"])
    def waive(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        reason = request.POST.get("reason", "")
        self.carry_out(request, queryset, move_to_next, done="moved", reason=reason, waive=True)

    @admin.action(description="Close selected as lost", permissions=["change"])
    def lose(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        reason = request.POST.get("reason", "")
        self.carry_out(
            request, queryset, positions.close, done="closed", outcome="lost", reason=reason
        )

    @admin.action(description="Reopen selected", permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        self.carry_out(request, queryset, positions.reopen, done="under way again")

    @admin.action(description="Take selected off their boards", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        self.carry_out(request, queryset, positions.archive, done="archived")

    @admin.action(description="Put selected back on their boards", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Position]) -> None:
        self.carry_out(request, queryset, positions.restore, done="restored")


def move_to_next(position: Position, **arguments: Any) -> None:
    """Move a card to the stage after its own."""
    positions.move(position, to=stages.get_next(position.stage), **arguments)


@admin.register(StageVisit)
class StageVisitAdmin(ReadOnlyAdmin):
    """How long cards stood where."""

    date_hierarchy = "entered_at"
    list_display = ("position", "pipeline", "stage", "entered_at", "left_at")
    list_filter = ("pipeline", "stage")
    list_select_related = ("position", "pipeline", "stage")
    ordering = ("-id",)


@admin.register(Attestation)
class AttestationAdmin(ReadOnlyAdmin):
    """What was said to hold, by whom, and from what."""

    date_hierarchy = "attested_at"
    list_display = (
        "criterion",
        "position",
        "evidence",
        "source",
        "attested_by_name",
        "attested_at",
    )
    list_filter = ("pipeline", "criterion")
    list_select_related = ("criterion", "position")
    ordering = ("-id",)
    search_fields = ("evidence", "source")
