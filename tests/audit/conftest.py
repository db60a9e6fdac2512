"""Who undoes what in the tests of the ledger."""

import pytest

from audit.actors import Actor, ActorKind, Door
from crm.models import Contact, Organization
from pipelines import positions
from pipelines.models import Pipeline, Position


@pytest.fixture
def robin(acme: Organization) -> Actor:
    """An agent."""
    return Actor(kind=ActorKind.AGENT, id=7, name="Robin", organization_id=acme.pk, door=Door.API)


@pytest.fixture
def everybody_may_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo asks whoever knows of roles; here everybody may."""
    monkeypatch.setattr("audit.undo.selections._permits", [lambda by: True])


@pytest.fixture
def card(sales: Pipeline, grace: Contact, ada: Actor) -> Position:
    """Grace, in Lead of Sales."""
    return positions.enter(grace, pipeline=sales, by=ada)
