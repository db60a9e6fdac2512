"""What happened, for people: to one object, by one actor, or in all; newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from audit import wording
from audit.actors import Actor, ActorKind, parse
from audit.models import Action, Change, Outcome, Verb

PAGE = 40
# Of one object at most so many rows that hang on it are looked at.
MOST_PARTS = 500
MOST_CHANGES = 60
VERBS: dict[str, str] = {Verb.INSERT: "new", Verb.UPDATE: "changed", Verb.DELETE: "removed"}


class NoSuchObject(LookupError):
    """There is no such object that the actor may know of."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """
    Which actions are meant; all of them unless something is said.

    :param actor: a reference, or "agents" for all of them
    :param reads: also what went well and neither changed nor told anything
    """

    actor: str = ""
    outcome: str = ""
    since: date | datetime | None = None
    reads: bool = True


@dataclass(frozen=True)
class Page:
    """Some actions, each with `undone_by`; where the next and the previous page begin."""

    rows: list[Action]
    next: int | None
    previous: int | None = None


@dataclass(frozen=True)
class Line:
    """One column of one changed row, in words."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changed:
    """One changed row, in words."""

    what: str
    verb: str
    rows: list[Line]


def get_page(
    *, by: Actor, filters: Filters, before: int | None = None, after: int | None = None
) -> Page:
    """Return actions that fit `filters`: the latest, those `before` an id, or those `after` it."""
    rows = _matching(by, filters)
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        return Page(
            rows=mark_undone(found, by=by),
            next=found[-1].pk if found else None,
            previous=found[0].pk if more else None,
        )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return Page(
        rows=mark_undone(found, by=by),
        next=found[-1].pk if more else None,
        previous=found[0].pk if found and before is not None else None,
    )


def get_of(ref: str, *, by: Actor, before: int | None = None) -> Page:
    """
    Return what happened to one object and what hangs on it, or what one actor did.

    :raises NoSuchObject: if there is none that `by` may know of
    """
    kind, _, number = ref.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NoSuchObject(ref)
    rows = Action.objects.visible_to(by).filter(_touching(kind, int(number), by))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    if not found and before is None and kind in set(ActorKind):
        raise NoSuchObject(ref)  # whoever is here was let in by somebody, which is on record
    more, found = len(found) > PAGE, found[:PAGE]
    return Page(rows=mark_undone(found, by=by), next=found[-1].pk if more else None)


def find_actors(*, by: Actor) -> list[dict[str, str]]:
    """Return the agents and automations that did something here, by name."""
    machines = Action.objects.visible_to(by).filter(
        actor_kind__in=[ActorKind.AGENT, ActorKind.AUTOMATION]
    )
    named = machines.order_by("actor_kind", "actor_id", "-pk").distinct("actor_kind", "actor_id")
    found = [
        {"ref": row.actor_ref, "name": row.actor_name, "kind": row.actor_kind} for row in named
    ]
    return sorted(found, key=lambda each: each["name"])


def mark_undone(actions: Sequence[Action], *, by: Actor) -> list[Action]:
    """Return the actions, each with `undone_by`: the id of the one that took it back, or None."""
    ids = [action.pk for action in actions]
    takers: dict[int, int] = {}
    if ids:
        undoing = Action.objects.visible_to(by).exclude(undoes=[]).filter(pk__gt=min(ids))
        rows = undoing.filter(undoes__overlap=ids, outcome=Outcome.DONE).order_by("-pk")
        found = list(rows.values_list("pk", "undoes"))
        redone = {each for _, undoes in found for each in undoes}
        for pk, undoes in found:
            if pk not in redone:
                takers |= dict.fromkeys(undoes, pk)
    for action in actions:
        action.undone_by = takers.get(action.pk)  # type: ignore[attr-defined]
    return list(actions)


def describe_changes(action: Action, *, by: Actor) -> list[Changed]:
    """Return what an action changed, in words, as far as `by` may know of it."""
    changes = list(
        Change.objects.visible_to(by).filter(action=action).order_by("pk")[:MOST_CHANGES]
    )
    names = wording.find_names(_named(changes))
    return [
        Changed(
            what=wording.subject(
                each.table_name, each.row_id, names.get((each.table_name, each.row_id), "")
            ),
            verb=VERBS[each.verb],
            rows=_lines(each, names),
        )
        for each in changes
    ]


def _matching(by: Actor, filters: Filters) -> QuerySet[Action]:
    rows: QuerySet[Action] = Action.objects.visible_to(by)
    if filters.actor == "agents":
        rows = rows.filter(actor_kind__in=[ActorKind.AGENT, ActorKind.AUTOMATION])
    elif filters.actor:
        kind, actor_id = parse(filters.actor)
        rows = rows.filter(actor_kind=kind, actor_id=actor_id)
    if filters.outcome:
        rows = rows.filter(outcome=filters.outcome)
    if filters.since:
        rows = rows.filter(recorded_at__gte=filters.since)
    if not filters.reads:
        rows = rows.exclude(outcome=Outcome.DONE, change_count=0, event_count=0)
    return rows


def _touching(kind: str, number: int, by: Actor) -> Q:
    """Return the condition of having to do with one object or actor."""
    if kind in set(ActorKind):
        return Q(actor_kind=kind, actor_id=number) | Q(target=f"{kind}:{number}")
    keys = _parts(kind, number, by)
    touched: Q = Q()
    for table, ids in keys.items():
        touched |= Q(table_name=table, row_id__in=ids)
    changed = Change.objects.visible_to(by).filter(touched)
    targets = [wording.ref(table, row) for table, ids in keys.items() for row in ids]
    return Q(pk__in=changed.values("action")) | Q(target__in=targets)


def _parts(kind: str, number: int, by: Actor) -> dict[str, list[int]]:
    """Return the object's own row and the rows that hang on it, by table."""
    model = _find_model(kind)
    row = _visible(model, by).filter(pk=number).first() if model is not None else None
    if model is None or row is None:
        raise NoSuchObject(f"{kind}:{number}")
    keys = {model._meta.db_table: [number]}
    for relation in model._meta.related_objects:
        part = relation.related_model
        if relation.one_to_many and hasattr(part._default_manager.all(), "visible_to"):
            mine = _visible(part, by).filter(**{relation.field.name: number})
            ids = list(mine.order_by("-pk").values_list("pk", flat=True)[:MOST_PARTS])
            if ids and relation.on_delete is models.CASCADE:
                keys[part._meta.db_table] = ids
    return keys


def _find_model(kind: str) -> type[models.Model] | None:
    """Return the model of a kind of reference, if its rows are an organization's."""
    every = (model for model in apps.get_models() if model._meta.model_name == kind)
    return next(
        (each for each in every if hasattr(each._default_manager.all(), "visible_to")), None
    )


def _visible(model: type[models.Model], by: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.visible_to(by)  # type: ignore[attr-defined]
    return rows


def _named(changes: Iterable[Change]) -> set[wording.Key]:
    """Return the rows whose names the words for `changes` need."""
    keys = set()
    for change in changes:
        keys.add((change.table_name, change.row_id))
        for values in (change.before, change.after):
            for column, value in (values or {}).items():
                if target := wording.find_target(change.table_name, column, value):
                    keys.add(target)
    return keys


# What says nothing to people.
UNSAID = {"id", "organization_id", "created_by", "created_at", "rank", "external_source"}


def _lines(change: Change, names: dict[wording.Key, str]) -> list[Line]:
    before, after = change.before or {}, change.after or {}
    columns = [
        name
        for name in dict.fromkeys([*before, *after])
        if name not in UNSAID and wording.is_told(change.table_name, name)
    ]
    lines = [
        Line(
            label=wording.find_label(change.table_name, name),
            before=_said(change.table_name, name, before, names),
            after=_said(change.table_name, name, after, names),
        )
        for name in columns
    ]
    secret = [Line(label=name, before=None, after="changed") for name in change.withheld]
    return [line for line in lines if line.before or line.after] + secret


def _said(
    table: str, column: str, values: dict[str, Any], names: dict[wording.Key, str]
) -> str | None:
    value = values.get(column)
    return None if value in (None, "", [], {}) else wording.say(table, column, value, names)
