"""The console: settings are edited, facts are not, verbs are commands."""

import json

import pytest
from django.urls import reverse

from audit.actions import tenant
from audit.models import Action, Event
from crm.models import Membership
from pipelines import access, criteria, stages
from pipelines.models import Attestation, Criterion, Pipeline, Position, Stage, StageVisit


def address(row_or_model, verb, *arguments):
    return reverse(f"admin:pipelines_{row_or_model._meta.model_name}_{verb}", args=arguments)


def form_of(client, page):
    """Return what the form of a page would send; what is empty is not sent."""
    form = client.get(page).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in shown.items() if value not in (None, "", [])}
    return {
        name: json.dumps(value) if isinstance(value, dict) else value
        for name, value in kept.items()
        if value is not False
    }


@pytest.fixture
def run(log_in, mo):
    """Run an action of a list on rows, as Mo; return what the page then says."""

    def do(name, *rows, **given):
        chosen = {"action": name, "_selected_action": [row.pk for row in rows]}
        page = log_in(mo).post(address(rows[0], "changelist"), chosen | given, follow=True)
        return [str(message) for message in page.context["messages"]]

    return do


@pytest.fixture
def budget(stage, ada, inside):
    return criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)


def test_every_page_opens(log_in, mo, ada, card, budget):
    attested = criteria.attest(card, criterion=budget, evidence="a mail", by=ada)
    client = log_in(mo)

    for row in [card.pipeline, card.stage, budget, card, StageVisit.objects.get(), attested]:
        assert client.get(address(row, "changelist")).status_code == 200
        assert client.get(address(row, "change", row.pk)).status_code == 200


def test_a_card_edited_in_the_console_is_the_same_command(log_in, mo, card):
    client, page = log_in(mo), address(card, "change", card.pk)
    changes = {"title": "Compiler", "manual_score": "70", "override_reason": "I know her"}

    assert client.post(page, form_of(client, page) | changes).status_code == 302

    card.refresh_from_db()
    assert (card.title, card.score_in_force, card.override_reason) == ("Compiler", 70, "I know her")
    updated = Event.objects.get(name="pipelines.position.updated").action
    assert (updated.door, updated.actor_ref) == ("admin", mo.ref)


def test_where_a_card_stands_is_not_typed(log_in, mo, card, stage):
    client, page = log_in(mo), address(card, "change", card.pk)

    client.post(page, form_of(client, page) | {"stage": stage("Demo").pk, "outcome": "won"})

    card.refresh_from_db()
    assert (card.stage, card.outcome) == (stage("Lead"), "")


def test_a_card_is_added_as_anywhere(log_in, mo, grace, sales, stage, inside):
    client, page = log_in(mo), address(Position, "add")
    chosen = {"contact": grace.pk, "pipeline": sales.pk, "stage": stage("Demo").pk}

    client.post(page, form_of(client, page) | chosen | {"title": "Compiler"})

    card = Position.objects.get()
    assert (card.title, card.stage, card.visits.count()) == ("Compiler", stage("Demo"), 1)


def test_what_a_card_cannot_hold_is_said(log_in, mo, card):
    client, page = log_in(mo), address(card, "change", card.pk)

    answer = client.post(page, form_of(client, page) | {"currency": "ZZZ"})

    assert "A code of ISO 4217" in answer.content.decode()


def test_moving_on_passes_the_gates(run, card, budget, stage):
    (said,) = run("move_on", card)
    assert "Budget confirmed: nobody has attested it." in said

    assert run("waive", card, reason="I know her") == ["1 moved."]
    card.refresh_from_db()
    assert card.stage == stage("Qualified")
    assert Event.objects.filter(name="pipelines.gates.waived").exists()


def test_losing_needs_a_reason(run, card, stage):
    (said,) = run("lose", card)
    assert "Say why Grace Hopper is lost" in said

    assert run("lose", card, reason="no budget") == ["1 closed."]
    assert run("reopen", card) == ["1 under way again."]
    assert run("archive", card) == ["1 archived."]
    assert run("restore", card) == ["1 restored."]
    card.refresh_from_db()
    assert (card.stage, card.is_open, card.archived_at) == (stage("Lead"), True, None)


def test_after_the_last_stage_comes_none(run, make_card):
    (said,) = run("move_on", make_card("Customer"))

    assert "Customer is the last stage of Sales." in said


def test_a_pipeline_is_made_from_a_blueprint(log_in, mo, acme):
    client, page = log_in(mo), address(Pipeline, "add")

    client.post(page, form_of(client, page) | {"name": "Helpdesk", "blueprint": "support"})

    with tenant(acme.pk):
        helpdesk = Pipeline.objects.get(name="Helpdesk")
        assert (helpdesk.subtype, helpdesk.stages.count()) == ("support", 4)


def test_a_pipeline_without_a_blueprint_is_empty(log_in, mo, acme):
    client, page = log_in(mo), address(Pipeline, "add")

    client.post(page, form_of(client, page) | {"name": "Ideas", "subtype": "custom"})

    with tenant(acme.pk):
        assert Pipeline.objects.get(name="Ideas").stages.count() == 0


def test_who_is_let_in_is_chosen_on_the_page(log_in, mo, bob, sales, inside):
    client, page = log_in(mo), address(sales, "change", sales.pk)
    access.restrict(sales, by=mo)
    given = form_of(client, page) | {"let_in": [mo.membership_id, bob.membership_id]}

    client.post(page, given)
    assert access.find_closed(bob) == frozenset()

    client.post(page, given | {"let_in": [mo.membership_id]})
    assert access.find_closed(bob) == {sales.pk}
    assert Membership.objects.filter(pk=bob.membership_id).exists()


def test_a_closed_pipeline_is_not_in_the_console(log_in, mo, ada, card, budget):
    access.restrict(card.pipeline, by=ada)
    client = log_in(mo)

    for row in [card.pipeline, card.stage, budget, card]:
        assert client.get(address(row, "change", row.pk)).status_code == 302
        listed = client.get(address(row, "changelist")).content.decode()
        assert address(row, "change", row.pk) not in listed


def test_pipelines_are_closed_opened_put_away_and_freed_of_agents(run, sales, bob, inside):
    assert run("restrict", sales) == ["1 closed."]
    assert access.find_closed(bob) == {sales.pk}
    assert run("unrestrict", sales) == ["1 opened."]
    assert run("pause_agents", sales) == ["1 without agents now."]
    assert run("archive", sales) == ["1 put away."]
    sales.refresh_from_db()
    assert (sales.ai_enabled, sales.archived_at is None) == (False, False)
    assert run("restore", sales) == ["1 in use again."]
    assert run("resume_agents", sales) == ["1 with agents again."]


def test_rules_of_a_stage_are_settings(log_in, mo, stage, inside):
    lead = stage("Lead")
    client, page = log_in(mo), address(lead, "change", lead.pk)

    client.post(page, form_of(client, page) | {"min_days": "2", "requires_approval": "on"})

    lead.refresh_from_db()
    assert (lead.min_days, lead.requires_approval) == (2, True)
    assert Action.objects.filter(name="stages.update", door="admin").exists()


def test_a_rule_that_cannot_be_is_said(log_in, mo, stage, inside):
    lead = stage("Lead")
    client, page = log_in(mo), address(lead, "change", lead.pk)

    answer = client.post(page, form_of(client, page) | {"required_fields": "contact.shoe_size"})

    assert "contact.shoe_size is no field here" in answer.content.decode()


def test_a_stage_is_added_before_the_ends(log_in, mo, sales, inside):
    client, page = log_in(mo), address(Stage, "add")

    client.post(page, form_of(client, page) | {"pipeline": sales.pk, "name": "Trial"})

    assert [stage.name for stage in stages.find(sales)][4:] == ["Trial", "Customer", "Lost"]


def test_a_stage_with_cards_stays(run, card):
    (said,) = run("archive", card.stage)

    assert "1 card stands in Lead" in said


def test_a_criterion_is_added_and_archived(log_in, mo, run, stage, inside):
    client, page = log_in(mo), address(Criterion, "add")
    condition = '[{"field": "position.value_cents", "op": ">", "value": 0}]'
    given = {"stage": stage("Lead").pk, "label": "Has a value", "condition": condition}

    client.post(page, given)

    criterion = Criterion.objects.get()
    assert (criterion.key, criterion.is_checklist) == ("has_a_value", False)
    assert run("archive", criterion)[-1] == "1 archived."


def test_a_criterion_is_edited_in_its_place(log_in, mo, budget, stage, ada):
    last = criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)
    client, page = log_in(mo), address(last, "change", last.pk)
    condition = '[{"field": "position.value_cents", "op": ">", "value": 100}]'
    changes = {"label": "Worth a dollar", "condition": condition, "order": "0"}

    assert client.post(page, form_of(client, page) | changes).status_code == 302

    last.refresh_from_db()
    budget.refresh_from_db()
    assert (last.label, last.order, budget.order) == ("Worth a dollar", 0, 1)
    assert last.condition == json.loads(condition)
    updated = Event.objects.get(name="pipelines.criterion.updated").action
    assert (updated.door, updated.actor_ref) == ("admin", mo.ref)


def test_what_a_criterion_cannot_become_is_said(log_in, mo, budget):
    client, page = log_in(mo), address(budget, "change", budget.pk)
    condition = '[{"field": "position.value_cents", "op": ">", "value": 100}]'

    answer = client.post(page, form_of(client, page) | {"condition": condition}, follow=True)

    assert "to ask otherwise, add another" in str(*answer.context["messages"])
    budget.refresh_from_db()
    assert budget.is_checklist


def test_facts_are_read_only(log_in, mo, card, budget, ada):
    attested = criteria.attest(card, criterion=budget, evidence="a mail", by=ada)
    client = log_in(mo)

    for row in [StageVisit.objects.get(), attested]:
        page = address(row, "change", row.pk)
        assert client.post(page, {"evidence": "nothing"}).status_code == 403
        assert client.get(address(row, "add")).status_code == 403
    assert Attestation.objects.get().evidence == "a mail"
