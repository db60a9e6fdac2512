"""
Undo: take back what was done, from the ledger's own rows, and never over what others did later.

`plan` says what would come of it and changes nothing; `apply` does what was planned and is itself
an action, which can be undone. `keep` puts a plan aside for the moment between showing and doing.
"""

from audit.undo.applying import NothingRestored, apply
from audit.undo.kept import PlanGone, find, keep
from audit.undo.outcomes import ActionsUndone, Undone
from audit.undo.plans import Plan, plan
from audit.undo.selections import (
    MayNotUndo,
    NothingSelected,
    Selection,
    may_undo,
    permits_all,
    permits_own,
    restrict,
)

__all__ = [
    "ActionsUndone",
    "MayNotUndo",
    "NothingRestored",
    "NothingSelected",
    "Plan",
    "PlanGone",
    "Selection",
    "Undone",
    "apply",
    "find",
    "keep",
    "may_undo",
    "permits_all",
    "permits_own",
    "plan",
    "restrict",
]
