"""
Room for whoever carries out what was granted, and knows what the tools are.

Approvals know no tools. The app above registers one executor at start-up; through it an edited call
is validated, and what a person was shown is looked up afresh.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.models import Approval
from approvals.proposals import Proposal, Shown
from audit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Executor:
    """
    How to make a proposal of an approval again, and how to show it.

    `propose(approval, arguments, by)` validates `arguments` against the tool's schema and finds the
    rows they name as `by` may see them, or as whoever asked may where `by` is None; it raises a
    `Refusal` where that is not possible (any more). The proposal is always whoever asked's.
    `preview(proposal)` returns what a person would be shown of it now.
    """

    propose: Callable[[Approval, Mapping[str, Any], Actor | None], Proposal]
    preview: Callable[[Proposal], Shown]


class NoExecutor(RuntimeError):
    """Nobody registered to carry out what is granted."""


_registered: list[Executor] = []


def register(executor: Executor) -> Executor:
    """Make `executor` the one; it takes the place of an earlier one."""
    _registered[:] = [executor]
    return executor


def get_executor() -> Executor:
    """
    Return the executor.

    :raises NoExecutor: if there is none, which is a fault of the set-up
    """
    if not _registered:
        raise NoExecutor("No app registered an executor for approvals.")
    return _registered[0]
