"""Who is like a contact, in what, and what became of them."""

import pytest

from audit.actions import action
from crm import activities
from crm.models import Company, Contact
from pipelines import access
from pipelines.insight import similarity
from tests.pipelines.histories import NOW, day, lay


@pytest.fixture(autouse=True)
def still(settings):
    settings.FROZEN_NOW = NOW


@pytest.fixture
def known(inside, ada):
    """Make a contact with a company of its own."""

    def make(name, industry="Software", employees=30, **columns):
        with action("test.arrange", by=ada):
            company = Company.objects.create(
                organization=inside, name=f"{name} & Co", industry=industry, employees=employees
            )
            return Contact.objects.create(
                organization=inside, name=name, company=company, **columns
            )

    return make


@pytest.fixture
def find(inside, bob):
    def like(contact, *factors, by=bob):
        return similarity.find(contact, factors=factors, organization=inside, by=by)

    return like


def scores(found):
    return {each.contact.name: (each.score, each.matching) for each in found.alike}


def test_a_score_is_the_share_of_factors_that_agree(known, find):
    me = known("Me", source="Web", country="DE")
    known("Twin", " software ", 45, source="web", country="de")
    known("Half", employees=5000, source="Fair", country="DE")
    known("Other", "Retail", 5000, source="Fair", country="FR")

    found = find(me, "industry", "company_size", "source", "country")

    assert scores(found) == {
        "Twin": (1.0, ["industry", "company_size", "source", "country"]),
        "Half": (0.5, ["industry", "country"]),
    }


def test_what_the_contact_lacks_is_not_compared(known, find):
    me = known("Me", "", None, job_title="Buyer")
    known("Like", job_title="buyer")

    found = find(me, "industry", "company_size", "job_title", "stage", "tags", "value")

    assert (found.compared, scores(found)) == (["job_title"], {"Like": (1.0, ["job_title"])})
    assert found.missing == ["industry", "company_size", "stage", "tags", "value"]


def test_tags_count_by_how_many_are_shared(known, find):
    me = known("Me", tags=["vip", "north"])
    known("Both", tags=["north", "vip"])
    known("Some", tags=["vip", "south", "north", "east"])
    known("Little", tags=["vip", "south", "west"])

    assert scores(find(me, "tags")) == {"Both": (1.0, ["tags"]), "Some": (0.5, ["tags"])}


def test_stage_value_and_behaviour_are_those_of_cards_and_activity(known, find, sales, ada):
    me, alike, far = known("Me"), known("Alike"), known("Far")
    for contact, name, cents in [(me, "Demo", 5_000_00), (alike, "Demo", 9_000_00)]:
        lay(sales, (name, day(20)), by=ada, contact=contact, value_cents=cents, currency="USD")
        activities.log(contact, kind="call", occurred_at=day(25), by=ada)
    lay(sales, ("Lead", day(20)), by=ada, contact=far, value_cents=10_00, currency="USD")

    found = find(me, "stage", "value", "behaviour")

    assert scores(found) == {"Alike": (1.0, ["stage", "value", "behaviour"])}


def test_what_became_of_them(known, find, sales, ada):
    me = known("Me")
    for number in range(6):
        end = "Customer" if number < 4 else "Lost"
        lay(
            sales,
            ("Lead", day(1)),
            (end, day(11 + number)),
            by=ada,
            contact=known(f"Like {number}"),
            created_at=day(20),
        )

    found = find(me, "industry")

    assert (found.closed, found.won_share) == (6, 4 / 6)
    assert found.days_to_close == 11.5  # of 10, 11, 12 and 13
    first = found.alike[0]
    assert (first.won, first.lost, first.under_way, first.days) == (1, 0, 0, [10.0])


def test_few_closed_cards_make_no_share(known, find, sales, ada):
    me = known("Me")
    lay(sales, ("Lead", day(1)), ("Customer", day(9)), by=ada, contact=known("Like"))

    assert find(me, "industry").won_share is None


def test_a_closed_pipeline_is_neither_compared_nor_told(known, find, sales, ada, bob):
    me, other = known("Me"), known("Other")
    for contact in (me, other):
        lay(sales, ("Lead", day(1)), ("Customer", day(9)), by=ada, contact=contact)
    access.restrict(sales, by=ada)

    theirs, mine = find(me, "stage", "industry"), find(me, "stage", "industry", by=ada)

    assert (theirs.missing, theirs.alike[0].won) == (["stage"], 0)
    assert (mine.missing, mine.alike[0].won) == ([], 1)


def test_who_was_put_away_is_like_nobody(known, find, ada):
    me = known("Me")
    known("Gone", archived_at=day(2))

    assert find(me, "industry").alike == []


def test_statements_do_not_grow_with_contacts(known, find, sales, ada, django_assert_num_queries):
    me = known("Me")
    for number in range(12):
        lay(sales, ("Lead", day(1)), by=ada, contact=known(f"Like {number}"))

    with django_assert_num_queries(6):
        find(me, "industry", "behaviour")
