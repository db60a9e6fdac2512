"""The override console in a real browser: its look under its own policy, its edits ours."""

from audit.actions import tenant
from crm import activities, companies, contacts
from crm.models import Contact


def test_a_manager_corrects_a_contact(log_in_as, screenshot, mo, bob, grace):
    companies.create(name="Navy", domain="navy.example", by=bob)
    activities.log(grace, kind="call", subject="Hello", by=bob)
    for number in range(30):
        contacts.create(name=f"Contact {number:02}", email=f"c{number}@navy.example", by=bob)
    page = log_in_as(mo, "/admin/crm/contact/")
    assert page.title().endswith("Wheelhouse")
    screenshot("console-list")

    page.get_by_role("link", name="Grace Hopper").first.click()
    page.locator("[name=job_title]").fill("Admiral")
    screenshot("console-form")
    page.locator("[name=_save]").click()

    page.get_by_text("was changed successfully").wait_for()
    with tenant(mo.organization_id):
        assert Contact.objects.get(pk=grace.pk).job_title == "Admiral"


def test_what_is_refused_is_said_where_it_was_typed(log_in_as, screenshot, mo, grace):
    page = log_in_as(mo, f"/admin/crm/contact/{grace.pk}/change/")

    page.locator("[name=email]").fill("grace(at)navy")
    page.locator("[name=_save]").click()

    page.get_by_text("one looks like grace@example.com").first.wait_for()
    screenshot("console-refusal")
