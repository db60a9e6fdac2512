"""A contact's page: everywhere they stand, moved, scored, attested and closed where it is shown."""

import pytest
from playwright.sync_api import expect

from pipelines import criteria


@pytest.fixture
def open_contact(log_in_as, card):
    """Open Grace's page as somebody; the panel of her card."""

    def enter(somebody):
        page = log_in_as(somebody, f"/contacts/{card.contact_id}/")
        standing = page.locator(f"#standing-{card.pk}")
        expect(standing).to_be_visible()
        return page, standing

    return enter


def test_a_card_is_moved_where_it_is_shown(open_contact, bob, card):
    _, standing = open_contact(bob)
    standing.get_by_label("Stage", exact=True).select_option("Qualified")
    standing.get_by_role("button", name="Move", exact=True).click()

    expect(standing.locator("[aria-current=step]")).to_contain_text("Qualified")


def test_what_is_missing_is_said_and_attested_there(open_contact, bob, ada, stage, card):
    criteria.add(stage("Lead"), criterion="Budget confirmed", by=ada)
    _, standing = open_contact(bob)
    standing.get_by_label("Stage", exact=True).select_option("Qualified")
    standing.get_by_role("button", name="Move", exact=True).click()
    expect(standing).to_contain_text("Grace Hopper cannot move on to Qualified yet.")

    standing.locator("summary", has_text="Attest").click()
    standing.get_by_label("How you know").fill("Her e-mail of Monday")
    standing.get_by_role("button", name="Attest").click()
    expect(standing).to_contain_text("“Her e-mail of Monday” Bob")

    standing.get_by_label("Stage", exact=True).select_option("Qualified")
    standing.get_by_role("button", name="Move", exact=True).click()
    expect(standing.locator("[aria-current=step]")).to_contain_text("Qualified")


def test_a_score_is_set_by_hand(open_contact, bob):
    _, standing = open_contact(bob)
    standing.get_by_text("Set by hand").click()
    standing.get_by_label("0 to 100").fill("80")
    standing.get_by_label("Why", exact=True).first.fill("We spoke.")
    standing.get_by_role("button", name="Set", exact=True).click()
    expect(standing).to_contain_text("Set by hand: We spoke.")


def test_a_card_is_closed_and_reopened(open_contact, bob):
    _, standing = open_contact(bob)
    standing.locator("summary", has_text="Close").click()
    standing.locator("[name=reason]").fill("No budget.")
    standing.get_by_role("button", name="Close").click()
    expect(standing).to_contain_text("Lost: No budget.")

    standing.get_by_role("button", name="Reopen").click()
    expect(standing.locator("[aria-current=step]")).to_contain_text("Lead")


def test_a_card_is_taken_off_its_board_and_put_back(open_contact, bob, card):
    page, standing = open_contact(bob)
    standing.get_by_role("button", name="Remove from the board").click()
    expect(page.locator("#positions")).to_contain_text("On no board")
    expect(page.locator(".toast")).to_contain_text("Grace Hopper was taken off Sales.")

    page.get_by_text("Taken off a board (1)").click()
    page.get_by_role("button", name="Put back on Sales").click()
    expect(page.locator(f"#standing-{card.pk} [aria-current=step]")).to_contain_text("Lead")


def test_a_card_is_edited_in_its_place(open_contact, bob):
    _, standing = open_contact(bob)
    standing.get_by_role("link", name="Edit").click()
    standing.get_by_label("Value").fill("7000")
    standing.get_by_role("button", name="Save").click()
    expect(standing).to_contain_text("$7,000")

    standing.get_by_role("link", name="Edit").click()
    standing.get_by_role("link", name="Cancel").click()
    expect(standing).to_contain_text("$7,000")


def test_a_contact_is_put_on_one_more_board(open_contact, bob):
    page, _ = open_contact(bob)
    page.get_by_text("Add to a board").click()
    page.locator("#new-title").fill("A second ship")
    page.get_by_role("button", name="Add", exact=True).first.click()

    expect(page.locator(".standing")).to_have_count(2)
    expect(page.locator("#positions")).to_contain_text("A second ship")


def test_what_passed_and_what_is_to_do_is_kept(open_contact, bob):
    page, _ = open_contact(bob)
    page.get_by_text("Log something").click()
    page.get_by_label("Subject").fill("About compilers")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#activities")).to_contain_text("Call: About compilers")

    page.get_by_text("Add a task").click()
    page.locator("#tasks").get_by_label("Title").fill("Send the manual")
    page.locator("#tasks").get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Done: Send the manual").click()
    expect(page.get_by_role("button", name="Not done after all")).to_be_visible()


def test_what_happened_is_told(open_contact, bob):
    page, standing = open_contact(bob)
    standing.get_by_label("Stage", exact=True).select_option("Qualified")
    standing.get_by_role("button", name="Move", exact=True).click()
    expect(standing.locator("[aria-current=step]")).to_contain_text("Qualified")
    page.reload()

    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("Bob: Grace Hopper moved from Lead to Qualified")


def test_one_who_looks_on_is_offered_nothing(open_contact, vi):
    page, _ = open_contact(vi)

    assert page.get_by_role("main").locator("form, button").count() == 0


def test_a_search_finds_while_one_types(open_contact, bob):
    page, _ = open_contact(bob)
    page.keyboard.press("/")
    page.keyboard.type("hopp")

    expect(page.locator("#found")).to_contain_text("Grace Hopper")
    page.locator("#found a").first.click()
    expect(page.get_by_role("heading", name="Grace Hopper", level=1)).to_be_visible()
