"""Pages of the ledger: who did what, and taking it back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import action
from audit.models import Action
from crm import contacts
from pipelines import access, positions


@pytest.fixture
def renamed(inside, grace, bob):
    """Bob called Grace something else."""
    with action("contacts.update", by=bob, target=grace) as doing:
        contacts.update(grace, changes={"job_title": "Admiral"}, by=bob)
    return Action.objects.get(pk=doing.id)


def test_what_somebody_did_is_shown_with_before_and_after(log_in, mo, renamed):
    page = log_in(mo).get(reverse("audit:action", args=[renamed.pk])).content.decode()

    assert "Admiral" in page
    assert "Job title" in page


def test_everybodys_actions_are_listed_newest_first(log_in, mo, renamed):
    page = log_in(mo).get(reverse("audit:actions"), {"actor": ""}).content.decode()

    assert "was edited" in page
    assert 'datetime="' in page


def test_what_was_only_looked_up_is_listed_if_asked_for_and_not_to_be_undone(log_in, mo, inside):
    with action("search_objects", by=mo) as looking:
        looking.summary = "Looked for engineers"
    browser, undo = log_in(mo), f'{reverse("audit:undo_plan")}?action={looking.id}"'

    usual = browser.get(reverse("audit:actions"), {"actor": ""}).content.decode()
    whole = browser.get(reverse("audit:actions"), {"actor": "", "reads": "1"}).content.decode()
    alone = browser.get(reverse("audit:action", args=[looking.id])).content.decode()

    assert "Looked for engineers" not in usual
    assert "Looked for engineers" in whole
    assert undo not in whole
    assert undo not in alone


def test_the_list_takes_the_same_number_of_statements_however_long(log_in, mo, renamed, grace, bob):
    browser = log_in(mo)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("audit:actions"), {"actor": ""})
        return len(captured)

    before = count()
    for number in range(20):
        contacts.update(grace, changes={"city": f"Town {number}"}, by=bob)
    assert count() == before


def test_a_contacts_history_holds_what_happened_to_their_cards(
    log_in, mo, grace, sales, stage, bob
):
    card = positions.enter(grace, pipeline=sales, by=bob)
    positions.move(card, to=stage("Qualified"), by=bob)

    page = log_in(mo).get(reverse("audit:timeline", args=[grace.ref])).content.decode()

    assert "moved from Lead to Qualified" in page


def test_history_leaves_out_what_happened_in_a_closed_pipeline(
    log_in, ada, bob, vi, grace, sales, stage
):
    card = positions.enter(grace, pipeline=sales, by=bob)
    positions.move(card, to=stage("Qualified"), by=bob)
    access.restrict(sales, by=ada)

    page = log_in(vi).get(reverse("audit:timeline", args=[grace.ref])).content.decode()

    assert "moved from Lead to Qualified" not in page


def test_undo_is_shown_before_it_is_done(log_in, mo, renamed, grace):
    browser = log_in(mo)
    page = browser.get(reverse("audit:undo_plan"), {"action": renamed.pk})

    assert "Goes back" in page.content.decode()

    browser.post(reverse("audit:undo_apply"), {"digest": page.context["plan"]["digest"]})
    grace.refresh_from_db()
    assert grace.job_title == ""


def test_a_member_may_not_undo_what_others_did(log_in, bob, mo, inside, grace):
    with action("contacts.update", by=mo, target=grace) as doing:
        contacts.update(grace, changes={"city": "Boston"}, by=mo)

    answer = log_in(bob).get(reverse("audit:undo_plan"), {"action": doing.id})

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["audit:action", "audit:timeline"])
def test_strangers_find_nothing(log_in, acme, eve, bob, grace, name):
    with action("contacts.update", by=bob, target=grace) as doing:
        contacts.update(grace, changes={"city": "Boston"}, by=bob)

    number = doing.id if name == "audit:action" else grace.ref
    assert log_in(eve).get(reverse(name, args=[number])).status_code == 404


def test_a_reference_to_nothing_is_not_found(log_in, mo):
    browser = log_in(mo)
    for ref in ["contact:999999", "contact:x", "nothing:1", "user:1"]:
        assert browser.get(reverse("audit:timeline", args=[ref])).status_code == 404


def test_an_owner_is_named_in_what_changed(log_in, ada, mo, bob, grace, inside):
    with action("contacts.update", by=mo, target=grace) as doing:
        contacts.update(grace, changes={"owner": f"member:{bob.membership_id}"}, by=mo)

    page = log_in(ada).get(reverse("audit:action", args=[doing.id])).content.decode()

    assert "<ins>Bob</ins>" in page


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_undoing_leads_back_to_pages_of_our_own_alone(log_in, mo, inside, grace, back):
    with action("contacts.update", by=mo, target=grace) as doing:
        contacts.update(grace, changes={"city": "Boston"}, by=mo)
    browser = log_in(mo)
    plan = browser.get(reverse("audit:undo_plan"), {"action": doing.id}).context["plan"]

    done = browser.post(reverse("audit:undo_apply"), {"digest": plan["digest"], "back": back})

    assert done["Location"] == reverse("audit:actions")


def test_who_undoes_that_something_was_made_does_not_go_back_to_its_page(log_in, mo, inside):
    with action("contacts.create", by=mo) as doing:
        made = contacts.create(name="Mistake", by=mo)
    browser, page = log_in(mo), reverse("crm:contact", args=[made.pk])
    plan = browser.get(reverse("audit:undo_plan"), {"action": doing.id}).context["plan"]

    done = browser.post(reverse("audit:undo_apply"), {"digest": plan["digest"], "back": page})

    assert browser.get(done["Location"]).status_code == 200
