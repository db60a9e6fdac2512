"""What agents and people can ask: what waits, what an agent may do, what would become of a call."""

import pytest

from agents import agents, ordering, switches
from agents.calls import dispatch
from agents.catalogue.registry import TOOLS
from approvals import approvals, policies
from approvals.deciders import as_person
from approvals.models import Approval
from approvals.models.policies import Policy
from audit.actions import action
from audit.models import Action, Event
from crm.models import Contact, Import, User
from pipelines import access, criteria, positions
from tests.agents.conftest import actor_of


@pytest.fixture
def worker(hire):
    return hire("Worker", tools=sorted(TOOLS))


@pytest.fixture
def asked(call, worker, card):
    """Ask for a move that waits, as the worker."""
    return call("move_contact", by=worker, position=card.ref, to_stage="Qualified", confidence=0.2)


@pytest.fixture
def explain(call, worker):
    """Ask what would become of a call, as the worker or `by`."""

    def ask(tool, arguments, by=worker, confidence=0.95):
        given = {"tool": tool, "arguments": arguments}
        answer = call("explain_policy", by=by, **given, confidence=confidence)
        assert answer.is_done, answer
        return answer.result

    return ask


# --- What waits -----------------------------------------------------------------------------------
def test_an_agent_sees_what_it_asked_for_and_nobody_elses(call, worker, hire, asked, inside):
    other = hire("Other")

    own = call("list_approvals", by=worker).result["results"]

    assert [(each["approval"], each["status"]) for each in own] == [(asked.approval, "waiting")]
    assert own[0]["because"] == ["confidence 20 % is below 85 %"]
    assert call("list_approvals", by=other).result["results"] == []


def test_a_person_sees_what_they_may_and_whether_they_decide(call, ada, vi, asked, inside):
    found = {by.name: call("list_approvals", by=by).result["results"] for by in (ada, vi)}

    assert [len(each) for each in found.values()] == [1, 1]
    assert (found["Ada"][0]["may_decide"], found["Vi"][0]["may_decide"]) == (True, False)


def test_what_waits_on_a_closed_board_is_not_there(call, ada, bob, asked, sales, inside):
    access.restrict(sales, by=ada)

    assert call("list_approvals", by=bob).result["results"] == []


def test_what_was_refused_says_why(call, worker, ada, asked, inside):
    approval = Approval.objects.get()
    approvals.refuse(approval, by=ada, because="Grace is not ready.")

    found = call("list_approvals", by=worker, status="refused").result["results"]

    assert (found[0]["note"], found[0]["decided_by"]) == ("Grace is not ready.", "Ada")
    assert call("list_approvals", by=worker).result["results"] == []


def test_questions_come_by_page(call, worker, card, inside):
    for notes in ("one", "two", "three"):
        call("update_position", by=worker, position=card.ref, notes=notes, confidence=0.2)

    first = call("list_approvals", by=worker, limit=2).result
    rest = call("list_approvals", by=worker, limit=2, after=first["next"]).result

    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (2, 1, None)
    assert call("list_approvals", by=worker, after="x").http == 400


# --- An agent at present --------------------------------------------------------------------------
def test_an_agent_learns_its_budgets_scope_and_what_waits(call, worker, asked, inside):
    status = call("get_agent_status", by=worker).result

    assert (status["agent"], status["waiting"], status["learning"]) == (worker.ref, 1, False)
    assert status["tools"] == sorted(TOOLS)
    assert status["stopped_by"] == []
    assert status["writes_left"] == worker.writes_per_hour - 1
    assert status["calls_left"] < worker.calls_per_minute


def test_switches_are_named(call, ada, worker, sales, inside):
    switches.turn_off("move_contact", by=ada)
    switches.disable(worker, by=ada)
    switches.pause_agents(inside, by=ada)

    status = call("get_agent_status", by=ada, agent=worker.ref).result

    assert status["tools_off"] == ["move_contact"]
    assert status["stopped_by"] == ["The agents of Acme are paused.", "Worker is switched off."]


def test_an_agent_that_learns_is_told_how_far_it_is(call, novice, card, ada, inside):
    agents.update(novice, changes={"scope": sorted(TOOLS)}, by=ada)
    call("update_position", by=novice, position=card.ref, notes="x")
    approvals.grant(Approval.objects.get(), by=ada)

    status = call("get_agent_status", by=novice).result

    lesson = {"tool": "update_position", "decided": 1, "approved": 1, "learnt": False}
    assert (status["learning"], status["lessons"]) == (True, [lesson])


def test_an_agent_asks_of_itself_alone(call, worker, hire, ada, inside):
    other = hire("Other")

    assert call("get_agent_status", by=worker, agent=other.ref).http == 404
    assert worker.ref in call("get_agent_status", by=ada).summary


# --- What would become of a call ------------------------------------------------------------------
def test_what_would_run_says_so(explain, card, inside):
    told = explain("move_contact", {"position": card.ref, "to_stage": "Qualified"})

    assert (told["would"], told["because"], told["automatic_if"]) == ("run", [], [])


def test_what_would_wait_says_what_would_make_it_automatic(call, worker, card, ada, inside):
    positions.update(card, changes={"value_cents": 50_000_00}, by=ada)
    given = {"position": card.ref, "to_stage": "Qualified"}

    told = call(
        "explain_policy", by=worker, tool="move_contact", arguments=given, confidence=0.6
    ).result

    assert (told["would"], told["decides"]) == ("wait", "manager")
    assert "confidence of at least 0.85" in told["automatic_if"]
    assert any("at most 10000" in way for way in told["automatic_if"])
    assert any("policy of the key value" in way for way in told["automatic_if"])


def test_what_a_gate_refuses_is_named(explain, card, stage, ada, inside):
    criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)

    told = explain("move_contact", {"position": card.ref, "to_stage": "Qualified"})

    assert told["would"] == "be_refused"
    assert "udget confirmed" in told["because"][0]


def test_what_is_denied_or_out_of_scope_says_so(explain, hire, card, ada, inside):
    with action("test.arrange", by=ada):
        Policy.objects.create(
            organization=inside, key="notes", answer="deny", tool="update_position"
        )
    narrow = hire("Narrow", tools=["explain_policy"])
    given = {"position": card.ref, "notes": "x"}

    assert explain("update_position", given)["would"] == "be_denied"
    told = explain("update_position", given, by=narrow)
    assert told["would"] == "be_denied"
    assert "may not use update_position" in told["because"][0]


def test_what_cannot_be_a_call_is_refused_as_one(call, worker, db):
    assert call("explain_policy", by=worker, tool="mve_contact", arguments={}).http == 404
    assert call("explain_policy", by=worker, tool="move_contact", arguments={}).http == 400


# --- What binds agents ----------------------------------------------------------------------------
RULES = [
    ("create_criterion", {"stage": "{stage}", "criterion": "Decision maker met"}),
    ("update_stage", {"stage": "{stage}", "can_skip": True}),
    ("archive_stage", {"stage": "{stage}"}),
    ("archive_pipeline", {"pipeline": "{pipeline}"}),
]


@pytest.mark.parametrize(("tool", "given"), RULES)
def test_an_agent_asks_before_it_changes_what_binds_it(
    call, worker, stage, sales, inside, tool, given
):
    known = {"stage": stage("Demo").ref, "pipeline": sales.ref}
    filled = {k: v.format(**known) if isinstance(v, str) else v for k, v in given.items()}

    answer = call(tool, by=worker, **filled)

    assert (answer.status, answer.because) == (
        "waiting",
        ["it changes rules that bind agents, too"],
    )


def test_agents_settings_are_no_arguments_of_a_tool():
    stage = TOOLS["update_stage"].signature.schema["properties"]
    pipeline = TOOLS["update_pipeline"].signature.schema["properties"]

    closed = {"ai_enabled", "ai_actions", "ai_can_automate", "requires_approval"}
    assert not closed & stage.keys()
    assert not {"ai_enabled", "auto_progression", "assistant"} & pipeline.keys()


def test_an_agent_decides_on_no_proposal(call, worker, grace, inside):
    for tool in ("accept_proposal", "dismiss_proposal"):
        answer = call(tool, by=worker, object=grace.ref, field="job_title")

        assert (answer.status, answer.http) == ("denied", 403)


def test_an_agent_asks_before_it_closes_a_deal_as_won(
    call, worker, grace, sales, stage, ada, inside
):
    card = positions.enter(grace, pipeline=sales, stage=stage("Proposal"), by=ada)

    answer = call("close_position", by=worker, position=card.ref, outcome="won")

    assert answer.status == "waiting"
    assert answer.because == ["it moves the deal into Customer, a won stage"]


# --- Imports --------------------------------------------------------------------------------------
def test_an_agent_imports_people_and_takes_it_all_back(call, worker, inside):
    text = "Name,E-mail\nKay McNulty,kay@eniac.example\nBetty Snyder,no address\n"
    done = call("import_csv", by=worker, csv=text, map={"Name": "name", "E-mail": "email"})
    receipt = call("get_import", by=worker, ref=done.result["ref"]).result

    assert done.is_done, done
    assert receipt == done.result
    assert (receipt["created"], receipt["failed"], receipt["status"]) == (1, 1, "done")
    assert receipt["problems"][0]["line"] == 3
    assert call("undo_action", by=worker, action=done.action).is_done
    assert call("search_objects", by=worker, query="McNulty").result["results"] == []


def test_an_agent_imports_no_cards_past_what_stages_ask(call, worker, sales, inside):
    text = "contact_email,pipeline,stage,title\nx@y.example,Sales,Customer,Big\n"

    answer = call("import_csv", by=worker, csv=text, kind="positions")

    assert (answer.status, answer.http) == ("denied", 403)


def test_an_agents_file_lets_nobody_in(call, worker, inside):
    text = "name,owner_email\nKay McNulty,friend@elsewhere.example\n"

    answer = call("import_csv", by=worker, csv=text, kind="contacts")
    without = call("import_csv", by=worker, csv=text, kind="contacts", map={"owner_email": "skip"})

    assert (answer.status, "assign_owner" in answer.summary) == ("denied", True)
    assert without.is_done, without
    assert not User.objects.filter(email="friend@elsewhere.example").exists()


def test_a_file_of_many_rows_waits_for_a_person(call, worker, inside):
    rows = "".join(f"Person {n},p{n}@many.example,Firm {n},Rome\n" for n in range(30))

    answer = call("import_csv", by=worker, csv=f"name,email,company,city\n{rows}")

    would = answer.result["would"]
    assert (answer.status, answer.because) == ("waiting", ["it touches 30 records"])
    assert len(would["rows"]) <= 100 < would["rows_in_all"], "an answer stays small"


def test_a_long_file_is_to_be_cut(call, worker, inside):
    rows = "".join(f"Person {n},p{n}@many.example\n" for n in range(1001))

    answer = call("import_csv", by=worker, csv=f"name,email\n{rows}")

    assert answer.http == 400
    assert "1,001 rows; at most 1,000 at once" in answer.summary


LONG = "name,email\n" + "".join(f"Person {n},p{n}@many.example\n" for n in range(501))


@pytest.fixture
def at_work(monkeypatch, deliver):
    """Deliver what is due, and have a worker do what it is handed."""
    handed = []
    monkeypatch.setattr(ordering.take_over, "delay", lambda **given: handed.append(given))

    def run():
        deliver()
        while handed:
            ordering.take_over(**handed.pop())

    return run


def test_a_long_file_of_a_persons_is_taken_in_at_once_and_over_by_a_worker(
    call, ada, inside, at_work
):
    sent = call("import_csv", by=ada, csv=LONG)
    before = call("search_objects", by=ada, query="Person").result["results"]
    at_work()
    receipt = call("get_import", by=ada, ref=sent.result["ref"]).result
    then = call("get_action", by=ada, action=receipt["action"]).result

    assert (sent.status, sent.result["status"], sent.result["read"], before) == (
        *("done", "begun", 0, []),
    )
    assert (receipt["status"], receipt["created"], receipt["failed"]) == ("done", 501, 0)
    assert (then["resumes"], then["actor"]) == (sent.action, ada.ref)
    assert call("undo_action", by=ada, action=receipt["action"]).is_done
    assert not Contact.objects.filter(email__endswith="@many.example").exists()


def test_a_long_file_of_an_agents_waits_for_a_person_who_sees_its_beginning(
    call, worker, mo, inside, at_work
):
    asked = call("import_csv", by=worker, csv=LONG)
    shown = Approval.objects.get().shown
    approvals.grant(Approval.objects.get(), by=as_person(mo))
    at_work()

    assert (asked.status, shown["title"]) == ("waiting", "Import 501 contacts")
    named = {row["after"] for row in shown["rows"]}
    assert {"Person 0", "Person 99"} <= named
    assert "Person 100" not in named
    assert Contact.objects.filter(email__endswith="@many.example").count() == 501
    assert {each.actor_kind for each in Action.objects.filter(name="import_csv")} == {"agent"}


def test_whoever_was_switched_off_since_brings_nothing_in(call, worker, ada, inside, at_work):
    policies.write(
        Policy(organization_id=ada.organization_id, name="many", key="records", answer="allow"),
        by=as_person(ada),
    )
    sent = call("import_csv", by=worker, csv=LONG)
    switches.disable(worker, reason="too fast", by=ada)
    at_work()
    receipt = call("get_import", by=ada, ref=sent.result["ref"]).result

    assert sent.status == "done", sent
    assert (receipt["status"], receipt["action"]) == ("failed", None)
    assert "switched off" in receipt["problem"]
    assert not Contact.objects.filter(email__endswith="@many.example").exists()


def test_a_dry_run_of_a_long_file_leaves_nothing(call, ada, inside, at_work):
    tried = call("import_csv", by=ada, csv=LONG, dry_run=True)
    at_work()

    assert tried.is_done
    assert not Import.objects.exists()
    assert not Contact.objects.filter(email__endswith="@many.example").exists()


def test_a_file_is_taken_over_once_however_often_it_is_delivered(call, ada, inside, at_work):
    sent = call("import_csv", by=ada, csv=LONG)
    at_work()
    event = Event.objects.get(name="agents.file.sent")
    for _ in range(2):
        ordering.start(event)
        at_work()

    receipt = call("get_import", by=ada, ref=sent.result["ref"]).result
    assert (receipt["created"], Contact.objects.filter(name="Person 7").count()) == (501, 1)


def test_an_import_that_cannot_be_says_what_would_be_right(call, worker, inside):
    answer = call("import_csv", by=worker, csv="name\nKay\n", map={"name": "nme"})

    assert answer.http in (400, 422)
    assert "name" in answer.summary


# --- What would be right --------------------------------------------------------------------------
def test_errors_say_what_would_be_right(call, worker, card, sales, stage, ada, inside):
    criteria.add(stage("Lead"), criterion="budget_confirmed", by=ada)

    def says(tool, **given):
        answer = call(tool, by=worker, **given)
        assert answer.http in (400, 422), answer
        return answer.summary

    lead = stage("Lead").ref
    assert "there is Demo" in says("create_stage", pipeline=sales.ref, name="x", after="Demos")
    assert "did you mean budget_confirmed" in says(
        "archive_criterion", stage=lead, criterion="budget_confirmd"
    )
    assert "6 stages" in says("reorder_stages", pipeline=sales.ref, stages=["Lead"])
    assert "reports_to" in says(
        "create_link", type="report_to", first=card.contact.ref, second=card.ref
    )
    field = {"on": "contact", "key": "plan"}
    none = dispatch.call(actor_of(worker), "archive_custom_field", field, confidence=1.0)
    assert "none yet" in none.summary
