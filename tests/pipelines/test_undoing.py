"""Undo puts no card where no command would: what was rearranged since stands."""

import pytest

from audit import undo
from audit.actions import action
from audit.models import Action
from audit.undo import NothingRestored, Selection
from crm import contacts
from pipelines import access, pipelines, positions, stages
from pipelines.models import Position, Stage


@pytest.fixture
def card(inside, sales, grace, ada):
    return positions.enter(grace, pipeline=sales, by=ada)


def plan_last(name, *, by):
    last = Action.objects.filter(name=name).latest("pk")
    return undo.plan(Selection(actions=(last.pk,)), by=by)


def test_a_card_does_not_go_back_to_a_stage_that_is_out_of_use(card, stage, ada):
    positions.move(card, to=stage("Qualified"), by=ada)
    stages.archive(stage("Lead"), by=ada)

    plan = plan_last("positions.move", by=ada)

    assert plan.is_empty
    assert "Lead is out of use by now" in plan.describe()["conflicts"][0].says
    with pytest.raises(NothingRestored):
        undo.apply(plan, by=ada)
    card.refresh_from_db()
    assert card.stage.name == "Qualified"


def test_a_card_goes_back_along_with_its_stage(card, stage, ada):
    positions.move(card, to=stage("Qualified"), by=ada)
    stages.archive(stage("Lead"), by=ada)

    done = list(Action.objects.filter(name__in=["positions.move", "stages.archive"]))
    plan = undo.plan(Selection(actions=tuple(each.pk for each in done)), by=ada)
    undo.apply(plan, by=ada)

    card.refresh_from_db()
    assert (card.stage.name, card.stage.archived_at) == ("Lead", None)


def test_a_stage_stays_in_use_while_cards_stand_in_it(card, stage, ada):
    stages.archive(stage("Qualified"), by=ada)
    undone = undo.apply(plan_last("stages.archive", by=ada), by=ada)
    positions.move(card, to=stage("Qualified"), by=ada)

    again = undo.plan(Selection(actions=(undone.action_id,)), by=ada)

    assert again.counts["conflicts"] == 1
    assert "Cards stand in it" in again.describe()["conflicts"][0].says
    assert Stage.objects.get(name="Qualified").archived_at is None


def test_a_card_does_not_go_back_to_a_stage_that_means_an_end_by_now(card, stage, ada):
    positions.move(card, to=stage("Qualified"), by=ada)
    stages.update(stage("Lead"), changes={"kind": "won"}, by=ada)

    plan = plan_last("positions.move", by=ada)

    assert plan.is_empty
    assert "Lead means won by now" in plan.describe()["conflicts"][0].says


def test_a_plan_made_before_the_stage_went_is_not_carried_out(card, stage, ada):
    positions.move(card, to=stage("Qualified"), by=ada)
    plan = plan_last("positions.move", by=ada)
    stages.archive(stage("Lead"), by=ada)

    with pytest.raises(NothingRestored):
        undo.apply(plan, by=ada)

    assert Position.objects.get().stage.name == "Qualified"


def test_what_is_closed_by_now_is_not_undone_by_who_may_not_see_it(card, sales, stage, ada, bob):
    positions.move(card, to=stage("Qualified"), by=bob)
    moved = Action.objects.latest("pk")
    access.restrict(sales, by=ada)

    with pytest.raises(undo.NothingSelected):
        undo.plan(Selection(actions=(moved.pk,)), by=bob)
    with pytest.raises(undo.NothingSelected):
        undo.plan(Selection(correlation=moved.correlation), by=bob)


def test_of_what_is_partly_closed_only_the_rest_is_undone(card, sales, stage, grace, ada, bob):
    with action("test.both", by=bob) as doing:
        contacts.update(grace, changes={"city": "Boston"}, by=bob)
        positions.move(card, to=stage("Qualified"), by=bob)
    access.restrict(sales, by=ada)

    plan = undo.plan(Selection(actions=(doing.id,)), by=bob)
    undone = undo.apply(plan, by=bob)

    grace.refresh_from_db()
    card.refresh_from_db()
    assert (grace.city, card.stage.name) == ("", "Qualified")
    said = str(plan.as_json()) + str(undone.as_json())
    assert "Sales" not in said
    assert card.ref not in said


def test_a_contact_that_a_closed_board_needs_stays_and_nothing_is_told_of_it(
    inside, sales, ada, bob
):
    alan = contacts.create(name="Alan", by=bob)
    made = Action.objects.latest("pk")
    positions.enter(alan, pipeline=sales, by=ada)
    access.restrict(sales, by=ada)

    plan = undo.plan(Selection(actions=(made.pk,)), by=bob)

    assert plan.is_empty
    assert plan.describe()["dependent"][0].says == "Other records point to it, so it stays."


def test_a_board_does_not_become_the_default_beside_another(inside, sales, ada):
    other = pipelines.create("Support", stages=[{"name": "New"}], by=ada)
    pipelines.update(sales, changes={"is_default": False}, by=ada)
    pipelines.update(other, changes={"is_default": True}, by=ada)

    first = Action.objects.filter(name="pipelines.update").earliest("pk")
    with pytest.raises(NothingRestored, match="changed since by others"):
        undo.apply(undo.plan(Selection(actions=(first.pk,)), by=ada), by=ada)

    other.refresh_from_db()
    assert other.is_default
