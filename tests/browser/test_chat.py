"""One asks beside any page, sees what is done step by step, and has the last word."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from playwright.sync_api import expect

from agents.conversations import running
from agents.models import Job
from audit.actions import action, tenant
from crm.models import Contact
from pipelines import criteria
from pipelines.models import Position, Stage
from tests.browser.conftest import find_barriers, find_overflow
from tests.browser.test_without_scripts import plain
from tests.conversations.conftest import model
from tests.conversations.stub import Reply, calls, says

__all__ = ["model", "plain"]

# The first answer of a process waits for LiteLLM to be ready.
SOON = 30_000  # milliseconds


@pytest.fixture
def worker(committed: str) -> Iterator[None]:
    """Go on with whatever is asked, as the product's worker does."""
    enough = threading.Event()

    def work() -> None:
        while not enough.wait(0.02):
            running.advance_all()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    enough.set()
    thread.join()


def ask(page, text):
    page.get_by_label("Ask, or say what to do").fill(text)
    page.keyboard.press("Enter")


def job_title_of(contact):
    with tenant(contact.organization_id):
        return Contact.objects.get(pk=contact.pk).job_title


def test_one_asks_beside_a_contacts_page_about_her(log_in_as, mo, card, grace, model, worker):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral"),
        says("Grace is an admiral now."),
    ]
    page = log_in_as(mo, f"/contacts/{grace.pk}/")
    page.keyboard.press("Control+k")
    panel = page.get_by_role("dialog", name="Ask")
    expect(panel).to_contain_text("Knows that you look at Grace Hopper")
    expect(panel.get_by_label("Ask, or say what to do")).to_be_focused()

    ask(page, "She is an admiral now")
    expect(panel).to_contain_text("Shall this be done?", timeout=SOON)
    panel.get_by_role("button", name="Do it").click()
    expect(panel).to_contain_text("Grace is an admiral now.")
    expect(panel).to_contain_text("1 done.")

    assert job_title_of(grace) == "Admiral"
    assert f'"ref": "{grace.ref}"' in str(model.asked[0]["messages"][0]["content"])
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#ask-open")).to_be_visible()


def test_the_answer_appears_as_it_is_written_and_is_stopped(log_in_as, mo, model, worker):
    model.script = [says("one two three four five six seven " * 40, pace=0.05)]
    page = log_in_as(mo, "/ask/")
    ask(page, "Count for me")

    turn = page.locator(".turn")
    expect(turn.locator(".being-written")).to_contain_text("one two", timeout=SOON)
    so_far = turn.locator(".being-written").inner_text()
    expect(turn.locator(".being-written")).not_to_have_text(so_far)
    turn.get_by_role("button", name="Stop").click()

    expect(turn).to_contain_text("Stopped")
    expect(page.get_by_label("Ask, or say what to do")).to_be_focused()
    with tenant(mo.organization_id):
        assert Job.objects.get().state == "cancelled"


def test_what_one_unfolded_stays_unfolded_while_the_answer_comes(log_in_as, mo, model, worker):
    model.script = [
        calls("search_objects", query="Grace"),
        says("So much to say. " * 20, pace=0.05),
    ]
    page = log_in_as(mo, "/ask/")
    ask(page, "Do we know Grace?")
    turn = page.locator(".turn")
    turn.locator("summary", has_text="1 step").click(timeout=SOON)
    expect(turn).to_contain_text("Query")
    expect(turn.locator(".being-written")).to_contain_text("So much")

    expect(turn).to_contain_text("Nothing was changed.", timeout=SOON)
    expect(turn.locator(".step")).to_be_visible()


def test_what_waits_is_approved_in_place(
    log_in_as, bob, mo, card, stage, model, worker, deliver, screenshot
):
    with action("test.arrange", by=mo):
        Stage.objects.filter(pk=stage("Qualified").pk).update(requires_approval=True)
    move = calls("move_contact", position=card.ref, to_stage=stage("Qualified").ref)
    model.script = [move, says("It waits for a manager.")]
    page = log_in_as(bob, "/ask/")
    ask(page, "Move Grace to Qualified")
    page.get_by_role("button", name="Do it").click(timeout=SOON)
    expect(page.locator(".turn")).to_contain_text("1 waiting for a person")
    expect(page.get_by_role("article")).to_contain_text("Someone else decides this")
    page.get_by_role("button", name="Share with colleagues").click()
    expect(page.get_by_text("Shared with colleagues")).to_be_visible()

    page = log_in_as(mo, page.url)
    article = page.get_by_role("article")
    page.locator("summary", has_text="1 step").click()
    screenshot("chat-waits")
    article.get_by_role("button", name="Approve").click()
    expect(article).to_contain_text("Being carried out")
    deliver()

    expect(article).to_contain_text("Approved and done")
    expect(page.locator(".receipt")).to_contain_text("1 done.")
    expect(page.locator(".receipt")).not_to_contain_text("waiting")
    with tenant(card.organization_id):
        assert Position.objects.get(pk=card.pk).stage_id == stage("Qualified").pk


def test_partial_success_is_a_table(log_in_as, mo, make_card, stage, model, worker, screenshot):
    ready, unready = make_card("Grace Hopper"), make_card("Alan Turing")
    criterion = criteria.add(stage("Lead"), criterion="Budget confirmed", by=mo)
    criteria.attest(ready, criterion=criterion, evidence="She said so.", by=mo)
    bulk = {
        "tool": "move_contact",
        "arguments": {"to_stage": stage("Qualified").ref},
        "refs": [ready.ref, unready.ref],
    }
    model.script = [calls("bulk_update", **bulk), says("One of the two moved.")]
    page = log_in_as(mo, f"/boards/{ready.pipeline_id}/")
    page.locator("#ask-open").click()
    ask(page, "Move both to Qualified")
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Do it").click(timeout=SOON)

    table = panel.get_by_label("What became of each").get_by_role("table")
    expect(table.get_by_role("row", name="Alan")).to_contain_text("Budget confirmed")
    expect(table.get_by_role("row", name="Grace")).to_contain_text("Done")
    expect(panel).to_contain_text("1 done, except for 1 record.")
    there = page.locator(".column").filter(has=page.get_by_role("heading", name="Qualified"))
    expect(there.locator(".card")).to_have_count(1)
    screenshot("panel-partial")


def test_a_turn_is_undone_and_says_so(log_in_as, mo, grace, model, worker):
    model.script = [
        Reply(
            calls=[
                ("update_contact", {"contact": grace.ref, "job_title": "Admiral"}),
                ("create_task", {"title": "Salute", "contact": grace.ref}),
            ]
        ),
        says("Both done."),
    ]
    page = log_in_as(mo, f"/contacts/{grace.pk}/")
    page.keyboard.press("Control+k")
    ask(page, "Promote Grace, and remind me to salute")
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Do it").click(timeout=SOON)
    expect(panel).to_contain_text("2 done.")
    expect(page.locator(".side")).to_contain_text("Salute")

    panel.get_by_role("link", name="Undo this turn").click()
    page.get_by_role("button", name="Undo 2 changes").click()

    expect(page.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    expect(panel.locator(".receipt")).to_contain_text("Undone")
    assert panel.get_by_role("link", name="Undo this turn").count() == 0
    assert job_title_of(grace) == ""


def test_a_question_is_answered_and_the_changes_follow(log_in_as, mo, make_card, model, worker):
    alan, adam = make_card("Alan Smith").contact, make_card("Adam Smith").contact
    model.script = [
        says("Which Smith: Alan or Adam?"),
        calls("update_contact", contact=adam.ref, job_title="Clerk"),
        says("Adam is a clerk."),
    ]
    page = log_in_as(mo, "/ask/")
    ask(page, "Smith is a clerk now")
    expect(page.locator(".turn").first).to_contain_text("Which Smith", timeout=SOON)
    ask(page, "Adam")
    expect(page.locator(".turn").last).to_contain_text("Shall this be done?")
    ask(page, "yes, please")

    expect(page.locator(".turn").last).to_contain_text("Adam is a clerk.")
    expect(page.locator(".turn")).to_have_count(2)
    assert (job_title_of(adam), job_title_of(alan)) == ("Clerk", "")


def test_who_says_something_else_confirms_nothing(log_in_as, mo, grace, model, worker):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral"),
        says("Good morning to you."),
    ]
    page = log_in_as(mo, "/ask/")
    ask(page, "Promote Grace")
    expect(page.get_by_role("button", name="Do it")).to_be_visible(timeout=SOON)
    ask(page, "Good morning")

    expect(page.locator(".turn").last).to_contain_text("Good morning to you.")
    assert page.get_by_role("button", name="Do it").count() == 0
    expect(page.locator(".turn").first).to_contain_text("1 skipped; nothing was changed.")
    assert job_title_of(grace) == ""


def test_a_fault_is_said(log_in_as, mo, model, worker):
    model.script = [Reply(status=401)]
    page = log_in_as(mo, "/ask/")
    ask(page, "Hello")

    expect(page.get_by_role("alert")).to_contain_text("refused to answer", timeout=SOON)
    expect(page.locator(".receipt")).to_contain_text("Ended early")


def test_the_panel_by_keyboard_and_on_a_telephone(log_in_as, mo, card, model, worker):
    model.script = [says("Here I am.")]
    page = log_in_as(mo)
    page.locator(f"#position-{card.pk} .card-name").focus()
    page.keyboard.press("Control+k")
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Knows that you look at Grace Hopper in Sales")
    panel.get_by_role("button", name="Is Grace Hopper's deal at risk?").click()
    expect(panel).to_contain_text("Here I am.", timeout=SOON)
    expect(panel.get_by_label("Ask, or say what to do")).to_be_focused()
    assert not find_barriers(page, {})
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(f"#position-{card.pk} .card-name")).to_be_focused()

    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("#ask-open").click()
    expect(panel).to_contain_text("Here I am.")
    assert panel.bounding_box()["width"] == 390
    assert not find_overflow(page)
    panel.get_by_role("link", name="New").click()
    expect(panel).to_contain_text("Say in your own words")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_without_scripts_all_of_it_works(plain, mo, grace, model, worker):
    model.script = [
        calls("update_contact", contact=grace.ref, job_title="Admiral"),
        says("Grace is an admiral now."),
    ]
    page = plain(mo, f"/contacts/{grace.pk}/")
    page.locator("#ask-open").click()
    expect(page.get_by_role("main")).to_contain_text("Knows that you looked at Grace Hopper")
    page.get_by_label("Ask, or say what to do").fill("She is an admiral now")
    page.get_by_role("button", name="Send").click()
    look_until(page, "Shall this be done?")
    page.get_by_role("button", name="Do it").click()
    look_until(page, "1 done.")
    page.get_by_role("link", name="Undo this turn").click()
    page.get_by_role("button", name="Undo 1 change").click()
    expect(page.locator(".receipt")).to_contain_text("Undone")

    page.locator("summary", has_text="Rename").click()
    page.get_by_label("What it is called").fill("Promotions")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Put away").click()
    page.get_by_role("link", name="Put away").click()
    page.get_by_role("button", name="Bring back: Promotions").click()
    expect(page.get_by_role("status").first).to_contain_text("in use again")


def look_until(page, text):
    """Look again, as one does without scripts, until a page says so."""
    until = time.monotonic() + SOON / 1000
    while text not in page.content() and time.monotonic() < until:
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(200)
    expect(page.get_by_role("main")).to_contain_text(text)
