"""Whether a card will be won, by what became of those before it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import action
from crm import activities
from crm.models import Company
from pipelines.insight import facts, outlook, traits
from pipelines.models import Stage
from tests.pipelines.histories import NOW, day, lay


@pytest.fixture(autouse=True)
def still(settings):
    settings.FROZEN_NOW = NOW


@pytest.fixture
def foresee(inside, bob):
    def see(card, lately=0):
        card = facts.find_cards([card.pk], by=bob)[card.pk]
        return outlook.foresee(card, activities=lately, organization=inside, by=bob)

    return see


@pytest.fixture
def closed(inside, sales, ada):
    """Twelve cards through Demo: of eight from the web two were won, of four referred all."""
    for number in range(12):
        won = number < 2 or number >= 8
        source = "Web" if number < 8 else "Referral"
        lay(
            sales,
            ("Lead", day(1)),
            ("Demo", day(2)),
            ("Customer" if won else "Lost", day(12 + number)),
            by=ada,
            contact={"source": source},
        )


def test_without_enough_closed_cards_there_is_no_figure(sales, ada, inside, foresee):
    seen = foresee(lay(sales, ("Demo", day(30)), by=ada, value_cents=100_00, currency="USD"))

    assert (seen.probability, seen.expected_close, seen.expected_value_cents) == (None, None, None)
    assert seen.shortage == "Not enough data: 0 closed cards, and 10 are needed."
    assert seen.confidence == 0


def test_then_what_people_set_for_the_stage_is_said_to_be_that(sales, stage, ada, inside, foresee):
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Demo").pk).update(win_percent=40)

    seen = foresee(lay(sales, ("Demo", day(30)), by=ada, value_cents=100_00, currency="USD"))

    assert (seen.probability, seen.expected_value_cents, seen.confidence) == (0.4, 40_00, 0)
    assert seen.rests_on == "Demo is set to 40 % by people."
    assert seen.shortage


def test_the_share_of_those_that_stood_in_the_stage(closed, sales, ada, foresee):
    card = lay(sales, ("Demo", day(31)), by=ada, value_cents=100_00, currency="USD")

    seen = foresee(card, lately=1)

    # Six of twelve were won; one won and one lost added.
    assert (seen.probability, seen.rows, seen.factors) == (0.5, 12, [])
    assert seen.rests_on == "6 of 12 closed cards that stood in Demo were won."
    assert seen.expected_value_cents == 50_00
    assert seen.confidence == round(12 / 32, 2)


def test_a_trait_counts_by_what_became_of_those_who_share_it(closed, sales, ada, foresee):
    card = lay(sales, ("Demo", day(31)), by=ada, contact={"source": " web "})

    seen = foresee(card, lately=1)

    (factor,) = seen.factors
    assert (factor.name, factor.rows, factor.won) == ("source", 8, 2)
    # Two of eight and ten more at 0.5 are 7 of 18; half of the difference to 0.5.
    assert factor.impact == round((7 / 18 - 0.5) / 2, 4)
    assert seen.probability == round(0.5 + factor.impact, 4)


def test_four_that_share_a_trait_are_too_few(closed, sales, ada, foresee):
    card = lay(sales, ("Demo", day(31)), by=ada, contact={"source": "Referral"})

    assert foresee(card, lately=1).factors == []


def test_the_day_half_of_the_won_were_won_by(closed, sales, ada, foresee):
    card = lay(sales, ("Demo", day(21)), by=ada)

    # Ten and a half days in Demo; won cards took 10, 11, 18, 19, 20 and 21 from there on.
    assert foresee(card).expected_close == date(2026, 4, 9)


def test_cards_that_never_stood_there_count_where_too_few_did(closed, sales, ada, foresee):
    seen = foresee(lay(sales, ("Proposal", day(31)), by=ada))

    assert seen.rests_on == "6 of 12 closed cards of the pipeline were won."
    assert seen.shortage.startswith("Only 0 closed cards stood in Proposal")
    assert seen.expected_close is None


def test_silence_speaks_where_it_spoke_before(closed, sales, ada, foresee, inside):
    """Engagement is compared as it was before each card closed."""
    for number in range(6):
        card = lay(sales, ("Demo", day(2)), ("Customer", day(20 + number)), by=ada)
        for hour in range(3):
            activities.log(card.contact, kind="call", occurred_at=day(10 + hour), by=ada)
    card = lay(sales, ("Demo", day(31)), by=ada)

    busy, silent = foresee(card, lately=4), foresee(card, lately=0)

    assert [each.name for each in busy.factors] == ["engagement"]
    assert busy.factors[0].impact > 0 > silent.factors[0].impact
    assert busy.probability > silent.probability


def test_what_is_closed_is_known(closed, sales, ada, foresee):
    lost = lay(sales, ("Lost", day(9)), by=ada, value_cents=100_00, currency="USD")

    seen = foresee(lost)

    assert (seen.probability, seen.expected_close, seen.confidence) == (0.0, date(2026, 3, 9), 1.0)
    assert seen.expected_value_cents == 0


def test_it_takes_two_statements(closed, sales, ada, bob, inside, django_assert_num_queries):
    card = lay(sales, ("Demo", day(31)), by=ada)
    card = facts.find_cards([card.pk], by=bob)[card.pk]

    with django_assert_num_queries(2):
        outlook.foresee(card, activities=0, organization=inside, by=bob)


def test_traits_compare_companies_by_band(inside, sales, ada, closed, foresee):
    with action("test.arrange", by=ada):
        company = Company.objects.create(organization=inside, name="Navy", employees=30)
    for number in range(5):
        lay(
            sales,
            ("Demo", day(2)),
            ("Customer", day(20 + number)),
            by=ada,
            contact={"company": company},
        )
    seen = foresee(lay(sales, ("Demo", day(31)), by=ada, contact={"company": company}), lately=1)

    assert [(each.name, each.rows) for each in seen.factors] == [("company_size", 5)]


@given(st.integers(1, 10**15))
def test_an_amount_is_in_its_band(cents):
    low, high = (int(each.replace(",", "")) for each in traits.band_of(cents).split("-"))

    assert low <= max(1, cents // 100) <= high


@given(won=st.lists(st.booleans(), min_size=5, max_size=60), share=st.floats(0.01, 0.99))
def test_an_impact_never_moves_further_than_half_way(won, share):
    factor = outlook._compare("source", "web", won, share)

    assert abs(factor.impact) <= abs(sum(won) / len(won) - share) / 2 + 1e-4
