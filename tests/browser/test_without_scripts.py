"""Where no script runs, everything can be done as well: each part is a page, each form goes."""

import pytest
from playwright.sync_api import expect

from audit.actions import action, tenant
from pipelines.models import Position, Stage


@pytest.fixture
def plain(browser, site, log_in):
    """Open a page as somebody whose browser runs no scripts."""
    opened = []

    def enter(somebody, address="/"):
        session = log_in(somebody).cookies["sessionid"].value
        context = browser.new_context(base_url=site, java_script_enabled=False)
        context.set_default_timeout(8000)
        opened.append(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.goto(address)
        return page

    yield enter
    for context in opened:
        context.close()


def stage_of(card):
    with tenant(card.organization_id):
        return Position.objects.select_related("stage").get(pk=card.pk).stage.name


def test_a_card_is_found_and_moved(plain, bob, card):
    page = plain(bob)
    page.get_by_role("link", name="Grace Hopper").click()
    page.get_by_role("link", name="Boards Grace Hopper stands on").click()
    page.get_by_label("Stage", exact=True).select_option("Qualified")
    page.get_by_role("button", name="Move", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("moved from Lead to Qualified")
    assert stage_of(card) == "Qualified"


def test_a_refusal_is_a_page_and_waived_there(plain, mo, ada, card, stage):
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Lead").pk).update(
            required_fields=["position.expected_close_on"]
        )
    page = plain(mo, f"/contacts/{card.contact_id}/positions/")
    page.get_by_label("Stage", exact=True).select_option("Qualified")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Hopper was not moved")

    page.get_by_label("Why it may move all the same").fill("She called.")
    page.get_by_role("button", name="Waive and move to Qualified").click()
    assert stage_of(card) == "Qualified"


def test_what_waits_is_approved_and_what_was_done_is_undone(plain, mo, card, ask, deliver):
    ask(card)
    page = plain(mo, "/inbox/")
    page.get_by_role("button", name="Approve").click()
    deliver()
    page.reload()
    expect(page.get_by_role("article")).to_contain_text("Approved and done")
    assert stage_of(card) == "Qualified"

    page.get_by_role("link", name="See what was done").click()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    assert stage_of(card) == "Lead"


def test_a_rejection_wants_its_reason(plain, mo, card, ask):
    ask(card)
    page = plain(mo, "/inbox/")
    page.locator("summary", has_text="Reject").click()
    page.get_by_label("Why not?").fill("Not before June.")
    page.get_by_role("button", name="Reject").click()

    expect(page.get_by_role("article")).to_contain_text("Not before June.")


def test_notes_and_tasks_are_kept(plain, bob, card):
    page = plain(bob, f"/contacts/{card.contact_id}/")
    page.get_by_text("Log something").click()
    page.get_by_label("Subject").fill("About compilers")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#activities")).to_contain_text("About compilers")

    page.get_by_role("link", name="What happened to Grace Hopper").click()
    expect(page.get_by_role("main")).to_contain_text("Call with Grace Hopper")


def test_filters_and_more_cards_are_links_and_forms(plain, bob, make_card):
    make_card("Grace Hopper")
    make_card("Alan Turing")
    page = plain(bob)
    page.get_by_label("Name, company or title").fill("turing")
    page.keyboard.press("Enter")

    expect(page.locator(".card-name")).to_have_text(["Alan Turing"])


def test_a_board_is_asked_and_its_conditions_are_changed(plain, bob, card, make_card):
    make_card("Alan Turing", value_cents=8_000_000)
    make_card("Ada Byron", value_cents=2_000_000)
    page = plain(bob)
    page.get_by_label("Name, company or title").fill("deals worth more than 10k")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.locator(".card-name")).to_have_text(
        ["Ada Byron", "Alan Turing"], use_inner_text=True
    )

    conditions = page.get_by_role("form", name="Conditions of these cards")
    conditions.get_by_label("Value of value").fill("50000")
    conditions.get_by_role("button", name="Apply").click()
    expect(page.locator(".card-name")).to_have_text(["Alan Turing"], use_inner_text=True)
