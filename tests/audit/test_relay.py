"""The relay: at least once, one transaction each, never lost, never for ever."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, connections

from audit import clock, events, relay
from audit.actions import action, record, tenant
from audit.actors import system
from audit.events import Event as Fact
from audit.events import subscribe
from audit.models import Action, Delivery
from audit.models import Event as EventRow
from crm import people
from crm.models import Company, Contact


@dataclass(frozen=True, kw_only=True)
class Waved(Fact):
    """Somebody waved at a contact."""

    name = "test.contact.waved"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class Echoed(Fact):
    """A wave was answered."""

    name = "test.contact.echoed"


@pytest.fixture
def heard(monkeypatch) -> Iterator[list[str]]:
    """What subscribers heard; those a test adds are forgotten after it."""
    monkeypatch.setattr(events, "_subscribers", {})
    return []


def wave(contact, by) -> None:
    with action("contacts.wave", by=by):
        record(Waved(contact_id=contact.pk), on=contact)


def test_an_event_reaches_each_subscriber_once(inside, grace, bob, heard, deliver):
    subscribe(Waved)(lambda event: heard.append(f"first {event.payload['contact_id']}"))

    @subscribe(Waved)
    def second(event: EventRow) -> None:
        heard.append(f"second {event.target}")

    wave(grace, bob)

    assert deliver() == 2
    assert deliver() == 0
    assert sorted(heard) == [f"first {grace.pk}", f"second {grace.ref}"]


def test_what_a_handler_does_names_its_cause(inside, grace, bob, heard, deliver):
    @subscribe(Waved)
    def answer(event: EventRow) -> None:
        with action("contacts.echo", by=system(event.organization_id)):
            record(Echoed(), on=grace)

    @subscribe(Echoed)
    def listen(event: EventRow) -> None:
        with action("contacts.listen", by=system(event.organization_id)):
            pass

    wave(grace, bob)
    deliver()

    wave_, echo, listen_ = Action.objects.filter(name__startswith="contacts.").order_by("id")
    assert (wave_.causation_id, wave_.depth) == (None, 0)
    assert (echo.causation_id, echo.depth) == (wave_.pk, 1)
    assert (listen_.causation_id, listen_.depth) == (echo.pk, 2)


def test_a_handler_that_fails_leaves_nothing_and_is_put_off(inside, grace, bob, heard):
    @subscribe(Waved)
    def stumble(event: EventRow) -> None:
        with action("companies.create", by=bob):
            Company.objects.create(organization=inside, name="Half-made")
        raise ValueError("stumbled")

    wave(grace, bob)
    assert relay.deliver_pending() == 1

    delivery = Delivery.objects.get()
    wait = delivery.due_at - clock.real_now()
    assert (delivery.attempts, delivery.delivered_at) == (1, None)
    assert delivery.last_error == "ValueError('stumbled')"
    assert timedelta(seconds=1) < wait <= timedelta(seconds=2)
    assert not Company.objects.exists()
    assert relay.deliver_pending() == 0


def test_a_handler_whose_commit_would_be_refused_has_failed(inside, grace, bob, heard):
    @subscribe(Waved)
    def dangle(event: EventRow) -> None:
        with action("contacts.dangle", by=bob):
            Contact.objects.create(organization=inside, name="Nobody", company_id=10**9)

    wave(grace, bob)
    relay.deliver_pending()

    assert Delivery.objects.get().last_error.startswith("IntegrityError")
    assert not Contact.objects.filter(name="Nobody").exists()


def test_one_subscriber_that_fails_does_not_hold_up_the_others(inside, grace, bob, heard):
    @subscribe(Waved)
    def broken(event: EventRow) -> None:
        raise ZeroDivisionError

    @subscribe(Waved)
    def sound(event: EventRow) -> None:
        heard.append("sound")

    wave(grace, bob)
    relay.deliver_pending()

    assert heard == ["sound"]


def test_what_ends_the_worker_does_not_come_first_for_ever(inside, grace, bob, heard):
    @subscribe(Waved)
    def deadly(event: EventRow) -> None:
        heard.append("deadly")
        raise SystemExit

    @subscribe(Echoed)
    def sound(event: EventRow) -> None:
        heard.append("sound")

    wave(grace, bob)
    with action("contacts.echo", by=bob):
        record(Echoed(), on=grace)

    with pytest.raises(SystemExit):
        relay.deliver_pending()
    relay.deliver_pending()
    assert heard == ["deadly", "sound"]

    for _ in range(relay.MAX_ATTEMPTS + 3):
        Delivery.objects.update(due_at=clock.real_now())
        with suppress(SystemExit):
            relay.deliver_pending()
    dead = Delivery.objects.get(dead_at__isnull=False)
    assert heard.count("deadly") == dead.attempts == relay.MAX_ATTEMPTS
    assert dead.last_error == "The worker ended before the delivery did."


def test_an_echo_of_echoes_comes_to_an_end(inside, grace, bob, heard):
    @subscribe(Waved)
    def echo(event: EventRow) -> None:
        wave(grace, system(event.organization_id))

    wave(grace, bob)
    while relay.deliver_pending():
        pass

    waves = Action.objects.filter(name="contacts.wave")
    assert max(each.depth for each in waves) == waves.count() - 1 == relay.MAX_DEPTH
    dead = Delivery.objects.get(dead_at__isnull=False)
    assert (dead.attempts, "causes lie above it" in dead.last_error) == (1, True)


def test_after_the_last_attempt_a_letter_is_dead(inside, grace, bob, heard):
    @subscribe(Waved)
    def broken(event: EventRow) -> None:
        heard.append("tried")
        raise ZeroDivisionError

    wave(grace, bob)
    for _ in range(relay.MAX_ATTEMPTS + 3):
        relay.deliver_pending()
        Delivery.objects.update(due_at=clock.real_now())

    dead = Delivery.objects.get()
    assert len(heard) == dead.attempts == relay.MAX_ATTEMPTS
    assert dead.dead_at is not None


def test_a_dead_letter_can_be_revived(inside, grace, bob, heard, deliver):
    subscribe(Waved)(lambda event: heard.append("at last"))
    wave(grace, bob)
    Delivery.objects.update(dead_at=clock.real_now(), attempts=relay.MAX_ATTEMPTS)
    assert deliver() == 0

    assert relay.revive(Delivery.objects.all()) == 1
    deliver()

    assert heard == ["at last"]


def test_a_subscriber_that_is_gone_is_put_off(inside, grace, bob, heard):
    subscribe(Waved)(lambda event: None)
    wave(grace, bob)
    events._subscribers.clear()

    relay.deliver_pending()

    assert Delivery.objects.get().last_error.startswith("KeyError")


def test_the_wait_grows_to_an_hour():
    waits = [relay.backoff(attempts).total_seconds() for attempts in range(1, 14)]

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]


def test_the_relay_serves_every_organization_behind_its_own_wall(acme, elsewhere, ada, eve, heard):
    for by in [ada, eve]:
        with action("contacts.create", by=by):
            contact = Contact.objects.create(organization_id=by.organization_id, name=by.name)

            @subscribe(Waved)
            def look(event: EventRow) -> None:
                heard.append(", ".join(Contact.objects.values_list("name", flat=True)))

        wave(contact, by)

    relay.deliver_pending()

    assert sorted(heard) == ["Ada", "Eve"]


def test_a_failure_recorded_outside_is_no_part_of_the_next(inside, grace, bob, heard):
    """The tenant and the cause are those of the delivery, and gone afterwards."""
    subscribe(Waved)(lambda event: None)
    wave(grace, bob)
    relay.deliver_pending()

    with action("contacts.after", by=bob) as after:
        pass

    assert (after.causation_id, after.depth) == (None, 0)


def test_two_relays_at_once_deliver_each_event_once(committed, heard):
    organization = people.create_organization("Acme", by=system(None))
    by = system(organization.pk)
    together = threading.Barrier(2, timeout=10)

    @subscribe(Waved)
    def slow(event: EventRow) -> None:
        heard.append(event.target)
        if len(heard) <= 2:
            together.wait()  # both relays are in a handler at once

    with action("contacts.create", by=by):
        for number in range(6):
            row = Contact.objects.create(organization=organization, name=f"C{number}")
            record(Waved(contact_id=row.pk), on=row)

    def work() -> None:
        try:
            relay.deliver_pending()
        finally:
            connections.close_all()

    relays = [threading.Thread(target=work) for _ in range(2)]
    for each in relays:
        each.start()
    for each in relays:
        each.join(timeout=20)

    assert len(heard) == len(set(heard)) == 6
    with tenant(organization.pk):
        assert Delivery.objects.filter(delivered_at__isnull=False, attempts=1).count() == 6


def test_a_commit_does_not_fail_without_a_broker(committed, heard, settings):
    subscribe(Waved)(lambda event: None)
    organization = people.create_organization("Acme", by=system(None))

    with action("contacts.wave", by=system(organization.pk)):
        record(Waved(contact_id=1), on=organization)

    assert not connection.in_atomic_block
    with tenant(organization.pk):
        assert Delivery.objects.count() == 1
