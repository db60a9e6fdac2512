"""Undo while others work: everything is checked again under locks."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections

from audit import undo
from audit.actions import action, tenant
from audit.actors import Actor, system
from audit.models import Action, Outcome
from audit.undo import Selection
from crm import contacts, people
from crm.models import Company, Contact, Organization


@pytest.fixture
def acme(committed: str) -> Organization:
    return people.create_organization("Acme", by=system(None))


@pytest.fixture
def by(acme) -> Actor:
    return system(acme.pk)


@pytest.fixture
def edited(by) -> tuple[Contact, int]:
    """A contact, and the action that renamed it."""
    grace = contacts.create(name="Grace", by=by)
    with action("test.rename", by=by) as doing:
        Contact.objects.filter(pk=grace.pk).update(name="Wrong")
    return grace, doing.id


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread and connection of its own; return what they return or raise."""
    results: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works), timeout=10)

    def run(at: int, work: Callable[[], Any]) -> None:
        ready.wait()
        try:
            results[at] = work()
        except undo.NothingRestored as refusal:
            results[at] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_undos_at_once_undo_once(acme, by, edited):
    grace, done = edited
    plans = [undo.plan(Selection(actions=(done,)), by=by) for _ in range(4)]

    results = at_once(*(lambda plan=plan: undo.apply(plan, by=by) for plan in plans))

    assert sum(isinstance(each, undo.Undone) for each in results) == 1
    assert sum(isinstance(each, undo.NothingRestored) for each in results) == 3
    with tenant(acme.pk):
        assert Contact.objects.get(pk=grace.pk).name == "Grace"
        assert Action.objects.filter(name="undo.apply", outcome=Outcome.DONE).count() == 1


def test_what_is_written_while_an_undo_waits_is_not_overwritten(acme, by, edited):
    grace, done = edited
    plan = undo.plan(Selection(actions=(done,)), by=by)
    undoing = threading.Thread(target=lambda: at_once(lambda: undo.apply(plan, by=by)))

    with action("test.rename", by=by):
        Contact.objects.filter(pk=grace.pk).update(name="Later")
        undoing.start()
        undoing.join(timeout=0.5)
        assert undoing.is_alive()  # it waits for the row
    undoing.join(timeout=20)

    with tenant(acme.pk):
        assert Contact.objects.get(pk=grace.pk).name == "Later"


def test_nothing_comes_to_point_to_what_an_undo_removes_meanwhile(acme, by):
    with action("test.found", by=by) as doing:
        navy = Company.objects.create(organization=acme, name="Navy")
    plan = undo.plan(Selection(actions=(doing.id,)), by=by)

    with pytest.raises(IntegrityError), action("test.hire", by=by):
        Contact.objects.create(organization=acme, name="Grace", company=navy)
        [undone] = at_once(lambda: undo.apply(plan, by=by))

    with tenant(acme.pk):
        assert undone.counts["restorable"] == 1
        assert not Company.objects.exists() | Contact.objects.exists()
