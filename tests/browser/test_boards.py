"""Boards by mouse and by keyboard: cards move, or say in words why they stay."""

import pytest
from playwright.sync_api import Page, expect

from audit.actions import action, tenant
from crm.models import Membership
from pipelines import positions
from pipelines.models import Position, Stage


@pytest.fixture
def board(log_in_as, card, mo):
    """Sales, as Mo sees it."""
    return log_in_as(mo)


@pytest.fixture
def asks_for_close_date(ada, stage):
    """Lead asks when the deal will close."""
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Lead").pk).update(
            required_fields=["position.expected_close_on"]
        )


def find(page: Page, card: Position):
    return page.locator(f"#position-{card.pk}")


def column(page: Page, name: str):
    return page.locator(".column").filter(has=page.get_by_role("heading", name=name, level=2))


def drag(card, onto) -> None:
    """Take hold of a card, carry it over the middle of another place, and let go."""
    card.drag_to(onto, steps=8)


def stage_of(card):
    with tenant(card.organization_id):
        return Position.objects.select_related("stage").get(pk=card.pk).stage.name


def test_a_card_is_dragged_to_the_next_column(board, card, make_card):
    other = make_card("Alan Turing", to="Qualified", value_cents=100_000)
    board.reload()

    drag(find(board, card), find(board, other))

    expect(board.locator(".toast")).to_contain_text("Grace Hopper moved from Lead to Qualified.")
    expect(column(board, "Qualified").locator(".card")).to_have_count(2)
    expect(column(board, "Qualified").locator(".how-many")).to_have_text("2")
    expect(column(board, "Qualified").locator(".worth")).to_contain_text("$6,000")
    expect(column(board, "Lead").locator(".how-many")).to_have_text("0")
    assert stage_of(card) == "Qualified"


def test_a_card_is_dragged_into_an_empty_column(board, card):
    drag(find(board, card), column(board, "Qualified").locator(".cards"))

    expect(board.locator(".toast")).to_contain_text("Grace Hopper moved from Lead to Qualified.")
    assert stage_of(card) == "Qualified"


def test_a_card_is_put_below_another(board, card, make_card):
    other = make_card("Alan Turing")
    board.reload()

    drag(find(board, other), find(board, card))

    names = column(board, "Lead").locator(".card-name")
    expect(names).to_have_text(["Grace Hopper", "Alan Turing"])
    expect(board.locator(".is-asking")).to_have_count(0)
    board.reload()
    expect(names).to_have_text(["Grace Hopper", "Alan Turing"])


def test_a_refused_card_goes_back_and_says_why(log_in_as, bob, card, asks_for_close_date):
    page = log_in_as(bob)

    drag(find(page, card), column(page, "Qualified").locator(".cards"))

    said = find(page, card).get_by_role("status")
    expect(said).to_contain_text("Grace Hopper cannot move on to Qualified yet.")
    expect(said).to_contain_text("Expected close")
    expect(said).to_contain_text("A manager or owner may waive this with a reason.")
    expect(column(page, "Lead").locator(".card")).to_have_count(1)
    said.get_by_role("button", name="Dismiss").click()
    expect(said).to_be_empty()


def test_a_manager_waives_at_the_card(board, card, asks_for_close_date):
    drag(find(board, card), column(board, "Qualified").locator(".cards"))
    find(board, card).get_by_label("Why it may move all the same").fill("She called.")
    board.get_by_role("button", name="Waive and move to Qualified").click()

    expect(column(board, "Qualified").locator(".card")).to_have_count(1)
    expect(find(board, card).get_by_role("status")).to_be_empty()
    assert stage_of(card) == "Qualified"


def test_losing_asks_why_at_the_card(board, card):
    drag(find(board, card), column(board, "Lost").locator(".cards"))
    expect(find(board, card)).to_contain_text("Say why Grace Hopper is lost")
    find(board, card).get_by_label("Why").fill("No budget.")
    board.get_by_role("button", name="Move to Lost").click()

    expect(column(board, "Lost").locator(".card")).to_have_count(1)


def test_a_move_that_is_approved_first_waits_at_the_card(log_in_as, ada, bob, card, stage):
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Qualified").pk).update(requires_approval=True)
    page = log_in_as(bob)

    drag(find(page, card), column(page, "Qualified").locator(".cards"))

    expect(find(page, card)).to_contain_text("It waits for approval.")
    expect(find(page, card).locator(".card-waits")).to_contain_text("Qualified")
    expect(page.locator(".rail .count")).to_be_empty()  # Bob does not decide it


def test_who_comes_second_sees_the_truth(board, card, stage, ada):
    positions.move(card, to=stage("Qualified"), by=ada)

    drag(find(board, card), column(board, "Proposal").locator(".cards"))

    expect(find(board, card)).to_contain_text("is in Qualified by now: Ada moved it there.")
    expect(column(board, "Qualified").locator(".card")).to_have_count(1)
    expect(column(board, "Qualified").locator(".how-many")).to_have_text("1")
    expect(column(board, "Lead").locator(".how-many")).to_have_text("0")


def test_a_card_moves_by_keyboard(board, card):
    find(board, card).locator(".card-name").focus()
    board.keyboard.press("Shift+ArrowRight")

    expect(board.locator(".toast")).to_contain_text("Grace Hopper moved from Lead to Qualified.")
    expect(column(board, "Qualified").locator(".card")).to_have_count(1)
    expect(find(board, card).locator(".card-name")).to_be_focused()
    assert stage_of(card) == "Qualified"


def test_the_menu_of_stages_moves_a_card(board, card):
    find(board, card).locator(".card-name").focus()
    board.keyboard.press("m")
    board.get_by_role("dialog", name="Move Grace Hopper to").wait_for()
    board.keyboard.press("2")

    expect(board.locator(".toast")).to_be_visible()
    expect(column(board, "Qualified").locator(".card")).to_have_count(1)
    expect(find(board, card).locator(".card-name")).to_be_focused()


def test_the_menu_takes_a_card_off_the_board(board, card, make_card):
    make_card("Alan Turing")
    board.reload()
    find(board, card).locator(".card-name").focus()
    board.keyboard.press("m")
    board.get_by_role("button", name="Remove from the board").click()

    expect(board.locator(".toast")).to_contain_text("Grace Hopper was taken off Sales. Undo")
    expect(find(board, card)).to_have_count(0)
    expect(column(board, "Lead").locator(".how-many")).to_have_text("1")
    expect(board.locator(".card-name:focus")).to_have_text("Alan Turing")

    board.locator(".toast").get_by_role("link", name="Undo").click()
    board.get_by_role("button", name="Undo").click()
    expect(board.locator("#toasts")).to_contain_text("put back")
    expect(find(board, card)).to_have_count(1)


def test_arrows_walk_over_cards(board, card, make_card):
    make_card("Alan Turing")
    make_card("Konrad Zuse", to="Proposal")
    board.reload()
    column(board, "Lead").locator(".card-name").first.focus()

    for key, name in (("Down", "Grace Hopper"), ("Right", "Konrad Zuse"), ("Left", "Alan Turing")):
        board.keyboard.press(f"Arrow{key}")
        expect(board.locator(".card-name:focus")).to_have_text(name)


def test_who_only_looks_on_cannot_drag(log_in_as, vi, card):
    page = log_in_as(vi)

    drag(find(page, card), column(page, "Qualified").locator(".cards"))
    page.locator(".card-name").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("m")

    expect(column(page, "Lead").locator(".card")).to_have_count(1)
    assert page.get_by_role("dialog").count() == 0
    assert stage_of(card) == "Lead"


def test_more_cards_come_as_one_scrolls(board, make_card):
    for nth in range(30):
        make_card(f"Contact {nth}")
    board.reload()
    cards = column(board, "Lead").locator(".card")
    expect(cards).to_have_count(25)

    column(board, "Lead").locator(".next-page").scroll_into_view_if_needed()

    expect(cards).to_have_count(31)


def test_filters_narrow_the_board(board, make_card):
    make_card("Alan Turing")
    board.reload()
    board.get_by_label("Name, company or title").fill("turing")
    board.keyboard.press("Enter")

    expect(board.locator(".card-name")).to_have_text(["Alan Turing"])
    board.get_by_role("link", name="Show all").click()
    expect(board.locator(".card-name")).to_have_count(2)


def test_what_somebody_is_told_who_was_put_out_meanwhile(board, card, mo, acme):
    with action("test.arrange", by=mo):
        Membership.objects.filter(pk=mo.membership_id).update(role="viewer")

    drag(find(board, card), column(board, "Qualified").locator(".cards"))

    expect(board.locator(".toast")).to_contain_text("Your role does not allow this.")
    expect(column(board, "Lead").locator(".card")).to_have_count(1)
