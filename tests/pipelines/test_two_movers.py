"""Two at once: real threads, real commits. One wins, the other gets the truth."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from audit.actions import action, tenant
from audit.models import Action
from crm.models import Contact
from pipelines import gates, pipelines, positions
from pipelines.models import Pipeline, Position, StageVisit

MOVERS = 6


@pytest.fixture
def db(committed):
    """Here the cast commits."""


@pytest.fixture
def card(grace, sales, ada):
    return positions.enter(grace, pipeline=sales, by=ada)


def at_once(*works):
    """Run each of `works` in a thread of its own, from the same moment; return what came of it."""
    start = threading.Barrier(len(works))

    def run(work):
        start.wait()
        try:
            return work()
        except (positions.Conflict, gates.AgentsNotAllowed) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def look(card):
    with tenant(card.organization_id):
        return Position.objects.get(pk=card.pk)


def find_stays(card):
    with tenant(card.organization_id):
        stays = StageVisit.objects.filter(position=card).order_by("id").select_related("stage")
        return [(stay.stage.name, stay.left_at is None) for stay in stays]


def test_of_many_movers_one_wins_and_the_others_get_the_truth(card, stage, bob):
    qualified, seen = stage("Qualified"), [look(card) for _ in range(MOVERS)]

    results = at_once(
        *(lambda each=each: positions.move(each, to=qualified, by=bob) for each in seen)
    )

    won = [each for each in results if isinstance(each, Position)]
    lost = [each for each in results if isinstance(each, positions.Conflict)]
    assert (len(won), len(lost)) == (1, MOVERS - 1)
    assert {each.details["stage"] for each in lost} == {qualified.ref}
    assert {str(each) for each in lost} == {
        "Grace Hopper is in Qualified by now: Bob moved it there."
    }
    assert find_stays(card) == [("Lead", False), ("Qualified", True)]
    with tenant(card.organization_id):
        attempts = Action.objects.filter(name="positions.move").values_list("outcome", flat=True)
        assert sorted(attempts) == ["done", *["refused"] * (MOVERS - 1)]


def test_a_mover_that_waited_for_another_sees_what_it_did(card, stage, ada, bob):
    qualified, lost = stage("Qualified"), stage("Lost")
    moved = threading.Event()

    def first():
        with action("test.first", by=ada):
            positions.move(look(card), to=lost, by=ada, reason="too dear")
            moved.set()
            wait_until_somebody_waits()

    def second():
        seen = look(card)
        moved.wait()
        return positions.move(seen, to=qualified, by=bob)

    _, result = at_once(first, second)

    assert isinstance(result, positions.Conflict)
    assert result.card.lost_reason == "too dear"
    assert find_stays(card) == [("Lead", False), ("Lost", True)]


def wait_until_somebody_waits():
    """Return once another connection waits for one of our locks."""
    with connections["default"].cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "select pg_sleep(0.01), exists (select from pg_stat_activity"
                " where pg_backend_pid() = any(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[1]:
                return
    raise AssertionError("Nobody waits.")


def test_cards_put_on_top_at_once_are_all_there(sales, stage, ada):
    with action("test.arrange", by=ada):
        known = [
            Contact.objects.create(organization_id=sales.organization_id, name=f"Contact {n}")
            for n in range(MOVERS)
        ]

    at_once(*(lambda each=each: positions.enter(each, pipeline=sales, by=ada) for each in known))

    lead = stage("Lead")
    with tenant(sales.organization_id):
        assert Position.objects.filter(stage=lead).count() == MOVERS
        assert StageVisit.objects.filter(stage=lead, left_at=None).count() == MOVERS


def test_nothing_an_agent_does_ends_after_the_switch(card, stage, ada, worker):
    """Switching agents off waits for the move under way; the next one meets the switch."""
    qualified, demo = stage("Qualified"), stage("Demo")
    moving = threading.Event()

    def move():
        with action("move_contact", by=worker):
            positions.move(look(card), to=qualified, by=worker)
            moving.set()
            wait_until_somebody_waits()

    def switch():
        moving.wait()
        pipelines.update(card.pipeline, changes={"ai_enabled": False}, by=ada)

    at_once(move, switch)

    with pytest.raises(gates.AgentsNotAllowed):
        positions.move(look(card), to=demo, by=worker)
    assert find_stays(card)[-1] == ("Qualified", True)


def test_of_pipelines_made_at_once_one_is_the_default(ada):
    made = at_once(
        *(lambda name=name: pipelines.create(name, by=ada) for name in ("One", "Two", "Three"))
    )

    assert sorted(each.name for each in made) == ["One", "Three", "Two"]
    assert [each.is_default for each in made].count(True) == 1


def test_of_those_who_choose_a_default_at_once_the_last_has_it(ada):
    made = [pipelines.create(name, by=ada) for name in ("One", "Two", "Three")]

    chosen = at_once(
        *(
            lambda each=each: pipelines.update(each, changes={"is_default": True}, by=ada)
            for each in made
        )
    )

    assert all(isinstance(each, Pipeline) for each in chosen)
    with tenant(ada.organization_id):
        assert Pipeline.objects.filter(is_default=True).count() == 1
