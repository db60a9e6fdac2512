"""
The cast: Ada owns Acme, Mo manages, Bob is a member, Vi looks on; Eve owns another organization.

People are actors at the board. Rows of an organization are seen inside `tenant(acme.pk)` only, as
in the product; a test that stays inside Acme asks for the fixture `inside`.
"""

import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from audit import relay
from audit.actions import action, tenant
from audit.actors import Actor, Door, system
from crm import people
from crm.models import Contact, Organization, Role, User
from pipelines.models import Pipeline, Stage, StageKind


@pytest.fixture
def acme(db: None) -> Organization:
    return people.create_organization("Acme", by=system(None))


@pytest.fixture
def elsewhere(db: None) -> Organization:
    return people.create_organization("Elsewhere", by=system(None))


@pytest.fixture
def inside(acme: Organization) -> Iterator[Organization]:
    """Read as Acme for the whole test."""
    with tenant(acme.pk):
        yield acme


def join(organization: Organization, name: str, role: Role) -> Actor:
    """Let `<name>@<organization>.example` into `organization`, password "wheel-house"."""
    membership = people.add_member(
        organization,
        email=f"{name}@{organization.name}.example",
        name=name,
        role=role,
        password="wheel-house",
        by=system(organization.pk),
    )
    return people.actor_of(membership, door=Door.BOARD)


@pytest.fixture
def ada(acme: Organization) -> Actor:
    return join(acme, "Ada", Role.OWNER)


@pytest.fixture
def mo(acme: Organization) -> Actor:
    return join(acme, "Mo", Role.MANAGER)


@pytest.fixture
def bob(acme: Organization) -> Actor:
    return join(acme, "Bob", Role.MEMBER)


@pytest.fixture
def vi(acme: Organization) -> Actor:
    return join(acme, "Vi", Role.VIEWER)


@pytest.fixture
def eve(elsewhere: Organization) -> Actor:
    return join(elsewhere, "Eve", Role.OWNER)


@pytest.fixture
def grace(acme: Organization, ada: Actor) -> Contact:
    with action("test.arrange", by=ada):
        return Contact.objects.create(
            organization=acme, name="Grace Hopper", email="Grace@navy.example"
        )


@pytest.fixture
def sales(acme: Organization, ada: Actor) -> Pipeline:
    """Lead, Qualified, Demo, Proposal, Customer (won), Lost (lost); no criteria."""
    with action("test.arrange", by=ada):
        pipeline = Pipeline.objects.create(
            organization=acme, name="Sales", subtype="sales", is_default=True
        )
        ends = {"Customer": StageKind.WON, "Lost": StageKind.LOST}
        names = ["Lead", "Qualified", "Demo", "Proposal", *ends]
        Stage.objects.bulk_create(
            Stage(
                organization=acme,
                pipeline=pipeline,
                name=name,
                order=order,
                kind=ends.get(name, StageKind.ACTIVE),
            )
            for order, name in enumerate(names)
        )
    return pipeline


@pytest.fixture
def stage(sales: Pipeline) -> Callable[[str], Stage]:
    """Find a stage of Sales by name."""

    def find(name: str) -> Stage:
        with tenant(sales.organization_id):
            return Stage.objects.get(pipeline=sales, name=name)

    return find


@pytest.fixture
def log_in(client: Client) -> Callable[[Actor], Client]:
    """Log somebody in to the browser session of `client`."""

    def enter(actor: Actor) -> Client:
        client.force_login(User.objects.get(pk=actor.id))
        return client

    return enter


class Failures(logging.Handler):
    """Keeps what subscribers raised."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[BaseException] = []

    def emit(self, line: logging.LogRecord) -> None:
        if line.exc_info and line.exc_info[1]:
            self.errors.append(line.exc_info[1])


@pytest.fixture
def deliver() -> Callable[[], int]:
    """Deliver what is due, and what that leads to; raise the first thing a subscriber raised."""

    def run() -> int:
        failures, total = Failures(), 0
        relay.logger.addHandler(failures)
        try:
            while attempted := relay.deliver_pending():
                total += attempted
        finally:
            relay.logger.removeHandler(failures)
        if failures.errors:
            raise failures.errors[0]
        return total

    return run
