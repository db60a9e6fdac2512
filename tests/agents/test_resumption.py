"""What people grant is carried out as they saw it, once, or not at all."""

import pytest

from agents import switches
from agents.calls import resumption
from agents.calls.results import Result
from approvals import approvals, decisions
from approvals.models import Approval, Policy, Status
from audit import undo
from audit.actions import action
from audit.models import Action, Change, Outcome
from audit.undo import Selection
from crm import contacts
from crm.models import Contact
from pipelines import asking, positions, stages


@pytest.fixture
def asked(call, card):
    """Grace's card waits to be moved to Qualified."""
    result = call("move_contact", position=card.ref, to_stage="Qualified", confidence=0.6)
    assert result.status == Outcome.WAITING
    return result


@pytest.fixture
def approval(asked, inside):
    return Approval.objects.get()


def outcome(waiting: Result) -> Action | None:
    """Return what was done about an action that waited."""
    number = int(waiting.action.partition(":")[2])
    return Action.objects.filter(resumes_id=number).first()


def test_granting_runs_the_parked_call(asked, approval, mo, card, stage, agent, deliver):
    approvals.grant(approval, by=mo)
    deliver()

    card.refresh_from_db()
    approval.refresh_from_db()
    done = outcome(asked)
    assert card.stage == stage("Qualified")
    assert (done.outcome, done.name, done.actor_ref) == ("done", "move_contact", agent.ref)
    assert (done.approval_id, done.door) == (approval.pk, "worker")
    assert (approval.status, approval.used_in_id) == (Status.USED, done.pk)


def test_undoing_what_was_granted_leaves_the_approval_used(
    asked, approval, mo, card, stage, deliver
):
    approvals.grant(approval, by=mo)
    deliver()

    undone = undo.plan(Selection(actions=(outcome(asked).pk,)), by=mo)
    assert undone.counts["irreversible"] == 0  # nobody asked to take the decision back
    undo.apply(undone, by=mo)
    resumption.resume(approval)

    card.refresh_from_db()
    approval.refresh_from_db()
    assert (card.stage, approval.status) == (stage("Lead"), Status.USED)


def test_nothing_is_done_before_it_is_granted(asked, approval, card, stage, deliver):
    deliver()

    card.refresh_from_db()
    assert card.stage == stage("Lead")
    assert outcome(asked) is None


def test_a_grant_delivered_twenty_times_is_carried_out_once(asked, approval, mo, card, deliver):
    approvals.grant(approval, by=mo)

    for _ in range(20):
        resumption.resume(approval)
    deliver()

    assert Action.objects.filter(name="move_contact", outcome="done").count() == 1
    assert Change.objects.filter(table_name="pipelines_position", verb="update").count() == 1


def test_what_changed_since_it_was_asked_makes_it_stale(asked, approval, mo, card, bob, stage):
    positions.update(card, changes={"value_cents": 90_000_00, "currency": "USD"}, by=bob)

    with pytest.raises(decisions.Stale):
        approvals.grant(approval, by=mo)

    approval.refresh_from_db()
    assert approval.status == Status.STALE


def test_what_changed_since_it_was_granted_makes_it_stale(
    asked, approval, mo, card, bob, stage, deliver
):
    approvals.grant(approval, by=mo)
    positions.update(card, changes={"value_cents": 90_000_00, "currency": "USD"}, by=bob)
    deliver()

    card.refresh_from_db()
    approval.refresh_from_db()
    assert card.stage == stage("Lead")
    assert approval.status == Status.STALE
    assert outcome(asked).outcome == "refused"
    assert "what the deal is worth" in approval.ended_because


def test_a_card_that_moved_meanwhile_is_not_moved_again(
    asked, approval, mo, card, bob, stage, deliver
):
    approvals.grant(approval, by=mo)
    positions.move(card, to=stage("Qualified"), by=bob)
    positions.move(card, to=stage("Demo"), by=bob)
    deliver()

    card.refresh_from_db()
    approval.refresh_from_db()
    assert (card.stage, approval.status) == (stage("Demo"), Status.STALE)


def test_what_does_not_matter_does_not_make_it_stale(
    asked, approval, mo, card, bob, stage, deliver
):
    approvals.grant(approval, by=mo)
    positions.update(card, changes={"notes": "called them"}, by=bob)
    deliver()

    card.refresh_from_db()
    assert card.stage == stage("Qualified")


def test_a_gate_that_no_longer_holds_stops_it(asked, approval, mo, card, ada, stage, deliver):
    approvals.grant(approval, by=mo)
    stages.update(stage("Lead"), changes={"required_fields": ["position.value_cents"]}, by=ada)
    deliver()

    card.refresh_from_db()
    approval.refresh_from_db()
    attempt = outcome(asked)
    assert card.stage == stage("Lead")
    assert (attempt.outcome, approval.status) == ("refused", Status.STALE)
    assert approval.ended_because


def test_a_grant_does_not_outlive_a_policy_that_denies(
    asked, approval, mo, acme, ada, card, stage, deliver
):
    approvals.grant(approval, by=mo)
    with action("test.policy", by=ada):
        Policy.objects.create(
            organization=acme, key="frozen", answer="deny", because="nothing moves in August"
        )
    deliver()

    card.refresh_from_db()
    approval.refresh_from_db()
    assert (card.stage, approval.status) == (stage("Lead"), Status.STALE)
    assert "nothing moves in August" in approval.ended_because


def test_a_switch_thrown_after_the_grant_stops_it(
    asked, approval, mo, acme, ada, card, stage, deliver
):
    approvals.grant(approval, by=mo)
    switches.pause_agents(acme, by=ada)
    deliver()

    card.refresh_from_db()
    assert card.stage == stage("Lead")
    assert outcome(asked).outcome == "waiting"


def test_what_is_carried_out_is_what_the_person_edited(
    asked, approval, mo, card, stage, deliver, ada
):
    stages.update(stage("Qualified"), changes={"can_skip": True}, by=ada)
    approvals.grant(
        approval, by=mo, arguments={"position": card.ref, "to_stage": stage("Demo").ref}
    )
    deliver()

    card.refresh_from_db()
    assert card.stage == stage("Demo")
    assert outcome(asked).arguments["to_stage"] == stage("Demo").ref


def test_an_edit_must_fit_the_tool(asked, approval, mo, card):
    from agents.catalogue.arguments import BadArguments

    with pytest.raises(BadArguments, match="did you mean to_stage"):
        approvals.grant(approval, by=mo, arguments={"position": card.ref, "to_stge": "Demo"})


def test_a_preview_of_something_new_is_the_same_each_time(call, mo, inside, deliver):
    asked = call("create_contact", name="Ada Lovelace", email="ada@example.org", confidence=0.5)
    approval = Approval.objects.get()
    shown = {row["label"]: row["after"] for row in approval.shown["rows"]}

    approvals.grant(approval, by=mo)
    deliver()

    assert shown["New contact: Name"] == "Ada Lovelace"
    assert outcome(asked).outcome == "done"
    assert Contact.objects.filter(name="Ada Lovelace").count() == 1


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("log_activity", {"contact": "{grace}", "kind": "call", "subject": "Hello"}),
        ("create_task", {"title": "Call back", "contact": "{grace}", "due_at": "2030-01-31"}),
        ("add_contact_to_pipeline", {"contact": "{grace}", "pipeline": "{sales}"}),
        (
            "create_pipeline",
            {"name": "Partners", "stages": [{"name": "One", "exit_criteria": ["ready"]}]},
        ),
        (
            "enrich_contact",
            {
                "contact": "{grace}",
                "enriched_data": {"job_title": {"value": "Admiral", "source": "navy.example"}},
            },
        ),
        ("update_contact", {"contact": "{grace}", "city": "Arlington"}),
        (
            "score_contact",
            {
                "position": "{card}",
                "factors": {"engagement": 1, "fit": 2, "intent": 3, "timing": 4},
                "overall_score": 50,
                "reasoning": ["quiet"],
            },
        ),
    ],
)
def test_every_kind_of_call_can_wait_and_be_carried_out(
    call, hire, mo, grace, sales, card, tool, given, inside, deliver
):
    worker = hire("Worker", tools=[tool])
    refs = {"grace": grace.ref, "sales": sales.ref, "card": card.ref}
    given = {
        key: value.format(**refs) if isinstance(value, str) else value
        for key, value in given.items()
    }

    asked = call(tool, by=worker, confidence=0.5, **given)
    approval = Approval.objects.get()
    approvals.grant(approval, by=mo)
    deliver()

    approval.refresh_from_db()
    assert asked.status == Outcome.WAITING
    assert approval.shown["rows"], "whoever decides sees what would change"
    assert (outcome(asked).outcome, approval.status) == ("done", Status.USED)


def test_a_members_move_waits_like_an_agents(card, stage, bob, mo, ada, inside, deliver):
    stages.update(stage("Qualified"), changes={"requires_approval": True}, by=ada)

    answer = asking.ask(card, to=stage("Qualified"), by=bob, reason="they signed")
    approval = Approval.objects.get()
    approvals.grant(approval, by=mo)
    deliver()

    card.refresh_from_db()
    assert answer.outcome == Outcome.WAITING
    assert (approval.asked_by_ref, card.stage) == (bob.ref, stage("Qualified"))


def test_an_agent_that_is_gone_carries_out_nothing(asked, approval, mo, agent, ada, deliver):
    approvals.grant(approval, by=mo)
    with action("test.dismiss", by=ada):
        agent.delete()
    deliver()

    approval.refresh_from_db()
    assert approval.status == Status.STALE


def test_polling_tells_an_agent_what_came_of_it(call, asked, approval, mo, deliver):
    waiting = call("get_action", action=asked.action).result
    approvals.grant(approval, by=mo, note="go ahead")
    granted = call("get_action", action=asked.action).result
    deliver()
    done = call("get_action", action=asked.action).result

    assert (waiting["status"], waiting["approval"]["status"]) == ("waiting", "waiting")
    assert (granted["status"], granted["approval"]["note"]) == ("granted", "go ahead")
    assert done["status"] == "done"
    assert done["resumed_by"] == outcome(asked).ref
    assert done["outcome"] == "waiting", "what is recorded stays recorded"


def test_what_was_asked_twice_is_followed_from_either_end(call, asked, approval, card, mo, deliver):
    again = call("move_contact", position=card.ref, to_stage="Qualified", confidence=0.5)
    approvals.grant(approval, by=mo)
    deliver()

    first = call("get_action", action=asked.action).result
    second = call("get_action", action=again.action).result

    assert again.approval == asked.approval
    assert (first["status"], second["status"]) == ("done", "done")
    assert first["resumed_by"] == second["resumed_by"] == outcome(asked).ref


def test_polling_tells_an_agent_why_not(call, asked, approval, mo):
    approvals.refuse(approval, by=mo, because="Talk to Grace first.")

    refused = call("get_action", action=asked.action).result

    assert refused["status"] == "refused"
    assert refused["approval"]["note"] == "Talk to Grace first."
    assert "Mo" in refused["says"]


def test_a_value_a_person_wrote_is_proposed_and_that_is_shown(call, hire, grace, bob, mo, inside):
    contacts.update(grace, changes={"job_title": "Rear admiral"}, by=bob)
    finder = hire("Finder", persona="research")

    call(
        "enrich_contact",
        by=finder,
        contact=grace.ref,
        enriched_data={"job_title": {"value": "Admiral", "source": "navy.example"}},
        confidence=0.5,
    )

    rows = Approval.objects.get().shown["rows"]
    assert [row["label"] for row in rows] == ["Proposals: job_title"]
