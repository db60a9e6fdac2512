"""What is to be undone, and by whom: a choice of actions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from audit.actions import Refusal
from audit.actors import Actor, parse
from audit.models import Action, Outcome

# Effects outside the database: the tool that had one names it in the verdict of its action. One
# that is held until it can no longer be called back says so too: its action undoes like any other.
BEYOND_RECALL = {"external", "irreversible"}


class NothingSelected(Refusal):
    """There is nothing here to undo."""

    http = 404


class MayNotUndo(Refusal):
    """You may undo what you did yourself; for the rest, ask a manager."""

    outcome = Outcome.DENIED
    http = 403


@dataclass(frozen=True, kw_only=True)
class Selection:
    """
    Which actions: those that fit everything given, of which something must be.

    :param actions: ids of actions
    :param correlation: what belongs together: a run, an import, a conversation's turn
    :param actor: a reference, agent:7
    :param since: not before; business people say "since this morning", the ledger's clock counts
    :param until: before
    """

    actions: tuple[int, ...] = ()
    correlation: UUID | None = None
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One chosen action, as far as undo is concerned."""

    id: int
    name: str
    actor: str
    summary: str
    effect: str
    is_held: bool = False

    @property
    def is_beyond_recall(self) -> bool:
        return self.effect in BEYOND_RECALL and not self.is_held


Permit = Callable[[Actor], bool]
_permits: list[Permit] = []


def permits_all(permit: Permit) -> Permit:
    """Register `permit`, which says whether an actor may undo what others did."""
    _permits.append(permit)
    return permit


_own_permits: list[Permit] = []
_table_permits: dict[str, Permit] = {}


def permits_own(permit: Permit) -> Permit:
    """Register `permit`, without which an actor may not even undo what was its own doing."""
    _own_permits.append(permit)
    return permit


def restrict(tables: Iterable[str], permit: Permit) -> None:
    """Let rows of `tables` be undone only by actors whom `permit` lets."""
    _table_permits.update(dict.fromkeys(tables, permit))


def check_tables(tables: Iterable[str], *, by: Actor) -> None:
    """
    Check that `by` may change rows of `tables` still, whoever changed them.

    :raises MayNotUndo: if it may not
    """
    if not all(_table_permits[table](by) for table in set(tables) & _table_permits.keys()):
        raise MayNotUndo("Your role may not change what was changed here.")


def find_actions(selection: Selection, *, by: Actor) -> list[Chosen]:
    """
    Return the chosen actions that `by` may know of and that had an effect, oldest first.

    :raises NothingSelected: if there is none
    :raises MayNotUndo: if one is not `by`'s to undo
    """
    if selection == Selection():
        raise NothingSelected("Say what to undo: an action, a run, an import, or whose work.")
    rows = Action.objects.visible_to(by).filter(outcome=Outcome.DONE)
    if selection.actions:
        rows = rows.filter(_is_any_of(selection.actions))
    if selection.correlation:
        rows = rows.filter(correlation=selection.correlation)
    if selection.actor:
        kind, actor_id = parse(selection.actor)
        rows = rows.filter(actor_kind=kind, actor_id=actor_id)
    if selection.since:
        rows = rows.filter(recorded_at__gte=selection.since)
    if selection.until:
        rows = rows.filter(recorded_at__lt=selection.until)
    _check_permission(rows, by)
    found = rows.order_by("id").values_list(
        "id", "name", "actor_name", "summary", "verdict__effect", "verdict__held"
    )
    chosen = [
        Chosen(
            id=i,
            name=name,
            actor=actor,
            summary=summary,
            effect=str(effect or ""),
            is_held=held is True,
        )
        for i, name, actor, summary, effect, held in found
    ]
    if not chosen:
        raise NothingSelected
    return chosen


def _is_any_of(ids: Iterable[int]) -> Func:
    """Compare with one array, however many ids it holds."""
    given = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    return Func(
        F("pk"),
        given,
        template="(%(expressions)s))",
        arg_joiner=" = any(",
        output_field=BooleanField(),
    )


def may_undo(action: Action, *, by: Actor) -> bool:
    """Whether `by` may undo `action`: what one did oneself, or had an agent do, or all."""
    own = (action.actor_kind, action.actor_id) == (by.kind, by.id)
    ordered = by.is_person and action.on_behalf_of == by.id
    return _may_any(by) and (own or ordered or _may_all(by))


def _may_all(by: Actor) -> bool:
    return any(permit(by) for permit in _permits)


def _may_any(by: Actor) -> bool:
    return all(permit(by) for permit in _own_permits)


def _check_permission(rows: QuerySet[Action], by: Actor) -> None:
    if not _may_any(by):
        raise MayNotUndo("Your role may not undo anything, what you did yourself included.")
    if _may_all(by):
        return
    strangers = rows.exclude(actor_kind=by.kind, actor_id=by.id)
    if by.is_person:
        strangers = strangers.exclude(on_behalf_of=by.id)
    if (stranger := strangers.first()) is not None:
        raise MayNotUndo(
            f"{stranger.actor_name} did this; you may undo only what you did yourself."
        )
