"""What agents did, and taking it back: shown first, then done, and that can be taken back too."""

import re

from playwright.sync_api import expect

from audit.actions import tenant
from pipelines import positions
from pipelines.models import Position


def now(card):
    with tenant(card.organization_id):
        return Position.objects.select_related("stage").get(pk=card.pk)


def stage_of(card):
    return now(card).stage.name


def test_what_an_agent_did_is_undone_and_the_undoing_too(log_in_as, mo, card, act):
    act(card)
    assert stage_of(card) == "Qualified"
    page = log_in_as(mo, "/actions/")
    expect(page.get_by_role("main")).to_contain_text("Scout: Grace Hopper moved from Lead to Quali")

    page.get_by_role("link", name="Undo").first.click()
    expect(page.get_by_role("main")).to_contain_text("Goes back")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("put back")
    assert stage_of(card) == "Lead"

    expect(page.get_by_role("link", name="Undone")).to_be_visible()
    page.get_by_label("Who").select_option("Everybody")
    page.get_by_role("link", name="Undo", exact=True).first.click()
    page.get_by_role("button", name="Undo").click()
    assert stage_of(card) == "Qualified"


def test_what_somebody_wrote_since_is_kept(log_in_as, mo, ada, card, stage, act):
    act(card)
    positions.move(now(card), to=stage("Demo"), by=ada)
    page = log_in_as(mo, "/actions/")

    page.get_by_role("link", name="Undo").first.click()

    expect(page.get_by_role("main")).to_contain_text("Stays: changed since")
    assert page.get_by_role("button", name="Undo").count() == 0
    expect(page.get_by_role("link", name="Back")).to_have_attribute("href", re.compile("/actions/"))
    assert stage_of(card) == "Demo"


def test_ones_own_move_is_undone_from_the_word_about_it(log_in_as, mo, card):
    page = log_in_as(mo)
    page.locator(f"#position-{card.pk} .card-name").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.locator(".toast").get_by_role("link", name="Undo").click()
    expect(page.get_by_role("main")).to_contain_text("Grace Hopper in Sales")
    expect(page.get_by_role("main")).not_to_contain_text("Rank")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".toast")).to_contain_text("put back")
    expect(page.locator(f"#position-{card.pk}")).to_be_visible()
    assert stage_of(card) == "Lead"


def test_who_may_not_undo_is_not_offered_it(log_in_as, bob, card, act):
    act(card)
    page = log_in_as(bob, "/actions/")

    expect(page.get_by_role("main")).to_contain_text("Scout: Grace Hopper moved")
    assert page.get_by_role("link", name="Undo").count() == 0
