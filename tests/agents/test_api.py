"""The API over HTTP: what it answers, to whom, and how it says no."""

import json

import pytest
from django.test import Client

from agents import switches, tokens
from agents.models import Feedback
from approvals.models import Approval
from audit.models import Action
from crm import custom_fields, objects
from crm.imports import running
from crm.models import Contact
from pipelines import positions, stages

PROBLEM = "application/problem+json"


# --- Calling a tool -------------------------------------------------------------------------------
def test_a_call_is_done(move, stage):
    answer = move()

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "done",
        "result": {
            "position": answer.json()["result"]["position"],
            "contact": "Grace Hopper",
            "stage": stage("Qualified").ref,
            "stage_name": "Qualified",
            "win_percent": None,
            "outcome": None,
        },
        "action": answer.json()["action"],
        "approval": None,
        "because": [],
        "summary": "Grace Hopper moved from Lead to Qualified",
    }


def test_a_call_waits(move, inside):
    answer = move(confidence=0.5)

    assert answer.status_code == 202
    assert answer.json()["status"] == "waiting"
    assert answer.json()["approval"] == Approval.objects.get().ref
    assert answer.json()["because"] == ["confidence 50 % is below 85 %"]


def test_a_gate_refuses_and_names_what_is_missing(move, stage, ada, inside):
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)

    answer = move()

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert answer.json()["status"] == "refused"
    assert answer.json()["unmet"][0]["key"] == "position.value_cents"
    assert "detail" in answer.json()


def test_a_conflict_says_the_truth(move, stage):
    answer = move("Demo", arguments={"from_stage": "Qualified"})

    assert answer.status_code == 409
    assert answer.json()["stage"] == stage("Lead").ref


def test_bad_arguments_name_the_field(move):
    answer = move(arguments={"positon": 1})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["fields"]["positon"] == "is unknown; did you mean position"


@pytest.mark.parametrize(
    ("tool", "arguments", "argument"),
    [
        ("get_object", {"ref": "contact:999999"}, "ref"),
        ("update_contact", {"contact": "{grace}", "owner": "nobody@acme.example"}, "owner"),
        (
            "create_link",
            {"first": "{grace}", "second": "company:999999", "type": "works_at"},
            "second",
        ),
        (
            "bulk_update",
            {
                "refs": ["{grace}", "contact:999999"],
                "tool": "create_task",
                "arguments": {"title": "Call"},
            },
            "refs[1]",
        ),
    ],
)
def test_what_is_not_there_is_named_with_the_argument_that_named_it(
    ask, grace, tool, arguments, argument
):
    given = json.loads(json.dumps(arguments).replace("{grace}", grace.ref))

    answer = ask("POST", f"/api/tools/{tool}/", {"arguments": given, "confidence": 1})

    assert (answer.status_code, list(answer.json()["fields"])) == (404, [argument])
    assert "not there" in answer.json()["fields"][argument]


def test_an_unknown_tool_is_not_found(ask):
    answer = ask("POST", "/api/tools/move_contcat/", {"arguments": {}})

    assert answer.status_code == 404
    assert "move_contact" in answer.json()["detail"]


def test_over_budget_says_when_to_come_back(ask, agent, ada, card):
    from agents import agents

    agents.update(agent, changes={"calls_per_minute": 1}, by=ada)
    body = {"arguments": {"ref": card.contact.ref}}

    ask("POST", "/api/tools/get_object/", body)
    answer = ask("POST", "/api/tools/get_object/", body)

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer.json()["status"] == "denied"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"argument": {}}, "argument"),
        ({"arguments": []}, "arguments"),
        ({"confidence": 2}, "confidence"),
        ({"confidence": "high"}, "confidence"),
        ({"reason": 5}, "reason"),
        ({"dry_run": "yes"}, "dry_run"),
        ([], "body"),
    ],
)
def test_the_envelope_is_closed_too(ask, body, field):
    answer = ask("POST", "/api/tools/get_object/", body)

    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_what_is_no_json_is_told_so(client, token):
    answer = client.post(
        "/api/tools/get_object/",
        data="{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["detail"].startswith("Body must be JSON: ")


@pytest.mark.parametrize(
    "body",
    [
        '{"reason": "a", "reason": "b"}',
        '{"arguments": {"ref": "contact:1", "reason": 1, "reason": 2}}',
    ],
)
def test_of_two_values_under_one_name_none_is_chosen(client, token, body):
    answer = client.post(
        "/api/tools/get_object/",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.status_code == 400
    assert answer.json()["fields"] == {"reason": "is given twice; give it once"}


def test_what_does_not_fit_is_said_in_one_sentence(ask):
    answer = ask("GET", "/api/actions/?since=yesterday")

    assert answer.json()["detail"].endswith("one looks like 2026-01-31T09:30:00Z.")


def test_a_request_has_a_largest_size(ask):
    answer = ask("POST", "/api/tools/get_object/", {"reason": "x" * 1_000_001})

    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_a_key_repeats_the_first_answer(ask, inside):
    body = {"arguments": {"name": "Ada Lovelace"}, "idempotency_key": "k", "confidence": 1.0}

    first = ask("POST", "/api/tools/create_contact/", body)
    again = ask("POST", "/api/tools/create_contact/", body)
    other = ask("POST", "/api/tools/create_contact/", body | {"arguments": {"name": "Alan"}})

    assert first.json() == again.json()
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)


def test_a_dry_run_over_http(move, card, stage, inside):
    answer = move(dry_run=True)

    card.refresh_from_db()
    assert answer.json()["result"]["would"]["title"] == "Move Grace Hopper to Qualified"
    assert card.stage == stage("Lead")


# --- Who calls ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "header", [None, "Bearer nonsense", "Basic abc", "Bearer ", "Bearer whl_a_" + "0" * 36]
)
def test_without_a_good_token_one_is_asked_for(client, db, header):
    headers = {"Authorization": header} if header else {}

    for path in ["/api/tools/", "/api/objects/", "/api/approvals/", "/api/actions/"]:
        answer = client.get(path, headers=headers)

        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_refused_at_every_door(ask, token, agent, ada, card):
    tokens.revoke(agent.tokens.get(), by=ada)

    for path in ["/api/tools/", f"/api/objects/{card.ref}/", "/api/actions/"]:
        assert ask("GET", path).status_code == 401
    assert ask("POST", "/api/tools/get_object/", {"arguments": {}}).status_code == 401


def test_a_disabled_agent_is_refused_at_every_door(ask, agent, ada, card):
    switches.disable(agent, by=ada)

    for path in ["/api/tools/", f"/api/objects/{card.ref}/", "/api/actions/"]:
        assert ask("GET", path).status_code == 403


def test_a_session_needs_a_csrf_token(db, log_in, ada, card):
    from crm.models import User

    careful = Client(enforce_csrf_checks=True)
    careful.force_login(User.objects.get(pk=ada.id))
    body = {"arguments": {"ref": card.ref}}

    forged = careful.post("/api/tools/get_object/", data=body, content_type="application/json")

    assert forged.status_code == 403
    assert careful.get(f"/api/objects/{card.ref}/").status_code == 200


def test_a_session_is_somebody(log_in, bob, card, stage, inside):
    browser = log_in(bob)
    body = {"arguments": {"position": card.ref, "to_stage": "Qualified"}}

    answer = browser.post("/api/tools/move_contact/", data=body, content_type="application/json")

    assert answer.status_code == 200, answer.json()
    done = Action.objects.get(name="move_contact")
    assert (done.actor_ref, done.door) == (bob.ref, "api")


def test_a_viewers_token_reads_and_no_more(ask, token_of, vi, card):
    viewer = token_of(vi)
    body = {"arguments": {"position": card.ref, "to_stage": "Qualified"}}

    assert ask("GET", f"/api/objects/{card.ref}/", by=viewer).status_code == 200
    assert ask("POST", "/api/tools/move_contact/", body, by=viewer).status_code == 403


# --- Listings -------------------------------------------------------------------------------------
@pytest.mark.parametrize("dialect", ["openai", "anthropic", "mcp"])
def test_tools_are_listed_as_each_vendor_wants_them(ask, dialect):
    listed = ask("GET", f"/api/tools/?dialect={dialect}").json()["results"]

    names = [each.get("name") or each["function"]["name"] for each in listed]
    assert names == sorted(names)
    assert "move_contact" in names
    assert "create_pipeline" not in names, "not among a sales agent's tools"


def test_a_listing_has_only_what_the_token_may_use(ask, hire, ada, token_of, vi):
    narrow = tokens.issue_for_agent(hire("Narrow", tools=["get_object", "move_contact"]), by=ada)
    wide = tokens.issue_for_agent(hire("Wide", tools=["get_object", "create_pipeline"]), by=ada)

    def names(by, query=""):
        listed = ask("GET", f"/api/tools/{query}", by=by).json()["results"]
        return [each["name"] for each in listed]

    assert names(narrow) == ["get_object", "move_contact"]
    assert names(wide) == ["get_object"]
    assert names(wide, "?all=1") == ["create_pipeline", "get_object"]
    assert "move_contact" not in names(token_of(vi))


def test_own_fields_are_in_the_schema_at_once(ask, ada, inside):
    custom_fields.declare("contact", label="Plan", type="choice", choices=["free", "pro"], by=ada)

    listed = ask("GET", "/api/tools/?dialect=mcp").json()["results"]
    update = next(each for each in listed if each["name"] == "update_contact")

    assert update["inputSchema"]["properties"]["custom"]["properties"] == {
        "plan": {"type": "string", "title": "Plan", "enum": ["free", "pro"]}
    }


def test_an_unknown_dialect_names_those_there_are(ask):
    answer = ask("GET", "/api/tools/?dialect=klingon")

    assert answer.status_code == 400
    assert answer.json()["fields"]["dialect"] == "must be one of openai, anthropic, mcp"


# --- Objects and boards ---------------------------------------------------------------------------
def test_an_object_has_one_shape(ask, grace, card):
    shown = ask("GET", f"/api/objects/{grace.ref}/").json()

    assert (shown["ref"], shown["type"], shown["name"]) == (grace.ref, "contact", "Grace Hopper")
    assert shown["properties"]["email"] == "Grace@navy.example"
    assert {"subtype", "status", "links", "created_by", "created_at"} <= set(shown)


@pytest.mark.parametrize(
    ("ref", "status"), [("contact:999999", 404), ("contact", 400), ("agent:1", 400), ("x:1", 400)]
)
def test_what_is_no_object_is_said(ask, ref, status):
    answer = ask("GET", f"/api/objects/{ref}/")

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)


def test_objects_are_listed_by_page(ask, ada, inside):
    from crm import contacts

    for number in range(5):
        contacts.create(name=f"Person {number}", by=ada)

    first = ask("GET", "/api/objects/?type=contact&limit=3").json()
    rest = ask("GET", f"/api/objects/?type=contact&limit=3&after={first['next']}").json()

    assert len(first["results"]) == 3
    assert len(rest["results"]) == 2
    assert rest["next"] is None


@pytest.mark.parametrize("kind", objects.find_kinds())
def test_every_kind_of_object_is_listed(ask, kind):
    answer = ask("GET", f"/api/objects/?type={kind}")

    assert answer.status_code == 200, answer.json()


def test_objects_are_found_by_text_and_condition(ask, grace):
    condition = json.dumps([{"field": "contact.email", "op": "contains", "value": "navy"}])

    found = ask("GET", f"/api/objects/?type=contact&q=hopp&filter={condition}").json()
    wrong = ask("GET", '/api/objects/?type=contact&filter=[{"field":"contact.emial","op":"="}]')

    assert [each["ref"] for each in found["results"]] == [grace.ref]
    assert wrong.status_code == 400
    assert "contact.email" in wrong.json()["detail"]


def test_an_empty_parameter_is_none(ask, grace):
    found = ask("GET", "/api/objects/?type=&q=&filter=&after=").json()["results"]

    assert [each["ref"] for each in found] == [grace.ref]


def test_a_board_counts_all_and_shows_some(ask, card, sales, stage):
    board = ask("GET", f"/api/pipelines/{sales.pk}/board/").json()

    lead = board["stages"][0]
    assert [each["name"] for each in board["stages"]][:2] == ["Lead", "Qualified"]
    assert (lead["count"], lead["total_cents"], lead["next"]) == (1, 0, None)
    assert lead["cards"][0]["position"] == card.ref


def test_one_column_of_a_board(ask, card, sales, stage):
    lead = stage("Lead")

    for given in [lead.pk, lead.ref]:
        board = ask("GET", f"/api/pipelines/{sales.pk}/board/?stage={given}").json()
        assert [each["stage"] for each in board["stages"]] == [lead.ref]
    assert ask("GET", f"/api/pipelines/{sales.pk}/board/?stage=999999").status_code == 404
    assert ask("GET", f"/api/pipelines/{sales.pk}/board/?stage=x").status_code == 400


def test_a_column_goes_on_from_its_own_next(ask, card, sales, stage):
    board, lead = f"/api/pipelines/{sales.pk}/board/", stage("Lead")
    for query in ("after=true", f"stage={lead.pk}&after=true", f"after={card.rank}-{card.pk}"):
        answer = ask("GET", f"{board}?{query}")

        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["after"])
    went_on = ask("GET", f"{board}?stage={lead.pk}&after={card.rank}-{card.pk}").json()
    assert went_on["stages"][0]["cards"] == []


# --- The ledger -----------------------------------------------------------------------------------
def test_an_agent_sees_what_it_did_itself(ask, move, bob, card, stage, inside):
    move()
    card.refresh_from_db()
    positions.move(card, to=stage("Demo"), by=bob)

    mine = ask("GET", "/api/actions/").json()["results"]

    assert [each["name"] for each in mine] == ["move_contact"]
    assert ask("GET", f"/api/actions/?target={card.ref}").json()["results"] == mine


def test_a_person_sees_what_everybody_did(ask, move, token_of, mo, agent, card, inside):
    move()
    by = token_of(mo)

    listed = ask("GET", f"/api/actions/?actor=agent:{agent.pk}", by=by).json()["results"]
    later = ask("GET", "/api/actions/?since=2999-01-01T00:00:00Z", by=by).json()["results"]

    assert [each["name"] for each in listed] == ["move_contact"]
    assert later == []
    assert ask("GET", "/api/actions/?since=soon", by=by).status_code == 400


def test_actions_come_by_page(ask, token_of, mo, acme, inside):
    from audit.actions import action

    by = token_of(mo)
    for _ in range(60):
        with action("test.tick", by=mo):
            pass

    first = ask("GET", f"/api/actions/?actor={mo.ref}", by=by).json()
    rest = ask("GET", f"/api/actions/?actor={mo.ref}&after={first['next']}", by=by).json()

    assert len(first["results"]) == 50
    seen = [each["action"] for each in first["results"] + rest["results"]]
    assert len(seen) == len(set(seen)) >= 60


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/actions/?target=%00", "target"),
        ("/api/actions/?actor=%00", "actor"),
        ("/api/actions/?actor=agent:x", "actor"),
        ("/api/actions/?actor=nobody:1", "actor"),
        ("/api/actions/?actor=agent:9999999999999999999999", "actor"),
        ("/api/objects/?q=%00", "q"),
    ],
)
def test_what_is_asked_for_can_be_looked_up(ask, token_of, mo, path, field):
    answer = ask("GET", path, by=token_of(mo))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_an_agent_takes_back_what_it_did(ask, move, card, stage, inside):
    done = move().json()["action"]

    answer = ask("POST", f"/api/actions/{done.partition(':')[2]}/undo/", {})

    card.refresh_from_db()
    assert answer.status_code in (200, 202), answer.json()


def test_a_manager_undoes_an_agents_move(ask, move, token_of, mo, card, stage, inside):
    done = move().json()["action"]

    answer = ask("POST", f"/api/actions/{done.partition(':')[2]}/undo/", {}, by=token_of(mo))

    card.refresh_from_db()
    assert answer.status_code == 200, answer.json()
    assert card.stage == stage("Lead")
    assert {"restored", "conflicts", "irreversible"} <= set(answer.json())


def test_feedback_is_kept(ask, move, token_of, bob, inside):
    done = move().json()["action"]
    path = f"/api/actions/{done.partition(':')[2]}/feedback/"

    silent = ask("POST", path, {"right": False}, by=token_of(bob))
    wrong = ask("POST", path, {"right": False, "because": "too early"}, by=token_of(bob))
    right = ask("POST", path, {"right": True}, by=token_of(bob))

    assert (silent.status_code, wrong.status_code, right.status_code) == (400, 201, 201)
    assert Feedback.objects.get().right is True
    assert ask("POST", path, {"right": True}).status_code == 403, "agents have no opinion"


@pytest.mark.parametrize("text", ["half\x00", "x" * 4_001])
def test_feedback_can_be_kept(ask, move, token_of, bob, inside, text):
    number = move().json()["action"].partition(":")[2]

    path, given = f"/api/actions/{number}/feedback/", {"right": False, "because": text}
    answer = ask("POST", path, given, by=token_of(bob))

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["because"])
    assert not Feedback.objects.exists()


def test_many_are_planned_and_then_undone(ask, move, token_of, mo, agent, card, stage, inside):
    move()
    by = token_of(mo)

    plan = ask("POST", "/api/undo/plan/", {"actor": f"agent:{agent.pk}"}, by=by)
    undone = ask("POST", "/api/undo/apply/", {"plan": plan.json()["plan"]}, by=by)

    card.refresh_from_db()
    assert plan.status_code == 200, plan.json()
    assert plan.json()["counts"]["restorable"] > 0
    assert undone.status_code == 200, undone.json()
    assert card.stage == stage("Lead")


def test_an_import_is_undone_by_its_reference(ask, token_of, mo, inside):
    text = b"name,email\nAda Lovelace,ada@engine.example\n"
    importing = running.begin(text, by=mo, filename="people.csv", kind="contacts")
    running.run(importing, by=mo)
    by = token_of(mo)

    plan = ask("POST", "/api/undo/plan/", {"import": importing.ref}, by=by).json()
    run = ask("POST", "/api/undo/plan/", {"run": str(importing.correlation)}, by=by).json()
    undone = ask("POST", "/api/undo/apply/", {"plan": plan["plan"]}, by=by)

    assert plan["counts"] == run["counts"]
    assert undone.status_code == 200, undone.json()
    assert not Contact.objects.exists()


def test_a_plan_says_what_is_wrong_with_the_choice(ask, token_of, mo):
    by = token_of(mo)

    given = {"since": "soon", "run": "x", "actor": "agent:\x00"}
    bad = ask("POST", "/api/undo/plan/", given, by=by)
    nothing = ask("POST", "/api/undo/plan/", {}, by=by)

    assert set(bad.json()["fields"]) == {"since", "run", "actor"}
    assert (nothing.status_code, set(nothing.json()["fields"])) == (400, {"body"})
    assert ask("POST", "/api/undo/plan/", {"actor": "agent:1"}).status_code == 403


# --- Never a trace --------------------------------------------------------------------------------
def test_a_fault_says_nothing_of_its_insides(ask, monkeypatch, card):
    from agents.api import objects

    def broken(*args, **kwargs):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(objects.objects, "get", broken)

    answer = ask("GET", f"/api/objects/{card.ref}/")

    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_problems_too(ask, method, card):
    answer = ask(method, f"/api/objects/{card.ref}/")

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)


def test_an_unknown_address_is_a_problem_too(ask):
    answer = ask("GET", "/api/nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
