"""Items: units of a plan in words and values, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from audit import wording
from audit.actors import Actor
from audit.models import Action
from audit.undo import cells
from audit.undo.history import KEY, MISSING, Row
from audit.undo.schema import find_table
from audit.undo.selections import Chosen
from audit.undo.units import Deed, Status, Unit
from audit.wording import Key

LISTED = 12  # fields or pointing rows of one item


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field: what it holds, and what it would hold (or, in a conflict, what was written)."""

    field: str
    label: str
    now: Any
    other: Any
    now_text: str
    other_text: str


@dataclass(frozen=True, kw_only=True)
class Later:
    """What somebody did later, which is why something stays."""

    action: str
    actor: str
    actor_ref: str
    at: str
    at_text: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One unit in words."""

    ref: str
    name: str
    status: Status
    deed: str = ""
    says: str = ""
    fields: list[FieldChange] = field(default_factory=list)
    later: Later | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the contract has it: values as JSON, sentences in `because`."""
        other = "written" if self.status is Status.CONFLICT else "then"
        told: dict[str, Any] = {
            "ref": self.ref,
            "name": self.name,
            "status": self.status.value,
            "deed": self.deed or None,
            "because": self.says,
            "fields": [
                {
                    "field": each.field,
                    "label": each.label,
                    "now": _plain(each.now),
                    other: _plain(each.other),
                }
                for each in self.fields
            ],
        }
        if self.later:
            told["later"] = {
                "by": self.later.actor,
                "actor": self.later.actor_ref,
                "at": self.later.at,
                "action": self.later.action,
                "summary": self.later.summary,
            }
        return told

    @classmethod
    def of_action(cls, action: Chosen) -> "Item":
        """Return an action whose effect is outside."""
        what = action.summary or action.name
        return cls(
            ref=f"action:{action.id}",
            name=what,
            status=Status.IRREVERSIBLE,
            says=f"“{what}” had an effect outside; it cannot be taken back.",
        )


def describe(units: list[Unit], *, by: Actor) -> dict[int, Item]:
    """Return units in words, by the `id()` of each; a few statements, however many there are."""
    actions = _find_actions(units, by)
    values = {id(unit): list(_find_values(unit)) for unit in units}
    keys = {
        (unit.row.table, unit.row.id)
        for unit in units
        if not unit.row.name or wording.is_named(unit.row.table)
    }
    for unit in units:
        for column, now, other in values[id(unit)]:
            for value in (now, other):
                if target := wording.find_target(unit.row.table, column, value):
                    keys.add(target)
    names = wording.find_names(keys)
    pointing = _find_visible({key for unit in units for key in unit.pointing}, by)
    return {id(unit): _describe(unit, values[id(unit)], actions, names, pointing) for unit in units}


def _find_actions(units: Iterable[Unit], by: Actor) -> dict[int, Action]:
    wanted = {unit.over[0].action for unit in units if unit.over}
    return Action.objects.visible_to(by).in_bulk(list(wanted))


def _find_values(unit: Unit) -> Iterable[tuple[str, Any, Any]]:
    """Return column, value now, and value then or (in a conflict) as it was written."""
    row = unit.row
    if unit.status is Status.RESTORABLE:
        for part in unit.parts:
            if part.row is row and part.deed is Deed.UPDATE:
                for column, source in part.sources.items():
                    yield column, (row.now or {}).get(column), _shown(row, column, source)
    elif unit.status is Status.CONFLICT and row.now is not None:
        columns = unit.columns or tuple(_find_overwritten(unit))
        for column in columns[:LISTED]:
            written = [
                write.after[column]
                for write in row.writes
                if column in write.after and not _is_over(unit, write.action)
            ]
            if written and (column in row.now or KEY in column):
                yield column, row.now.get(column), None if written[-1] is MISSING else written[-1]


def _shown(row: Row, column: str, source: cells.Source) -> Any:
    value = cells.read(row, column, source)
    return None if value is MISSING else value


def _find_overwritten(unit: Unit) -> list[str]:
    """Return the columns that others changed later."""
    changed = [
        column
        for write in unit.row.writes
        if write.verb == "update" and _is_over(unit, write.action)
        for column in write.after
    ]
    return list(dict.fromkeys(changed))


def _is_over(unit: Unit, action: int) -> bool:
    return any(event.action == action for event in unit.over)


def _find_visible(keys: set[Key], by: Actor) -> set[Key]:
    """Return which rows `by` may know of."""
    by_table: dict[str, list[int]] = {}
    for name, row in keys:
        by_table.setdefault(name, []).append(row)
    visible: set[Key] = set()
    for name, rows in by_table.items():
        table = find_table(name)
        if table is not None:
            found = table.model._default_manager.all()
            found = found.visible_to(by) if hasattr(found, "visible_to") else found
            ids = found.filter(pk__in=rows[:1000]).values_list("pk", flat=True)
            visible.update((name, row) for row in ids)
    return visible


def _describe(
    unit: Unit,
    values: list[tuple[str, Any, Any]],
    actions: Mapping[int, Action],
    names: Mapping[Key, str],
    visible: set[Key],
) -> Item:
    row = unit.row
    later = _find_later(unit, actions)
    fields = [_describe_field(row, *each, names) for each in values]
    own = next((part for part in unit.parts if part.row is row), None)
    return Item(
        ref=wording.ref(row.table, row.id),
        name=names.get((row.table, row.id)) or row.name,
        status=unit.status,
        deed=own.deed.name.lower() if own and unit.status is Status.RESTORABLE else "",
        says=_say(unit, fields, later, visible & unit.pointing),
        fields=fields,
        later=later,
    )


def _describe_field(
    row: Row, column: str, now: Any, other: Any, names: Mapping[Key, str]
) -> FieldChange:
    return FieldChange(
        field=column,
        label=wording.find_label(row.table, column),
        now=now,
        other=other,
        now_text=wording.say(row.table, column, now, names),
        other_text=wording.say(row.table, column, other, names),
    )


def _find_later(unit: Unit, actions: Mapping[int, Action]) -> Later | None:
    action = actions.get(unit.over[0].action) if unit.over else None
    if action is None:
        return None
    return Later(
        action=action.ref,
        actor=action.actor_name,
        actor_ref=action.actor_ref,
        at=action.recorded_at.isoformat(),
        at_text=wording.say_time(action.recorded_at),
        summary=action.summary,
    )


def _say(unit: Unit, fields: list[FieldChange], later: Later | None, visible: set[Key]) -> str:
    if unit.because:
        return unit.because
    if unit.status is Status.RESTORABLE:
        return _say_restorable(unit, fields)
    if unit.status is Status.UNDONE:
        return "This was undone already."
    if unit.status is Status.DEPENDENT:
        return _say_dependent(unit, visible)
    if later is None:
        return "Somebody changed this later, so it stays as it is."
    held = "; ".join(f"{each.label}: {each.now_text}" for each in fields)
    what = f"changed this later ({held})" if held else "changed this later"
    return f"{later.actor} {what}, on {later.at_text}, so it stays as it is."


def _say_restorable(unit: Unit, fields: list[FieldChange]) -> str:
    deeds = {part.deed for part in unit.parts if part.row is unit.row}
    if Deed.REMOVE in deeds:
        return "It is removed again."
    if Deed.RETURN in deeds:
        return "It is brought back."
    return "; ".join(f"{f.label} goes back from {f.now_text} to {f.other_text}" for f in fields)


def _say_dependent(unit: Unit, visible: set[Key]) -> str:
    if not visible:
        return "Other records point to it, so it stays."
    counted = Counter(table for table, _ in visible)
    listed = [_count(table, number) for table, number in sorted(counted.items())]
    return f"{', '.join(listed)} made since or changed by others point to it, so it stays."


def _count(table: str, number: int) -> str:
    known = find_table(table)
    meta = known.model._meta if known else None
    noun = (meta.verbose_name if number == 1 else meta.verbose_name_plural) if meta else table
    return f"{number} {noun}"


def _plain(value: Any) -> Any:
    """Return a value of the ledger as JSON: its exact numbers as plain ones."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
