"""Measures: counts, sums and rankings, in all and by group."""

import pytest

from audit.actions import action, tenant
from crm import contacts, custom_fields, measures, people, tasks
from crm.fields import FieldError
from pipelines import positions, scores


@pytest.fixture
def deals(acme, ada, sales, stage):
    """Cards of 100 and 300 dollars in Lead, 200 euros (at 1.5) in Demo, and one worth nothing."""
    people.update_organization(acme, changes={"rates": {"EUR": 1.5}}, by=ada)
    made = []
    for name, where, cents, currency in [
        ("Ann", "Lead", 10_000, "USD"),
        ("Ben", "Lead", 30_000, "USD"),
        ("Cleo", "Demo", 20_000, "EUR"),
        ("Dan", "Demo", None, ""),
    ]:
        who = contacts.create(name=name, city="Rome" if cents else "Oslo", by=ada)
        worth = {"value_cents": cents, "currency": currency} if cents else {}
        made.append(positions.enter(who, pipeline=sales, stage=stage(where), by=ada, **worth))
    return made


def measure(by, kind="position", **how):
    with tenant(by.organization_id):
        return measures.measure(kind, by=by, **how)


def test_rows_are_counted(ada, deals):
    assert measure(ada).count == 4


def test_amounts_add_up_in_the_organizations_currency(ada, deals):
    found = measure(ada, measure="sum", field="position.value_cents")

    assert (found.value, found.currency, found.without) == (70_000, "USD", 1)


def test_what_has_no_rate_is_left_out_and_counted(acme, ada, deals):
    people.update_organization(acme, changes={"rates": {}}, by=ada)

    found = measure(ada, measure="sum", field="position.value_cents")

    assert (found.value, found.without) == (40_000, 2)


@pytest.mark.parametrize(
    ("how", "value"),
    [("average", 20_000), ("median", 20_000), ("lowest", 10_000), ("highest", 30_000)],
)
def test_other_figures(ada, deals, how, value):
    chosen = [{"field": "position.currency", "op": "=", "value": "USD"}]

    assert measure(ada, measure=how, field="position.value_cents", filter=chosen).value == value


def test_groups_are_named_and_in_order(ada, deals):
    found = measure(ada, measure="sum", field="position.value_cents", group_by="position.stage")

    assert [(each.label, each.count, each.value) for each in found.groups] == [
        ("Lead", 2, 40_000),
        ("Demo", 2, 30_000),
    ]


def test_one_of_several_alternatives_holds(ada, deals):
    lead = [{"field": "contact.name", "op": "=", "value": "ann"}]
    oslo = [{"field": "contact.city", "op": "=", "value": "Oslo"}]

    assert measure(ada, either=[lead, oslo]).count == 2


def test_rows_are_listed_in_order_what_is_empty_last(ada, deals):
    found = measure(ada, measure="list", field="position.value_cents", limit=10)

    assert [each.value for each in found.listed] == [30_000, 30_000, 10_000, None]


def test_different_values_are_counted(ada, deals):
    assert measure(ada, "contact", field="contact.city").value == 2


def test_own_fields_are_measured_as_any_other(ada, deals):
    custom_fields.declare("contact", label="Seats", type="number", key="seats", by=ada)
    with tenant(ada.organization_id):
        contacts.update(deals[0].contact, changes={"custom:seats": 7}, by=ada)

    assert measure(ada, "contact", measure="sum", field="contact.custom.seats").value == 7


def test_open_tasks_are_counted_for_conditions(ada, deals):
    tasks.create("Call", contact=deals[0].contact, by=ada)
    busy = [{"field": "contact.open_tasks", "op": ">", "value": 0}]

    assert measure(ada, "contact", filter=busy).count == 1
    assert measure(ada, filter=busy).count == 1


def test_days_are_grouped_by_month(ada, deals):
    found = measure(ada, group_by="position.created_at", span="month")

    assert [each.count for each in found.groups] == [4]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"measure": "guess"}, "measure"),
        ({"measure": "sum"}, "field"),
        ({"measure": "sum", "field": "position.title"}, "field"),
        ({"field": "position.nothing"}, "field"),
        ({"group_by": "position.nothing"}, "group_by"),
        ({"group_by": "position.created_at", "span": "century"}, "span"),
    ],
)
def test_what_cannot_be_measured_is_named(ada, deals, wrong, named):
    with pytest.raises(FieldError) as refused:
        measure(ada, **wrong)

    assert named in refused.value.fields


def test_others_rows_are_not_counted(ada, eve, deals):
    with action("test.look", by=eve):
        pass

    assert measure(eve).count == 0


def test_amounts_are_put_in_order_by_what_they_are_worth(acme, ada, deals):
    people.update_organization(acme, changes={"rates": {"EUR": 2}}, by=ada)

    found = measure(ada, measure="list", field="position.value_cents")

    assert [each.value for each in found.listed] == [40_000, 30_000, 10_000, None]


def test_currencies_without_minor_units_are_worth_what_they_are(acme, ada, deals):
    people.update_organization(acme, changes={"rates": {"JPY": 0.01}}, by=ada)
    with tenant(acme.pk):
        positions.update(deals[2], changes={"value_cents": 20_000, "currency": "JPY"}, by=ada)
    yen = [{"field": "position.currency", "op": "=", "value": "JPY"}]

    assert measure(ada, measure="sum", field="position.value_cents", filter=yen).value == 20_000


ANY = [[{"field": "position.created_at", "op": "is_not_empty"}]]


@pytest.mark.parametrize("group_by", ["", "position.stage", "position.pipeline"])
@pytest.mark.parametrize(
    ("how", "field"),
    [("count", ""), ("sum", "position.value_cents"), ("average", "position.value_cents")],
)
@pytest.mark.parametrize("narrowed", ["", "position.stage", "position.pipeline"])
def test_what_is_kept_is_what_is_counted(
    acme, ada, deals, sales, stage, how, field, group_by, narrowed
):
    with tenant(acme.pk):
        positions.archive(deals[0], by=ada)
        contacts.archive(deals[1].contact, by=ada)
        for cents, currency in [(900, "USD"), (700, "JPY"), (None, "")]:
            worth = {"value_cents": cents, "currency": currency} if cents else {}
            who = contacts.create(name=f"Eli {cents}", by=ada)
            positions.enter(who, pipeline=sales, stage=stage("Lead"), by=ada, **worth)
    ref = {"position.stage": stage("Lead").ref, "position.pipeline": sales.ref}.get(narrowed)
    chosen = [{"field": narrowed, "op": "=", "value": ref}] if ref else []
    asked = {"measure": how, "field": field, "group_by": group_by, "filter": chosen}

    assert measure(ada, **asked) == measure(ada, either=ANY, **asked)


def test_what_is_kept_is_read_without_counting_cards(ada, deals, django_assert_max_num_queries):
    asked = {"measure": "sum", "field": "position.value_cents", "group_by": "position.stage"}

    with django_assert_max_num_queries(11) as captured:
        measure(ada, **asked)

    counted = [each["sql"] for each in captured if "SUM(CASE" in each["sql"].upper()]
    assert counted == []


@pytest.mark.parametrize("how", ["sum", "average", "lowest", "highest", "median"])
@pytest.mark.parametrize("field", ["position.value_cents", "position.manual_score"])
def test_all_is_what_its_groups_come_to(acme, ada, deals, how, field):
    with tenant(acme.pk):
        for card, score in zip(deals[1:], [10, 40, 75], strict=True):
            scores.set_manual_score(card, score=score, reason="We met.", by=ada)
    asked = {"measure": how, "field": field}

    grouped = measure(ada, group_by="contact.city", **asked)

    whole = measure(ada, either=ANY, **asked)
    assert (grouped.count, grouped.value, grouped.without) == (
        whole.count,
        whole.value,
        whole.without,
    )
    assert {each.label for each in grouped.groups} == {"Rome", "Oslo"}


def test_rows_in_several_groups_count_once_in_all(acme, ada, deals):
    with tenant(acme.pk):
        contacts.update(deals[0].contact, changes={"tags": ["vip", "fair"]}, by=ada)

    found = measure(ada, "contact", group_by="contact.tags")

    assert (found.count, sorted(each.label for each in found.groups)) == (4, ["fair", "vip"])
