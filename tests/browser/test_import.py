"""A file on its way in, page by page, and out again as one thing."""

import pytest
from playwright.sync_api import expect

from audit.actions import tenant
from crm.imports import ordering
from crm.models import Contact
from pipelines.models import Position

DEALS = """Deal Name,Deal Stage,Pipeline,Amount,Contact Email,Contact Name,Unheard Of
A compiler,Qualified to Buy,Sales Pipeline,12000,grace@navy.example,Grace Hopper,x
A computer,Closed Won,Sales Pipeline,9000.50,alan@bletchley.example,Alan Turing,y
A mistake,Qualified to Buy,Sales Pipeline,a lot,not an address,,z
"""


@pytest.fixture
def work(deliver, monkeypatch):
    """Deliver what is due, and run the imports that were ordered, as the worker would."""
    ordered = []
    monkeypatch.setattr(ordering.run, "delay", lambda **given: ordered.append(given))

    def run():
        deliver()
        while ordered:
            ordering.run(**ordered.pop())

    return run


def count(acme):
    with tenant(acme.pk):
        return Contact.objects.count(), Position.objects.count()


def test_a_file_comes_in_and_goes_out_again(log_in_as, mo, acme, work, look):
    page = log_in_as(mo, "/imports/")
    file = {"name": "deals.csv", "mimeType": "text/csv", "buffer": DEALS.encode()}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Go on to the columns").click()

    expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible()
    expect(page.get_by_label("Deal Stage")).to_have_value("stage")
    found = look(page.url, shot="import-columns")
    page.get_by_label("Unheard Of").select_option("Leave out")
    page.get_by_role("button", name="Go on to the preview").click()

    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("a lot")
    assert count(acme) == (0, 0)
    found += look(page.url, shot="import-preview")
    page.get_by_role("button", name="Import", exact=True).click()

    expect(page.get_by_role("status").last).to_contain_text("You can leave this page")
    work()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible()
    found += look(page.url, shot="import-receipt")
    assert count(acme) == (2, 2)

    page.get_by_role("link", name="Undo this import").click()
    found += look(page.url, shot="import-undo")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("put back")
    assert count(acme) == (0, 0)
    page.goto("/imports/")
    page.get_by_role("link", name="deals.csv").click()
    expect(page.get_by_role("link", name="Undone")).to_be_visible()
    assert not found, "\n".join(found)


def test_what_is_no_table_is_said_at_the_field(log_in_as, mo):
    page = log_in_as(mo, "/imports/")
    file = {"name": "deals.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Go on to the columns").click()

    expect(page.get_by_role("main")).to_contain_text("PDF")
