"""Every page: short and long, empty and full, in light and dark, for eyes and without them."""

import re

import pytest
from playwright.sync_api import expect

from audit.actions import action
from crm.models import User
from tests.browser import scenes, talks
from tests.conversations.conftest import model

__all__ = ["model"]


@pytest.mark.parametrize("called", [scenes.short, scenes.long], ids=["short", "long"])
def test_pages_with_everything_on_them(log_in_as, look, ada, mo, model, called):
    pages = scenes.furnish(ada, mo, called=called)
    pages |= talks.furnish(mo, model, called=called)
    with action("test.arrange", by=ada):
        User.objects.filter(pk=mo.id).update(name=called("Mo Lindgren", 150))
    log_in_as(mo)

    found = [
        complaint
        for name, address in pages.items()
        for complaint in look(
            address,
            shot=f"{name.replace(' ', '-')}-{called.__name__}",
            status=404 if name == "missing" else 200,
            dark=called is scenes.long,
        )
    ]

    assert not found, "\n".join(found)


EMPTY = [
    *("/", "/contacts/", "/companies/", "/tasks/", "/emails/", "/search/?q=nobody", "/inbox/"),
    *(
        "/inbox/?status=others",
        "/inbox/?status=decided",
        "/actions/",
        "/imports/",
        "/contacts/new/",
        "/companies/new/",
    ),
    *("/connect/", "/tools/", "/tools/?words=zzyzx", "/tools/find_similar_contacts/"),
    *("/ask/", "/ask/?away=1", "/agents/", "/settings/model/"),
]


def test_pages_with_nothing_on_them(log_in_as, look, mo):
    page = log_in_as(mo)

    found = [
        complaint
        for address in EMPTY
        for complaint in look(address, shot=f"nothing-{re.sub('[^a-z]+', '-', address).strip('-')}")
    ]

    assert not found, "\n".join(found)
    page.goto("/inbox/")
    expect(page.get_by_role("main")).to_contain_text("Nothing waits for you")


def test_a_board_with_a_thousand_cards(log_in_as, look, mo, ada, sales, stage):
    for name in ("Lead", "Qualified", "Demo", "Proposal", "Customer", "Lost"):
        scenes.crowd(ada, sales, stage(name), count=500 if name == "Lead" else 100)
    page = log_in_as(mo)

    found = look(f"/boards/{sales.pk}/", shot="thousand-board")
    found += look("/contacts/", shot="thousand-contacts")

    assert not found, "\n".join(found)
    answer = page.goto(f"/boards/{sales.pk}/")
    assert len(answer.body()) < 150_000
    expect(page.locator(".how-many").first).to_have_text("500")


def test_what_fails_on_our_side_is_said_calmly(log_in_as, look, mo, card, monkeypatch):
    page = log_in_as(mo)

    def fail(*args, **kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr("pipelines.positions.move", fail)
    page.locator(f"#position-{card.pk} .card-name").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".toast")).to_contain_text("Something failed on our side.")
    lead = page.locator(".column").filter(has=page.get_by_role("heading", name="Lead"))
    expect(lead.locator(".card")).to_have_count(1)

    monkeypatch.setattr("pipelines.boards.get_board", fail)
    assert not look("/boards/1/", shot="error-board", status=500)
    expect(page.get_by_role("main")).to_contain_text("Something failed on our side")


def test_doors_that_are_closed_say_so(log_in_as, look, vi, browser, site):
    log_in_as(vi)
    found = look("/contacts/new/", shot="error-forbidden", status=403)
    found += look("/nowhere/", shot="error-missing", status=404)

    assert not found, "\n".join(found)


def test_the_log_in(page, look, ada, site):
    assert not look("/login/", shot="login")
    page.get_by_label("E-mail").fill("ada@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("main")).to_contain_text("do not go together")

    page.get_by_label("Password").fill("wheel-house")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Boards")).to_be_visible()
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_one_chooses_light_or_dark(log_in_as, mo):
    page = log_in_as(mo)
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)

    page.get_by_label("Your menu").click()
    for said in ("light", "dark"):
        page.get_by_role("button", name="Colours").click()
        expect(page.get_by_role("button", name="Colours")).to_contain_text(said)
    page.reload()

    assert page.evaluate(colour) != light
