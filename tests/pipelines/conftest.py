"""A card on the board of Sales, and an agent that works there."""

from collections.abc import Callable
from typing import Any

import pytest

from audit.actions import action
from audit.actors import Actor, ActorKind, Door
from crm.models import Contact, Organization
from pipelines import positions
from pipelines.models import Pipeline, Position, Stage


@pytest.fixture
def worker(acme: Organization) -> Actor:
    """An agent, as commands see it."""
    return Actor(kind=ActorKind.AGENT, id=7, name="Scout", organization_id=acme.pk, door=Door.API)


@pytest.fixture
def card(inside: Organization, grace: Contact, sales: Pipeline, ada: Actor) -> Position:
    """Grace in the first stage of Sales."""
    return positions.enter(grace, pipeline=sales, by=ada)


@pytest.fixture
def make_card(
    inside: Organization, sales: Pipeline, stage: Callable[[str], Stage], ada: Actor
) -> Callable[..., Position]:
    """Make a contact of its own with a card in a stage of Sales."""

    def make(name: str, **values: Any) -> Position:
        with action("test.arrange", by=ada):
            contact = Contact.objects.create(
                organization_id=sales.organization_id, name=values.pop("contact", "Someone")
            )
        reason = "no budget" if stage(name).kind == "lost" else ""
        return positions.enter(
            contact, pipeline=sales, stage=stage(name), reason=reason, by=ada, **values
        )

    return make
