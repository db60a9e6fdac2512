"""Several workers, and people, at one e-mail at the same moment."""

from datetime import timedelta

import pytest
from django.core import mail

from audit import clock
from audit.actions import Refusal, action, tenant
from audit.actors import system
from crm import contacts, emails, outbox
from crm.models import Email
from tests.crm.test_at_once import at_once, by

__all__ = ["by"]
WORKERS = 4


@pytest.fixture
def due(by):
    """Three e-mails that are due, of one organization."""
    mail.outbox.clear()
    grace = contacts.create(name="Grace", email="grace@navy.example", by=by)
    with tenant(by.organization_id):
        held = [emails.compose(grace, subject=f"{n}", body="x", by=by) for n in range(3)]
    with action("test.arrange", by=system(by.organization_id)):
        Email.objects.update(send_at=clock.real_now() - timedelta(seconds=1))
    return held


def test_several_sweepers_send_each_once(due):
    found = at_once(lambda _: outbox.send_due(), range(WORKERS))

    assert sum(found) == len(due)
    assert sorted(message.subject for message in mail.outbox) == ["0", "1", "2"]


def test_what_is_recalled_at_the_last_moment_goes_out_or_is_recalled_but_not_both(due, by):
    def take_turns(worker):
        return outbox.send_due() if worker else emails.recall(due[0], by=by)

    found = at_once(take_turns, range(2))

    with tenant(by.organization_id):
        outbox.send_due()
        status = Email.objects.get(pk=due[0].pk).status
    went_out = "0" in [message.subject for message in mail.outbox]
    assert status == ("sent" if went_out else "recalled")
    assert isinstance(found[0], Refusal) == went_out


def test_what_a_worker_marked_before_it_died_is_sent_by_no_other(due, by):
    outbox.claim(by.organization_id, due[0].pk)

    at_once(lambda _: outbox.send_due(), range(WORKERS))

    assert sorted(message.subject for message in mail.outbox) == ["1", "2"]
