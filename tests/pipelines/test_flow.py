"""What became of the stays in a pipeline, against figures reckoned by hand."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import undo
from audit.actions import action
from crm.fields import FieldError
from pipelines import positions
from pipelines.insight import advice, performance, spans
from pipelines.insight.durations import Durations
from pipelines.models import Stage, StageVisit
from tests.pipelines.histories import NOW, day, lay, trace


@pytest.fixture(autouse=True)
def still(settings):
    settings.FROZEN_NOW = NOW


@pytest.fixture
def march(inside):
    return spans.read("2026-03-01", "2026-04-01", organization=inside)


@pytest.fixture
def history(inside, sales, ada):
    """Five cards: one won, two lost, one back in Lead, one that never left it."""
    said = {"by": ada, "created_at": day(20)}
    return [
        lay(
            sales,
            ("Lead", day(1)),
            ("Qualified", day(3)),
            ("Demo", day(7)),
            ("Customer", day(17)),
            value_cents=900_00,
            currency="USD",
            **said,
        ),
        lay(sales, ("Lead", day(1)), ("Qualified", day(5)), ("Lost", day(15)), **said),
        lay(sales, ("Lead", day(2)), ("Lost", day(8)), **said),
        lay(sales, ("Lead", day(2)), ("Qualified", day(6)), ("Lead", day(10)), **said),
        lay(sales, ("Lead", day(11)), **said),
    ]


def by_name(traced):
    return {each.stage.name: each for each in traced.stages}


def test_stays_are_counted_by_what_became_of_them(history, sales, march, bob):
    found = by_name(trace(sales, span=march, by=bob))

    lead, qualified, demo = found["Lead"], found["Qualified"], found["Demo"]
    assert (lead.entered, lead.moved_on, lead.dropped, lead.moved_back) == (6, 3, 1, 0)
    assert (lead.conversion_rate, lead.drop_off_rate) == (3 / 6, 1 / 6)
    assert (qualified.entered, qualified.moved_on, qualified.dropped) == (3, 1, 1)
    assert qualified.moved_back == 1
    assert (demo.conversion_rate, demo.drop_off_rate) == (1.0, 0.0)
    assert found["Proposal"].conversion_rate is None
    assert found["Customer"].conversion_rate is None


def test_days_are_of_stays_that_are_over(history, sales, march, bob):
    found = by_name(trace(sales, span=march, by=bob))

    lead = found["Lead"].durations  # 2, 4, 6 and 4 days; two cards stand there still
    assert lead.count == 4
    assert lead.mean_days == 4.0
    assert (lead.find_days(0.5), lead.find_days(0.9)) == (4.0, pytest.approx(5.4))
    assert sum(lead.standing.values()) == 2
    assert found["Qualified"].durations.mean_days == pytest.approx((4 + 10 + 4) / 3)


def test_transitions_say_which_ways_were_gone(history, sales, march, bob):
    traced = trace(sales, span=march, by=bob)

    ways = [(left.name, to.name, count) for left, to, count in traced.find_transitions()]
    assert ways == [
        ("Lead", "Qualified", 3),
        ("Lead", "Lost", 1),
        ("Qualified", "Lead", 1),
        ("Qualified", "Demo", 1),
        ("Qualified", "Lost", 1),
        ("Demo", "Customer", 1),
    ]


def test_the_whole_is_counted_by_card(history, sales, march, inside, bob):
    measured = performance.measure(sales, span=march, organization=inside, by=bob)

    assert (measured.flow.total, measured.flow.won) == (5, 1)
    assert measured.conversion_rate == 1 / 5
    assert measured.win_rate == 1 / 3
    assert (measured.days_to_close, measured.timed) == (16.0, 1)
    assert measured.won.total_cents == 900_00
    assert measured.days_passed == 30.5


def test_a_span_takes_stays_that_began_in_it(history, sales, inside, bob):
    span = spans.read("2026-03-05", "2026-03-08", organization=inside)

    traced = trace(sales, span=span, by=bob)

    found = by_name(traced)
    assert (found["Lead"].entered, found["Qualified"].entered, found["Demo"].entered) == (0, 2, 1)
    assert traced.total == 3


def test_the_product_itself_writes_what_followed(card, stage, sales, inside, ada, bob):
    positions.move(card, to=stage("Qualified"), by=ada)
    positions.move(card, to=stage("Lost"), reason="no budget", by=ada)

    span = spans.read("", "", organization=inside)
    found = by_name(trace(sales, span=span, by=bob))

    assert (found["Lead"].moved_on, found["Qualified"].dropped) == (1, 1)
    followed = StageVisit.objects.order_by("id").values_list("next_stage__name", flat=True)
    assert list(followed) == ["Qualified", "Lost", None]


def test_undo_takes_back_what_followed(card, stage, ada, inside):
    with action("move", by=ada) as opened:
        positions.move(card, to=stage("Qualified"), by=ada)
    undo.apply(undo.plan(undo.Selection(actions=(opened.id,)), by=ada), by=ada)

    stay = StageVisit.objects.get()
    assert (stay.stage, stay.left_at, stay.next_stage) == (stage("Lead"), None, None)


def test_cards_lost_where_they_stand_are_lost_from_there(sales, march, ada, bob, inside):
    with action("test.arrange", by=ada):
        Stage.objects.filter(name="Lost").update(archived_at=day(1))
    for number in range(3):
        lay(sales, ("Demo", day(2)), by=ada, outcome="lost", closed_at=day(8 + number))

    demo = by_name(trace(sales, span=march, by=bob))["Demo"]

    assert (demo.entered, demo.dropped, demo.standing.total()) == (3, 3, 0)
    assert demo.durations.find_days(0.5) == 7.0
    assert demo.durations.mean_days == 7.0


def test_the_bottleneck_is_where_half_take_longest(sales, march, ada, bob, inside):
    for number in range(6):
        lay(
            sales,
            ("Lead", day(1)),
            ("Qualified", day(2)),
            ("Demo", day(10 + number)),
            ("Customer", day(12 + number)),
            by=ada,
        )

    traced = trace(sales, span=march, by=bob)
    measured = performance.measure(sales, span=march, organization=inside, by=bob)

    assert traced.bottleneck.stage.name == "Qualified"
    assert "Qualified is the bottleneck" in advice.tell(measured)[0]
    shorten = advice.suggest(measured)[0]
    assert (shorten.action, shorten.stage.name) == ("shorten_stage", "Qualified")
    # Half leave Qualified within 10 days, Lead within 1 and Demo within 2.
    assert shorten.impact.startswith("8.5 days sooner")


def test_what_never_leaves_is_a_bottleneck_too(sales, march, ada, bob, inside):
    for _ in range(5):
        lay(sales, ("Lead", day(1)), ("Qualified", day(4)), ("Demo", day(5)), by=ada)
    for _ in range(20):
        lay(sales, ("Lead", day(1)), ("Qualified", day(2)), by=ada)

    assert trace(sales, span=march, by=bob).bottleneck.stage.name == "Qualified"


def test_a_lossy_stage_is_said_with_what_keeping_some_would_bring(sales, march, ada, bob, inside):
    for number in range(8):
        end = "Lost" if number < 4 else "Customer"
        lay(sales, ("Lead", day(1)), ("Demo", day(2)), (end, day(6)), by=ada)

    measured = performance.measure(sales, span=march, organization=inside, by=bob)

    assert any("Demo has a 50 % drop-off rate" in said for said in advice.tell(measured))
    keep = next(each for each in advice.suggest(measured) if each.action == "reduce_drop_off")
    assert keep.impact.startswith("1.0 more cards won")


def test_little_data_is_said_and_nothing_made_of_it(history, sales, inside, march, bob):
    few = spans.read("2026-03-11", "2026-04-01", organization=inside)
    measured = performance.measure(sales, span=few, organization=inside, by=bob)

    assert advice.tell(measured) == [advice.find_shortage(measured.flow)]
    assert "Not enough data" in advice.find_shortage(measured.flow)
    assert advice.suggest(measured) == []
    assert measured.flow.bottleneck is None


def test_an_empty_pipeline_has_no_rates(sales, march, inside, bob):
    measured = performance.measure(sales, span=march, organization=inside, by=bob)

    assert measured.conversion_rate is measured.win_rate is measured.days_to_close is None
    assert measured.flow.total == 0
    assert "Not enough data" in advice.tell(measured)[0]


def test_it_takes_seven_statements(history, sales, march, inside, bob, django_assert_num_queries):
    with django_assert_num_queries(7):
        performance.measure(sales, span=march, organization=inside, by=bob)


def test_a_day_begins_where_the_organization_is(inside):
    inside.time_zone = "Asia/Tokyo"

    span = spans.read("2026-03-01", "2026-03-02", organization=inside)
    usual = spans.read("", "", organization=inside)

    assert span.start == datetime(2026, 2, 28, 15, tzinfo=UTC)
    assert span.end == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert usual.end == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert usual.days == 90


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("soon", "", "start"),
        ("", "31.03.2026", "end"),
        ("2026-03-02", "2026-03-01", "end"),
        ("0001-01-01", "", "start"),
        ("", "9999-12-31T23:59:59-12:00", "end"),
    ],
)
def test_a_span_that_does_not_read_is_refused_by_name(inside, start, end, wrong):
    with pytest.raises(FieldError) as refusal:
        spans.read(start, end, organization=inside)

    assert list(refusal.value.fields) == [wrong]


counts = st.dictionaries(st.integers(0, 900), st.integers(1, 50), max_size=8)


@given(over=counts, standing=counts)
def test_quantiles_are_between_the_least_and_the_most(over, standing):
    durations = Durations(over, standing)
    days = [durations.find_days(share / 10) for share in range(11)]

    if over:
        assert days == sorted(days)
        assert (days[0], days[-1]) == (min(over) / 10, max(over) / 10)
    else:
        assert set(days) == {None}
    until = durations.find_days_until(0.5)
    assert until is None or until in {at / 10 for at in over}


@given(over=counts)
def test_where_nothing_stands_half_have_left_at_the_median(over):
    durations = Durations(over)
    in_order = sorted(at for at, count in over.items() for _ in range(count))

    half = durations.find_days_until(0.5)
    assert half == (in_order[(len(in_order) - 1) // 2] / 10 if over else None)
