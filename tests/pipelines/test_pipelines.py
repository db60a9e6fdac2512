"""Pipelines and stages: created upfront, configured, put in order."""

import pytest

from audit.models import Action, Event
from crm.conditions import Condition
from crm.fields import FieldError
from pipelines import blueprints, pipelines, positions, stages
from pipelines.models import Pipeline, Position, StageKind

PARTNERS = [
    {
        "name": "Application Received",
        "description": "Initial partner application submitted",
        "order": 1,
        "exit_criteria": ["application_reviewed", "legal_check_passed"],
    },
    {"name": "Active Partner", "order": 4, "exit_criteria": [], "kind": "won"},
    {"name": "Technical Review", "order": 2, "exit_criteria": ["api_tested"], "min_days": 1},
]


def names(pipeline):
    return [stage.name for stage in stages.find(pipeline)]


def test_a_pipeline_is_created_with_its_stages_and_criteria(inside, ada):
    pipeline = pipelines.create("Partner Onboarding", subtype="partner", stages=PARTNERS, by=ada)

    assert names(pipeline) == ["Application Received", "Technical Review", "Active Partner"]
    first, second, _ = stages.find(pipeline)
    assert [criterion.label for criterion in first.criteria.order_by("order")] == [
        "Application reviewed",
        "Legal check passed",
    ]
    assert second.min_days == 1
    assert Event.objects.get(name="pipelines.pipeline.created").summary == (
        "The pipeline Partner Onboarding was created: Application Received, Technical Review,"
        " Active Partner"
    )


def test_what_is_wrong_with_a_stage_is_named_with_it(inside, ada):
    with pytest.raises(FieldError) as refused:
        pipelines.create("P", by=ada, stages=[{"name": "A"}, {"name": "B", "kind": "victory"}])

    assert list(refused.value.fields) == ["stages.1.kind"]
    assert not Pipeline.objects.filter(name="P").exists()


@pytest.mark.parametrize(
    ("described", "named"),
    [
        ({"name": " "}, "name"),
        ({"name": "A", "min_days": 9, "max_days": 3}, "min_days"),
        ({"name": "A", "win_percent": 101}, "win_percent"),
        ({"name": "A", "colour": "mauve"}, "colour"),
        ({"name": "A", "exitCriteria": []}, "did you mean"),
        ({"name": "A", "required_fields": ["contact.shoe_size"]}, "required_fields"),
    ],
)
def test_a_stage_that_cannot_be_is_refused_by_field(inside, ada, described, named):
    with pytest.raises(FieldError, match=named):
        pipelines.create("P", by=ada, stages=[described])


def test_the_first_pipeline_is_the_default_and_only_one_is(inside, ada):
    first = pipelines.create("First", by=ada)
    second = pipelines.create("Second", by=ada)
    assert (first.is_default, second.is_default) == (True, False)

    pipelines.update(second, changes={"is_default": True}, by=ada)

    assert list(Pipeline.objects.filter(is_default=True)) == [second]


@pytest.mark.parametrize("key", blueprints.BLUEPRINTS)
def test_a_blueprint_can_be_made(inside, ada, key):
    pipeline = pipelines.create_from_blueprint(key, by=ada)

    made = stages.find(pipeline)
    assert made[0].kind == StageKind.ACTIVE
    assert any(stage.kind == StageKind.WON for stage in made)
    wins = [stage.win_percent for stage in made if stage.win_percent is not None]
    assert wins[:-1] == sorted(wins[:-1])
    for stage in made[:-2]:
        assert stage.criteria.exists()
        for criterion in stage.criteria.all():
            assert criterion.is_checklist or Condition.parse(criterion.condition, on=Position)


def test_sales_has_the_stages_it_is_known_by(inside, ada):
    pipeline = pipelines.create_from_blueprint("sales", by=ada)

    assert names(pipeline) == ["Lead", "Qualified", "Demo", "Proposal", "Customer", "Lost"]


def test_support_has_the_stages_it_is_known_by(inside, ada):
    pipeline = pipelines.create_from_blueprint("support", by=ada)

    assert names(pipeline) == ["New", "Triaged", "In Progress", "Resolved"]


def test_an_unknown_blueprint_names_the_nearest(inside, ada):
    with pytest.raises(blueprints.NoSuchBlueprint, match="did you mean sales"):
        pipelines.create_from_blueprint("sale", by=ada)


def test_a_new_stage_goes_before_the_ends(sales, ada, inside):
    stages.add(sales, name="Negotiation", by=ada, exit_criteria=["terms_agreed"])

    assert names(sales)[-4:] == ["Proposal", "Negotiation", "Customer", "Lost"]
    assert [stage.order for stage in stages.find(sales)] == list(range(7))


def test_a_new_stage_goes_after_the_one_named(sales, stage, ada, inside):
    stages.add(sales, name="Contacted", after=stage("Lead"), by=ada)

    assert names(sales)[:3] == ["Lead", "Contacted", "Qualified"]


def test_stages_are_reordered_all_at_once(sales, stage, ada, inside):
    order = ["Demo", "Lead", "Qualified", "Proposal", "Customer", "Lost"]

    stages.reorder(sales, stages=[stage(name) for name in order], by=ada)
    assert names(sales) == order

    with pytest.raises(stages.NotAllStages):
        stages.reorder(sales, stages=[stage("Lead")], by=ada)


def test_a_stage_with_cards_is_not_archived(card, stage, ada):
    with pytest.raises(stages.StageInUse, match="1 card stands in Lead"):
        stages.archive(stage("Lead"), by=ada)

    positions.archive(card, by=ada)
    stages.archive(stage("Lead"), by=ada)
    assert names(card.pipeline)[0] == "Qualified"


def test_a_stage_with_cards_keeps_its_kind(card, stage, ada):
    with pytest.raises(stages.StageInUse):
        stages.update(stage("Lead"), changes={"kind": "won"}, by=ada)

    stages.update(stage("Qualified"), changes={"kind": "won"}, by=ada)
    assert stage("Qualified").kind == StageKind.WON


def test_settings_are_changed_and_named(sales, stage, ada, inside):
    stages.update(stage("Lead"), changes={"max_days": 3, "can_skip": True}, by=ada)
    pipelines.update(sales, changes={"name": "Deals", "auto_scoring": True}, by=ada)

    assert stage("Lead").max_days == 3
    done = Action.objects.get(name="stages.update")
    assert done.arguments["changes"] == {"max_days": 3, "can_skip": True}
    updated = Event.objects.get(name="pipelines.pipeline.updated")
    assert updated.payload["fields"] == ["name", "auto_scoring"]


def test_a_pipeline_put_away_stands_still(card, sales, stage, ada, grace):
    pipelines.archive(sales, by=ada)

    with pytest.raises(positions.Archived):
        positions.move(card, to=stage("Qualified"), by=ada)
    with pytest.raises(positions.Archived):
        positions.enter(grace, pipeline=sales, by=ada)

    pipelines.restore(sales, by=ada)
    positions.move(card, to=stage("Qualified"), by=ada)


def test_no_two_stages_in_use_are_called_the_same(inside, ada, sales, stage):
    with pytest.raises(FieldError, match="already"):
        pipelines.create("Twice", stages=[{"name": "New"}, {"name": " new "}], by=ada)
    with pytest.raises(FieldError, match="already"):
        stages.add(sales, name="DEMO", by=ada)
    with pytest.raises(FieldError, match="already"):
        stages.update(stage("Demo"), changes={"name": "Proposal"}, by=ada)

    assert not Pipeline.objects.filter(name="Twice").exists()
    assert stages.update(stage("Demo"), changes={"name": "demo"}, by=ada).name == "demo"
    stages.archive(stage("demo"), by=ada)
    assert stages.add(sales, name="Demo", by=ada).name == "Demo"
