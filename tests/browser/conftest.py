"""
The product in a real browser, on a database of the test's own.

`site` serves the product on loopback as the application's role; `page` is a tab that fails the test
on any console error; `screenshot` keeps a picture where one is asked for (`WHEELHOUSE_SHOTS=DIR`).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from agents import agents
from agents.calls import dispatch
from agents.calls.results import Result
from audit.actors import Actor, ActorKind, Door
from audit.models import Outcome
from crm import contacts
from crm.models import Contact
from pipelines import positions
from pipelines.models import Pipeline, Position, Stage

MakeCard = Callable[..., Position]
Ask = Callable[..., Result]

WIDTHS = (1280, 390)
BINARIES = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

# The driver runs an event loop in the tests' own thread, where Django would refuse to ask the
# database anything; nothing else runs there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one the tests are skipped, but under CI they fail."""
    found = next(filter(None, map(shutil.which, BINARIES)), None)
    if found is None:
        message = "No Chromium on PATH: install it to run the browser tests."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def db(committed: str) -> None:
    """Here the cast commits, so that the served product sees it."""


@pytest.fixture
def site(committed: str, settings) -> Iterator[str]:
    """Serve the product on the committed database; its address."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    server = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(8000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which nothing may go wrong unnoticed."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A refusal (409, 422 …) is an answer the page shows; Chromium logs it all the same.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    opened = context.new_page()
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []


@pytest.fixture
def log_in_as(page: Page, log_in: Callable[[Actor], Client], site: str) -> Callable[..., Page]:
    """Open a page as somebody of the cast, whose session has begun already."""

    def enter(somebody: Actor, address: str = "/") -> Page:
        session = log_in(somebody).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.goto(address)
        return page

    return enter


@pytest.fixture
def card(ada: Actor, grace: Contact, sales: Pipeline) -> Position:
    """Grace in Lead, worth $5,000."""
    return positions.enter(grace, pipeline=sales, value_cents=500_000, by=ada)


@pytest.fixture
def make_card(ada: Actor, sales: Pipeline, stage: Callable[[str], Stage]) -> MakeCard:
    """Put a new contact into a stage of Sales."""

    def make(name: str, *, to: str = "Lead", **values: Any) -> Position:
        contact = contacts.create(name=name, by=ada)
        reason = "No budget." if to == "Lost" else ""
        where = {"pipeline": sales, "stage": stage(to)}
        return positions.enter(contact, **where, reason=reason, by=ada, **values)

    return make


@pytest.fixture
def call(ada: Actor, stage: Callable[[str], Stage]) -> Ask:
    """Let an agent of Acme's move a card."""
    agent = agents.create("Scout", persona="sales", learning_mode=False, by=ada)
    by = Actor(
        kind=ActorKind.AGENT,
        id=agent.pk,
        name="",
        organization_id=agent.organization_id,
        door=Door.API,
    )

    def make(card: Position, to: str, confidence: float) -> Result:
        arguments = {"position": card.ref, "to_stage": stage(to).ref}
        why = "She asked for a demo on Monday."
        return dispatch.call(by, "move_contact", arguments, reason=why, confidence=confidence)

    return make


@pytest.fixture
def ask(call: Ask) -> Ask:
    """Let the agent, being unsure, ask to move a card; what waits for somebody to decide."""

    def make(card: Position, to: str = "Qualified") -> Result:
        asked = call(card, to, 0.6)
        assert asked.status == Outcome.WAITING, asked
        return asked

    return make


@pytest.fixture
def act(call: Ask) -> Ask:
    """Let the agent, being sure, move a card."""

    def make(card: Position, to: str = "Qualified") -> Result:
        done = call(card, to, 0.95)
        assert done.is_done, done
        return done

    return make


@pytest.fixture
def screenshot(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a picture of the page as it is, light and dark, wide and narrow."""
    folder = os.environ.get("WHEELHOUSE_SHOTS")

    def keep(name: str) -> None:
        if not folder:
            return
        for scheme in ["light", "dark"]:
            page.emulate_media(color_scheme=scheme)
            for width in [1280, 390]:
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=Path(folder) / f"{name}-{scheme}-{width}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 800})

    return keep


@pytest.fixture
def look(page: Page, screenshot: Callable[[str], None]) -> Callable[..., list[str]]:
    """
    Open a page and return what is wrong with it.

    It answers as it should, fits a telephone, and who cannot see it can use it; where it is looked
    at in the dark, only whether all is legible.
    """

    def at(address: str, *, shot: str = "", status: int = 200, dark: bool = False) -> list[str]:
        answer = page.goto(address)
        wrong = [] if answer.status == status else [f"answers {answer.status}"]
        expect(page.locator(".htmx-request, .loading > a:only-child")).to_have_count(0)
        wrong += find_overflow(page)
        page.emulate_media(color_scheme="dark" if dark else "light")
        # Colours fade over to the other scheme; halfway there nothing is legible.
        page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
        wrong += find_barriers(page, {"runOnly": ["color-contrast"]} if dark else {})
        if shot:
            screenshot(shot)
        return [f"{address} {each}" for each in wrong]

    return at


def find_overflow(page: Page) -> list[str]:
    """Say on which screens one would have to scroll sideways."""
    found = []
    for width in reversed(WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"is {needed} pixels wide on a screen of {width}")
    return found


def find_barriers(page: Page, options: dict[str, Any]) -> list[str]:
    """Say what keeps somebody from using the page, as axe finds it."""
    violations = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:120] for node in each['nodes'][:3]]}"
        for each in violations["violations"]
    ]
