"""The pages of agents and of their models, with and without scripts."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents import jobs
from agents.conversations import running
from agents.model_choices import choices
from agents.models import Job, ModelChoice
from audit.actions import tenant
from pipelines import positions
from tests.agents.conftest import agent, hire
from tests.conversations.stub import calls, says

__all__ = ["agent", "hire"]

KEY = "sk-very-secret-9f8e7d6c"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(log_in, ada):
    return log_in(ada)


def carry_out(acme):
    with tenant(acme.pk):
        waiting = list(Job.objects.filter(ended_at=None).values_list("pk", flat=True))
    for job in waiting:
        running.advance(acme.pk, job)


def test_an_owner_sets_the_model_and_does_not_see_the_key_again(page, acme):
    own = reverse("agents:organization_model")
    given = {"model": "openai/gpt-5", "key": KEY, "temperature": "0.4", "limit_cents": "50"}

    saved = page.post(own, given)
    shown = page.get(own).content.decode()

    assert saved.status_code == 302
    with tenant(acme.pk):
        choice = ModelChoice.objects.get()
    assert (choice.model, choice.temperature, choice.limit_cents) == ("openai/gpt-5", 0.4, 50_00)
    assert KEY not in shown
    assert "One is set, and not shown" in shown
    assert "$0.00 of $50" in shown


def test_what_is_left_as_it_was_stays_the_key_too(page, acme, ada):
    own = reverse("agents:organization_model")
    page.post(own, {"model": "openai/gpt-5", "key": KEY})

    page.post(own, {"model": "openai/gpt-5", "tone": "formal"})
    with tenant(acme.pk):
        kept = ModelChoice.objects.get()
    page.post(own, {"model": "openai/gpt-5", "remove_key": "on"})

    assert (kept.tone, bool(kept.key)) == ("formal", True)
    with tenant(acme.pk):
        assert ModelChoice.objects.get().key == ""


def test_what_does_not_fit_is_said_at_its_field_and_no_key_comes_back(page):
    given = {"model": "nobody/knows", "key": KEY}

    answer = page.post(reverse("agents:organization_model"), given)

    assert answer.status_code == 422
    assert "There is no provider nobody here" in answer.content.decode()
    assert KEY not in answer.content.decode()


def test_a_manager_says_how_it_speaks_and_not_what_it_costs(log_in, mo, acme):
    page = log_in(mo)

    page.post(reverse("agents:organization_model"), {"model": "openai/gpt-5", "tone": "friendly"})

    with tenant(acme.pk):
        choice = ModelChoice.objects.get()
    assert (choice.model, choice.tone) == ("", "friendly")


def test_who_does_not_run_the_place_sees_no_settings(log_in, bob, agent):
    page = log_in(bob)

    assert page.get(reverse("agents:organization_model")).status_code == 403
    assert page.get(reverse("agents:agent_model", args=[agent.pk])).status_code == 403
    assert page.post(reverse("agents:organization_model_try")).status_code == 403
    assert "Model and limit" not in page.get(reverse("agents:agent_list")).content.decode()


def test_a_model_is_tried_and_says_what_it_cost(page, acme, model):
    model.script = [says("I am here.")]

    asking = page.post(reverse("agents:organization_model_try"), headers=HTMX).content.decode()
    carry_out(acme)
    answered = page.get(reverse("agents:organization_model"), headers=HTMX).content.decode()

    assert "Asking openai/stub" in asking
    assert "openai/stub answered: I am here." in answered
    assert "100 read, 10 written" in answered
    assert model.asked[0]["messages"][-1]["role"] == "user"
    assert "tools" not in model.asked[0]


def test_a_model_that_refuses_says_why(page, acme, ada):
    choices.change(by=ada, changes={"model": "openai/gpt-5"})

    page.post(reverse("agents:organization_model_try"))
    carry_out(acme)

    assert (
        "openai/gpt-5 needs a key"
        in page.get(reverse("agents:organization_model")).content.decode()
    )


def test_an_agent_is_asked_on_its_page_and_every_step_is_shown(page, acme, agent, model, grace):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral", _confidence=0.95),
        says("She is an admiral now."),
    ]

    listed = page.get(f"{reverse('agents:agent_list')}?at={grace.ref}").content.decode()
    asked = page.post(
        reverse("agents:job_give", args=[agent.pk]), {"text": "Promote her", "page": grace.ref}
    )
    working = page.get(asked["Location"]).content.decode()
    carry_out(acme)
    done = page.get(asked["Location"]).content.decode()
    of_agent = page.get(reverse("agents:agent", args=[agent.pk])).content.decode()

    assert "about Grace Hopper" in listed
    assert "Working on it" in working
    assert "data-look" in working
    assert "She is an admiral now." in done
    assert "1 done." in done
    assert "Undo this job" in done
    assert "Promote her" in of_agent


def test_an_agent_is_asked_about_one_card_of_several(page, agent, grace, sales, ada):
    card = positions.enter(grace, pipeline=sales, by=ada)

    stands = page.get(f"/contacts/{grace.pk}/positions/").content.decode()
    asked = page.get(reverse("agents:agent_list"), {"at": card.ref}).content.decode()

    assert f"at={quote(card.ref)}" in stands
    assert "about Grace Hopper in Sales" in asked


def test_a_job_is_stopped_on_its_page(page, agent, ada, acme):
    job = jobs.give(agent, text="Look around", by=ada)

    page.post(reverse("agents:job_stop", args=[agent.pk, job.pk]))

    with tenant(acme.pk):
        assert Job.objects.get().state == "cancelled"
    assert "Stopped" in page.get(reverse("agents:agent", args=[agent.pk])).content.decode()


def test_who_only_looks_on_asks_for_nothing(log_in, vi, agent):
    page = log_in(vi)

    assert page.get(reverse("agents:agent", args=[agent.pk])).status_code == 200
    answer = page.post(reverse("agents:job_give", args=[agent.pk]), {"text": "Do it"})
    assert answer.status_code == 403


def test_pages_ask_the_database_no_more_often_for_more(page, agent, hire, ada):
    def count(address):
        with CaptureQueriesContext(connection) as asked:
            assert page.get(address).status_code == 200
        return len(asked)

    addresses = [reverse("agents:agent_list"), reverse("agents:agent", args=[agent.pk])]
    jobs.give(agent, text="One", by=ada)
    few = [count(each) for each in addresses]
    for number in range(5):
        hire(f"Agent {number}")
        jobs.give(agent, text=f"Look {number}", by=ada)

    assert [count(each) for each in addresses] == few


def test_the_console_takes_a_key_and_shows_none(page, acme):
    add = reverse("admin:agents_modelchoice_add")

    saved = page.post(add, {"model": "openai/gpt-5", "new_key": KEY})

    assert saved.status_code == 302
    with tenant(acme.pk):
        choice = ModelChoice.objects.get()
    assert choice.key_for == "openai"
    changed = page.get(
        reverse("admin:agents_modelchoice_change", args=[choice.pk])
    ).content.decode()
    assert KEY not in changed
    assert choice.key not in changed
