"""Undo's arithmetic: who wrote last, once undos are counted."""

import pytest

from audit.undo.stacks import Event, Standing, peel

A, B, C, D = 1, 2, 3, 4
U, V, W = 11, 12, 13


def cell(*events):
    """Build events from actions, undos as (action, what it undoes …)."""
    return [
        Event(event, at, frozenset())
        if isinstance(event, int)
        else Event(event[0], at, frozenset(event[1:]))
        for at, event in enumerate(events, start=1)
    ]


def result(events, *selected):
    peeled = peel(cell(*events), set(selected))
    return peeled.standing, peeled.upto


LAST, COVERED, GONE = Standing.LAST, Standing.COVERED, Standing.GONE


@pytest.mark.parametrize(
    ("events", "selected", "expected"),
    [
        # Plain writes.
        ([A], [A], (LAST, 0)),
        ([A, B], [B], (LAST, 1)),
        ([A, B], [A], (COVERED, 2)),
        ([A, B], [A, B], (LAST, 0)),
        ([A, B, C], [A, C], (LAST, 2)),
        ([A, B, C, D], [B, D], (LAST, 3)),
        # Undone is undone, whoever did it.
        ([A, (U, A)], [A], (GONE, 0)),
        ([A, B, (U, B)], [B], (GONE, 1)),
        # Somebody's undo of a later write uncovers the earlier one.
        ([A, B, (U, B)], [A], (LAST, 0)),
        ([C, A, B, (U, B)], [A], (LAST, 1)),
        # The undo of an undo revives.
        ([A, (U, A)], [U], (LAST, 1)),
        ([A, (U, A), (V, U)], [A], (LAST, 0)),
        ([A, (U, A), (V, U)], [U], (GONE, 1)),
        ([A, (U, A), (V, U)], [V], (LAST, 0)),
        ([A, (U, A), (V, U), (W, V)], [A], (GONE, 0)),
        ([A, B, (U, A, B)], [U], (LAST, 2)),
        # What was written after an undo keeps it from being undone.
        ([A, (U, A), B], [U], (COVERED, 3)),
        ([A, (U, A), B, (V, B)], [U], (LAST, 1)),
        ([A, B, (U, B), (V, A)], [U], (COVERED, 0)),
        ([A, B, (U, B), (V, A)], [U, V], (LAST, 2)),
        ([A, B, (U, B), C], [U, C], (LAST, 2)),
        ([A, B, (U, B), D, C], [U, C], (LAST, 4)),
        # What one undid from below stays undone when the rest is undone too.
        ([A, B, C, (U, A, C)], [B], (LAST, 0)),
        # An undo of something else is a write here.
        ([A, (U, C)], [A], (COVERED, 2)),
        ([A, (U, C)], [U], (LAST, 1)),
    ],
)
def test_what_is_left_without_the_selected(events, selected, expected):
    assert result(events, *selected) == expected


def test_what_lies_over_is_named_the_last_first():
    peeled = peel(cell(A, B, C, D), {B})

    assert [event.action for event in peeled.over] == [D, C]


def test_what_took_effect_is_named():
    peeled = peel(cell(A, B, C), {A, C, D})

    assert peeled.took == {A, C}
