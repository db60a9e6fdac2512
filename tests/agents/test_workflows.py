"""Workflows are drafted in versions, and checked as far as they can be before they run."""

import pytest
from django.db import IntegrityError, transaction

from agents.catalogue.registry import TOOLS
from agents.models import Workflow, WorkflowVersion
from agents.tools.create_workflow import Type
from agents.workflows import drafts, templates, triggers, workflows
from audit import undo
from audit.actions import action
from audit.models import Action, Outcome
from audit.undo import Selection
from crm import custom_fields
from crm.fields import FieldError
from pipelines import access, pipelines, stages

DONE, REFUSED, DENIED = Outcome.DONE, Outcome.REFUSED, Outcome.DENIED
CALL = {"type": "create_task", "config": {"title": "Call {{contact.name}}"}}
EVERY_TYPE = [
    {"type": "stage_enter", "stage": "Demo"},
    {"type": "stage_leave", "stage": "Demo"},
    {"type": "field_change", "field": "position.value_cents", "to_value": 100},
    {"type": "field_change", "field": "contact.job_title"},
    {"type": "time_in_stage", "stage": "Demo", "days": 7},
    {"type": "time_based", "every": "week", "on_day": 1, "at": "09:00"},
    {"type": "time_based", "every": "day", "at": "09:00", "record": "contact"},
    {"type": "activity_logged", "kind": "call"},
    {"type": "activity_logged"},
    {"type": "contact_created"},
    {"type": "position_closed", "outcome": "won"},
]


@pytest.fixture
def agent(hire):
    return hire(scope=["create_workflow", "get_object", "search_objects"])


@pytest.fixture
def draft(call, sales):
    """Draft a workflow of Sales as the agent."""

    def make(**given):
        about = {
            "workflow_name": "Demo follow-up",
            "pipeline": sales.ref,
            "trigger": {"type": "stage_enter", "stage": "Demo"},
            "actions": [CALL],
        }
        return call("create_workflow", **about | given)

    return make


def wrong(result):
    assert (result.status, result.http) == (REFUSED, 400), result
    return result.details["fields"]


# --- Drafted --------------------------------------------------------------------------------------
def test_an_agent_drafts_a_workflow(draft, stage, sales, agent, inside):
    waits = CALL | {"wait_time": 2, "wait_unit": "days"}

    result = draft(actions=[waits])

    drafted = Workflow.objects.get()
    version = workflows.find_version(drafted)
    assert result.status == DONE
    assert result.result == {
        "workflow": drafted.ref,
        "name": "Demo follow-up",
        "version": 1,
        "status": "draft",
        "starts": "when a card enters the stage",
    }
    assert (drafted.pipeline, drafted.created_by) == (sales, agent.ref)
    assert version.trigger == {"type": "stage_enter", "stage": stage("Demo").ref}
    assert version.actions == [
        {
            "tool": "create_task",
            "version": TOOLS["create_task"].version,
            "arguments": {"title": "Call {{contact.name}}"},
            "wait": {"time": 2, "unit": "days"},
        }
    ]


def test_the_types_of_trigger_are_one_closed_list():
    assert set(Type.__args__) == set(triggers.TYPES)


@pytest.mark.parametrize("trigger", EVERY_TYPE, ids=lambda each: each["type"])
def test_every_type_of_trigger_can_be_drafted(draft, trigger, inside):
    result = draft(trigger=trigger)

    assert result.status == DONE, result.summary
    assert result.result["starts"].startswith("when ")


def test_conditions_are_of_the_record_that_starts_it(draft, inside):
    held = [{"field": "position.value_cents", "op": ">", "value": 100}]
    entered = {"type": "stage_enter", "stage": "Demo", "conditions": held}
    added = {"type": "contact_created", "conditions": held}

    assert draft(trigger=entered).status == DONE
    fields = wrong(draft(workflow_name="Another", trigger=added))
    assert list(fields) == ["conditions[0]"]
    assert "is no field here" in fields["conditions[0]"]


def test_get_object_shows_the_present_version(draft, call, inside):
    ref = draft().result["workflow"]
    draft(workflow=ref, description="Softer", actions=[CALL, CALL])

    shown = call("get_object", ref=ref).result

    assert (shown["type"], shown["name"], shown["status"]) == (
        "workflow",
        "Demo follow-up",
        "draft",
    )
    assert shown["properties"]["version"] == 2
    assert shown["properties"]["description"] == "Softer"
    assert len(shown["properties"]["actions"]) == 2


def test_workflows_are_found_by_name(draft, call, inside):
    ref = draft().result["workflow"]

    found = call("search_objects", type="workflow", query="follow").result["results"]

    assert [each["ref"] for each in found] == [ref]


# --- Versions -------------------------------------------------------------------------------------
def test_a_change_is_a_new_version_and_nothing_is_written_over(draft, inside):
    first = draft()
    kept = WorkflowVersion.objects.get().actions

    second = draft(workflow=first.result["workflow"], actions=[CALL, CALL])

    assert (second.result["version"], Workflow.objects.count()) == (2, 1)
    assert WorkflowVersion.objects.get(number=1).actions == kept
    assert len(workflows.find_version(Workflow.objects.get()).actions) == 2


def test_a_new_version_may_have_a_new_name(draft, inside):
    ref = draft().result["workflow"]

    assert draft(workflow=ref, workflow_name="After the demo").result["name"] == "After the demo"


def test_a_workflow_stays_with_its_pipeline(draft, ada, inside):
    ref = draft().result["workflow"]
    other = pipelines.create("Support", stages=[{"name": "Demo"}], by=ada)

    assert list(wrong(draft(workflow=ref, pipeline=other.ref))) == ["pipeline"]


def test_a_name_is_taken_once_whatever_its_case(draft, inside):
    draft()

    result = draft(workflow_name="DEMO follow-up")

    assert (result.status, result.http) == (REFUSED, 409)
    assert "revise that one" in result.summary


def test_the_name_of_one_that_was_put_away_is_free(draft, ada, inside):
    draft()
    first = workflows.archive(Workflow.objects.get(), by=ada)

    assert draft().status == DONE
    with pytest.raises(workflows.WorkflowExists):
        workflows.restore(first, by=ada)


def test_what_was_put_away_is_not_revised_and_can_be_restored(draft, ada, inside):
    ref = draft().result["workflow"]
    workflow = workflows.archive(Workflow.objects.get(), by=ada)
    assert workflow.status == "archived"
    assert "put away" in wrong(draft(workflow=ref))["workflow"]

    assert workflows.restore(workflow, by=ada).status == "draft"


def test_undo_takes_a_version_back_and_then_the_workflow(draft, ada, inside):
    first = draft()
    second = draft(workflow=first.result["workflow"])

    for result, left in [(second, [1]), (first, [])]:
        done = Action.objects.get(pk=int(result.action.partition(":")[2]))
        undo.apply(undo.plan(Selection(actions=(done.pk,)), by=ada), by=ada)
        assert list(WorkflowVersion.objects.values_list("number", flat=True)) == left
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    ("number", "law"), [(1, "version_number_once"), (0, "versions_count_from_1")]
)
def test_the_database_counts_versions(draft, ada, number, law, inside):
    draft()
    version = WorkflowVersion.objects.get()
    version.pk, version.number = None, number

    with pytest.raises(IntegrityError, match=law), transaction.atomic(), action("test", by=ada):
        version.save(force_insert=True)


def test_the_database_takes_a_name_once(draft, ada, inside):
    draft()
    workflow = Workflow.objects.get()
    workflow.pk = None

    named = pytest.raises(IntegrityError, match="workflow_name_once")
    with named, transaction.atomic(), action("test", by=ada):
        workflow.save(force_insert=True)


# --- What is wrong is named by its path -----------------------------------------------------------
@pytest.mark.parametrize(
    ("trigger", "path", "says"),
    [
        ({"type": "stage_entered"}, "trigger.type", "must be"),
        ({"type": "stage_enter"}, "trigger.stage", "is missing"),
        ({"type": "stage_enter", "stage": "Demo", "days": 3}, "trigger.days", "it takes stage"),
        ({"type": "stage_enter", "stage": "Demmo"}, "trigger.stage", "there is Demo"),
        ({"type": "stage_enter", "stage": "stage:999999"}, "trigger.stage", "no stage:999999"),
        ({"type": "time_in_stage", "stage": "Demo"}, "trigger.days", "is missing"),
        ({"type": "time_in_stage", "stage": "Demo", "days": 0}, "trigger.days", "at least 1"),
        ({"type": "field_change", "field": "position.valu_cents"}, "trigger.field", "did you mean"),
        (
            {"type": "field_change", "field": "position.value_cents", "to_value": "much"},
            "trigger.to_value",
            "position.value_cents",
        ),
        ({"type": "time_based", "every": "week", "at": "09:00"}, "trigger.on_day", "1 to 7"),
        (
            {"type": "time_based", "every": "day", "at": "09:00", "on_day": 1},
            "trigger.on_day",
            "week or month",
        ),
        (
            {"type": "time_based", "every": "week", "at": "09:00", "on_day": 8},
            "trigger.on_day",
            "from 1 to 7",
        ),
        ({"type": "time_based", "every": "day", "at": "25:00"}, "trigger.at", "of the form"),
        ({"type": "activity_logged", "kind": "cal"}, "trigger.kind", "did you mean call"),
        (
            {
                "type": "stage_enter",
                "stage": "Demo",
                "conditions": [{"field": "position.value_cents", "op": "contains", "value": 1}],
            },
            "conditions[0]",
            "compared otherwise",
        ),
    ],
)
def test_what_is_wrong_with_a_trigger_is_named(draft, trigger, path, says, inside):
    fields = wrong(draft(trigger=trigger))

    assert path in fields
    assert says in fields[path]
    assert not Workflow.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "path", "says"),
    [
        ({"type": "create_taks", "config": {}}, "actions[0].type", "did you mean create_task"),
        ({"type": "get_object", "config": {}}, "actions[0].type", "only reads"),
        ({"type": "create_workflow", "config": {}}, "actions[0].type", "writes no workflows"),
        ({"type": "undo_action", "config": {}}, "actions[0].type", "by a person"),
        ({"type": "bulk_update", "config": {}}, "actions[0].type", "the record that started it"),
        ({"type": "create_task", "config": {}}, "actions[0].config.title", "is missing"),
        (
            {"type": "create_task", "config": {"title": "x", "titel": "y"}},
            "actions[0].config.titel",
            "did you mean title",
        ),
        (
            {"type": "create_task", "config": {"title": "Call {{contct.name}}"}},
            "actions[0].config.title",
            "did you mean {{contact.name}}",
        ),
        (
            {"type": "create_task", "config": {"title": "x", "contact": "{{position}}"}},
            "actions[0].config.contact",
            "is a position",
        ),
        (
            {"type": "create_task", "config": {"title": "x", "contact": "contact:999999"}},
            "actions[0].config.contact",
            "There is no contact:999999",
        ),
        (
            CALL | {"wait_time": 366, "wait_unit": "days"},
            "actions[0].wait_time",
            "at most 365 days",
        ),
    ],
)
def test_what_is_wrong_with_an_action_is_named(draft, wanted, path, says, inside):
    fields = wrong(draft(actions=[wanted]))

    assert path in fields
    assert says in fields[path]


MOVES = {"type": "move_contact", "config": {"position": "{{position}}"}}


def moving(**config):
    return MOVES | {"config": MOVES["config"] | config}


@pytest.mark.parametrize(
    ("config", "path", "says"),
    [
        ({"to_stage": "Demmo"}, "to_stage", "no stage Demmo in Sales; there is Demo"),
        ({"to_stage": "Demo", "from_stage": "Leed"}, "from_stage", "there is Lead"),
        ({"to_stage": "stage:999999"}, "to_stage", "There is no stage:999999"),
    ],
)
def test_a_stage_that_an_action_names_in_words_must_be_there(draft, config, path, says, inside):
    fields = wrong(draft(actions=[moving(**config)]))

    assert list(fields) == [f"actions[0].config.{path}"]
    assert says in fields[f"actions[0].config.{path}"]
    assert not Workflow.objects.exists()


def test_a_stage_is_kept_by_reference_so_that_it_may_be_renamed(draft, stage, ada, inside):
    draft(actions=[moving(to_stage="proposal")])
    stages.update(stage("Proposal"), changes={"name": "Offer"}, by=ada)

    (action,) = WorkflowVersion.objects.get().actions
    assert action["arguments"] == {"position": "{{position}}", "to_stage": stage("Offer").ref}


def test_a_stage_is_one_of_the_board_that_the_action_names(draft, ada, inside):
    support = pipelines.create("Support", stages=[{"name": "New"}, {"name": "Solved"}], by=ada)
    adds = {
        "type": "add_contact_to_pipeline",
        "config": {"contact": "{{contact}}", "pipeline": support.ref, "stage": "Solved"},
    }

    assert draft(actions=[adds]).status == DONE
    adds = adds | {"config": adds["config"] | {"stage": "Demo"}}
    fields = wrong(draft(workflow_name="Other", actions=[adds]))
    assert "no stage Demo in Support" in fields["actions[0].config.stage"]


def test_a_stage_of_any_board_will_do_where_a_workflow_is_about_none(call, sales, card, inside):
    def draft_anywhere(to_stage, **config):
        moves = {"type": "move_contact", "config": {"to_stage": to_stage, **config}}
        return call(
            "create_workflow",
            workflow_name=to_stage,
            trigger={"type": "contact_created"},
            actions=[moves],
        )

    assert draft_anywhere("Demo", contact="{{contact}}").status == DONE
    assert draft_anywhere("Proposal", position=card.ref).status == DONE
    fields = wrong(draft_anywhere("Demmo", contact="{{contact}}"))
    assert "no stage of any pipeline; there is Demo" in fields["actions[0].config.to_stage"]


def test_a_trigger_by_reference_says_which_board_it_is(call, stage, inside):
    result = call(
        "create_workflow",
        workflow_name="Anywhere",
        trigger={"type": "stage_enter", "stage": stage("Lead").ref},
        actions=[moving(to_stage="Demmo")],
    )

    assert "no stage Demmo in Sales" in wrong(result)["actions[0].config.to_stage"]


def test_stages_of_a_closed_board_are_not_told_of(call, sales, ada, mo, inside):
    access.restrict(sales, by=ada)
    result = call(
        "create_workflow",
        by=mo,
        workflow_name="Anywhere",
        trigger={"type": "contact_created"},
        actions=[
            {"type": "move_contact", "config": {"contact": "{{contact}}", "to_stage": "Demmo"}}
        ],
    )

    assert "Demo" not in wrong(result)["actions[0].config.to_stage"].replace("Demmo", "")


@pytest.mark.parametrize(
    ("tool", "argument"),
    [("create_task", "assignee"), ("assign_owner", "owner"), ("update_position", "owner")],
)
def test_a_colleague_that_an_action_names_must_be_one(draft, bob, eve, tool, argument, inside):
    others = {
        "create_task": {"title": "Call"},
        "assign_owner": {"object": "{{position}}"},
        "update_position": {"position": "{{position}}"},
    }

    def give_to(whom):
        action = {"type": tool, "config": {**others[tool], argument: whom}}
        return draft(workflow_name=whom, actions=[action])

    assert give_to("bob@acme.example").status == DONE
    assert give_to("{{contact.owner}}").status == DONE
    for stranger in ("eve@elsewhere.example", "nobody@acme.example"):
        fields = wrong(give_to(stranger))
        assert f"Nobody here is {stranger}" in fields[f"actions[0].config.{argument}"]


def test_own_fields_that_an_action_sets_must_be_declared_and_fit(draft, ada, inside):
    custom_fields.declare("contact", label="Plan", type="choice", choices=["free", "team"], by=ada)

    def setting(**own):
        config = {"contact": "{{contact}}", "custom": own}
        return draft(actions=[{"type": "update_contact", "config": config}])

    assert "custom.plam" in str(wrong(setting(plam="team")))
    assert "team" in wrong(setting(plan="gold"))["actions[0].config.custom.plan"]
    assert "custom.plam" in str(wrong(setting(plam="{{contact.name}}")))
    assert setting(plan="team").status == DONE


def test_each_of_several_faults_is_named(draft, inside):
    fields = wrong(draft(actions=[CALL, {"type": "none", "config": {}}, CALL | {"config": {}}]))

    assert set(fields) == {"actions[1].type", "actions[2].config.title"}


def test_a_card_is_only_known_where_a_card_starts_it(draft, inside):
    moves = {
        "type": "move_contact",
        "config": {"position": "{{position}}", "to_stage": "Proposal"},
    }

    assert draft(actions=[moves]).status == DONE
    fields = wrong(
        draft(workflow_name="Other", trigger={"type": "contact_created"}, actions=[moves])
    )
    assert "no place {{position}}" in fields["actions[0].config.position"]


def test_a_stage_by_name_needs_its_pipeline(call, sales, inside):
    result = call(
        "create_workflow",
        workflow_name="Anywhere",
        trigger={"type": "stage_enter", "stage": "Demo"},
        actions=[CALL],
    )

    assert "give the pipeline too" in wrong(result)["trigger.stage"]


def test_a_stage_of_another_pipeline_is_refused(draft, ada, inside):
    other = pipelines.create("Support", stages=[{"name": "New"}], by=ada)
    new = other.stages.get()

    fields = wrong(draft(trigger={"type": "stage_enter", "stage": new.ref}))

    assert fields["trigger.stage"] == "New is not a stage of Sales."


@pytest.mark.parametrize("count", [0, drafts.MOST_ACTIONS + 1])
def test_a_workflow_has_some_actions_and_not_too_many(sales, ada, count, inside):
    with pytest.raises(FieldError) as refused:
        workflows.create(
            "None", trigger={"type": "contact_created"}, actions=[CALL] * count, by=ada
        )

    assert list(refused.value.fields) == ["actions"]


def test_nothing_in_a_template_is_evaluated():
    filled = templates.fill(
        {"a": ["{{ contact }}", "x {{contact.name}}"], "b": 1}, templates.OF_CONTACT
    )

    assert filled == {"a": ["contact:1", "x Grace Hopper"], "b": 1}
    with pytest.raises(KeyError):
        templates.fill("{{contact.__class__}}", templates.OF_CONTACT)


# --- Who may see, and draft -----------------------------------------------------------------------
def test_a_workflow_of_a_closed_pipeline_is_not_there(draft, call, sales, ada, bob, inside):
    ref = draft().result["workflow"]
    access.restrict(sales, by=ada)

    assert call("get_object", ref=ref).http == 404
    assert draft(workflow=ref).http == 404
    assert list(Workflow.objects.visible_to(bob)) == []
    assert Workflow.objects.visible_to(ada).count() == 1


def test_others_workflows_are_not_there(draft, call, eve, inside):
    ref = draft().result["workflow"]

    assert list(Workflow.objects.visible_to(eve)) == []
    assert ref


def test_others_rows_are_not_named(draft, eve, elsewhere):
    theirs = pipelines.create("Theirs", stages=[{"name": "New"}], by=eve)

    assert draft(pipeline=theirs.ref).http == 404


def test_a_member_drafts_none(draft, bob, mo, inside):
    assert draft(by=bob).status == DENIED
    assert draft(by=mo).status == DONE


def test_a_dry_run_leaves_no_draft(draft, inside):
    seen = draft(dry_run=True)

    assert seen.status == DONE
    assert not Workflow.objects.exists()


def test_the_console_shows_workflows_and_puts_them_away(draft, log_in, ada, acme, inside):
    draft()
    client = log_in(ada)
    workflow = Workflow.objects.get()

    listed = client.get("/admin/agents/workflow/")
    versions = client.get("/admin/agents/workflowversion/")
    client.post(
        "/admin/agents/workflow/",
        {"action": "archive", "_selected_action": [workflow.pk]},
    )

    workflow.refresh_from_db()
    assert (listed.status_code, versions.status_code) == (200, 200)
    assert "Demo follow-up" in listed.content.decode()
    assert workflow.status == "archived"
