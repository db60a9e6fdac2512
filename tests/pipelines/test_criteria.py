"""Exit criteria: read from text, attested with evidence."""

import pytest

from audit import undo
from audit.models import Event
from audit.undo import Selection
from crm.fields import FieldError
from pipelines import criteria, pipelines
from pipelines.models import Attestation


@pytest.fixture
def budget(stage, ada, inside):
    return criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)


@pytest.mark.parametrize(
    ("text", "key", "label", "condition"),
    [
        ("has_budget_confirmed", "has_budget_confirmed", "Has budget confirmed", None),
        ("Legal has signed off", "legal_has_signed_off", "Legal has signed off", None),
        ("engagement_score > 75", "engagement_score_75", "Engagement score > 75", None),
        ("buying_signals_detected", "buying_signals_detected", "Buying signals detected", None),
        (
            "position.value_cents > 0",
            "position_value_cents_0",
            "position.value_cents > 0",
            [{"field": "position.value_cents", "op": ">", "value": 0}],
        ),
        (
            "value_cents >= 100000",
            "value_cents_100000",
            "value_cents >= 100000",
            [{"field": "position.value_cents", "op": ">=", "value": 100000}],
        ),
        (
            "contact.company is not empty",
            "contact_company_is_not_empty",
            "contact.company is not empty",
            [{"field": "contact.company", "op": "is_not_empty"}],
        ),
        (
            "contact.job_title == 'CEO'",
            "contact_job_title_ceo",
            "contact.job_title == 'CEO'",
            [{"field": "contact.job_title", "op": "=", "value": "CEO"}],
        ),
    ],
)
def test_a_text_is_a_condition_only_where_its_field_is_known(text, key, label, condition):
    assert criteria.read(text) == (key, label, condition)


def test_an_object_names_label_and_condition():
    condition = [{"field": "contact.email", "op": "is_not_empty"}]

    assert criteria.read({"label": "E-mail known", "condition": condition}) == (
        "e_mail_known",
        "E-mail known",
        condition,
    )


def test_a_criterion_says_something():
    with pytest.raises(FieldError):
        criteria.read("  ")


def test_keys_are_made_apart(stage, ada, inside):
    keys = [criteria.add(stage("Lead"), criterion="Budget!", by=ada).key for _ in range(3)]

    assert keys == ["budget", "budget_2", "budget_3"]


def test_evidence_is_kept_with_who_and_when(card, budget, worker):
    criteria.attest(
        card, criterion=budget, evidence="“We have 50k.”", source="activity:9", by=worker
    )

    held = Attestation.objects.get(position=card)
    assert (held.evidence, held.source) == ("“We have 50k.”", "activity:9")
    assert (held.attested_by, held.attested_by_name) == ("agent:7", "Scout")
    assert Event.objects.filter(name="pipelines.criterion.attested").count() == 1


def test_attesting_again_replaces_the_evidence(card, budget, worker, bob):
    criteria.attest(card, criterion=budget, evidence="a mail", by=worker)
    criteria.attest(card, criterion=budget, evidence="a contract", by=bob)

    held = Attestation.objects.get(position=card)
    assert (held.evidence, held.attested_by_name) == ("a contract", "Bob")


def test_without_evidence_nothing_is_attested(card, budget, worker):
    with pytest.raises(criteria.EvidenceNeeded):
        criteria.attest(card, criterion=budget, evidence=" ", by=worker)


def test_a_condition_is_not_attested(card, stage, ada, worker):
    value = criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)

    with pytest.raises(criteria.NotAChecklistItem):
        criteria.attest(card, criterion=value, evidence="trust me", by=worker)


def test_a_criterion_of_another_pipeline_is_refused(card, ada, worker):
    onboarding = pipelines.create_from_blueprint("onboarding", by=ada)
    other = onboarding.stages.get(name="Setup").criteria.first()

    with pytest.raises(criteria.WrongCriterion):
        criteria.attest(card, criterion=other, evidence="a mail", by=worker)


def test_what_nobody_attested_is_not_withdrawn(card, budget, bob):
    with pytest.raises(criteria.NotAttested):
        criteria.withdraw(card, criterion=budget, by=bob)


def test_rewording_keeps_the_key_and_what_was_attested(card, budget, ada, worker):
    criteria.attest(card, criterion=budget, evidence="a mail", by=worker)

    criteria.update(budget, changes={"label": "Budget signed off"}, by=ada)

    budget.refresh_from_db()
    assert (budget.label, budget.key) == ("Budget signed off", "budget_confirmed")
    assert budget.attestations.count() == 1
    told = Event.objects.get(name="pipelines.criterion.updated")
    assert (told.payload["fields"], told.target) == (["label"], budget.stage.ref)


def test_a_criterion_takes_another_place(stage, budget, ada, inside):
    second = criteria.add(stage("Lead"), criterion="need_confirmed", by=ada)
    third = criteria.add(stage("Lead"), criterion="time_confirmed", by=ada)

    criteria.update(third, changes={"order": 0}, by=ada)

    ordered = stage("Lead").criteria.order_by("order").values_list("key", "order")
    assert list(ordered) == [(third.key, 0), (budget.key, 1), (second.key, 2)]


def test_what_is_the_same_already_is_no_event(budget, ada, inside):
    criteria.update(budget, changes={"label": budget.label, "order": 0}, by=ada)

    assert not Event.objects.filter(name="pipelines.criterion.updated").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"label": " "}, "label: Say what must hold"),
        ({"label": "x" * 201}, "at most 200 characters"),
        ({"order": 1}, "order: A whole number from 0 to 0"),
        ({"order": -1}, "order: A whole number"),
        ({"condition": [{"field": "position.valu", "op": ">", "value": 1}]}, "did you mean"),
        ({"condition": [{"field": "position.value_cents", "op": ">", "value": 1}]}, "attested"),
        ({"lable": "Typo"}, "lable: There is none of that name; did you mean label"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(budget, ada, inside, changes, says):
    with pytest.raises(FieldError, match=says):
        criteria.update(budget, changes={"label": "New", **changes}, by=ada)

    budget.refresh_from_db()
    assert (budget.label, budget.order, budget.condition) == ("Budget confirmed", 0, None)


def test_what_is_no_longer_asked_for_is_not_reworded(budget, ada, inside):
    criteria.archive(budget, by=ada)

    with pytest.raises(criteria.WrongCriterion, match="add it anew"):
        criteria.update(budget, changes={"label": "New"}, by=ada)


def test_an_update_of_a_criterion_is_undone(stage, budget, ada, inside):
    second = criteria.add(stage("Lead"), criterion="need_confirmed", by=ada)
    criteria.update(second, changes={"label": "Need", "order": 0}, by=ada)
    doing = Event.objects.get(name="pipelines.criterion.updated").action_id

    undo.apply(undo.plan(Selection(actions=(doing,)), by=ada), by=ada)

    ordered = stage("Lead").criteria.order_by("order").values_list("label", flat=True)
    assert list(ordered) == ["Budget confirmed", "Need confirmed"]
