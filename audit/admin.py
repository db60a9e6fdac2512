"""The console's pages of the ledger: read-only, but for taking something back."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit import relay, undo
from audit.actions import Refusal
from audit.console import ReadOnlyAdmin, actor_of
from audit.models import Action, Change, Delivery, DeliveryQuerySet, Event

# Salts and hashes are for `verify_audit`.
HASHES = ("salt", "content_hash", "leaf_hash")


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    """What somebody did, or tried."""

    actions = ("undo",)
    date_hierarchy = "recorded_at"
    exclude = HASHES
    list_display = ("id", "recorded_at", "actor_name", "name", "summary", "outcome", "door")
    list_filter = ("outcome", "actor_kind", "door")
    lookups = ("target", "correlation", "actor_id")
    search_fields = ("name", "actor_name", "target")
    ordering = ("-id",)

    @admin.action(description="Undo selected")
    def undo(self, request: HttpRequest, queryset: QuerySet[Action]) -> None:
        """Take back what was chosen, as far as nobody changed it since."""
        by = actor_of(request)
        chosen = tuple(queryset.values_list("pk", flat=True))
        try:
            done = undo.apply(undo.plan(undo.Selection(actions=chosen), by=by), by=by)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done.summary, messages.SUCCESS)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """One changed row, before and after."""

    date_hierarchy = "recorded_at"
    exclude = HASHES
    list_display = ("id", "recorded_at", "table_name", "row_id", "verb", "action")
    list_filter = ("verb",)
    list_select_related = ("action",)
    lookups = ("table_name", "row_id", "action")
    search_fields = ("table_name",)
    ordering = ("-id",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What others were told."""

    date_hierarchy = "recorded_at"
    exclude = HASHES
    list_display = ("id", "recorded_at", "name", "target", "summary", "action")
    list_select_related = ("action",)
    lookups = ("name", "target")
    search_fields = ("name", "target")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Who has yet to hear of an event, and who could not be told."""

    actions = ("revive",)
    list_display = ("id", "event", "subscriber", "attempts", "due_at", "delivered_at", "dead_at")
    list_select_related = ("event",)
    list_filter = (("dead_at", admin.EmptyFieldListFilter),)
    search_fields = ("subscriber",)
    ordering = ("-id",)

    @admin.action(description="Try dead letters again")
    def revive(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        """Have those given up be due again; the others are on their way."""
        revived = relay.revive(queryset)
        self.message_user(request, f"{revived} will be tried again.", messages.SUCCESS)
