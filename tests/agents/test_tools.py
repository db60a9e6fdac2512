"""Each tool does what it says, through the commands everybody else uses."""

import pytest

from agents.catalogue.registry import TOOLS
from audit.actions import action
from audit.models import Action, Change
from crm import contacts, custom_fields
from crm.models import Activity, Company, Contact, Task
from pipelines import criteria, positions, scores, stages
from pipelines.models import Attestation, Criterion, Pipeline, Position, Stage

FACTORS = {"engagement": 85, "fit": 90, "intent": 70, "timing": 60}


@pytest.fixture
def worker(hire):
    """An agent that may use every tool."""
    return hire("Worker", tools=list(TOOLS))


@pytest.fixture
def use(call, worker):
    """Use a tool and return its result."""

    def run(tool, **given):
        answer = call(tool, by=worker, **given)
        assert answer.is_done, answer
        return answer.result

    return run


@pytest.fixture
def refuse(call, worker):
    """Use a tool where that is refused, and return the answer."""

    def run(tool, **given):
        answer = call(tool, by=worker, **given)
        assert answer.http >= 400, answer
        return answer

    return run


# --- Looking --------------------------------------------------------------------------------------
def test_search_finds_by_text_and_answers_briefly(use, grace, inside):
    found = use("search_objects", query="hopp")

    assert found == {
        "results": [
            {
                "ref": grace.ref,
                "type": "contact",
                "name": "Grace Hopper",
                "status": "active",
                "properties": {"email": "Grace@navy.example"},
            }
        ],
        "next": None,
    }


def test_search_finds_by_condition_and_page(use, card, grace, sales, ada, inside):
    positions.update(card, changes={"value_cents": 500_00, "currency": "USD"}, by=ada)
    for _ in range(3):
        positions.enter(grace, pipeline=sales, by=ada)
    worth = [{"field": "position.value_cents", "op": ">", "value": 100_00}]

    rich = use("search_objects", type="position", filter=worth)
    first = use("search_objects", type="position", limit=3)
    rest = use("search_objects", type="position", limit=3, after=first["next"])

    assert [each["ref"] for each in rich["results"]] == [card.ref]
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (3, 1, None)


def test_a_condition_that_is_wrong_names_the_nearest_field(refuse, db):
    wrong = [{"field": "contact.emial", "op": "is_empty"}]

    answer = refuse("search_objects", filter=wrong)

    assert answer.http == 400
    assert "contact.email" in answer.summary


def test_an_object_comes_with_what_it_is_related_to(use, grace, card, inside):
    shown = use("get_object", ref=grace.ref)

    assert card.ref in [link["ref"] for link in shown["links"]]


def test_a_board_says_what_each_stage_asks_for(use, card, sales, stage, ada, inside):
    criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)

    board = use("get_board", pipeline=sales.ref)
    column = use("get_board", pipeline=sales.ref, stage="lead", cards=0)

    lead = board["stages"][0]
    assert (lead["name"], lead["count"], lead["exit_criteria"]) == ("Lead", 1, ["budget_confirmed"])
    assert lead["cards"][0]["contact_name"] == "Grace Hopper"
    assert [each["name"] for each in column["stages"]] == ["Lead"]
    assert column["stages"][0]["cards"] == []


def test_cards_of_a_column_come_by_page(use, card, grace, sales, ada, inside):
    for _ in range(4):
        positions.enter(grace, pipeline=sales, by=ada)

    first = use("get_board", pipeline=sales.ref, stage="Lead", cards=3)["stages"][0]
    rest = use("get_board", pipeline=sales.ref, stage="Lead", after=first["next"])["stages"][0]

    seen = [each["position"] for each in first["cards"] + rest["cards"]]
    assert (first["count"], len(seen), len(set(seen)), rest["next"]) == (5, 5, 5, None)


# --- Contacts -------------------------------------------------------------------------------------
def test_a_contact_is_created_with_their_company(use, inside):
    made = use(
        "create_contact",
        first_name="Ada",
        last_name="Lovelace",
        email="ada@engine.example",
        company="Analytical Engines",
        tags=["pioneer"],
    )

    ada = Contact.objects.get(email="ada@engine.example")
    assert (made["contact"], made["name"]) == (ada.ref, "Ada Lovelace")
    assert made["company_name"] == ada.company.name == "Analytical Engines"
    assert (ada.tags, ada.created_by.partition(":")[0]) == (["pioneer"], "agent")


def test_somebody_known_is_not_created_again(refuse, grace):
    answer = refuse("create_contact", name="G. Hopper", email="grace@NAVY.example")

    assert answer.http == 409
    assert answer.details["ref"] == grace.ref


def test_a_contact_has_own_fields(use, refuse, grace, ada, inside):
    custom_fields.declare("contact", label="Plan", type="choice", choices=["free", "pro"], by=ada)

    use("update_contact", contact=grace.ref, custom={"plan": "pro"})
    wrong = refuse("update_contact", contact=grace.ref, custom={"plan": "gold"})

    grace.refresh_from_db()
    assert grace.properties == {"plan": "pro"}
    assert (wrong.http, list(wrong.details["fields"])) == (400, ["custom:plan"])


def test_only_what_is_given_is_changed_and_null_empties(use, grace, inside):
    use("update_contact", contact=grace.ref, city="Arlington", email=None)

    grace.refresh_from_db()
    assert (grace.city, grace.email, grace.name) == ("Arlington", "", "Grace Hopper")


def test_an_update_without_a_change_is_refused(refuse, grace):
    assert refuse("update_contact", contact=grace.ref).http == 400


def test_an_activity_is_logged(use, grace, inside):
    use("log_activity", contact=grace.ref, kind="call", subject="Hello", direction="out")

    call = Activity.objects.get()
    assert (call.contact, call.kind, call.subject, call.direction) == (
        grace,
        "call",
        "Hello",
        "out",
    )


def test_a_task_is_created_for_a_colleague(use, grace, bob, inside):
    made = use(
        "create_task",
        title="Call back",
        contact=grace.ref,
        assignee="bob@acme.example",
        due_at="2030-01-31T09:00:00Z",
    )

    task = Task.objects.get()
    assert (task.assignee_id, task.contact) == (bob.membership_id, grace)
    assert (made["assignee"], made["due_at"]) == ("Bob", "2030-01-31T09:00:00+00:00")


# --- Enriching ------------------------------------------------------------------------------------
def test_what_was_found_out_is_kept_with_its_source(use, grace, inside):
    found = {
        "job_title": {"value": "Rear admiral", "source": "navy.example/hopper", "confidence": 0.9}
    }

    done = use("enrich_contact", contact=grace.ref, enriched_data=found)

    grace.refresh_from_db()
    kept = grace.enrichment["job_title"]
    assert (done["applied"], done["proposed"]) == (["job_title"], [])
    assert grace.job_title == "Rear admiral"
    assert (kept["source"], kept["confidence"]) == ("navy.example/hopper", 0.9)


def test_what_a_person_wrote_is_proposed_not_overwritten(use, grace, bob, inside):
    contacts.update(grace, changes={"job_title": "Programmer"}, by=bob)

    done = use(
        "enrich_contact",
        contact=grace.ref,
        enriched_data={"job_title": "Admiral", "city": "Arlington"},
        sources=["navy.example"],
    )

    grace.refresh_from_db()
    assert (done["applied"], done["proposed"]) == (["city"], ["job_title"])
    assert grace.job_title == "Programmer"
    assert grace.proposals["job_title"]["value"] == "Admiral"


def test_the_company_is_enriched_along(use, grace, inside):
    done = use(
        "enrich_contact",
        contact=grace.ref,
        enriched_data={
            "company": "US Navy",
            "industry": "Defence",
            "company_size": 400_000,
            "recent_news": ["Commissioned a ship named Hopper"],
        },
        sources=["navy.example"],
    )

    company = Company.objects.get()
    grace.refresh_from_db()
    assert grace.company == company
    assert (company.industry, company.employees) == ("Defence", 400_000)
    assert set(done["applied"]) == {
        *("company", "company.industry", "company.employees", "recent_news"),
    }
    assert "ship named Hopper" in Activity.objects.get().body


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"enriched_data": {"job_title": "Admiral"}}, "enriched_data.job_title"),
        (
            {"enriched_data": {"job_title": {"value": "x", "source": "y", "sauce": "z"}}},
            "enriched_data.job_title",
        ),
        (
            {"enriched_data": {"job_title": {"value": "x", "source": "y", "confidence": "high"}}},
            "enriched_data.job_title",
        ),
        ({"enriched_data": {"industry": "Defence"}, "sources": ["x"]}, "company"),
        ({"enriched_data": {"recent_news": "one"}, "sources": ["x"]}, "enriched_data.recent_news"),
        ({"enriched_data": {"jobtitle": "x"}, "sources": ["x"]}, "jobtitle"),
    ],
)
def test_a_finding_without_a_source_or_a_place_is_refused(refuse, grace, given, field, inside):
    answer = refuse("enrich_contact", contact=grace.ref, **given)

    assert answer.http == 400
    assert field in answer.details["fields"]
    assert not Change.objects.filter(action_id=int(answer.action[7:])).exists()


# --- Boards ---------------------------------------------------------------------------------------
PARTNERS = {
    "name": "Partner Onboarding",
    "description": "Pipeline for onboarding new technology partners",
    "subtype": "partner",
    "stages": [
        {
            "name": "Technical Review",
            "description": "Evaluating technical integration feasibility",
            "order": 2,
            "exit_criteria": ["api_tested", "position.value_cents > 0"],
        },
        {
            "name": "Application Received",
            "description": "Initial partner application submitted",
            "order": 1,
            "exit_criteria": ["application_reviewed", "legal_check_passed"],
        },
        {"name": "Active Partner", "order": 4, "kind": "won", "exit_criteria": []},
    ],
}


def test_a_pipeline_is_created_with_stages_and_criteria_upfront(use, inside):
    made = use("create_pipeline", **PARTNERS)

    board = Pipeline.objects.get()
    assert (made["pipeline"], board.subtype) == (board.ref, "partner")
    assert [each["name"] for each in made["stages"]] == [
        *("Application Received", "Technical Review", "Active Partner"),
    ]
    asked = {each.key: each.condition for each in Criterion.objects.all()}
    assert asked["application_reviewed"] is None
    assert asked["position_value_cents_0"] == [
        {"field": "position.value_cents", "op": ">", "value": 0}
    ]


def test_a_contact_enters_a_pipeline(use, grace, sales, stage, inside):
    made = use(
        "add_contact_to_pipeline",
        contact=grace.ref,
        pipeline=sales.ref,
        title="Compilers",
        value_cents=500_00,
        currency="USD",
    )

    card = Position.objects.get()
    assert (made["position"], made["stage"]) == (card.ref, stage("Lead").ref)
    assert (card.title, card.value_cents, card.currency) == ("Compilers", 500_00, "USD")


def test_a_contact_enters_a_stage_by_its_name(use, grace, sales, stage, inside):
    made = use("add_contact_to_pipeline", contact=grace.ref, pipeline=sales.ref, stage="demo")

    assert made["stage_name"] == "Demo"


def test_entering_a_won_stage_asks(call, worker, grace, sales, inside):
    answer = call(
        *("add_contact_to_pipeline", worker),
        contact=grace.ref,
        pipeline=sales.ref,
        stage="Customer",
    )

    assert answer.http == 202


# --- Cards ----------------------------------------------------------------------------------------
def test_a_score_is_kept_with_its_factors_and_reasons(use, card, inside):
    done = use(
        "score_contact",
        position=card.ref,
        factors=FACTORS,
        overall_score=82,
        confidence=0.88,
        reasoning=["Matches the ideal customer", "High engagement"],
        risk_factors=["No response in 7 days"],
        suggested_action="send_proposal",
    )

    card.refresh_from_db()
    assert (card.score, card.confidence, card.score_factors) == (82, 0.88, FACTORS)
    assert card.score_reasons == ["Matches the ideal customer", "High engagement"]
    assert card.suggested_action == "send_proposal"
    assert (done["score_in_force"], done["set_by_hand"]) == (82, False)


def test_a_score_never_touches_the_one_set_by_hand(use, card, bob, inside):
    scores.set_manual_score(card, score=90, by=bob, reason="I know the CEO")

    done = use(
        "score_contact",
        contact=card.contact.ref,
        factors=FACTORS,
        overall_score=10,
        reasoning=["quiet"],
    )

    card.refresh_from_db()
    assert (card.score, card.manual_score, card.score_in_force) == (10, 90, 90)
    assert (done["score"], done["score_in_force"], done["set_by_hand"]) == (10, 90, True)
    assert card.confidence == 0.95, "that of the call"


@pytest.mark.parametrize(
    "wrong",
    [
        {"overall_score": 101},
        {"factors": {**FACTORS, "fit": -1}},
        {"factors": {"fit": 1}},
        {"factors": {**FACTORS, "luck": 1}},
        {"reasoning": []},
        {"manual_score": 90},
    ],
)
def test_a_score_out_of_range_is_refused(refuse, card, wrong):
    given = {"factors": FACTORS, "overall_score": 50, "reasoning": ["x"]} | wrong

    assert refuse("score_contact", position=card.ref, **given).http == 400


def test_a_criterion_is_attested_with_evidence_and_the_card_may_move(use, card, stage, ada, inside):
    criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)

    done = use(
        "attest_criterion",
        position=card.ref,
        criterion="Budget confirmed",
        evidence="“We have 50k set aside”, mail of 3 May",
        source="mail.example/3",
    )
    use("move_contact", position=card.ref, to_stage="Qualified")

    kept = Attestation.objects.get()
    card.refresh_from_db()
    assert done["criterion"] == "budget_confirmed"
    assert kept.attested_by.partition(":")[0] == "agent"
    assert "50k" in kept.evidence
    assert card.stage == stage("Qualified")


def test_only_what_is_asked_for_can_be_attested(refuse, card, stage, ada):
    criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)

    answer = refuse(
        "attest_criterion", position=card.ref, criterion="budget_confirmd", evidence="x"
    )

    assert answer.http == 400
    assert "did you mean budget_confirmed" in answer.summary


def test_a_name_that_two_stages_have_is_ambiguous(call, card, sales, ada, stage):
    twin = stages.add(sales, name="Second demo", by=ada)
    with action("test.arrange", by=ada):  # as an undo might leave it
        Stage.objects.filter(pk=twin.pk).update(name="demo")

    vague = call("move_contact", position=card.ref, to_stage="Demo")
    exact = call("move_contact", position=card.ref, to_stage=twin.ref, dry_run=True)

    assert (vague.status, vague.http) == ("refused", 409)
    assert vague.details["candidates"] == [
        {"stage": stage("Demo").ref, "name": "Demo"},
        {"stage": twin.ref, "name": "demo"},
    ]
    assert exact.http != 409


def test_what_is_read_from_the_data_cannot_be_attested(refuse, card, stage, ada):
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)

    answer = refuse(
        "attest_criterion",
        position=card.ref,
        criterion="position_value_cents_0",
        evidence="x",
    )

    assert answer.http == 422


# --- Taking back ----------------------------------------------------------------------------------
def test_an_agent_takes_back_its_own_move(call, card, stage, inside):
    done = call("move_contact", position=card.ref, to_stage="Qualified")

    undone = call("undo_action", action=done.action)

    card.refresh_from_db()
    assert undone.is_done, undone
    assert card.stage == stage("Lead")
    assert undone.result["restored"]
    assert Action.objects.get(pk=int(undone.action[7:])).undoes == [int(done.action[7:])]


def test_what_others_did_since_is_not_taken_back(call, card, stage, bob, inside):
    done = call("move_contact", position=card.ref, to_stage="Qualified")
    card.refresh_from_db()
    positions.move(card, to=stage("Demo"), by=bob)

    undone = call("undo_action", action=done.action)

    card.refresh_from_db()
    assert card.stage == stage("Demo")
    assert undone.http == 409, undone
    assert undone.details["conflicts"]


def test_an_agent_takes_back_only_its_own(call, hire, card, bob, stage, inside):
    mine = call("move_contact", position=card.ref, to_stage="Qualified")
    theirs = Action.objects.filter(actor_kind="person").latest("id")
    other = hire("Other")

    assert call("undo_action", action=mine.action, by=other).http == 404
    assert call("undo_action", action=theirs.ref).http == 404


def test_an_agent_cannot_undo_its_way_round_a_closed_stage(call, card, stage, ada, inside):
    done = call("move_contact", position=card.ref, to_stage="Qualified")
    stages.update(stage("Qualified"), changes={"ai_enabled": False}, by=ada)

    undone = call("undo_action", action=done.action)

    card.refresh_from_db()
    assert (undone.http, card.stage) == (403, stage("Qualified"))
