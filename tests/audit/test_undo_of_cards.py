"""Undo of moves: stage, closing and visits go back all or none."""

from datetime import timedelta

import pytest

from audit import clock, undo
from audit.actions import action
from audit.models import Action
from crm.models import Activity, Company, Contact, Link, Task
from pipelines import positions
from pipelines.models import Position, StageVisit
from tests.audit.undoing import counts, moved, plan, take_back

pytestmark = pytest.mark.usefixtures("everybody_may_undo")


def picture(*ignored):
    """Everything undo promises to bring back."""
    return [
        list(model.objects.order_by("pk").values(*_columns(model)))
        for model in [Contact, Company, Position, StageVisit, Link, Activity, Task]
    ]


def _columns(model):
    return [f.attname for f in model._meta.concrete_fields if f.attname != "updated_at"]


def test_a_move_is_undone_with_its_visits(inside, card, stage, bob, ada):
    before = picture()
    done = moved(bob, card, stage("Qualified"))

    undone = take_back(ada, done)

    assert picture() == before
    assert StageVisit.objects.get(left_at=None).stage == stage("Lead")
    take_back(ada, undone.action_id)
    assert StageVisit.objects.get(left_at=None).stage == stage("Qualified")


def test_a_move_somebody_moved_on_from_stays(inside, card, stage, robin, bob, ada):
    done = moved(robin, card, stage("Qualified"))
    moved(bob, card, stage("Demo"))
    before = picture()

    planned = plan(ada, done)
    with pytest.raises(undo.NothingRestored):
        undo.apply(planned, by=ada)

    assert planned.counts["restorable"] == 0
    assert picture() == before


def test_two_moves_come_off_together(inside, card, stage, bob, ada):
    before = picture()
    first = moved(bob, card, stage("Qualified"))
    second = moved(bob, card, stage("Demo"))

    take_back(ada, first, second)

    assert picture() == before


def test_a_move_around_somebody_elses_ends_where_they_put_it(inside, card, stage, robin, ada, bob):
    first = moved(robin, card, stage("Qualified"))
    moved(bob, card, stage("Demo"))
    before = picture()
    last = moved(robin, card, stage("Proposal"))

    take_back(ada, first, last)

    assert picture() == before


def test_a_closing_is_undone_whole(inside, card, stage, bob, ada):
    before = picture()
    with action("positions.close", by=bob, target=card) as doing:
        positions.close(
            Position.objects.get(pk=card.pk), outcome="lost", reason="No budget", by=bob
        )

    take_back(ada, doing.id)

    assert picture() == before


def test_a_card_is_removed_with_its_visits(inside, grace, sales, stage, bob, ada):
    before = picture()
    with action("positions.enter", by=bob) as doing:
        card = positions.enter(grace, pipeline=sales, by=bob)
    on = moved(bob, card, stage("Qualified"))

    undone = take_back(ada, doing.id, on)

    assert picture() == before
    take_back(ada, undone.action_id)
    assert StageVisit.objects.count() == 2


def test_a_card_somebody_moved_is_not_removed(inside, grace, sales, stage, robin, bob, ada):
    with action("positions.enter", by=robin) as doing:
        card = positions.enter(grace, pipeline=sales, by=robin)
    moved(bob, card, stage("Qualified"))
    before = picture()

    planned = plan(ada, doing.id)

    assert counts(planned) == {"conflicts": 1}
    with pytest.raises(undo.NothingRestored):
        undo.apply(planned, by=ada)
    assert picture() == before


def test_past_stays_added_later_keep_a_card_and_can_be_taken_back(inside, card, stage, robin, ada):
    entered = Action.objects.get(name="positions.enter").pk
    with action("positions.load_history", by=robin) as doing:
        StageVisit.objects.create(
            organization=inside, pipeline_id=card.pipeline_id, position=card, stage=stage("Lead"),
            entered_at=clock.now() - timedelta(days=9), left_at=clock.now() - timedelta(days=5),
        )  # fmt: skip
    moved(ada, card, stage("Qualified"))

    assert plan(ada, entered).counts["restorable"] == 0
    assert counts(take_back(ada, doing.id)) == {"restorable": 1}
