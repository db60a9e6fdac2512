"""Deciding over HTTP: by the rule of the browser, whoever policy names; and what agents may do."""

import pytest

from agents import switches, tokens
from approvals import policies
from approvals.deciders import as_person
from approvals.models import Approval, Policy
from audit.models import Action
from pipelines import access, positions


@pytest.fixture
def waiting(move, inside):
    """Grace's card waits to be moved to Qualified."""
    move(confidence=0.5)
    return Approval.objects.get()


@pytest.fixture
def name(acme, ada):
    """Have policy name a person who decides on every move of a card."""

    def write(person):
        policy = Policy(
            organization=acme,
            key="by-name",
            tool="move_contact",
            when=[{"field": "confidence", "op": "<", "value": 0.9}],
            decides_member_id=person.membership_id,
        )
        policies.write(policy, by=as_person(ada))

    return write


def test_a_manager_decides_over_http(ask, move, token_of, mo, card, stage, inside, deliver):
    move(confidence=0.5)
    manager = token_of(mo)

    (waiting,) = ask("GET", "/api/approvals/?status=waiting", by=manager).json()["results"]
    number = waiting["approval"].partition(":")[2]
    granted = ask(
        "POST", f"/api/approvals/{number}/grant/", {"digest": waiting["digest"]}, by=manager
    )
    deliver()

    card.refresh_from_db()
    assert waiting["shown"]["rows"] == [{"label": "Stage", "before": "Lead", "after": "Qualified"}]
    assert (granted.status_code, granted.json()["status"]) == (200, "granted")
    assert card.stage == stage("Qualified")
    again = ask("POST", f"/api/approvals/{number}/grant/", {}, by=manager)
    assert again.status_code == 409
    assert "Mo" in again.json()["detail"]


def test_a_manager_refuses_over_http(ask, move, token_of, mo, inside):
    move(confidence=0.5)
    number = Approval.objects.get().pk
    manager = token_of(mo)

    without = ask("POST", f"/api/approvals/{number}/refuse/", {}, by=manager)
    refused = ask("POST", f"/api/approvals/{number}/refuse/", {"because": "No."}, by=manager)

    assert (without.status_code, without.json()["fields"]) == (400, {"because": "is missing"})
    assert (refused.status_code, refused.json()["status"]) == (200, "refused")


def test_an_owner_alone_confirms_what_is_a_risk_of_their_own(
    ask, call, hire, grace, sales, stage, ada, token_of, inside
):
    last = positions.enter(grace, pipeline=sales, stage=stage("Proposal"), by=ada)
    call("move_contact", by=hire("Own"), position=last.ref, to_stage="Customer")
    path = f"/api/approvals/{Approval.objects.get().pk}/grant/"
    owner = token_of(ada)

    first = ask("POST", path, {}, by=owner)
    second = ask("POST", path, {"confirm": True}, by=owner)

    assert (first.status_code, second.status_code) == (409, 200), second.json()
    assert "once more" in first.json()["detail"]


def test_an_attempt_to_decide_is_kept(ask, move, token_of, mo, inside):
    move(confidence=0.5)
    number = Approval.objects.get().pk

    answer = ask("POST", f"/api/approvals/{number}/grant/", {"digest": "other"}, by=token_of(mo))

    assert answer.status_code == 409
    assert Action.objects.filter(name="approvals.grant", outcome="refused").exists()


def test_no_agent_and_no_member_decides(ask, move, token_of, bob, inside):
    move(confidence=0.5)
    number = Approval.objects.get().pk

    for by in [None, token_of(bob)]:
        asked = {"by": by} if by else {}
        grant = ask("POST", f"/api/approvals/{number}/grant/", {}, **asked)
        refuse = ask("POST", f"/api/approvals/{number}/refuse/", {"because": "x"}, **asked)
        assert (grant.status_code, refuse.status_code) == (403, 403)
    assert ask("GET", "/api/approvals/").status_code == 403


# --- Who decides ----------------------------------------------------------------------------------
def test_whom_policy_names_decides_over_http(ask, name, move, token_of, vi, bob, mo, inside):
    name(vi)
    move(confidence=0.86)
    path = f"/api/approvals/{Approval.objects.get().pk}/grant/"

    by_others = [ask("POST", path, {}, by=token_of(other)).status_code for other in (bob, mo)]
    (listed,) = ask("GET", "/api/approvals/", by=token_of(vi)).json()["results"]
    granted = ask("POST", path, {}, by=token_of(vi))

    assert by_others == [403, 403]
    assert listed["may_decide"]
    assert (granted.status_code, granted.json()["status"]) == (200, "granted"), granted.json()


def test_whom_policy_names_refuses_over_http(ask, name, move, token_of, bob, inside):
    name(bob)
    move(confidence=0.86)
    path = f"/api/approvals/{Approval.objects.get().pk}/refuse/"

    refused = ask("POST", path, {"because": "Not yet."}, by=token_of(bob))

    assert (refused.status_code, refused.json()["status"]) == (200, "refused"), refused.json()


def test_who_does_not_decide_is_told_who_does(ask, waiting, token_of, bob):
    answer = ask("POST", f"/api/approvals/{waiting.pk}/grant/", {}, by=token_of(bob))

    assert answer.status_code == 403
    assert "a manager or an owner does" in answer.json()["detail"]


# --- One approval ---------------------------------------------------------------------------------
def test_an_agent_reads_what_it_asked(ask, waiting, mo):
    found = ask("GET", f"/api/approvals/{waiting.pk}/")

    assert found.status_code == 200
    said = found.json()
    assert (said["approval"], said["status"], said["may_decide"]) == (
        waiting.ref,
        "waiting",
        False,
    )
    assert said["may_withdraw"]


def test_an_agent_does_not_find_what_another_asked(ask, waiting, hire, ada):
    other = tokens.issue_for_agent(hire("Other"), by=ada)
    missing = ask("GET", "/api/approvals/999999/", by=other)
    for method, rest, body in [("GET", "", None), ("POST", "withdraw/", {})]:
        answer = ask(method, f"/api/approvals/{waiting.pk}/{rest}", body, by=other)

        assert answer.status_code == missing.status_code == 404
        assert answer.json()["detail"] == f"There is no {waiting.ref}."


def test_a_person_reads_one_on_an_open_board_only(ask, waiting, token_of, vi, sales, ada):
    seen = ask("GET", f"/api/approvals/{waiting.pk}/", by=token_of(vi))
    access.restrict(sales, by=ada)
    unseen = ask("GET", f"/api/approvals/{waiting.pk}/", by=token_of(vi))

    assert (seen.status_code, seen.json()["approval"]) == (200, waiting.ref)
    assert unseen.status_code == 404


# --- Withdrawing ----------------------------------------------------------------------------------
def test_an_agent_withdraws_what_it_asked(ask, waiting, move):
    path = f"/api/approvals/{waiting.pk}/withdraw/"

    withdrawn = ask("POST", path, {"reason": "She cancelled."})
    again = ask("POST", path, {})

    said = withdrawn.json()
    assert (withdrawn.status_code, said["status"]) == (200, "withdrawn")
    assert (said["outcome"], said["ended_because"]) == (
        "Sally has withdrawn this.",
        "She cancelled.",
    )
    assert (again.status_code, again.json()["detail"]) == (409, "Sally has withdrawn this.")
    assert Action.objects.get(name="approvals.withdraw", outcome="done").reason == "She cancelled."
    assert move(confidence=0.5).status_code == 202


def test_who_answers_for_an_agent_withdraws_for_it(ask, waiting, token_of, ada, bob):
    path = f"/api/approvals/{waiting.pk}/withdraw/"

    by_another = ask("POST", path, {}, by=token_of(bob))
    by_its_owner = ask("POST", path, {}, by=token_of(ada))

    assert by_another.status_code == 403
    assert (by_its_owner.status_code, by_its_owner.json()["outcome"]) == (
        200,
        "Ada has withdrawn this.",
    )


@pytest.mark.parametrize("text", ["half\x00", "x" * 4_001])
@pytest.mark.parametrize(
    ("verb", "field"), [("grant", "note"), ("refuse", "because"), ("withdraw", "reason")]
)
def test_what_is_said_of_a_decision_can_be_kept(ask, waiting, token_of, ada, verb, field, text):
    path = f"/api/approvals/{waiting.pk}/{verb}/"

    answer = ask("POST", path, {field: text}, by=token_of(ada))

    waiting.refresh_from_db()
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert waiting.status == "waiting"


def test_what_is_decided_is_not_withdrawn(ask, waiting, token_of, mo):
    ask("POST", f"/api/approvals/{waiting.pk}/grant/", {}, by=token_of(mo))

    answer = ask("POST", f"/api/approvals/{waiting.pk}/withdraw/", {})

    assert (answer.status_code, answer.json()["status"]) == (409, "granted")


# --- While agents are paused ----------------------------------------------------------------------
def test_what_is_held_says_until_when(ask, waiting, token_of, mo, acme, ada, deliver):
    manager = token_of(mo)
    switches.pause_agents(acme, by=ada)
    ask("POST", f"/api/approvals/{waiting.pk}/grant/", {}, by=manager)
    deliver()

    held = ask("GET", f"/api/approvals/{waiting.pk}/", by=manager).json()
    asked = ask("GET", f"/api/actions/{waiting.asked_in_id}/", by=manager).json()

    assert held["status"] == asked["status"] == "granted"
    assert held["held_until"] == "the agents of Acme are switched on"
    assert held["outcome"].endswith("It waits until the agents of Acme are switched on.")
    assert asked["says"] == held["outcome"]


def test_spelling_out_what_was_asked_edits_nothing(ask, call, grace, token_of, mo, inside):
    call("log_activity", contact=grace.ref, kind="note", subject="Hello", confidence=0.5)
    waiting = Approval.objects.get()

    given = {"arguments": waiting.arguments | {"body": "", "direction": None}}
    granted = ask("POST", f"/api/approvals/{waiting.pk}/grant/", given, by=token_of(mo))

    assert (granted.status_code, granted.json()["decision"]) == (200, "granted")
