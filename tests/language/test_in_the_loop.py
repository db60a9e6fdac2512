"""The planner answers in conversations as any model does: by LiteLLM, streamed, step by step."""

import pytest

from agents.conversations import conversations, receipts, running
from agents.models import State
from audit.actions import tenant
from crm.models import Contact
from pipelines.models import Position


@pytest.fixture
def converse(cobalt):
    """Hold a conversation through the loop, and return its turns as they ended."""

    def hold(*texts):
        begun, jobs = conversations.begin(by=cobalt.by), []
        for text in texts:
            job = conversations.say(begun, text=text, by=cobalt.by)
            running.advance(cobalt.organization.pk, job.pk)
            with tenant(cobalt.organization.pk):
                job.refresh_from_db()
            jobs.append(job)
        return jobs

    return hold


def stage_of(name):
    return Position.objects.get(contact__name=name, pipeline__name="New business").stage.name


def test_a_request_is_carried_out_and_told(cobalt, converse):
    (job,) = converse("Move Olivia Grant to Demo")

    with tenant(cobalt.organization.pk):
        assert (job.state, stage_of("Olivia Grant")) == (State.DONE, "Demo")


def test_a_question_is_answered_by_the_next_turn(cobalt, converse):
    asked, _ = converse("Set Smith's city to Miami", "the second")

    with tenant(cobalt.organization.pk):
        needs = receipts.needs_of(asked, list(asked.steps.all()))
        assert needs == {"question": asked.steps.get().text}
        assert Contact.objects.get(name="Leo Smith").city == "Miami"
        assert Contact.objects.get(name="Karen Smith").city != "Miami"


def test_what_was_spoken_of_is_known_in_the_next_turn(cobalt, converse):
    converse("Which deals are in Negotiation?", "set the priority of those to high")

    with tenant(cobalt.organization.pk):
        there = Position.objects.filter(stage__name="Negotiation")
        assert {card.priority for card in there} == {"high"}


def test_a_turn_is_taken_back(cobalt, converse):
    with tenant(cobalt.organization.pk):
        before = stage_of("Olivia Grant")

    converse("Move Olivia Grant to Demo", "undo that")

    with tenant(cobalt.organization.pk):
        assert stage_of("Olivia Grant") == before
