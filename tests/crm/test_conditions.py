"""Conditions: filtering, holding against a row and explaining never disagree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from audit.actions import action
from crm import companies, contacts, custom_fields, names, refs
from crm.conditions import Condition, Field, FieldCatalogue, Found, Trace, get_catalogue
from crm.conditions.kinds import EMPTY, Money, Number, Text, Texts, fold
from crm.fields import FieldError
from crm.models import Company, Contact, CustomField

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
OPS_OF_TIME = ["=", "!=", "<", "<=", ">", ">=", "before", "after"]


@pytest.fixture
def declared(inside, ada) -> list[CustomField]:
    kinds = {"plan": "text", "seats": "number", "budget": "money", "renews": "date"}
    kinds |= {"tier": "choice", "signed": "yes_no", "site": "url"}
    for on in ["contact", "company"]:
        for key, type in kinds.items():
            choices = ["Gold", "Silver"] if type == "choice" else []
            custom_fields.declare(on, key=key, label=key, type=type, choices=choices, by=ada)
    return list(CustomField.objects.all())


# Few values, so that comparisons often hit; letters that fold differently here and there.
TEXTS = st.sampled_from(
    [
        *("", "a", "A", "Ab", "aB b", "é", "É", "İ", "ß", "ẞ", "%", "_", "'; drop", "NULL"),
        *("{x}", "\\", "10", "🙂", "\u202ea", '"', "a\nb"),
    ]
)
MOMENTS = st.sampled_from(
    [
        NOW + timedelta(days=days, microseconds=tick)
        for days in (-8, -7, -1, 0, 1, 7, 40)
        for tick in (-1, 0, 1)
    ]
    + [datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 16, tzinfo=UTC)]
)
DAYS = st.sampled_from([date(2026, 6, 15) + timedelta(days=days) for days in (-8, -7, 0, 1, 7)])
NUMBERS = st.sampled_from([-1, 0, 1, 0.1, 0.3, 10, 2.5, 100_000, 10**15])
WHOLES = st.sampled_from([0, 1, 10, 100_000, 2**31 - 1])

PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "plan": TEXTS,
        "seats": NUMBERS,
        "budget": st.sampled_from([-500, 0, 1, 100_000]),
        "renews": DAYS.map(str) | st.just("not a day"),
        "tier": st.sampled_from(["Gold", "Silver", "Bronze"]),
        "signed": st.booleans(),
        # What no command would store breaks no query either.
        "site": st.none() | st.just(5) | st.just(["a"]) | TEXTS,
    },
)
COMPANIES = st.fixed_dictionaries(
    {"industry": TEXTS, "employees": st.none() | WHOLES, "revenue_cents": st.none() | WHOLES}
    | {"technologies": st.lists(TEXTS.filter(bool), max_size=2), "properties": PROPERTIES}
)
CONTACTS = st.fixed_dictionaries(
    {
        "job_title": TEXTS,
        "city": TEXTS,
        "do_not_contact": st.booleans(),
        "tags": st.lists(TEXTS.filter(bool), max_size=3),
        "last_contacted_at": st.none() | MOMENTS,
        "properties": PROPERTIES,
    }
)


def comparisons(field: Field, ids: list[int]) -> st.SearchStrategy:
    """Any comparison of `field` that parses."""
    values: dict[str, st.SearchStrategy] = {
        "text": TEXTS.filter(bool),
        "texts": TEXTS.filter(bool),
        "choice": st.sampled_from(["Gold", "GOLD", "Bronze"]),
        "number": NUMBERS,
        "money": st.sampled_from([-500, 0, 1, 100_000]),
        "yes_no": st.booleans(),
        "date": DAYS.map(str) | st.sampled_from(["today", "yesterday", "today-7d", "today + 7d"]),
        "instant": MOMENTS.map(datetime.isoformat)
        | DAYS.map(str)
        | st.sampled_from(["now", "now-7d", "today", "tomorrow", "today-8d"]),
        "reference": st.sampled_from(ids).map(lambda pk: f"{getattr(field.kind, 'kind', '')}:{pk}"),
    }
    value = values[field.kind.name]

    def write(op: str) -> st.SearchStrategy:
        if op in EMPTY:
            return st.just({"field": field.path, "op": op})
        many = st.lists(value, min_size=1, max_size=3)
        one = st.integers(0, 9) if op.endswith("_days") else value
        chosen = many if op in ("in", "not_in") else one
        return st.builds(lambda v: {"field": field.path, "op": op, "value": v}, chosen)

    return st.sampled_from(field.kind.ops).flatmap(write)


@examples(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_filtering_and_evaluating_agree(inside, ada, declared, settings, data):
    settings.FROZEN_NOW = NOW.isoformat()
    arrange(inside, ada, data)
    people = list(Contact.objects.select_related("company").order_by("pk"))
    ids = [row.pk for row in [*Company.objects.all(), *people]]
    fields = get_catalogue("contact").get_fields(declared)

    for field in fields:
        written = data.draw(comparisons(field, ids), label=field.path)
        condition = Condition.parse([written], on=Contact, declared=declared)
        held = {row.pk for row in people if condition.evaluate(row).holds}
        assert find(condition) == held, written
        assert Condition.parse(condition.as_json(), on=Contact).as_json() == condition.as_json()

    several = data.draw(st.lists(st.sampled_from(fields), max_size=4))
    written = [data.draw(comparisons(field, ids)) for field in several]
    condition = Condition.parse(written, on=Contact, declared=declared)
    assert find(condition) == {row.pk for row in people if condition.evaluate(row).holds}


def find(condition: Condition) -> set[int]:
    with transaction.atomic():
        return set(Contact.objects.filter(condition.compile()).values_list("pk", flat=True))


def arrange(organization, by, data) -> None:
    with action("test.arrange", by=by):
        Contact.objects.all().delete()
        Company.objects.all().delete()
        firms = [
            Company.objects.create(organization=organization, name="C", **values)
            for values in data.draw(st.lists(COMPANIES, min_size=1, max_size=3))
        ]
        for values in data.draw(st.lists(CONTACTS, min_size=1, max_size=5)):
            firm = data.draw(st.none() | st.sampled_from(firms))
            Contact.objects.create(organization=organization, name="P", company=firm, **values)


@given(st.text(), st.text())
def test_folding_touches_nothing_but_a_to_z(one, other):
    assert fold(one) == "".join(c.lower() if "A" <= c <= "Z" else c for c in one)
    assert (fold(one) == fold(other)) == (fold(fold(one)) == fold(fold(other)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("contact.name = 'Grace'", "a list of comparisons"),
        ({"field": "contact.name"}, "a list of comparisons"),
        (["contact.name"], "has field, op and value"),
        ([{"field": "contact.name"}], "has field, op and value"),
        ([{"field": "contact.name", "op": "=", "value": "x", "or": 1}], "not 'or'"),
        ([{"field": "contact.job", "op": "=", "value": "x"}], "contact.job_title"),
        ([{"field": "job_title", "op": "=", "value": "x"}], "did you mean contact.job_title"),
        ([{"field": "contact.industry", "op": "is_empty"}], "contact.company.industry"),
        ([{"field": "contact.enrichment", "op": "is_empty"}], "is no field here"),
        ([{"field": "contact.organization", "op": "is_empty"}], "is no field here"),
        ([{"field": "contact__name", "op": "is_empty"}], "did you mean contact.name"),
        ([{"field": ["contact.name"], "op": "is_empty"}], "is no field here"),
        ([{"field": "contact.custom.plan", "op": "is_empty"}], "is no field here"),
        ([{"field": "contact.name", "op": "regex", "value": ".*"}], "choose one of"),
        ([{"field": "contact.name", "op": "contain", "value": "x"}], "did you mean contains"),
        ([{"field": "contact.name", "op": ["="], "value": "x"}], "choose one of"),
        ([{"field": "contact.name", "op": "="}], "Say the value"),
        ([{"field": "contact.name", "op": "=", "value": ""}], "use is_empty"),
        ([{"field": "contact.name", "op": "=", "value": None}], "This is text"),
        ([{"field": "contact.name", "op": "=", "value": 5}], "This is text"),
        ([{"field": "contact.name", "op": "=", "value": "nul\x00"}], "NUL"),
        ([{"field": "contact.name", "op": "=", "value": "\ud800"}], "surrogate"),
        ([{"field": "contact.name", "op": "=", "value": "x" * 1001}], "At most 1,000 characters"),
        ([{"field": "contact.name", "op": "in", "value": "x"}], "This is a list"),
        ([{"field": "contact.name", "op": "in", "value": []}], "This is a list"),
        ([{"field": "contact.name", "op": "in", "value": ["x"] * 201}], "At most 200"),
        ([{"field": "contact.do_not_contact", "op": "=", "value": "yes"}], "true or false"),
        ([{"field": "contact.created_at", "op": ">", "value": "soon"}], "one looks like"),
        ([{"field": "contact.created_at", "op": ">", "value": "today+99999d"}], "At most 36,500"),
        ([{"field": "contact.created_at", "op": ">", "value": "9999-12-31"}], "to 9997"),
        ([{"field": "contact.created_at", "op": "within_days", "value": 1.5}], "number of days"),
        ([{"field": "contact.created_at", "op": "within_days", "value": -1}], "number of days"),
        ([{"field": "contact.company", "op": "=", "value": "Navy"}], "one looks like company:42"),
        ([{"field": "contact.company", "op": "=", "value": "contact:1"}], "company:42"),
        ([{"field": "contact.company.employees", "op": ">", "value": "5"}], "This is a number"),
        ([{"field": "contact.company.employees", "op": ">", "value": True}], "This is a number"),
        (
            [{"field": "contact.company.employees", "op": ">", "value": float("nan")}],
            "A number from",
        ),
        ([{"field": "contact.company.employees", "op": ">", "value": 10**400}], "A number from"),
        ([{"field": "contact.company.revenue_cents", "op": ">", "value": 0.5}], "minor units"),
        ([{"field": "contact.name", "op": "is_empty"}] * 51, "At most 50"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_would_be_right(inside, data, says):
    with pytest.raises(FieldError) as refused:
        Condition.parse(data, on=Contact)

    assert says in str(refused.value)


def test_every_comparison_that_is_wrong_is_named(inside):
    right = {"field": "contact.name", "op": "is_empty"}

    with pytest.raises(FieldError) as refused:
        Condition.parse([{"field": "x", "op": "="}, right, {}], on=Contact)

    assert set(refused.value.fields) == {"condition.0", "condition.2"}


def test_text_that_looks_like_sql_is_only_text(inside, bob):
    contacts.create(name="'; DROP TABLE crm_contact; --", by=bob)
    contacts.create(name="100% sure_", by=bob)

    def count(value):
        written = [{"field": "contact.name", "op": "contains", "value": value}]
        return Contact.objects.filter(Condition.parse(written, on=Contact).compile()).count()

    assert [count(text) for text in ["'; drop table", "%", "_", "0% s", "%%"]] == [1, 1, 2, 1, 0]


def test_a_trace_says_what_was_found(inside, bob):
    firm = companies.create(name="Navy", employees=12, revenue_cents=900_000, by=bob)
    grace = contacts.create(name="Grace", job_title="Admiral", company=firm, by=bob)

    trace = Condition.parse(
        [
            {"field": "contact.job_title", "op": "=", "value": "ADMIRAL"},
            {"field": "contact.company.revenue_cents", "op": ">", "value": 1_000_000},
            {"field": "contact.city", "op": "is_not_empty"},
        ],
        on=Contact,
    ).evaluate(grace)

    assert not trace.holds
    assert str(trace) == (
        "company yearly revenue is 9,000.00; it must be more than 10,000.00, and city is empty"
    )
    assert trace.as_json()[1] == {
        "field": "contact.company.revenue_cents",
        "label": "company yearly revenue",
        "op": ">",
        "expected": 1_000_000,
        "actual": 900_000,
        "holds": False,
    }


def test_a_condition_can_be_said(inside):
    condition = Condition.parse(
        [
            {"field": "contact.tags", "op": "contains", "value": "VIP"},
            {"field": "contact.city", "op": "in", "value": ["Rome", "Oslo"]},
            {"field": "contact.last_contacted_at", "op": "older_than_days", "value": 7},
        ],
        on=Contact,
    )

    assert str(condition) == (
        "tags must contain “VIP”, and city must be one of “Rome”, “Oslo”,"
        " and last contacted at must be more than 7 days ago"
    )


def test_relative_days_move_with_the_clock(inside, settings, grace):
    condition = Condition.parse(
        [{"field": "contact.last_contacted_at", "op": "=", "value": "today"}], on=Contact
    )
    grace.last_contacted_at = NOW

    settings.FROZEN_NOW = NOW.isoformat()
    today = condition.evaluate(grace).holds
    settings.FROZEN_NOW = (NOW + timedelta(days=1)).isoformat()

    assert (today, condition.evaluate(grace).holds) == (True, False)


def test_evaluating_what_was_read_along_asks_nothing(inside, bob, django_assert_num_queries):
    contacts.create(name="Grace", company="Navy", by=bob)
    condition = Condition.parse(
        [{"field": "contact.company.industry", "op": "is_empty"}], on=Contact
    )

    grace = Contact.objects.select_related(*condition.related).get()

    with django_assert_num_queries(0):
        assert condition.evaluate(grace).holds


def test_an_archived_custom_field_can_still_be_compared(inside, ada, grace):
    plan = custom_fields.declare("contact", label="Plan", type="text", by=ada)
    written = [{"field": "contact.custom.plan", "op": "is_empty"}]
    custom_fields.archive(plan, by=ada)

    assert Condition.parse(written, on=Contact).evaluate(grace).holds


def test_fields_of_another_organization_are_unknown(acme, eve, bob):
    custom_fields.declare("contact", label="Secret plan", type="text", by=eve)

    with action("test.look", by=bob), pytest.raises(FieldError) as refused:
        Condition.parse([{"field": "contact.custom.secret_plan", "op": "is_empty"}], on=Contact)

    assert str(refused.value).count("secret_plan") == 1


FACTS = FieldCatalogue(
    "fact",
    fields=[
        Field(path="value_cents", label="the deal's value", kind=Money()),
        Field(path="confidence", label="confidence", kind=Number()),
        Field(path="tool", label="tool", kind=Text()),
        Field(path="labels", label="labels", kind=Texts()),
    ],
)


def test_plain_values_can_be_held_against_a_condition():
    condition = Condition.parse(
        [
            {"field": "value_cents", "op": ">", "value": 10_000_00},
            {"field": "confidence", "op": "<", "value": 0.85},
            {"field": "labels", "op": "contains", "value": "vip"},
        ],
        on=FACTS,
    )

    facts = {"value_cents": 12_000_00, "confidence": None, "labels": ["VIP"]}
    held = [facts[each.field.path] for each in condition.comparisons]
    found = [
        Found(each, of, each.holds(of))
        for each, of in zip(condition.comparisons, held, strict=True)
    ]

    assert [each.holds for each in found] == [True, False, True]
    assert str(Trace(found)) == "confidence is empty; it must be less than 0.85"


def test_a_sentence_names_what_a_reference_leads_to(inside, bob, ada, grace):
    company = companies.create(name="Navy", by=ada)
    contacts.update(grace, changes={"owner": "bob@acme.example"}, by=ada)
    grace.refresh_from_db()
    condition = Condition.parse(
        [
            {"field": "contact.owner", "op": "=", "value": f"member:{ada.membership_id}"},
            {"field": "contact.company", "op": "in", "value": [company.ref, "company:999999"]},
        ],
        on=Contact,
    )

    trace = condition.evaluate(grace)

    assert trace.say(names.find(trace.references, by=bob)) == (
        "owner is Bob; it must be Ada, and company is empty; it must be one of Navy, company:999999"
    )
    owner, employer = trace.as_json()
    assert (owner["actual"], owner["expected"]) == (
        f"member:{bob.membership_id}",
        f"member:{ada.membership_id}",
    )
    assert employer["expected"] == [company.ref, "company:999999"]


def test_names_are_looked_up_once_for_each_kind(inside, bob, ada, django_assert_num_queries):
    firms = [companies.create(name=f"Firm {n}", by=ada).ref for n in range(5)]

    with django_assert_num_queries(2):
        called = names.find(map(refs.parse, firms), by=bob)

    assert sorted(called.values()) == [f"Firm {n}" for n in range(5)]
