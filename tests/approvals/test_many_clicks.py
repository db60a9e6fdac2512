"""Many at once, in real transactions: one decides, and everybody else hears who did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from approvals import approvals
from approvals.approvals import AlreadyDecided, NotGranted
from approvals.models import Approval
from audit.actions import action, tenant
from audit.models import Event

CLICKS = 20
DECISIONS = ["approvals.approval.granted", "approvals.approval.refused"]


@pytest.fixture
def db(committed):
    """Here the cast commits."""


@pytest.fixture
def click(db):
    """Do something `CLICKS` times at once; return what each did or raised."""

    def run(do):
        ready = Barrier(CLICKS)

        def once(nth):
            try:
                ready.wait()
                return do(nth)
            except (AlreadyDecided, NotGranted) as late:
                return late
            finally:
                connection.close()

        with ThreadPoolExecutor(CLICKS) as pool:
            return list(pool.map(once, range(CLICKS)))

    return run


@pytest.fixture
def waiting(acme, ask):
    with tenant(acme.pk):
        return ask()


def test_twenty_clicks_grant_once(click, waiting, acme, mo, ada):
    done = click(lambda nth: approvals.grant(waiting, by=(mo, ada)[nth % 2]))

    late = [each for each in done if isinstance(each, AlreadyDecided)]
    assert len(late) == CLICKS - 1
    with tenant(acme.pk):
        waiting.refresh_from_db()
        granted = Event.objects.filter(name="approvals.approval.granted")
        assert granted.count() == 1
    assert {each.details["decided_by"] for each in late} == {str(waiting.decided_by)}


def test_granting_and_refusing_at_once_decides_one_way(click, waiting, acme, mo, ada):
    def decide(nth):
        if nth % 2:
            return approvals.grant(waiting, by=mo)
        return approvals.refuse(waiting, by=ada, because="No.")

    done = click(decide)

    assert sum(not isinstance(each, AlreadyDecided) for each in done) == 1
    with tenant(acme.pk):
        waiting.refresh_from_db()
        names = Event.objects.filter(
            name__in=["approvals.approval.granted", "approvals.approval.refused"]
        )
        assert names.count() == 1


def test_a_granted_approval_is_used_up_once(click, waiting, acme, mo, scout):
    approvals.grant(waiting, by=mo)

    def carry_out(nth):
        with action("move_contact", by=scout):
            return approvals.mark_used(approvals.take_up(waiting, by=scout))

    done = click(carry_out)

    assert sum(isinstance(each, Approval) for each in done) == 1


def test_the_same_call_asked_twenty_times_at_once_waits_once(click, acme, ask, propose):
    with tenant(acme.pk):
        proposal = propose(confidence=0.6)

    def again(nth):
        with tenant(acme.pk):
            return ask(proposal)

    done = click(again)

    assert len({each.pk for each in done}) == 1
    with tenant(acme.pk):
        assert Approval.objects.count() == 1
