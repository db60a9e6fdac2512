"""A person finds a tool, tries it, runs it and takes it back, with scripts and without."""

import pytest
from playwright.sync_api import expect

from audit.actions import tenant
from crm.models import Contact
from tests.browser.conftest import find_barriers, find_overflow


def test_one_finds_a_tool_tries_it_runs_it_and_takes_it_back(log_in_as, mo, card, screenshot):
    page = log_in_as(mo, "/tools/")
    page.get_by_label("What it is to do").fill("change what is known of a person")
    page.get_by_role("link", name="update_contact").click()
    page.get_by_role("link", name="Start empty").click()
    page.locator("[name='argument-contact']").fill(card.contact.ref)
    page.get_by_text("More arguments").click()
    page.get_by_label("Job title").fill("Rear admiral")
    page.get_by_label("Reason").fill("She told me.")

    page.get_by_role("button", name="Dry run").click()
    answer = page.locator("#answer")
    expect(answer).to_contain_text("dry run: nothing was changed")
    expect(answer.locator("ins")).to_have_text("Rear admiral")
    assert not find_overflow(page)
    assert not find_barriers(page, {})
    screenshot("tool-tried")
    assert job_of(card) == ""

    page.get_by_role("button", name="Run it").click()
    expect(answer).to_contain_text("See what was done, and undo it")
    assert job_of(card) == "Rear admiral"
    screenshot("tool-run")

    page.get_by_role("link", name="See what was done").click()
    page.get_by_role("link", name="Undo").first.click()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("main")).to_contain_text("1 put back")
    assert job_of(card) == ""


def job_of(card) -> str:
    with tenant(card.organization_id):
        return Contact.objects.get(pk=card.contact_id).job_title


def test_what_does_not_fit_is_said_at_its_field(log_in_as, mo, card, screenshot):
    page = log_in_as(mo, "/tools/create_pipeline/")
    page.locator("[name='argument-name']").fill("Mine")
    page.get_by_label("Stages").fill('[{"name": "One", "kin": "won"}]')

    page.get_by_role("button", name="Run it").click()

    field = page.locator(".field").filter(has=page.get_by_label("Stages"))
    expect(field.locator(".errorlist")).to_contain_text("did you mean kind")
    assert not find_barriers(page, {})
    screenshot("tool-refused")


def test_the_same_call_is_shown_in_other_words(log_in_as, mo, card, screenshot):
    page = log_in_as(mo, "/tools/move_contact/")
    for way in ("curl", "MCP", "Python"):
        page.locator("summary").filter(has_text=way).click()

    expect(page.get_by_label("curl")).to_contain_text(card.ref)
    assert not find_barriers(page, {})
    assert not find_overflow(page)
    screenshot("tool-elsewhere")


@pytest.fixture
def unscripted(browser, site, log_in, mo):
    opened = browser.new_context(base_url=site, java_script_enabled=False)
    session = log_in(mo).cookies["sessionid"].value
    opened.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    yield opened.new_page()
    opened.close()


def test_all_of_it_works_without_scripts(unscripted, card):
    page = unscripted
    page.goto("/tools/")
    page.get_by_label("What it is to do").fill("tick a todo off")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="complete_task")).to_be_visible()

    page.goto("/tools/log_activity/")
    page.get_by_label("Kind").select_option("note")
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("#answer")).to_contain_text("dry run: nothing was changed")
    page.get_by_role("button", name="Run it").click()
    expect(page.locator("#answer")).to_contain_text("See what was done, and undo it")
