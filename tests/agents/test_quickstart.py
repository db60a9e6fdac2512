"""The quickstart works as it stands, against the product over HTTP, with a person deciding."""

import runpy
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from agents import agents, tokens
from approvals import approvals
from approvals.models import Approval
from audit import relay
from audit.actions import tenant
from audit.actors import Door, system
from audit.models import Action
from crm import contacts, people
from crm.models import Role
from pipelines import pipelines, positions, stages
from pipelines.models import Position

SCRIPT = Path(__file__).parents[2] / "docs" / "agent_quickstart.py"


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        finally:
            connection.close()


@pytest.fixture
def url(committed, settings) -> Iterator[str]:
    """The product, served by threads of this process."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def acme(committed):
    return people.create_organization("Acme", by=system(None))


@pytest.fixture
def mo(acme):
    member = people.add_member(
        acme, email="mo@acme.example", name="Mo", role=Role.MANAGER, by=system(acme.pk)
    )
    return people.actor_of(member, door=Door.BOARD)


@pytest.fixture
def card(acme, mo):
    """Grace in Qualified of a Sales pipeline as shipped, worth 5,000."""
    board = pipelines.create_from_blueprint("sales", by=mo)
    grace = contacts.create(name="Grace Hopper", email="g@navy.example", by=mo)
    with tenant(acme.pk):
        qualified = stages.find(board)[1]
    worth = {"value_cents": 500_000, "currency": "USD"}
    return positions.enter(grace, pipeline=board, stage=qualified, by=mo, **worth)


@pytest.fixture
def token(acme, mo):
    agent = agents.create("Sally", persona="sales", learning_mode=False, by=mo)
    return tokens.issue_for_agent(agent, by=mo)


def decide(acme, mo, how, seconds=30.0):
    """Wait for something to wait, decide it, and deliver what follows."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with tenant(acme.pk):
            waiting = Approval.objects.waiting().first()
        if waiting is not None:
            how(waiting)
            break
        time.sleep(0.05)
    while relay.deliver_pending():
        pass
    connection.close()


def run(url, token, acme, mo, how):
    quickstart = runpy.run_path(str(SCRIPT))
    quickstart["main"].__globals__["POLL"] = 0.1
    manager = threading.Thread(target=decide, args=(acme, mo, how))
    manager.start()
    quickstart["main"](url, token)
    manager.join()


def test_one_call_is_done_one_refused_and_one_waits_until_it_is_granted(
    url, acme, mo, card, token, capsys
):
    run(url, token, acme, mo, lambda waiting: approvals.grant(waiting, by=mo, note="go ahead"))

    said = capsys.readouterr().out
    with tenant(acme.pk):
        names = Action.objects.filter(actor_kind="agent").exclude(name__startswith="get_")
        outcomes = {(each.name, each.outcome) for each in names}
        now = Position.objects.get(pk=card.pk)
        assert (now.stage.name, now.score) == ("Demo", None)
    assert {
        ("score_contact", "done"),
        ("move_contact", "refused"),
        ("attest_criterion", "done"),
        ("move_contact", "waiting"),
        ("move_contact", "done"),
        ("undo_action", "done"),
    } <= outcomes
    assert "missing: Budget confirmed (nobody has attested it.)" in said
    assert "waiting: Move Grace Hopper to Demo: approval was asked for" in said
    assert "done: Grace Hopper moved from Qualified to Demo" in said
    assert "Mo says: go ahead" in said


def test_it_says_why_a_person_refused(url, acme, mo, card, token, capsys):
    run(url, token, acme, mo, lambda waiting: approvals.refuse(waiting, by=mo, because="Not yet."))

    said = capsys.readouterr().out
    assert "refused: Mo rejected this" in said
    assert "Mo says: Not yet." in said


def test_a_wrong_token_is_told_so(url):
    quickstart = runpy.run_path(str(SCRIPT))

    with pytest.raises(SystemExit, match="not a Wheelhouse token"):
        quickstart["main"](url, "whl_a_nonsense")
