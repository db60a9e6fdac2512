"""What the clock counts of large boards is what would be counted now, and says its age."""

import random
from datetime import timedelta

import pytest

from audit import clock
from audit.actions import action, tenant
from config.celery import app
from crm import activities, contacts
from pipelines import boards, pipelines, positions, totals
from pipelines.insight import kept, performance, risks, spans
from pipelines.models import Counted, Position, StageTotal
from tests.pipelines.histories import NOW, day, lay


@pytest.fixture(autouse=True)
def still(settings):
    settings.FROZEN_NOW = NOW


@pytest.fixture
def past(inside, sales, ada):
    """Cards of all kinds, as chance has it: won, lost, long silent, overdue, of two currencies."""
    chance = random.Random(7)
    ends = ["", "", "", "Customer", "Lost"]
    for number in range(40):
        stays = [("Lead", pick(chance, 1, 9)), ("Qualified", pick(chance, 9, 18))]
        stays = stays[: chance.choice([1, 2])]
        if end := chance.choice(ends):
            stays.append((end, pick(chance, 18, 30)))
        card = lay(
            sales,
            *stays,
            by=ada,
            contact={"name": f"Contact {number}"},
            created_at=day(1),
            rank="a0",
            value_cents=chance.choice([None, 100 * number]),
            currency=chance.choice(["USD", "EUR"]),
            manual_score=chance.choice([None, 10, 80]),
            expected_close_on=chance.choice([None, day(20).date()]),
        )
        if chance.random() < 0.5:
            at = pick(chance, 1, 30)
            activities.log(card.contact, kind="call", occurred_at=at, by=ada)


def pick(chance, first, last):
    """Return noon or midnight of some day of the month."""
    return day(chance.randrange(2 * first, 2 * last) / 2)


def ask_risks(pipeline, organization, by, **asked):
    found = risks.find(pipeline, organization=organization, by=by, **asked)
    return found.cards, found.total, found.next


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.9])
def test_risks_out_of_what_is_kept_are_those_counted_now(threshold, past, sales, inside, bob):
    live = ask_risks(sales, inside, bob, threshold=threshold, limit=5)
    assert kept.recount(at_least=1) == 1

    assert ask_risks(sales, inside, bob, threshold=threshold, limit=5) == live
    after = live[2]
    pages = 0
    while after and pages < 10:
        page = ask_risks(sales, inside, bob, threshold=threshold, limit=5, after=after)
        Counted.objects.all().delete()
        assert page == ask_risks(sales, inside, bob, threshold=threshold, limit=5, after=after)
        kept.recount(at_least=1)
        after, pages = page[2], pages + 1
    assert pages or not live[2]


def test_a_flow_out_of_what_is_kept_is_that_counted_now(past, sales, inside, bob):
    span = spans.read("", "", organization=inside)
    live = performance.measure(sales, span=span, organization=inside, by=bob)

    kept.recount(at_least=1)
    again = performance.measure(sales, span=span, organization=inside, by=bob)

    assert [vars(each) for each in again.flow.stages] == [vars(each) for each in live.flow.stages]
    assert (again.won, again.lost, again.timed) == (live.won, live.lost, live.timed)
    assert again.days_to_close == live.days_to_close


@pytest.mark.parametrize("start", ["2020-01-01", "2026-02-10", "2026-03-01", "2026-02-28"])
def test_a_long_span_out_of_what_is_kept_is_that_counted_now(
    start, past, sales, inside, bob, ada, django_assert_max_num_queries
):
    lay(sales, ("Lead", day(12, 1)), ("Qualified", day(20, 2)), ("Lost", day(3)), by=ada)
    lay(sales, ("Lead", day(11, 2)), ("Customer", day(27, 2)), by=ada, value_cents=700)
    span = spans.read(start, "", organization=inside)
    live = performance.measure(sales, span=span, organization=inside, by=bob)

    kept.recount(at_least=1)
    with django_assert_max_num_queries(8):
        again = performance.measure(sales, span=span, organization=inside, by=bob)

    figures = [each | {"seconds": 0} for each in map(vars, live.flow.stages)]
    assert [each | {"seconds": 0} for each in map(vars, again.flow.stages)] == figures
    assert [each.durations.mean_days for each in again.flow.stages] == [
        pytest.approx(each.durations.mean_days) for each in live.flow.stages
    ]
    assert (again.won, again.lost, again.timed) == (live.won, live.lost, live.timed)
    assert again.days_to_close == live.days_to_close


def test_a_long_span_is_wholly_as_of_when_it_was_counted(
    past, sales, inside, bob, ada, settings, stage
):
    old = lay(sales, ("Lead", day(12, 1)), by=ada)
    span = spans.read("2026-01-10", "", organization=inside)
    kept.recount(at_least=1)
    before = performance.measure(sales, span=span, organization=inside, by=bob)
    settings.FROZEN_NOW = "2026-03-31T12:05:00Z"
    positions.move(old, to=stage("Qualified"), by=ada)

    again = performance.measure(sales, span=span, organization=inside, by=bob)

    assert again.as_of == before.as_of < clock.now()
    assert (again.flow.total, again.flow.won) == (before.flow.total, before.flow.won)
    assert [each.entered for each in again.flow.stages] == [
        each.entered for each in before.flow.stages
    ]


def test_a_span_that_ended_before_is_counted_now(past, sales, inside, bob):
    kept.recount(at_least=1)

    span = spans.read("2026-02-20", "2026-03-15", organization=inside)
    again = performance.measure(sales, span=span, organization=inside, by=bob)

    assert again.as_of == clock.now()
    Counted.objects.all().delete()
    live = performance.measure(sales, span=span, organization=inside, by=bob)
    assert (again.flow.total, again.lost, again.won) == (live.flow.total, live.lost, live.won)


def test_another_span_is_counted_now(past, sales, inside, bob, ada):
    kept.recount(at_least=1)
    _close_one(ada)

    week = spans.read("2026-03-24", "", organization=inside)
    now = performance.measure(sales, span=week, organization=inside, by=bob)

    Counted.objects.all().delete()
    assert now.lost == performance.measure(sales, span=week, organization=inside, by=bob).lost > 0


def test_who_left_the_board_meanwhile_is_not_shown(past, sales, inside, bob, ada):
    kept.recount(at_least=1)
    cards, total, _ = ask_risks(sales, inside, bob, threshold=0.1, limit=50)
    first, second, third = (Position.objects.get(pk=each.position_id) for each in cards[:3])
    positions.archive(first, by=ada)
    contacts.archive(second.contact, by=ada)
    positions.close(third, outcome="lost", reason="No budget.", by=ada)

    shown, counted, _ = ask_risks(sales, inside, bob, threshold=0.1, limit=50)

    assert [each.position_id for each in shown] == [each.position_id for each in cards[3:]]
    assert counted == total, "as of when it was counted"


def test_what_is_old_is_counted_anew(past, sales, inside, bob, ada, settings):
    kept.recount(at_least=1)
    before = risks.find(sales, organization=inside, by=bob, threshold=0.1)
    Counted.objects.update(kept_at=clock.real_now() - timedelta(hours=1))
    positions.archive(Position.objects.get(pk=before.cards[0].position_id), by=ada)

    now = risks.find(sales, organization=inside, by=bob, threshold=0.1)

    assert now.total.count == before.total.count - 1
    assert now.as_of == clock.now()


def test_small_boards_are_not_counted_by_the_clock(past, sales):
    assert kept.recount() == 0
    assert not Counted.objects.exists()


def test_the_clock_works_for_every_organization_and_shows_none_anothers(sales, grace, ada, eve):
    theirs = pipelines.create("Sales", stages=[{"name": "One"}], by=eve)
    boards_of = {ada: (sales, grace), eve: (theirs, contacts.create(name="Mallory", by=eve))}
    for by, (board, who) in boards_of.items():
        for cents in (100, 20):
            positions.enter(who, pipeline=board, value_cents=cents, currency="USD", by=by)

    assert totals.fold() == 4
    assert kept.recount(at_least=1) == 2

    for by, (board, _) in boards_of.items():
        with tenant(by.tenant_id):
            first = boards.get_heads(board, by=by)[0]
            assert (first.count, first.totals) == (2, {"USD": 120})
            assert set(Counted.objects.values_list("pipeline_id", flat=True)) == {board.pk}
            assert StageTotal.objects.count() == 1


def test_the_clock_knows_all_it_is_to_do(settings):
    app.loader.import_default_modules()

    assert {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def _close_one(by):
    card = Position.objects.filter(closed_at=None).first()
    with action("test.arrange", by=by):
        Position.objects.filter(pk=card.pk).update(
            closed_at=clock.now(), outcome="lost", stage=card.pipeline.stages.get(name="Lost")
        )
