"""What callers are told of: the everyday tools, short enough; search_tools finds the rest."""

import subprocess
import sys

import pytest
from django.conf import settings

from agents import agents, personas
from agents.calls import admission, dispatch
from agents.calls.admission import Caller
from agents.catalogue import finding
from agents.catalogue.registry import TOOLS
from crm import custom_fields
from pipelines import access, pipelines
from pipelines.models import Pipeline
from tests.agents.acme_at_work import furnish
from tests.agents.conftest import actor_of
from tests.benchmarks.listing import MOST, cost_of


@pytest.fixture
def work(ada, bob, mo, vi, inside):
    """Acme with boards, colleagues and fields of its own, which a listing names."""
    for template in ("support", "onboarding", "partner"):
        pipelines.create_from_blueprint(template, by=ada)
    for on in ("company", "position"):
        custom_fields.declare(on, label="Region", type="choice", choices=["EU", "US"], by=ada)
    return furnish(ada)


def admit(by) -> Caller:
    return admission.admit(by)


def hire(persona, by):
    return actor_of(agents.create(f"A {persona}", persona=persona, by=by))


@pytest.mark.parametrize("persona", sorted(personas.load()))
def test_a_personas_listing_costs_little(persona, work, ada):
    count, tokens = cost_of(admit(hire(persona, ada)))

    assert count == len(personas.get(persona).tools)
    assert tokens <= MOST


def test_what_people_are_told_of_costs_little(work, ada):
    count, tokens = cost_of(admit(ada))

    assert count < len(TOOLS)
    assert tokens <= MOST


def test_the_web_process_does_without_the_counter():
    program = "import sys, config.wsgi, config.urls; sys.exit('litellm' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, check=False)

    assert done.returncode == 0


# --- What it names --------------------------------------------------------------------------------
def listed(by, ask, token_of, **query):
    path = "&".join(["/api/tools/?dialect=openai", *(f"{k}={v}" for k, v in query.items())])
    found = ask("GET", path, by=token_of(by)).json()["results"]
    return {each["function"]["name"]: each["function"]["parameters"] for each in found}


def test_a_listing_names_boards_stages_and_colleagues(work, ada, ask, token_of):
    told = listed(ada, ask, token_of)
    board = told["get_board"]["properties"]["pipeline"]
    stage = told["move_contact"]["properties"]["to_stage"]
    assignee = told["create_task"]["properties"]["assignee"]

    assert work.named["pipeline:1"] in board["enum"]
    assert "Sales" in board["description"]
    assert "x-choices" not in str(told)
    assert "stage:7" in stage["description"]
    assert "bob@acme.example" in assignee["description"]


def test_a_listing_does_not_name_boards_that_are_closed_to_somebody(work, ada, bob, ask, token_of):
    board = Pipeline.objects.get(name="Sales")
    access.restrict(board, by=ada)

    assert board.ref in str(listed(ada, ask, token_of)["get_board"])
    assert board.ref not in str(listed(bob, ask, token_of)["get_board"])


def test_all_tools_are_listed_on_demand(work, ada, ask, token_of):
    assert set(listed(ada, ask, token_of, all=1)) == set(TOOLS)
    assert set(listed(ada, ask, token_of)) < set(TOOLS)


# --- What is found --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("take a deal off the board", "archive_position"),
        ("delete a person", "archive_contact"),
        ("bring back a deleted customer", "restore_contact"),
        ("mark a todo as done", "complete_task"),
        ("mark the deal as lost", "close_position"),
        ("upload a spreadsheet", "import_csv"),
        ("relate two people", "create_link"),
        ("who reports to whom", "create_link"),
        ("assign a colleague", "assign_owner"),
        ("add a property to companies", "create_custom_field"),
        ("sort the columns of a board", "reorder_stages"),
        ("new column", "create_stage"),
        ("why does my call wait", "explain_policy"),
        ("what is pending approval", "list_approvals"),
        ("how much quota do I have left", "get_agent_status"),
        ("add a firm", "create_company"),
        ("revert what I did", "undo_action"),
        ("change the deal's amount", "update_position"),
        ("new board from a preset", "create_pipeline_from_template"),
        ("the budget was not confirmed after all, take the evidence back", "withdraw_attestation"),
    ],
)
def test_tools_are_found_by_the_meaning_of_words(query, wanted):
    found = [tool.name for tool in finding.find(query, list(TOOLS.values()), limit=3)]

    assert wanted in found


def test_words_that_mean_nothing_here_find_nothing():
    assert finding.find("zzyzx of the", list(TOOLS.values()), limit=5) == []


def test_what_is_found_can_be_called_at_once(work, ada):
    by = hire("sales", ada)
    found = dispatch.call(by, "search_tools", {"query": "tick a reminder off"}).result
    names = [each["name"] for each in found["tools"]]
    done = dispatch.call(by, names[0], {"task": work.named["task:5"]}, confidence=1.0)

    assert names[0] == "complete_task" not in personas.get("sales").tools
    assert found["tools"][0]["parameters"]["required"] == ["task"]
    assert found["of"] == len(personas.get("sales").scope)
    assert done.status in ("done", "waiting")


def test_only_what_one_may_use_is_found(work, ada, vi):
    by = hire("support", ada)
    for who in (by, vi):
        found = dispatch.call(who, "search_tools", {"query": "archive a pipeline", "limit": 20})

        assert "archive_pipeline" not in [each["name"] for each in found.result["tools"]]
