"""Agents' jobs: done as the agent itself, waiting for people, going on after they decide."""

import pytest

from agents import jobs, switches
from agents.calls import budgets
from agents.conversations import calling, deciding, receipts, running
from agents.events import Charged
from agents.model_choices import choices
from agents.models import Job, Step
from approvals import approvals
from approvals.deciders import as_person
from approvals.models import Approval
from audit import clock
from audit.actions import tenant
from audit.models import Action, Event
from audit.undo import Selection, apply, plan
from crm.models import Contact
from pipelines import access, pipelines
from pipelines.models import Position
from tests.agents.conftest import actor_of, agent, ask, card, hire, novice, token, token_of
from tests.conversations.stub import Reply, calls, says

__all__ = ["agent", "ask", "card", "hire", "novice", "token", "token_of"]

SURE = {"_reason": "She is one now.", "_confidence": 0.95}


@pytest.fixture
def give(acme, ada):
    """Have an agent do something for Ada, or for `by`; return the job as the API answers it."""

    def ask(agent, text="Do it", by=ada, **about):
        job = jobs.give(agent, text=text, by=by, **about)
        running.advance(job.organization_id, job.pk)
        return read(job.pk, by=by)

    return ask


def read(number, *, by):
    with tenant(by.tenant_id):
        job = Job.objects.select_related("agent").prefetch_related("steps").get(pk=number)
        (shown,) = receipts.answer_all([job], by=by)
        return shown


def advance(turn, *, by):
    running.advance(by.tenant_id, turn["turn"])
    return read(turn["turn"], by=by)


def find_contact(grace) -> Contact:
    with tenant(grace.organization_id):
        return Contact.objects.get(pk=grace.pk)


def test_an_agent_works_as_itself_on_behalf_of_whoever_asked(give, agent, model, grace, ada):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("Done."),
    ]

    turn = give(agent, "Grace is an admiral now")

    assert (turn["state"], turn["receipt"]["summary"]) == ("done", "1 done.")
    assert find_contact(grace).job_title == "Admiral"
    with tenant(grace.organization_id):
        action = Action.objects.get(name="update_contact")
    assert (action.actor_kind, action.actor_id, action.door) == ("agent", agent.pk, "worker")
    assert (action.on_behalf_of, action.reason, action.confidence) == (
        *(ada.id, "She is one now.", 0.95),
    )


def test_it_is_told_who_it_is_and_what_it_is_about_with_its_source(give, agent, model, grace):
    model.script = [says("I see.")]

    turn = give(agent, "What do we know?", page=grace.ref)

    told = model.asked[0]["messages"]
    assert "You are Sally" in told[0]["content"]
    assert (told[-1]["role"], grace.ref in told[-1]["content"]) == ("tool", True)
    assert [step["tool"] for step in turn["steps"]] == ["get_object"]
    tools = {tool["function"]["name"]: tool["function"] for tool in model.asked[0]["tools"]}
    assert {"_reason", "_confidence"} <= set(tools["move_contact"]["parameters"]["properties"])


def test_it_has_its_own_tools_and_no_others(give, hire, model, grace):
    clerk = hire("Clerk", tools=["get_object"])
    model.script = [calls("archive_contact", contact=grace.ref, **SURE), says("I may not.")]

    turn = give(clerk, "Archive Grace")

    assert turn["steps"][0]["status"] == "denied"
    assert [tool["function"]["name"] for tool in model.asked[0]["tools"]] == ["get_object"]
    assert find_contact(grace).archived_at is None


def test_it_reaches_its_own_boards_and_no_others(give, hire, model, card, ada, acme, stage):
    with tenant(acme.pk):
        other = pipelines.create("Other", stages=[{"name": "One"}], by=ada)
    confined = hire("Confined", pipelines=[other])
    model.script = [
        calls("move_contact", position=card.ref, to_stage=stage("Qualified").ref, **SURE),
        says("There is none."),
    ]

    turn = give(confined, "Move Grace")

    assert turn["steps"][0]["status"] == "refused"
    with tenant(acme.pk):
        assert Position.objects.get(pk=card.pk).stage.name == "Lead"


def test_it_waits_for_a_person_and_goes_on_when_it_is_decided(
    give, novice, model, grace, ada, deliver
):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("I asked for it."),
        calls("create_task", title="Salute", contact=grace.ref, **SURE),
        says("I asked for that, too."),
    ]

    waiting = give(novice, "Promote her, then have somebody salute")
    assert (waiting["state"], waiting["receipt"]["waiting"]) == ("waits", 1)
    grant(waiting, by=ada)
    deliver()
    again = advance(waiting, by=ada)

    assert find_contact(grace).job_title == "Admiral"
    told = model.asked[2]["messages"][-1]
    assert told["role"] == "user"
    assert "what waited for a decision was decided" in told["content"]
    assert '"status": "done"' in told["content"]
    assert (again["state"], again["receipt"]["done"], again["receipt"]["waiting"]) == (
        "waits",
        1,
        1,
    )


def test_what_a_stopped_job_asked_for_waits_no_more(give, novice, model, grace, ada, acme):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("I asked for it."),
    ]
    waiting = give(novice)
    with tenant(acme.pk):
        job = Job.objects.get(pk=waiting["turn"])

    jobs.stop(job, by=ada)

    with tenant(acme.pk):
        assert Approval.objects.get().status == "withdrawn"
    assert read(job.pk, by=ada)["state"] == "cancelled"


def test_what_was_asked_for_while_it_was_stopped_waits_no_more(novice, model, grace, ada, acme):
    model.script = [calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE)]
    job = jobs.give(novice, text="Promote her", by=ada)
    held = running.work.take(job.organization_id, job.pk)
    assert running._take_step(held)
    (call,) = running.work.find_open_calls(held)
    asked = calling.make(held, call, running.thinking.arguments_of(call), by=running.doer_of(held))
    with tenant(acme.pk):
        Job.objects.filter(pk=job.pk).update(state="cancelled", ended_at=clock.real_now())

    deciding.withdraw_late(held)

    assert asked.status == "waiting"
    with tenant(acme.pk):
        assert Approval.objects.get().status == "withdrawn"


def test_a_refusal_is_heard_with_its_reason(give, novice, model, grace, ada, deliver):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("I asked for it."),
        says("I leave it, then."),
    ]
    waiting = give(novice)
    with tenant(ada.tenant_id):
        approval = Approval.objects.get()
    approvals.refuse(approval, by=as_person(ada), because="She is a commodore.")
    deliver()

    turn = advance(waiting, by=ada)

    assert (turn["state"], turn["reply"].strip()) == ("done", "I leave it, then.")
    assert "She is a commodore." in model.asked[2]["messages"][-1]["content"]
    assert find_contact(grace).job_title == ""


def test_what_is_decided_while_it_works_is_not_missed(give, novice, model, grace, ada, deliver):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("I asked for it."),
        says("And it was done."),
    ]
    job = jobs.give(novice, text="Promote her", by=ada)
    held = running.work.take(job.organization_id, job.pk)
    assert running._take_step(held)
    assert running._take_step(held)
    grant(None, by=ada)
    deliver()

    while running._take_step(held):
        pass

    turn = read(job.pk, by=ada)
    assert (turn["state"], turn["reply"].strip()) == ("done", "And it was done.")


def test_a_decision_is_told_once(give, novice, model, grace, ada, deliver):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", **SURE),
        says("I asked."),
    ]
    waiting = give(novice)
    grant(waiting, by=ada)
    deliver()

    with tenant(ada.tenant_id):
        assert Step.objects.filter(kind=Step.Kind.DECISION).count() == 1
        assert Job.objects.get().state == "queued"


def test_without_a_model_it_understands_plain_requests_and_goes_on_after_a_decision(
    give, novice, card, stage, ada, settings, deliver
):
    settings.WHEELHOUSE_MODEL = "local/planner"

    waiting = give(novice, "Move Grace Hopper to Qualified")
    assert (waiting["state"], waiting["steps"][0]["status"]) == ("waits", "waiting")
    grant(waiting, by=ada)
    deliver()
    done = advance(waiting, by=ada)

    assert (done["state"], done["receipt"]["summary"]) == ("done", "1 done.")
    assert "Waits" not in done["reply"]
    with tenant(ada.tenant_id):
        assert Position.objects.get(pk=card.pk).stage.name == "Qualified"


def grant(turn, *, by):
    with tenant(by.tenant_id):
        rows = Approval.objects.filter(status="waiting")
        approval = rows.order_by("pk").first()
    approvals.grant(approval, by=as_person(by))


def test_a_job_is_undone_as_one_thing(give, agent, model, grace, ada):
    model.script = [
        Reply(
            calls=[
                ("update_contact", {"contact": grace.ref, "job_title": "Admiral", **SURE}),
                ("create_task", {"title": "Salute", "contact": grace.ref, **SURE}),
            ]
        ),
        says("Both done."),
    ]
    turn = give(agent)

    undone = apply(plan(Selection(correlation=turn["receipt"]["undo"]["run"]), by=ada), by=ada)

    assert (turn["receipt"]["done"], undone.as_json()["conflicts"]) == (2, [])
    assert find_contact(grace).job_title == ""


# --- Who gives, sees and stops ----------------------------------------------------------------
def test_only_people_who_may_change_things_give_jobs(acme, agent, vi, hire, ada):
    with pytest.raises(jobs.NotForYou):
        jobs.give(agent, text="Do it", by=vi)
    with pytest.raises(jobs.NotForYou):
        jobs.give(agent, text="Do it", by=actor_of(hire("Other")))


def test_a_switched_off_agent_takes_nothing_on_and_stops_what_it_does(
    give, agent, model, ada, acme
):
    model.script = [says("Never said.")]
    job = jobs.give(agent, text="Do it", by=ada)
    switches.disable(agent, by=ada)

    with pytest.raises(jobs.CannotWork):
        jobs.give(agent, text="Do it", by=ada)
    running.advance(acme.pk, job.pk)

    turn = read(job.pk, by=ada)
    assert (turn["state"], turn["reply"]) == ("failed", "Sally is switched off.")
    assert model.asked == []


def test_a_job_is_stopped_by_whoever_gave_it_or_runs_the_place(acme, agent, ada, bob, mo, model):
    mine, hers = (jobs.give(agent, text="Do it", by=each) for each in (bob, ada))

    with pytest.raises(jobs.NotForYou):
        jobs.stop(hers, by=bob)
    assert jobs.stop(mine, by=bob).state == "cancelled"
    assert jobs.stop(hers, by=mo).state == "cancelled"
    assert not running.advance(acme.pk, mine.pk)


def test_one_sees_ones_own_jobs_and_who_runs_the_place_sees_all(acme, agent, ada, bob, mo, inside):
    jobs.give(agent, text="Do it", by=ada)

    seen = [Job.objects.visible_to(each).count() for each in (ada, bob, mo)]
    assert seen == [1, 0, 1]


def test_what_an_agent_found_is_told_to_nobody_it_is_closed_to(
    give, agent, model, card, sales, ada, mo
):
    model.script = [calls("get_object", ref=card.ref), says("It is worth a million.")]
    turn = give(agent, "What is Grace's deal worth?", by=mo)
    access.restrict(sales, by=ada)

    shown = read(turn["turn"], by=mo)

    assert "million" not in str(shown)
    assert "not open to you" in shown["reply"]


# --- What it costs ----------------------------------------------------------------------------
@pytest.fixture
def priced(acme, ada, model, settings):
    """The stub's answers cost 1.1 cents each, 8 cents at most."""
    settings.WHEELHOUSE_MODEL_HOSTS = ["127.0.0.1"]

    def put(agent=None, **changes):
        own = {"model": "openai/stub", "input_cents": 100_00, "output_cents": 100_00}
        return choices.change(by=ada, agent=agent, changes=own | changes)

    return put


def test_thinking_is_charged_to_the_agents_budgets_and_the_ledger_says_so(
    give, agent, model, priced, acme
):
    priced()
    model.script = [says("That is all.")]

    turn = give(agent)

    assert turn["state"] == "done"
    with tenant(acme.pk):
        assert str(budgets.find_left(agent).spent_this_month_cents) == "1.100000"
        charged = Event.objects.get(name=Charged.name).payload
    assert charged == {"cents": "1.1", "currency": "USD", "used": "openai/stub"}


def test_an_agent_that_may_spend_no_more_thinks_no_more(give, hire, model, priced):
    poor = hire("Poor", spend_cents_per_month=50)
    priced()

    turn = give(poor)

    assert turn["state"] == "over"
    assert turn["reply"].startswith("This agent may spend $0.50 a month.")
    assert model.asked == []


def test_an_agents_own_limit_stops_it_and_not_the_others(give, agent, hire, model, priced):
    other = hire("Other")
    priced()
    priced(agent, limit_cents=1)

    stopped, free = give(agent), give(other)

    assert (stopped["state"], free["state"]) == ("over", "done")
    assert "for Sally" in stopped["reply"]


# --- Over HTTP --------------------------------------------------------------------------------
def test_jobs_over_http(ask, client, agent, ada, bob, eve, token_of, model, acme):
    model.script = [says("That is all.")]
    path = f"/api/agents/{agent.pk}/jobs/"

    given = ask("POST", path, {"text": "Look around"}, by=token_of(ada))
    number = given.json()["job"]
    running.advance(acme.pk, number)
    read_again = ask("GET", f"{path}{number}/", by=token_of(ada))
    stopped = ask("POST", f"{path}{number}/stop/", by=token_of(ada))

    assert (given.status_code, given.json()["state"]) == (201, "queued")
    assert read_again.json()["reply"].strip() == "That is all."
    assert read_again.json()["agent"] == f"agent:{agent.pk}"
    assert stopped.json()["state"] == "done"
    assert [each["job"] for each in ask("GET", path, by=token_of(ada)).json()["results"]] == [
        number
    ]
    assert ask("GET", path, by=token_of(bob)).json()["results"] == []
    assert ask("GET", f"{path}{number}/", by=token_of(eve)).status_code == 404
    assert ask("POST", path, {"text": "x"}, by=token_of(eve)).status_code == 404
    assert ask("POST", path, {"text": " "}, by=token_of(ada)).status_code == 400
    assert ask("POST", path, {"text": "x"}).status_code == 403
    assert ask("GET", f"/api/agents/agent:{agent.pk}/jobs/", by=token_of(ada)).status_code == 200
