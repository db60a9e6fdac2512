"""Dates as people write them become the day they meant, or a sentence."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.values import BadValue, dates
from crm.imports.values.dates import Order, Style

DAY_FIRST = Style(Order.DAY_FIRST)


@pytest.mark.parametrize(
    "value",
    [
        "2024-08-18", "2024/08/18", "20240818", "18.08.2024", "18.8.24", "8/18/2024", "18/08/2024",
        "18 Aug 2024", "18-Aug-24", "Aug 18, 2024", "August 18th, 2024", "18. August 2024",
        "18 août 2024", "18 de agosto de 2024", "Sunday, August 18, 2024", "18/Aug/24",
        "2024-08-18T23:59:00", "18 agosto 2024", "18 augustus 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(value):
    assert dates.parse_date(value) == date(2024, 8, 18)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-08-18T10:22:33.500Z", datetime(2024, 8, 18, 10, 22, 33, 500_000, UTC)),
        ("2024-08-18 10:22:33 UTC", datetime(2024, 8, 18, 10, 22, 33, tzinfo=UTC)),
        ("2024-08-18T10:22+02:00", datetime(2024, 8, 18, 8, 22, tzinfo=UTC)),
        ("8/18/2024 3:45 PM", datetime(2024, 8, 18, 15, 45, tzinfo=UTC)),
        ("12/13/2024 12:05 AM", datetime(2024, 12, 13, 0, 5, tzinfo=UTC)),
        ("18.8.2024, 14:30 Uhr", datetime(2024, 8, 18, 14, 30, tzinfo=UTC)),
        ("Aug 18, 2024 at 3:45 pm EST", datetime(2024, 8, 18, 20, 45, tzinfo=UTC)),
        ("Sun Aug 18 2024 10:00:00 GMT+0200 (CEST)", datetime(2024, 8, 18, 8, 0, tzinfo=UTC)),
        ("09/Oct/25 1:42 PM", datetime(2025, 10, 9, 13, 42, tzinfo=UTC)),
        ("2024-08-18", datetime(2024, 8, 18, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_with_its_time_and_zone(value, moment):
    assert dates.parse_moment(value) == moment


def test_a_clock_without_a_zone_hangs_where_the_file_comes_from():
    moment = dates.parse_moment("2024-07-01 12:00", zone=ZoneInfo("Europe/Berlin"))

    assert moment == datetime(2024, 7, 1, 10, 0, tzinfo=UTC)


def test_one_day_over_twelve_decides_for_its_column():
    assert dates.decide_style(["03/04/2024", "13/04/2024"]) == DAY_FIRST
    assert dates.decide_style(["03/04/2024", "04/13/2024"]) == Style(Order.MONTH_FIRST)
    assert dates.parse_date("03/04/2024", DAY_FIRST) == date(2024, 4, 3)


def test_where_nothing_decides_the_style_says_that_it_is_not_sure():
    assert dates.decide_style(["03/04/2024", ""]) == Style(Order.MONTH_FIRST, is_sure=False)
    assert dates.decide_style(["03/04/2024"], default=Order.DAY_FIRST).order is Order.DAY_FIRST
    assert dates.decide_style(["03.04.2024", "n/a"]) == DAY_FIRST


def test_numbers_are_days_of_a_spreadsheet_only_where_all_are():
    style = dates.decide_style(["45631", "45000.5", ""])

    assert dates.parse_moment("45631.5", style) == datetime(2024, 12, 5, 12, tzinfo=UTC)
    with pytest.raises(BadValue):
        dates.parse_date("45631", dates.decide_style(["45631", "2024-01-02"]))


def test_seconds_and_milliseconds_since_1970_are_moments():
    style = dates.decide_style(["1718000000", "1718000000000"])

    assert dates.parse_moment("1718000000", style) == dates.parse_moment("1718000000000", style)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("soon", "“soon” is not a date; write it like 2025-04-30."),
        ("31/02/2024", "“31/02/2024” is not a day of the calendar; write it like 2025-04-30."),
        ("0001-01-01", "“0001-01-01” is not a date of our time; write it like 2025-04-30."),
        ("2024-08-18 25:00", "“2024-08-18 25:00” has no time of day; write it like 14:30."),
    ],
)
def test_what_is_no_date_is_said(value, sentence):
    with pytest.raises(BadValue) as error:
        dates.parse_moment(value)

    assert str(error.value) == sentence


@given(day=st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_every_day_survives_every_way_of_writing_it(day):
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y", "%Y/%m/%d"):
        assert dates.parse_date(day.strftime(form), DAY_FIRST) == day
    assert dates.parse_date(day.strftime("%m/%d/%Y")) == day
