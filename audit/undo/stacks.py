"""
Who wrote last, once undos are counted: the arithmetic of undo, free of rows and SQL.

What was written to one cell (a field, a group of fields, a row's existence) is a list of events,
oldest first, one per action. An event of an undo takes back what the actions it names wrote there
before it, and may be taken back itself, which revives them. The events that are neither undos nor
taken back are the *effective* ones; the cell holds what the last of them left.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True, slots=True)
class Event:
    """
    What one action wrote to one cell.

    :param last: id of the last change by which it did so; orders events
    :param undoes: the actions it takes back; none unless it is an undo
    """

    action: int
    last: int
    undoes: frozenset[int] = frozenset()


class Standing(Enum):
    """Whether a selection of actions can be taken out of a cell."""

    LAST = "last"  # nobody wrote over it
    COVERED = "covered"  # somebody did, later
    GONE = "gone"  # it was taken back before


@dataclass(frozen=True, slots=True)
class Peeled:
    """
    What is left of a cell's events without the selected ones.

    :param upto: the change whose outcome the cell is to hold again; 0: what was there before any
    :param took: the selected actions that were effective in the cell
    :param over: others' live events later than the first of the selected, the last one first
    """

    standing: Standing
    upto: int
    took: frozenset[int]
    over: tuple[Event, ...] = ()


def find_live(events: Sequence[Event]) -> list[Event]:
    """Return the events that no later live undo takes back, undos included."""
    taken = [False] * len(events)
    for at in reversed(range(len(events))):
        if events[at].undoes and not taken[at]:
            for before in range(at):
                if events[before].action in events[at].undoes:
                    taken[before] = True
    return [event for event, gone in zip(events, taken, strict=True) if not gone]


def peel(events: Sequence[Event], selected: Set[int]) -> Peeled:
    """
    Take the selected actions' events off the top, as far down as nobody else's lie over them.

    What somebody else undid does not lie over anything; what they wrote, or chose to undo from
    below a selected undo, does.
    """
    events = _understood(events)
    live = find_live(events)
    mine = [event for event in live if event.action in selected]
    took = frozenset(event.action for event in mine)
    if not took:
        return Peeled(Standing.GONE, _holds(events), took)
    left = list(events)
    peeled = False
    while left and (taken := _find_next(left, selected)):
        peeled = peeled or any(event.action in selected for event in taken)
        left = [event for event in left if event not in taken]
    over = tuple(
        event
        for event in reversed(live)
        if event.last > mine[0].last and event.action not in selected
    )
    standing = Standing.LAST if peeled else Standing.COVERED
    return Peeled(standing, _holds(left), took, over)


def _find_next(events: list[Event], selected: Set[int]) -> list[Event]:
    """Return what can be taken off next: one selected event, or others' undo with what it undid."""
    top = events[-1]
    if top.action in selected:
        return [top]
    if not top.undoes:
        return []
    effective = [event for event in find_live(events) if not event.undoes]
    if effective and effective[-1].action in selected:
        return [effective[-1]]
    under = find_live(events[:-1])
    undone = [event for event in under if event.action in top.undoes]
    neutral = undone == under[-len(undone) :] and not any(e.action in selected for e in undone)
    return [*undone, top] if undone and neutral else []


def _holds(events: Sequence[Event]) -> int:
    """Return the change whose outcome a cell with these events holds; 0 before any."""
    effective = [event for event in find_live(events) if not event.undoes]
    return effective[-1].last if effective else 0


def _understood(events: Sequence[Event]) -> Sequence[Event]:
    """Count as an undo only what takes back something of this cell; else it is a write."""
    if not any(event.undoes for event in events):
        return events
    seen: set[int] = set()
    understood = []
    for event in events:
        understood.append(replace(event, undoes=event.undoes & seen))
        seen.add(event.action)
    return understood
