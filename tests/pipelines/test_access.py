"""Closed pipelines: for whoever may not see one, it is not there."""

from dataclasses import replace

import pytest

from audit import reach
from audit.models import Action, Change, Event
from crm import refs
from crm.models import Membership
from pipelines import access, boards, pipelines, positions
from pipelines.models import Attestation, Criterion, Pipeline, Position, Stage, StageVisit


@pytest.fixture
def closed(card, sales, ada, mo):
    """Sales, closed by its owner, with Grace's card in it."""
    positions.update(card, changes={"title": "Compiler"}, by=ada)
    return access.restrict(sales, by=ada)


def member(actor):
    return Membership.objects.get(pk=actor.membership_id)


@pytest.mark.parametrize("model", [Pipeline, Stage, Criterion, Position, StageVisit, Attestation])
def test_nothing_in_it_is_found(closed, model, bob, ada):
    assert not model.objects.visible_to(bob).exists()
    if model in (Pipeline, Stage, Position, StageVisit):
        assert model.objects.visible_to(ada).exists()


def test_its_board_is_empty(closed, card, stage, bob, ada):
    assert boards.get_board(closed, by=bob).columns == []
    assert boards.get_heads(closed, by=bob) == []
    assert boards.get_column(stage("Lead"), by=bob).cards == []
    assert boards.find_owners(closed, by=bob) == []
    assert boards.get_board(closed, by=ada).count == 1


def test_its_text_is_not_found(closed, bob, ada):
    filters = boards.Filters(text="compil")

    assert boards.get_board(closed, by=bob, filters=filters).count == 0
    assert boards.get_board(closed, by=ada, filters=filters).count == 1


def test_it_is_absent_from_the_ledger(closed, card, bob, ada):
    for rows in (Action, Change, Event):
        assert not rows.objects.visible_to(bob).filter(reach_id=closed.pk).exists()
        assert rows.objects.visible_to(ada).filter(reach_id=closed.pk).exists()


@pytest.mark.parametrize("which", ["pipeline", "stage", "position"])
def test_a_reference_to_it_names_nothing(closed, card, bob, ada, which):
    ref = {"pipeline": closed.ref, "stage": card.stage.ref, "position": card.ref}[which]

    with pytest.raises(refs.NotFound):
        refs.find(ref, by=bob)
    assert refs.find(ref, by=ada).ref == ref


def test_who_is_let_in_sees_it_and_who_is_shut_out_again_does_not(closed, card, bob, ada):
    access.open_to(closed, member=member(bob), by=ada)
    assert access.find_closed(bob) == frozenset()
    assert list(Position.objects.visible_to(bob)) == [card]

    access.shut_to(closed, member=member(bob), by=ada)
    assert access.find_closed(bob) == {closed.pk}
    assert not Position.objects.visible_to(bob).exists()


def test_those_let_in_are_listed(closed, bob, mo, ada):
    access.open_to(closed, member=member(mo), by=ada)
    access.open_to(closed, member=member(bob), by=ada)

    assert [each.user.name for each in access.find_members(closed)] == ["Ada", "Bob", "Mo"]


def test_who_closes_it_is_let_in(sales, mo, bob, inside):
    access.restrict(sales, by=mo)

    assert access.find_closed(mo) == frozenset()
    assert access.find_closed(bob) == {sales.pk}


def test_opened_to_everybody_it_is_there_again(closed, bob, ada):
    access.unrestrict(closed, by=ada)

    assert access.find_closed(bob) == frozenset()
    assert Pipeline.objects.visible_to(bob).exists()


def test_letting_in_is_recorded_where_the_pipeline_is(closed, bob, ada):
    access.open_to(closed, member=member(bob), by=ada)

    opened = Event.objects.get(name="pipelines.pipeline.opened", summary__startswith="Bob")
    assert opened.summary == "Bob was let into Sales"
    change = Change.objects.filter(
        table_name="pipelines_pipelineuserobjectpermission", action_id=opened.action_id
    ).get()
    assert change.reach_id == closed.pk


def test_a_member_of_another_organization_is_not_let_in(elsewhere, eve, closed, ada):
    with pytest.raises(refs.NotFound):
        access.open_to(closed, member=member(eve), by=ada)


def test_an_agent_knows_a_closed_pipeline_only_if_it_is_named(closed, worker, ada):
    other = pipelines.create_from_blueprint("support", by=ada)

    limited = replace(worker, pipelines=frozenset({closed.pk}))

    assert access.find_closed(worker) == {closed.pk}
    assert access.find_closed(limited) == {other.pk}
    assert list(Pipeline.objects.visible_to(limited)) == [closed]
    assert list(Pipeline.objects.visible_to(worker)) == [other]


def test_the_ledger_asks_here(closed, bob):
    assert closed.pk in reach.find_closed(bob)
