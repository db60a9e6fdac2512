"""A conversation of Ada's, with a model that follows a script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agents.conversations import conversations, receipts, running
from agents.models import Conversation, Job
from audit.actions import tenant
from audit.actors import Actor, Door
from tests.agents.conftest import card
from tests.conversations import stub as stubs
from tests.conversations.stub import Stub

__all__ = ["card"]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Stub]:
    """The model every turn asks."""
    with stubs.serve() as (stub, address):
        monkeypatch.setenv("OPENAI_API_BASE", address)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-nothing")
        settings.WHEELHOUSE_MODEL = "openai/stub"
        monkeypatch.setattr("agents.conversations.thinking.PAUSES", (0.0, 0.0))
        yield stub


@pytest.fixture
def conversation(acme: Any, ada: Actor) -> Conversation:
    return conversations.begin(by=ada.through(Door.CHAT))


@pytest.fixture
def say(conversation: Conversation, ada: Actor) -> Callable[..., dict[str, Any]]:
    """Say something as Ada; return the turn as the API answers it."""

    def speak(text: str, **about: Any) -> dict[str, Any]:
        job = conversations.say(conversation, text=text, by=ada.through(Door.CHAT), **about)
        return carry_out(job, by=ada)

    return speak


@pytest.fixture
def confirm(ada: Actor) -> Callable[..., dict[str, Any]]:
    """Confirm what a turn asks, or turn it down."""

    def decide(turn: dict[str, Any], *, confirmed: bool = True) -> dict[str, Any]:
        with tenant(ada.tenant_id):
            job = Job.objects.select_related("conversation").get(pk=turn["turn"])
        conversations.confirm(job, confirmed=confirmed, by=ada.through(Door.CHAT))
        return carry_out(job, by=ada)

    return decide


def carry_out(job: Job, *, by: Actor) -> dict[str, Any]:
    running.advance(job.organization_id, job.pk)
    return read(job, by=by)


def read(job: Job, *, by: Actor) -> dict[str, Any]:
    with tenant(by.tenant_id):
        job = Job.objects.select_related("conversation").get(pk=job.pk)
        (shown,) = receipts.answer_all([job], by=by)
        return shown
