"""The pages of conversations, with and without scripts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.conversations import conversations, running
from agents.models import Conversation, Job
from audit.actions import tenant
from audit.actors import Door
from crm.models import Contact
from tests.conversations.stub import calls, says


@pytest.fixture
def page(log_in, ada):
    return log_in(ada)


def carry_out(acme):
    with tenant(acme.pk):
        jobs = list(Job.objects.filter(ended_at=None).values_list("pk", flat=True))
    for job in jobs:
        running.advance(acme.pk, job)


def test_what_is_said_first_begins_a_conversation(page, acme, model, grace):
    model.script = [calls("search_objects", query="Grace"), says("There is *Grace Hopper*.")]

    answer = page.post(reverse("agents:conversation_begin"), {"text": "Do we know a Grace?"})
    carry_out(acme)
    shown = page.get(answer["Location"]).content.decode()

    assert "Do we know a Grace?" in shown
    assert "There is *Grace Hopper*." in shown
    assert "Nothing was changed." in shown


def test_a_turn_is_shown_as_it_comes(page, acme, ada, model, conversation):
    model.script = [says("Good morning.")]
    path = reverse("agents:conversation_say", args=[conversation.pk])

    working = page.post(path, {"text": "Hello"}, headers={"HX-Request": "true"}).content.decode()
    carry_out(acme)
    with tenant(acme.pk):
        job = Job.objects.get()
    done = page.get(reverse("agents:turn", args=[conversation.pk, job.pk])).content.decode()

    assert ("Working on it" in working, "data-look" in working) == (True, True)
    assert ("Good morning." in done, "data-look" in done) == (True, False)


def test_what_is_asked_is_done_by_a_click_and_undone_as_one(page, acme, grace, model, conversation):
    model.script = [calls("update_contact", contact=grace.ref, job_title="Admiral"), says("So.")]
    page.post(reverse("agents:conversation_say", args=[conversation.pk]), {"text": "Promote her"})
    carry_out(acme)
    shown = page.get(reverse("agents:conversation", args=[conversation.pk])).content.decode()
    with tenant(acme.pk):
        job = Job.objects.get()

    confirm = reverse("agents:turn_confirm", args=[conversation.pk, job.pk])
    page.post(confirm, {"confirmed": "yes"})
    carry_out(acme)
    done = page.get(reverse("agents:conversation", args=[conversation.pk])).content.decode()

    assert ("Shall this be done?" in shown, "Admiral" in shown) == (True, True)
    assert ("1 done." in done, "Undo this turn" in done) == (True, True)
    undo = page.get(reverse("audit:undo_plan"), {"correlation": str(job.correlation)})
    assert "Undo 1 change" in undo.content.decode()
    with tenant(acme.pk):
        assert Contact.objects.get(pk=grace.pk).job_title == "Admiral"


def test_colleagues_read_what_is_shared_and_no_more(log_in, acme, ada, bob, conversation, model):
    conversations.change(conversation, title="Plans", by=ada.through(Door.CHAT))
    shown = reverse("agents:conversation", args=[conversation.pk])

    hidden = log_in(bob).get(shown).status_code
    conversations.change(conversation, shared=True, by=ada.through(Door.CHAT))
    page = log_in(bob).get(shown)

    assert (hidden, page.status_code) == (404, 200)
    assert 'name="text"' not in page.content.decode()
    listed = log_in(bob).get(reverse("agents:conversation_list")).content.decode()
    assert "Plans" in listed


def test_conversations_are_found_by_what_was_said(page, ada, conversation, model):
    conversations.say(conversation, text="Where is the walrus?", by=ada.through(Door.CHAT))
    path = reverse("agents:conversation_list")

    assert "walrus" in page.get(path, {"q": "walrus"}).content.decode()
    assert "Nobody said that" in page.get(path, {"q": "carpenter"}).content.decode()


@pytest.mark.parametrize("text", ["", "x" * 4_001])
def test_what_cannot_be_said_begins_nothing(page, acme, text, model):
    answer = page.post(reverse("agents:conversation_begin"), {"text": text}, follow=True)

    assert "What you say must" in answer.content.decode()
    with tenant(acme.pk):
        assert not Conversation.objects.exists()


def test_a_conversation_of_many_turns_costs_no_more_queries(page, acme, ada, conversation, model):
    model.for_ever = lambda number: (
        calls("search_objects", query="x") if number % 2 else says("There.")
    )
    path = reverse("agents:conversation", args=[conversation.pk])

    def count() -> int:
        conversations.say(conversation, text="Find it", by=ada.through(Door.CHAT))
        carry_out(acme)
        with CaptureQueriesContext(connection) as captured:
            page.get(path)
        return len(captured)

    first = count()
    assert [count() for _ in range(3)] == [first] * 3
