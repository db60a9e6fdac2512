"""A board asked in plain words, in a browser: the filter is seen, changed and taken away."""

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def board(log_in_as, bob, card, make_card) -> Page:
    """Sales, with Grace worth 5,000, Alan 80,000 and Ada 20,000."""
    make_card("Alan Turing", value_cents=8_000_000)
    make_card("Ada Byron", value_cents=2_000_000)
    return log_in_as(bob)


def ask(board: Page, words: str) -> None:
    board.get_by_label("Name, company or title").fill(words)
    board.get_by_role("button", name="Ask", exact=True).last.click()


def test_a_sentence_becomes_conditions_that_can_be_changed(board, screenshot):
    ask(board, "deals worth more than 10k that are not lost")

    conditions = board.get_by_role("form", name="Conditions of these cards")
    expect(board.locator(".card-name")).to_have_text(
        ["Ada Byron", "Alan Turing"], use_inner_text=True
    )
    expect(conditions.get_by_label("Value of value")).to_have_value("10000")
    screenshot("board-asked")
    conditions.get_by_label("Value of value").fill("50000")
    conditions.get_by_role("button", name="Apply").click()
    expect(board.locator(".card-name")).to_have_text(["Alan Turing"])
    board.get_by_role("link", name="Without value").click()
    expect(board.locator(".card-name")).to_have_count(3)


def test_what_no_filter_can_say_is_said_and_nothing_is_guessed(board):
    ask(board, "the two biggest deals")

    expect(board.locator(".toast")).to_contain_text("cannot pick the first of an order")
    expect(board.locator(".card-name")).to_have_count(3)
    expect(board.get_by_label("Name, company or title")).to_have_value("the two biggest deals")


def test_a_word_that_is_not_known_is_named(board):
    ask(board, "flurbish deals over 10k")

    expect(board.locator(".toast")).to_contain_text("flurbish")
    expect(board.locator(".card-name")).to_have_count(3)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_conditions_fit_a_telephone_and_can_be_used_unseen(board, look, dark):
    ask(board, "over 10k, not lost and not contacted for two weeks")

    assert look(board.url, dark=dark) == []


def test_alternatives_stand_beside_each_other(board, screenshot):
    ask(board, "not contacted for two weeks")

    expect(board.locator(".comparisons .joins")).to_have_text(["either", "or"])
    expect(board.locator(".card-name")).to_have_count(3)
    screenshot("board-asked-either")
