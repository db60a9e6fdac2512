"""What came of an undo."""

from dataclasses import dataclass, field
from typing import Any

from audit.actors import Actor
from audit.events import Event
from audit.undo.items import Item
from audit.undo.plans import ORDER, SHOWN, describe_units, summarize
from audit.undo.selections import Chosen
from audit.undo.units import Status, Unit


@dataclass(frozen=True, kw_only=True)
class ActionsUndone(Event):
    """
    Actions were taken back, wholly or in part.

    Projections hear of it and read the changes of the event's action; nothing is to be started by
    it, since what people take back is not to set off anything.
    """

    name = "audit.actions.undone"
    actions: list[int]
    restored: int


@dataclass(kw_only=True)
class Undone:
    """
    What came of an undo.

    :param action_id: the action that undid, which can be undone itself
    """

    by: Actor
    action_id: int
    units: list[Unit]
    beyond_recall: list[Chosen] = field(default_factory=list)
    described: dict[str, list[Item]] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        return f"action:{self.action_id}"

    @property
    def counts(self) -> dict[str, int]:
        """How many units there are of each status; "restorable" ones were restored."""
        found = dict.fromkeys(ORDER.values(), 0)
        for unit in self.units:
            found[ORDER[unit.status]] += 1
        found["irreversible"] += len(self.beyond_recall)
        return found

    @property
    def restored(self) -> list[Unit]:
        return [unit for unit in self.units if unit.status is Status.RESTORABLE]

    @property
    def took(self) -> list[int]:
        """The actions of which something was taken back."""
        return sorted(frozenset().union(*(unit.took for unit in self.restored)))

    @property
    def summary(self) -> str:
        return summarize(self.counts, verb="put back")

    def describe(self) -> None:
        """Put it into words while the rows are still at hand."""
        self.described = describe_units(self.units, self.beyond_recall, by=self.by, limit=SHOWN)

    def as_json(self) -> dict[str, Any]:
        """Return it as the contract has it: restored, conflicts, irreversible, and the rest."""
        counts = self.counts
        return {
            "action": self.ref,
            "summary": self.summary,
            "restored": [item.as_json() for item in self.described.get("restorable", [])],
            **{
                key: [item.as_json() for item in self.described.get(key, [])]
                for key in ORDER.values()
                if key != "restorable"
            },
            "counts": {"restored": counts.pop("restorable"), **counts},
        }
