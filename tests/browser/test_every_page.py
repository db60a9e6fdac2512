"""Every page: short and long, empty and full, in light and dark, for eyes and without them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from audit.actions import action
from crm.models import User
from tests.browser import scenes

WIDTHS = (1280, 390)


@pytest.fixture
def look(page: Page, screenshot):
    """Look at a page: it loads, fits a telephone, and whoever cannot see it can use it."""

    def at(address: str, *, shot: str = "", status: int = 200) -> list[str]:
        answer = page.goto(address)
        complaints = [] if answer.status == status else [f"answers {answer.status}"]
        expect(page.locator(".htmx-request, .loading > a:only-child")).to_have_count(0)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                complaints.append(f"is {wide} pixels wide on a screen of {width}")
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        for each in found.response["violations"]:
            nodes = [node["html"][:120] for node in each["nodes"][:3]]
            complaints.append(f"{each['id']}: {each['help']}: {nodes}")
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        if shot:
            screenshot(shot)
        return [f"{address} {each}" for each in complaints]

    return at


@pytest.mark.parametrize("called", [scenes.short, scenes.long], ids=["short", "long"])
def test_pages_with_everything_on_them(log_in_as, look, ada, mo, called):
    pages = scenes.furnish(ada, mo, called=called)
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
        )
    ]

    assert not found, "\n".join(found)
