"""
What the pages of the admin have in common: an override console, in which every edit is an action.

Whoever may enter at all is the site's to say (`config.console`). A page shows what its person may
see, through `visible_to`; who may change what is a matter of roles, not of Django's permissions.
`ReadOnlyAdmin` is for facts, the ledger first of all; `AuditedAdmin` for settings people own, whose
edits are recorded; verbs are `@admin.action`s that call commands by way of `carry_out`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.filters import RelatedFieldListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from audit.actions import Refusal, action, ref_of
from audit.actors import Actor

MANAGERS = frozenset({"manager", "owner"})
OWNERS = frozenset({"owner"})


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts; the site has let nobody else in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def visible(model: type[models.Model], request: HttpRequest) -> Any:
    """Return the rows of `model` that the person at the page may see."""
    return model._default_manager.visible_to(actor_of(request))  # type: ignore[attr-defined]


class VisibleFilter(RelatedFieldListFilter):
    """Filter by a relation; offers only what the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        related = field.remote_field.model
        if not hasattr(related._default_manager.all(), "visible_to"):
            return super().field_choices(field, request, model_admin)
        seen = {"pk__in": visible(related, request).values("pk")}
        return field.get_choices(include_blank=False, limit_choices_to=seen)


class ConsoleAdmin(ModelAdmin):  # type: ignore[misc]
    """
    A page of the admin.

    :cvar roles_to_change: in which roles one may add and change
    :cvar may_delete: whether rows can be deleted at all; most are archived instead
    :cvar lookups: what an address may filter by, besides what `list_filter` names
    """

    roles_to_change: ClassVar[frozenset[str]] = MANAGERS
    may_add: ClassVar[bool] = True
    may_delete: ClassVar[bool] = False
    lookups: ClassVar[Sequence[str]] = ()
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True

    def get_queryset(self, request: HttpRequest) -> Any:
        ordering = self.get_ordering(request)
        rows = visible(self.model, request)
        return rows.order_by(*ordering) if ordering else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return getattr(request, "actor", None) is not None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return getattr(request, "actor", None) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.role in self.roles_to_change

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.has_change_permission(request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._seen_only(each) for each in super().get_list_filter(request)]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow what the page offers: any other filter would answer questions about the unseen."""
        named = [each[0] if isinstance(each, tuple) else each for each in self.list_filter]
        allowed = {*filter(None, [self.date_hierarchy, *self.lookups]), "pk", "id"}
        allowed |= {each if isinstance(each, str) else each.parameter_name for each in named}
        return any(lookup == each or lookup.startswith(f"{each}{LOOKUP_SEP}") for each in allowed)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model
        if hasattr(related._default_manager.all(), "visible_to"):
            kwargs.setdefault("queryset", visible(related, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show what the ledger says, which says all of it."""
        row = self.get_object(request, object_id)
        if row is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return missing
        page = reverse("admin:audit_action_changelist", current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{page}?{urlencode({'target': ref_of(row)})}")

    def log_addition(self, *args: Any) -> None:
        """The ledger has it."""

    def log_change(self, *args: Any) -> None:
        """The ledger has it."""

    def log_deletions(self, *args: Any) -> None:
        """The ledger has it."""

    def carry_out(
        self,
        request: HttpRequest,
        rows: Iterable[models.Model],
        verb: Callable[..., Any],
        *,
        done: str,
        **arguments: Any,
    ) -> None:
        """
        Call a command on each row and say how many succeeded; what refused says why.

        :param done: the past participle in "3 archived."
        """
        carried_out = 0
        for row in rows:
            try:
                verb(row, by=actor_of(request), **arguments)
            except Refusal as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                carried_out += 1
        if carried_out:
            self.message_user(request, f"{carried_out} {done}.", messages.SUCCESS)

    def _seen_only(self, each: Any) -> Any:
        """Let a filter by a relation offer only what may be seen."""
        if not isinstance(each, str):
            return each
        try:
            column = self.opts.get_field(each)
        except FieldDoesNotExist:
            return each
        return (each, VisibleFilter) if isinstance(column, models.ForeignKey) else each


class ReadOnlyAdmin(ConsoleAdmin):
    """A page of facts: nothing is added, changed or deleted here, by nobody."""

    may_add = False
    roles_to_change: ClassVar[frozenset[str]] = frozenset()


class AuditedAdmin(ConsoleAdmin):
    """
    A page of settings people own: saving and deleting are actions in the ledger.

    Where the app that owns the row has a command for it, override `write` and call that.
    """

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """
        Store the row.

        :raises Refusal: if it cannot be; the person is told why
        """
        with self._action(request, "change" if change else "add", form.changed_data) as doing:
            obj.save()
            doing.aim(obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            self.write(request, obj, form, change)
        except Refusal as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if not hasattr(request, "refusal") and (formsets or self.opts.local_many_to_many):
            with self._action(request, "change", ["related"]) as doing:
                doing.aim(form.instance)
                super().save_related(request, form, formsets, change)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return self._refused(request) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return self._refused(request) or super().response_change(request, obj, *args)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with self._action(request, "delete", []) as doing:
            doing.aim(obj)
            doing.summary = f"{obj} was deleted"
            obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def _action(self, request: HttpRequest, verb: str, fields: Sequence[str]) -> Any:
        name = f"admin.{verb}_{self.opts.model_name}"
        return action(name, by=actor_of(request), arguments={"fields": list(fields)})

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return None
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
