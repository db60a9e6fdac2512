"""Applying a plan: what was promised and still holds is done, the rest is said."""

from audit.actions import OpenAction, Refusal, action, record
from audit.actors import Actor
from audit.models import Action
from audit.undo import plans, pointing, restoring
from audit.undo.kept import Kept
from audit.undo.outcomes import ActionsUndone, Undone
from audit.undo.plans import Plan
from audit.undo.selections import Chosen, Selection, find_actions
from audit.undo.units import Status, Unit

LOGGED = 200  # ids of actions in the arguments of the undo; `undoes` has those it took back


class NothingRestored(Refusal):
    """Nothing could be put back."""

    http = 409


def apply(planned: Plan | Kept, *, by: Actor, reason: str = "") -> Undone:
    """
    Put back what `planned` promised, under the same ids, wherever that still holds.

    What changed in between is left alone and said. Runs as an action, or joins the one that is
    open; starts nothing else.

    :raises NothingRestored: if there is nothing left to put back; says why
    :raises MayNotUndo: if some of it is not `by`'s to undo
    """
    actions = planned.action_ids
    with action(
        "undo.apply",
        by=by,
        reason=reason,
        arguments={"actions": actions[:LOGGED], "count": len(actions)},
    ) as doing:
        chosen = find_actions(Selection(actions=tuple(actions)), by=by)
        before = planned.units if isinstance(planned, Plan) else plans.judge(chosen, by=by)
        restoring.lock([unit for unit in before if unit.promise in planned.promises])
        units = plans.judge(chosen, by=by)
        pointing.check(units)
        if _hold_to(planned.promises, units):
            pointing.check(units)  # what is promised may need what is not
        undone = Undone(
            by=by,
            action_id=doing.id,
            units=units,
            beyond_recall=[each for each in chosen if each.is_beyond_recall],
        )
        undone.describe()
        if restoring.restore(units):
            undone.describe()
        if not undone.restored:
            raise NothingRestored(undone.summary, **undone.as_json())
        _tell(doing, undone, chosen)
    return undone


def _hold_to(promises: frozenset[int], units: list[Unit]) -> bool:
    """Do nothing that was not shown; return whether there was anything."""
    found = [
        unit for unit in units if unit.status is Status.RESTORABLE and unit.promise not in promises
    ]
    for unit in found:
        unit.status = Status.CONFLICT
        unit.because = "This changed since it was shown; look again."
    return bool(found)


def _tell(doing: OpenAction, undone: Undone, chosen: list[Chosen]) -> None:
    """Say in the ledger what was taken back, and tell those who keep figures of it."""
    doing.undoes = undone.took
    first = Action.objects.get(pk=chosen[0].id)
    if len(chosen) == 1:
        doing.target = doing.target or first.target
        doing.reach_id = doing.reach_id or first.reach_id
        summary = f"Undone: {first.summary or first.name}"
    else:
        doing.target = doing.target or first.ref
        summary = f"{len(undone.took)} actions undone. {undone.summary}"
    record(
        ActionsUndone(actions=undone.took, restored=len(undone.restored)), on=first, summary=summary
    )
