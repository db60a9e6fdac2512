"""Conversations over HTTP, with a worker beside, on a database that really commits."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from agents import agents, tokens
from agents.conversations import running
from audit.actors import Actor, system
from crm import contacts, people
from crm.models import Membership, Organization, Role, User
from tests.cast import join
from tests.conversations.stub import calls, says


class Ground:
    """Acme with Ada and Bob, and Eve elsewhere."""

    def __init__(self) -> None:
        self.acme: Organization = people.create_organization("Acme", by=system(None))
        self.elsewhere = people.create_organization("Elsewhere", by=system(None))
        self.ada = join(self.acme, "Ada", Role.OWNER)
        self.bob = join(self.acme, "Bob", Role.MEMBER)
        self.eve = join(self.elsewhere, "Eve", Role.OWNER)
        self.grace = contacts.create(name="Grace Hopper", by=self.ada)

    def token_of(self, person: Actor) -> str:
        membership = Membership.objects.get(pk=person.membership_id)
        return tokens.issue_for_member(membership, by=person)


@pytest.fixture
def ground(committed: str) -> Ground:
    return Ground()


@pytest.fixture
def ask(ground: Ground) -> Callable[..., Any]:
    """Send a request as `by`, Ada unless said."""
    client = Client()
    known = {}

    def send(method: str, path: str, body: Any = None, *, by: Actor | str | None = None) -> Any:
        person = by or ground.ada
        token = (
            person
            if isinstance(person, str)
            else known.setdefault(person.ref, ground.token_of(person))
        )
        return client.generic(
            method,
            f"/api/conversations/{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return send


@pytest.fixture
def worker(ground: Ground) -> Iterator[None]:
    """Go on with whatever is asked, as the product's worker does."""
    enough = threading.Event()

    def work() -> None:
        while not enough.wait(0.01):
            running.advance_all()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    enough.set()
    thread.join()


def begin(ask, **about) -> int:
    return ask("POST", "", {}, **about).json()["id"]


def test_what_is_said_is_answered_with_what_came_of_it(ask, ground, worker, model):
    model.script = [calls("search_objects", query="Grace"), says("There she is.")]

    answer = ask("POST", f"{begin(ask)}/messages/", {"text": "Find Grace"})

    turn = answer.json()
    assert (answer.status_code, turn["reply"].strip()) == (200, "There she is.")
    assert turn["steps"][0]["tool"] == "search_objects"
    assert turn["needs"] is None
    assert turn["receipt"]["summary"] == "Nothing was changed."


def test_what_is_asked_about_is_confirmed_over_http(ask, ground, worker, model):
    model.script = [calls("update_contact", contact=ground.grace.ref, job_title="Admiral")]
    number = begin(ask)

    asked = ask("POST", f"{number}/messages/", {"text": "Promote Grace"}).json()
    path = f"{number}/turns/{asked['turn']}/confirm/"
    done = ask("POST", path, {"confirmed": True}).json()

    assert (asked["state"], done["state"]) == ("asks", "done")
    assert done["receipt"]["done"] == 1
    assert ask("POST", path, {"confirmed": True}).status_code == 409


def test_a_plain_yes_confirms(ask, ground, worker, model):
    model.script = [calls("update_contact", contact=ground.grace.ref, job_title="Admiral")]
    number = begin(ask)
    ask("POST", f"{number}/messages/", {"text": "Promote Grace"})

    done = ask("POST", f"{number}/messages/", {"text": "Yes, please."}).json()

    assert done["receipt"]["done"] == 1


def test_a_session_may_speak_too(ground, worker, model):
    browser = Client()
    browser.force_login(User.objects.get(pk=ground.ada.id))
    model.script = [says("Hello, Ada.")]

    begun = browser.post("/api/conversations/", "{}", content_type="application/json").json()
    path = f"/api/conversations/{begun['id']}/messages/"
    answer = browser.post(path, '{"text": "Hello"}', content_type="application/json")

    assert answer.json()["reply"].strip() == "Hello, Ada."


def test_where_no_worker_answers_the_turn_is_told_of(ask, model, settings):
    settings.REPLY_WAIT_SECONDS = 0.05
    number = begin(ask)

    answer = ask("POST", f"{number}/messages/", {"text": "Hello"})

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    again = ask("POST", f"{number}/messages/", {"text": "Hello?"})
    assert again.status_code == 409
    stopped = ask("POST", f"{number}/turns/{answer.json()['turn']}/cancel/")
    assert stopped.json()["state"] == "cancelled"


def test_a_conversation_is_its_starters_until_it_is_shared(ask, ground, model):
    number = begin(ask)

    assert ask("GET", f"{number}/", by=ground.bob).status_code == 404
    assert ask("POST", f"{number}/change/", {"shared": True}).json()["shared"]
    assert ask("GET", f"{number}/", by=ground.bob).status_code == 200
    assert ask("POST", f"{number}/messages/", {"text": "Hi"}, by=ground.bob).status_code == 403
    assert ask("GET", f"{number}/", by=ground.eve).status_code == 404
    assert ask("POST", f"{number}/messages/", {"text": "Hi"}, by=ground.eve).status_code == 404
    assert ask("GET", "", by=ground.eve).json()["results"] == []


def test_agents_do_not_converse(ask, ground, model):
    agent = agents.create("Sally", persona="sales", by=ground.ada)
    token = tokens.issue_for_agent(agent, by=ground.ada)

    assert ask("POST", "", {}, by=token).status_code == 403
    assert ask("POST", "1/messages/", {"text": "Hi"}, by=token).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 4_001}, "text"),
        ({"text": "nul \x00"}, "text"),
        ({"words": "Hello"}, "words"),
        ({"text": 7}, "text"),
    ],
)
def test_what_cannot_be_said_is_refused(ask, model, body, field):
    answer = ask("POST", f"{begin(ask)}/messages/", body)

    assert (answer.status_code, field in answer.json()["fields"]) == (400, True)
