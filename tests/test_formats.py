"""How money, time, scores and names read on a page."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.templatetags import crm_format
from pipelines.models import Position

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(settings):
    settings.FROZEN_NOW = NOW.isoformat()


@pytest.mark.parametrize(
    ("cents", "currency", "said"),
    [
        (1_200_000, "USD", "$12,000"),
        (8_000_000, "EUR", "€80,000"),
        (1_050, "GBP", "£10.50"),
        (5, "USD", "$0.05"),
        (-250, "USD", "−$2.50"),
        (1_200, "JPY", "¥1,200"),
        (1_234_567, "KWD", "KWD\u00a01,234.567"),
        (10_000, "CHF", "CHF\u00a0100"),
        (10_000, "", "100"),
        (0, "USD", "$0"),
        (None, "USD", ""),
    ],
)
def test_money_reads_as_people_write_it(cents, currency, said):
    assert crm_format.money(cents, currency) == said


def test_cards_and_totals_leave_out_cents():
    assert crm_format.money_whole(21_083_337, "USD") == "$210,833"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - timedelta(seconds=20), "just now"),
        (NOW - timedelta(minutes=5), "5 min ago"),
        (NOW - timedelta(hours=3), "3 h ago"),
        (NOW + timedelta(days=2, hours=1), "in 2 d"),
        (NOW - timedelta(days=60), "4 Jan"),
        (NOW - timedelta(days=400), "29 Jan 2025"),
        (date(2026, 3, 5), "today"),
        (date(2026, 3, 4), "yesterday"),
        (date(2026, 3, 15), "in 10 d"),
        (date(2027, 1, 1), "1 Jan 2027"),
        (None, ""),
    ],
)
def test_time_reads_as_how_long_ago(moment, said):
    assert crm_format.ago(moment) == said


def test_the_ledger_keeps_real_time_when_business_stands_still():
    assert crm_format.recorded_ago(datetime.now(UTC) - timedelta(hours=2)) == "2 h ago"


def test_age_counts_whole_days():
    assert crm_format.age_days(NOW - timedelta(days=7, hours=23)) == 7
    assert crm_format.age_days(NOW + timedelta(hours=1)) == 0


@pytest.mark.parametrize(
    ("score", "band"), [(0, "low"), (39, "low"), (40, "fair"), (70, "high"), (None, "")]
)
def test_scores_fall_into_bands(score, band):
    assert crm_format.score_band(score) == band


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ada Lovelace", "AL"),
        ("Grace Brewster Murray Hopper", "GH"),
        ("ada@example.com", "A"),
        ("michael.scott@example.com", "MS"),
        ("Björk", "B"),
        ("عبد الرحمن", "عا"),
        ("  ", "?"),
    ],
)
def test_initials_stand_for_a_name(name, said):
    assert crm_format.initials(name) == said


def test_only_web_addresses_become_links():
    assert 'href="https://www.acme.com/"' in crm_format.outlink("https://www.acme.com/")
    assert ">acme.com<" in crm_format.outlink("https://www.acme.com/")
    assert crm_format.outlink("javascript:alert(1)") == "javascript:alert(1)"
    assert "&lt;script&gt;" in crm_format.outlink("https://a.b/<script>")


def test_people_are_round_and_agents_square():
    assert 'data-kind="person"' in crm_format.who("person", "Grace Hopper")
    assert ">GH<" in crm_format.who("person", "Grace Hopper")
    assert "#agent" in crm_format.who("agent", "Scout")
    assert "#wheel" in crm_format.who("system", "Wheelhouse")


def test_names_are_text_only_wherever_they_are_shown():
    name = "<script>'\""

    for shown in (crm_format.who("person", name), crm_format.who("agent", name, bare=True)):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("position", "said"),
    [
        ({"score": 82, "confidence": 0.9}, "Score, 90\u00a0% sure"),
        ({"score": 82}, "Score"),
        ({"score": 82, "manual_score": 10}, "Score set by hand"),
        ({"manual_score": 10, "override_reason": "We met."}, "Score set by hand: We met."),
    ],
)
def test_a_score_says_where_it_comes_from(position, said):
    assert f'title="{said}"' in crm_format.score(Position(**position))


def test_without_a_score_nothing_is_said():
    assert crm_format.score(Position()) == ""
