"""What passed between us and a contact, and what is to be done."""

from datetime import UTC, datetime

import pytest

from audit.models import Event
from crm import activities, tasks
from crm.fields import FieldError
from crm.refs import NotFound


def test_a_call_counts_as_having_been_in_touch(inside, bob, grace):
    activity = activities.log(
        grace, kind="call", subject="Hello", occurred_at="2026-01-31T09:30:00Z", by=bob
    )

    grace.refresh_from_db()
    assert (
        grace.last_contacted_at == activity.occurred_at == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    )


def test_an_earlier_call_or_a_note_does_not(inside, bob, grace):
    activities.log(grace, kind="call", occurred_at="2026-01-31T09:30:00Z", by=bob)

    activities.log(grace, kind="meeting", occurred_at="2025-01-31T09:30:00Z", by=bob)
    activities.log(grace, kind="note", occurred_at="2026-03-31T09:30:00Z", by=bob)

    grace.refresh_from_db()
    assert grace.last_contacted_at == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_the_direction_follows_from_the_kind(inside, bob, grace):
    directions = {
        kind: activities.log(grace, kind=kind, by=bob).direction
        for kind in ["email_sent", "email_replied", "call"]
    }

    assert directions == {"email_sent": "out", "email_replied": "in", "call": ""}


def test_an_activity_is_in_the_contacts_story(inside, bob, grace):
    activities.log(grace, kind="call", by=bob)

    assert Event.objects.get(name="crm.activity.logged").target == grace.ref


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "carrier_pigeon"}, "kind"),
        ({"kind": "call", "direction": "up"}, "direction"),
        ({"kind": "call", "occurred_at": "once"}, "occurred_at"),
        ({"kind": "call", "colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_an_activity_is_refused_by_name(inside, bob, grace, given, field):
    with pytest.raises(FieldError) as refused:
        activities.log(grace, by=bob, **given)

    assert field in refused.value.fields


def test_a_task_is_done_once_and_reopened(inside, bob, ada, grace):
    task = tasks.create("Call back", contact=grace, assignee=bob.name + "@acme.example", by=ada)

    done = tasks.complete(task, by=bob)
    again = tasks.complete(task, by=ada)

    assert done.done_by == again.done_by == bob.ref
    assert Event.objects.filter(name="crm.task.completed").count() == 1
    assert tasks.reopen(task, by=ada).done_at is None


def test_a_task_can_be_given_to_somebody_else(inside, ada, bob, vi):
    task = tasks.create("Call back", by=ada)

    task = tasks.update(
        task, changes={"assignee": f"member:{vi.membership_id}", "due_at": "2026-02-01"}, by=bob
    )

    assert task.assignee_id == vi.membership_id
    assert task.due_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_task_says_what_is_to_be_done(inside, bob):
    with pytest.raises(FieldError):
        tasks.create("   ", by=bob)


def test_strangers_find_nothing_to_write_about(acme, bob, eve, grace):
    task = tasks.create("Call back", contact=grace, by=bob)

    with pytest.raises(NotFound):
        activities.log(grace, kind="call", by=eve)
    with pytest.raises(NotFound):
        tasks.create("Call", contact=grace, by=eve)
    with pytest.raises(NotFound):
        tasks.create("Call", assignee=f"member:{bob.membership_id}", by=eve)
    for verb in [tasks.complete, tasks.reopen]:
        with pytest.raises(NotFound):
            verb(task, by=eve)
    with pytest.raises(NotFound):
        tasks.update(task, changes={"title": "Mine"}, by=eve)
