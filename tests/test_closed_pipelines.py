"""A board closed to somebody is nowhere: not in search, links, references or the console."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from audit.actions import tenant
from audit.actors import Actor, ActorKind, Door
from audit.models import Action
from crm import measures, objects, refs, relations, search
from crm.conditions import Condition
from crm.models import Membership
from crm.refs import NotFound
from pipelines import access, positions
from pipelines.models import Pipeline, Position, Stage


@pytest.fixture
def secret(sales, ada, grace) -> Position:
    """Grace stands in Sales, which is closed to all but owners."""
    position = positions.enter(grace, pipeline=sales, title="Takeover of Navy", by=ada)
    access.restrict(sales, by=ada)
    return position


@pytest.fixture(params=["mo", "bob", "agent of others", "agent of none"])
def outsider(request, acme, sales) -> Actor:
    if not request.param.startswith("agent"):
        return request.getfixturevalue(request.param)
    limited = frozenset({999_999}) if request.param == "agent of others" else None
    return Actor(
        kind=ActorKind.AGENT,
        id=1,
        name="Scout",
        organization_id=acme.pk,
        door=Door.API,
        pipelines=limited,
    )


def test_owners_see_it(secret, ada, inside, grace):
    assert search.find("takeover", by=ada) == [secret]
    assert {link.type for link in relations.get_of(grace, by=ada)} == {"in_pipeline"}
    assert objects.find_page("pipeline", by=ada).rows == [secret.pipeline]


@pytest.mark.parametrize("text", ["takeover", "grace", "sales", "lead", "navy"])
def test_search_finds_nothing_of_it(inside, secret, outsider, text):
    found = search.find(text, by=outsider)

    assert not any(isinstance(row, Pipeline | Stage | Position) for row in found)


def test_a_contact_shows_no_link_into_it(inside, secret, outsider, grace):
    shown = objects.describe(grace, by=outsider)

    assert shown["links"] == []
    assert "Takeover" not in str(shown)


@pytest.mark.parametrize("kind", ["pipeline", "stage", "position"])
def test_no_page_lists_it(inside, secret, outsider, kind):
    assert objects.find_page(kind, by=outsider, archived=True).rows == []


def test_its_references_lead_nowhere(inside, secret, outsider):
    for row in [secret, secret.stage, secret.pipeline]:
        with pytest.raises(NotFound) as hidden:
            refs.find(row.ref, by=outsider)
        assert str(hidden.value) == f"There is no {row.ref}."


def test_what_happens_in_it_is_not_told_of_those_it_happens_to(
    inside, secret, ada, grace, outsider
):
    positions.enter(grace, pipeline=secret.pipeline, title="Once more", by=ada)

    entered = Action.objects.filter(name="positions.enter").latest("pk")
    assert (entered.target, entered.reach_id) == (grace.ref, secret.pipeline_id)
    told = Action.objects.visible_to(outsider).values_list("summary", flat=True)
    assert not any("Sales" in summary for summary in told if summary != "Sales was created")


def test_a_condition_counts_nothing_of_it(inside, secret, outsider):
    written = [{"field": "position.title", "op": "contains", "value": "takeover"}]
    condition = Condition.parse(written, on=Position)

    assert not Position.objects.visible_to(outsider).filter(condition.compile()).exists()


def address(model, verb, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}", args=arguments)


@pytest.mark.parametrize("page", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_no_list_of_the_console_mentions_it(log_in, mo, secret, page):
    content = log_in(mo).get(address(page, "changelist")).content.decode()

    assert "Takeover" not in content
    assert f"/pipelines/pipeline/{secret.pipeline_id}/" not in content
    assert f"pipeline__id__exact={secret.pipeline_id}" not in content


@pytest.mark.parametrize("model", [Pipeline, Stage, Position])
def test_no_page_of_the_console_opens_it(log_in, mo, ada, secret, model):
    row = {Pipeline: secret.pipeline, Stage: secret.stage, Position: secret}[model]
    try:
        page = address(model, "change", row.pk)
    except NoReverseMatch:
        pytest.skip("it has no page")

    assert log_in(mo).get(page).status_code == 302
    assert log_in(ada).get(page).status_code == 200


def test_who_is_let_in_sees_it(secret, sales, ada, bob):
    access.open_to(sales, member=Membership.objects.get(pk=bob.membership_id), by=ada)

    with tenant(bob.organization_id):
        assert search.find("takeover", by=bob) == [secret]


def test_what_is_kept_of_it_is_not_measured(inside, secret, outsider, ada):
    def count(by):
        return measures.measure("position", by=by, group_by="position.stage").count

    assert (count(ada), count(outsider)) == (1, 0)
