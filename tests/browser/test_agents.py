"""Agents are asked to do things, and models are set and tried, in a real browser."""

import pytest
from playwright.sync_api import expect

from agents import agents
from agents.models import Agent
from tests.browser.conftest import find_barriers, find_overflow
from tests.browser.test_chat import SOON, worker
from tests.conversations.conftest import model
from tests.conversations.stub import Reply, says

__all__ = ["model", "worker"]


@pytest.fixture
def novice(ada) -> Agent:
    return agents.create("Newt", persona="sales", learning_mode=True, by=ada)


def test_an_agent_waits_in_the_page_and_goes_on_once_it_is_approved(
    log_in_as, mo, novice, card, grace, model, worker, deliver, screenshot
):
    model.script = [
        Reply(
            text="She said so herself.",
            calls=[
                (
                    "update_contact",
                    {
                        "contact": grace.ref,
                        "job_title": "Admiral",
                        "_reason": "She said so.",
                        "_confidence": 0.95,
                    },
                )
            ],
        ),
        says("I asked whether I may."),
        says("It was approved: Grace is an admiral now."),
    ]
    page = log_in_as(mo, f"/contacts/{grace.pk}/")
    page.get_by_role("link", name="Ask an agent").click()
    page.get_by_role("link", name="Newt").click()
    page.get_by_label("What Newt is to do").fill("Grace is an admiral now")
    page.get_by_role("button", name="Ask", exact=True).click()

    turn = page.locator(".turn")
    expect(turn).to_contain_text("I asked whether I may.", timeout=SOON)
    expect(turn).to_contain_text("Goes on when it is decided")
    assert not find_overflow(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert not find_barriers(page, {})
    screenshot("job-waits")
    turn.get_by_role("button", name="Approve").click()
    expect(turn).to_contain_text("Being carried out")
    deliver()

    expect(turn).to_contain_text("It was approved: Grace is an admiral now.", timeout=SOON)
    expect(turn).to_contain_text("1 done.")
    expect(turn.get_by_role("article")).to_have_count(1)
    screenshot("job-done")
    page.goto(f"/agents/{novice.pk}/")
    expect(page.get_by_role("main")).to_contain_text("Grace is an admiral now")
    screenshot("agent")


def test_a_model_is_set_and_tried(log_in_as, ada, model, worker, screenshot, look, novice):
    model.script = [says("I was made by a stub, and I am here.")]
    page = log_in_as(ada, "/settings/model/")
    page.get_by_role("button", name="Try the model in force").click()

    trial = page.locator("#trial")
    expect(trial).to_contain_text("I was made by a stub, and I am here.", timeout=SOON)
    expect(trial).to_contain_text("100 read, 10 written")
    screenshot("model-tried")

    page.get_by_label("Model", exact=True).fill("openai/gpt-5")
    page.get_by_label("At most in a month, USD").fill("50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("of $50")
    page.get_by_role("button", name="Try the model in force").click()
    expect(trial).to_contain_text("openai/gpt-5 needs a key", timeout=SOON)
    screenshot("model-refused")

    found = [
        complaint
        for dark in (False, True)
        for address in ("/settings/model/", f"/agents/{novice.pk}/model/", "/agents/")
        for complaint in look(address, dark=dark)
    ]
    assert not found, "\n".join(found)
