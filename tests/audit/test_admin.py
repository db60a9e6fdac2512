"""The console's pages of the ledger: nothing is edited there; undo and another try work."""

import pytest
from django.urls import reverse

from audit import clock
from audit.actions import action, tenant
from audit.models import Action, Change, Delivery, Event
from crm import contacts
from crm.models import Contact

PAGES = ["action", "change", "event", "delivery"]


@pytest.fixture
def renamed(acme, grace, bob) -> int:
    """The action that renamed Grace."""
    with action("test.rename", by=bob, summary="Bob renamed Grace", target=grace) as doing:
        Contact.objects.filter(pk=grace.pk).update(name="Wrong")
    return doing.id


@pytest.mark.parametrize("page", PAGES)
def test_the_ledger_is_read_only(ada, log_in, renamed, acme, page):
    contacts.create(name="Howard", by=ada)
    with tenant(acme.pk):
        rows = {"action": Action, "change": Change, "event": Event}
        row = rows[page].objects.first() if page in rows else None
    browser = log_in(ada)

    assert browser.get(reverse(f"admin:audit_{page}_changelist")).status_code == 200
    assert browser.get(reverse(f"admin:audit_{page}_add")).status_code == 403
    if row is not None:
        shown = reverse(f"admin:audit_{page}_change", args=[row.pk])
        assert browser.get(shown).status_code == 200
        assert browser.post(shown, {}).status_code == 403
        deletion = reverse(f"admin:audit_{page}_delete", args=[row.pk])
        assert browser.post(deletion, {"post": "yes"}).status_code == 403


def test_what_was_done_is_undone_from_the_console(ada, log_in, renamed, grace, acme):
    page = reverse("admin:audit_action_changelist")

    answer = log_in(ada).post(page, {"action": "undo", "_selected_action": [renamed]}, follow=True)

    assert "1 put back" in answer.text
    with tenant(acme.pk):
        assert Contact.objects.get(pk=grace.pk).name == "Grace Hopper"


def test_dead_letters_are_tried_again_from_the_console(ada, log_in, renamed, acme, grace):
    with tenant(acme.pk):
        event = Event.objects.create(
            organization_id=acme.pk, action_id=renamed, name="test.told", target=grace.ref
        )
        dead = Delivery.objects.create(
            organization_id=acme.pk, event=event, subscriber="nobody", dead_at=clock.real_now()
        )
    page = reverse("admin:audit_delivery_changelist")

    answer = log_in(ada).post(
        page, {"action": "revive", "_selected_action": [dead.pk]}, follow=True
    )

    assert "1 will be tried again." in answer.text
    with tenant(acme.pk):
        assert Delivery.objects.due().get(pk=dead.pk).attempts == 0
