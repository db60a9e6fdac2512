"""Plans: what would come of an undo, field by field. Making one changes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from audit.actions import tenant
from audit.actors import Actor
from audit.reach import find_closed
from audit.undo import history, judging, pointing
from audit.undo.items import Item, describe
from audit.undo.selections import Chosen, Selection, check_tables, find_actions
from audit.undo.units import Status, Unit

SHOWN = 100  # items of each status, unless more are asked for

# In which order people want to hear of it; the key is the contract's.
ORDER = {
    Status.RESTORABLE: "restorable",
    Status.CONFLICT: "conflicts",
    Status.DEPENDENT: "dependent",
    Status.IRREVERSIBLE: "irreversible",
    Status.UNDONE: "already_undone",
    Status.NOTHING: "nothing",
}


@dataclass(kw_only=True)
class Plan:
    """
    What would come of undoing some actions.

    :param beyond_recall: those whose effect is outside, and stays
    """

    by: Actor
    actions: list[Chosen]
    units: list[Unit]
    beyond_recall: list[Chosen] = field(default_factory=list)
    ref: str | None = None

    @property
    def action_ids(self) -> list[int]:
        return [action.id for action in self.actions]

    @cached_property
    def promises(self) -> frozenset[int]:
        """Digests of exactly what would be done."""
        return frozenset(unit.promise for unit in self.find(Status.RESTORABLE))

    @property
    def counts(self) -> dict[str, int]:
        """How many units there are of each status."""
        counted = Counter(unit.status for unit in self.units)
        counted[Status.IRREVERSIBLE] += len(self.beyond_recall)
        return {key: counted[status] for status, key in ORDER.items()}

    @property
    def is_empty(self) -> bool:
        return not self.counts["restorable"]

    @property
    def summary(self) -> str:
        """One sentence for people."""
        return summarize(self.counts, verb="can be put back")

    def find(self, status: Status) -> list[Unit]:
        return [unit for unit in self.units if unit.status is status]

    def describe(self, *, limit: int = SHOWN) -> dict[str, list[Item]]:
        """Return up to `limit` items of each status, in words, by the contract's keys."""
        with tenant(self.by.organization_id or 0):
            return describe_units(self.units, self.beyond_recall, by=self.by, limit=limit)

    def as_json(self, *, limit: int = SHOWN) -> dict[str, Any]:
        """Return the plan as the contract has it; `counts` are of all items, not only of those."""
        return {
            "plan": self.ref,
            "actions": len(self.actions),
            "summary": self.summary,
            "counts": self.counts,
            **{
                key: [item.as_json() for item in items]
                for key, items in self.describe(limit=limit).items()
            },
        }


def plan(selection: Selection, *, by: Actor) -> Plan:
    """
    Find out what would come of undoing `selection`, as far as `by` may know of it.

    :raises NothingSelected: if there is nothing to undo
    :raises MayNotUndo: if some of it is not `by`'s to undo
    """
    with tenant(by.organization_id or 0):
        chosen = find_actions(selection, by=by)
        made = judge(chosen, by=by)
        pointing.check(made)
    return Plan(
        by=by,
        actions=chosen,
        units=made,
        beyond_recall=[action for action in chosen if action.is_beyond_recall],
    )


def judge(chosen: Iterable[Chosen], *, by: Actor) -> list[Unit]:
    """
    Return what the chosen actions did, judged by the ledger alone.

    :raises MayNotUndo: if `by` may not change such rows
    """
    selected = {action.id for action in chosen if not action.is_beyond_recall}
    known = history.load(selected, organization_id=by.organization_id or 0, closed=find_closed(by))
    check_tables((row.table for row in known.rows.values()), by=by)
    return judging.build(known)


def describe_units(
    made: list[Unit], beyond_recall: list[Chosen], *, by: Actor, limit: int
) -> dict[str, list[Item]]:
    """Return up to `limit` items of each status, in words."""
    shown = {status: [unit for unit in made if unit.status is status][:limit] for status in ORDER}
    items = describe([unit for each in shown.values() for unit in each], by=by)
    described = {key: [items[id(unit)] for unit in shown[status]] for status, key in ORDER.items()}
    described["irreversible"] += [Item.of_action(action) for action in beyond_recall[:limit]]
    return described


def summarize(counts: dict[str, int], *, verb: str) -> str:
    """Return counts as one sentence: 12 things can be put back; 2 are in conflict."""
    done = counts["restorable"]
    parts = [f"{done or 'nothing'} {verb}"]
    rest = {
        "conflicts": "changed since by others",
        "dependent": "still needed by others",
        "irreversible": "cannot be taken back",
        "already_undone": "undone already",
    }
    parts += [f"{counts[key]} {words}" for key, words in rest.items() if counts[key]]
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."
