"""The console: managers and owners enter, see their own, and every edit is an action."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import action, tenant
from audit.console import ConsoleAdmin
from audit.models import Action, Change
from config.settings import LAYERS
from crm import activities, companies, contacts, custom_fields, links, tasks
from crm.models import Company, Contact, CustomField, Membership, Organization, Task, User

PAGES = [page for model, page in admin.site._registry.items()]


def label(page):
    return page.opts.label_lower


def address(row_or_model, verb, *arguments):
    meta = row_or_model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{verb}", args=arguments)


@pytest.fixture
def acmes(acme, ada, bob, grace):
    """Some of everything of Acme's."""
    navy = companies.create(name="Navy", domain="navy.example", by=bob)
    rows = [
        grace,
        navy,
        activities.log(grace, kind="call", subject="Hello", by=bob),
        tasks.create("Call back", contact=grace, by=bob),
        links.link(grace, navy, type="worked_at", by=bob),
        custom_fields.declare("contact", label="Plan", type="text", by=ada),
    ]
    return [*rows, rows[4].type, acme, Membership.objects.get(pk=bob.membership_id)]


def test_every_model_of_ours_has_a_page():
    ours = {model for app in LAYERS for model in apps.get_app_config(app).get_models()}
    paged = set(admin.site._registry)

    assert {model._meta.label for model in ours - paged} <= WITHOUT_A_PAGE


# Parts of another row, shown on its page or not worth one.
WITHOUT_A_PAGE = {
    "agents.AgentPipeline",
    "agents.ClientSession",
    "agents.Question",
    "agents.Reading",
    "audit.UndoPlan",
    "crm.ImportFile",
    "pipelines.Counted",
    "pipelines.PipelineUserObjectPermission",
    "pipelines.StageTotal",
}


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_page_is_a_console_page(page):
    assert isinstance(page, ConsoleAdmin)


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_list_and_form_opens(log_in, ada, page):
    client = log_in(ada)

    assert client.get(address(page.model, "changelist")).status_code == 200
    added = client.get(address(page.model, "add")).status_code
    assert added == (200 if page.may_add and page.roles_to_change else 403)


@pytest.mark.parametrize("page", [p for p in PAGES if p.search_fields], ids=label)
def test_every_list_can_be_searched(log_in, ada, page):
    answer = log_in(ada).get(address(page.model, "changelist"), {"q": "'; drop table %_"})

    assert answer.status_code == 200


def test_every_row_opens(log_in, ada, acmes):
    client = log_in(ada)

    for row in acmes:
        assert client.get(address(row, "change", row.pk)).status_code == 200, row


def test_strangers_find_no_row(log_in, eve, acmes):
    client = log_in(eve)

    for row in [*acmes, User.objects.get(email="ada@acme.example")]:
        for verb in ["change", "delete", "history"]:
            answer = client.get(address(row, verb, row.pk))
            missing = client.get(address(row, verb, 999_999_999))
            assert (answer.status_code, answer.get("Location")) == (
                missing.status_code,
                missing.get("Location"),
            ), (row, verb)
            assert answer.status_code != 200


def test_strangers_see_no_row_in_a_list(log_in, eve, acmes):
    client = log_in(eve)

    for row in acmes:
        page = client.get(address(row, "changelist")).content.decode()
        assert "Grace" not in page
        assert "navy.example" not in page


@pytest.mark.parametrize("who", ["vi", "bob"])
def test_viewers_and_members_stay_out(request, log_in, who):
    client = log_in(request.getfixturevalue(who))

    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/").status_code == 403
    assert client.get(address(Contact, "changelist")).status_code == 302


def test_who_is_not_logged_in_is_asked_to(client, db):
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("login"))


def test_a_superuser_without_a_membership_stays_out(client, acmes):
    root = User.objects.create_superuser("root@acme.example", "wheel-house")
    client.force_login(root)

    assert client.get(address(Contact, "changelist")).status_code == 302


@pytest.mark.parametrize("model", [Organization, Membership])
def test_managers_cannot_change_who_works_here(log_in, mo, acme, bob, model):
    client = log_in(mo)
    row = acme if model is Organization else Membership.objects.get(pk=bob.membership_id)

    assert client.get(address(row, "change", row.pk)).status_code == 200
    assert client.post(address(row, "change", row.pk), {"role": "owner"}).status_code == 403


def form_of(client, address):
    """Return what the form at an address would send."""
    form = client.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    return {
        name: ""
        if value in (None, False)
        else ",".join(value)
        if isinstance(value, list)
        else value
        for name, value in shown.items()
        if not isinstance(value, dict)
    } | {name: "{}" for name, value in shown.items() if isinstance(value, dict)}


def test_an_edit_in_the_console_is_the_same_command(log_in, ada, mo, grace):
    client, page = log_in(mo), address(grace, "change", grace.pk)

    answer = client.post(page, form_of(client, page) | {"job_title": "Admiral"})

    assert answer.status_code == 302
    with tenant(grace.organization_id):
        grace.refresh_from_db()
        done = Action.objects.get(name="contacts.update")
    assert (grace.job_title, done.door, done.actor_ref) == ("Admiral", "admin", mo.ref)


def test_a_contact_is_added_as_anywhere(log_in, mo, acme):
    client, page = log_in(mo), address(Contact, "add")

    client.post(page, form_of(client, page) | {"name": "Ada", "phone": "202 555 0143"})

    with tenant(acme.pk):
        assert Contact.objects.get().phone_key == "+12025550143"


def test_what_a_command_refuses_is_said_at_the_field(log_in, mo, grace):
    client, page = log_in(mo), address(grace, "change", grace.pk)

    answer = client.post(page, form_of(client, page) | {"email": "grace(at)navy"})

    assert "one looks like grace@example.com" in answer.context["errors"].as_text() or any(
        "grace@example.com" in error for errors in answer.context["errors"] for error in errors
    )


def test_a_refusal_is_shown_and_stays_in_the_ledger(log_in, ada, acme):
    client = log_in(ada)
    page = address(Membership, "change", ada.membership_id)

    answer = client.post(page, {"role": "viewer"}, follow=True)

    assert "An organization needs an owner" in answer.content.decode()
    with tenant(acme.pk):
        assert Action.objects.get(name="people.set_role").outcome == "refused"


def test_a_setting_edited_without_a_command_is_recorded_too(log_in, mo, acmes):
    client, activity = log_in(mo), acmes[2]
    page = address(activity, "change", activity.pk)
    times = {"occurred_at_0": "2026-01-31", "occurred_at_1": "09:30:00"}

    client.post(page, form_of(client, page) | times | {"subject": "Corrected"})

    with tenant(activity.organization_id):
        change = Change.objects.get(action__name="admin.change_activity", verb="update")
    assert change.after["subject"] == "Corrected"


def test_a_deletion_is_recorded(log_in, mo, acmes):
    client, task = log_in(mo), acmes[3]

    client.post(address(task, "delete", task.pk), {"post": "yes"})

    with tenant(task.organization_id):
        assert not Task.objects.exists()
        assert Action.objects.get(name="admin.delete_task").target == task.ref


def test_contacts_are_archived_not_deleted(log_in, mo, grace):
    client = log_in(mo)

    assert client.get(address(grace, "delete", grace.pk)).status_code == 403
    client.post(
        address(Contact, "changelist"), {"action": "archive", "_selected_action": [grace.pk]}
    )

    with tenant(grace.organization_id):
        grace.refresh_from_db()
    assert grace.archived_at is not None


@pytest.mark.parametrize(
    ("who", "word", "left"), [("ada", "erase", 0), ("ada", "", 1), ("mo", "erase", 1)]
)
def test_an_owner_who_says_so_erases_for_good(request, log_in, grace, who, word, left):
    client = log_in(request.getfixturevalue(who))

    client.post(
        address(Contact, "changelist"),
        {"action": "erase", "_selected_action": [grace.pk], "word": word},
    )

    with tenant(grace.organization_id):
        assert Contact.objects.count() == left


def test_once_per_organization_is_said_in_the_form(log_in, ada, mo, acme):
    custom_fields.declare("contact", label="Plan", type="text", by=ada)
    client, page = log_in(mo), address(CustomField, "add")

    again = {"on": "contact", "label": "Plan", "key": "plan", "type": "text", "choices": ""}
    answer = client.post(page, again)

    assert answer.status_code == 200
    with tenant(acme.pk):
        assert CustomField.objects.count() == 1


@pytest.mark.parametrize(
    "lookup",
    [
        "positions__isnull",
        "positions",
        "positions__pipeline__name",
        "company__name__startswith",
        "organization",
        "enrichment__has_key",
    ],
)
def test_an_address_cannot_ask_about_the_unseen(log_in, mo, grace, lookup):
    answer = log_in(mo).get(address(Contact, "changelist"), {lookup: "1"})

    assert answer.status_code in (302, 400)


def test_a_password_cannot_be_guessed_by_filtering(log_in, ada, acme):
    answer = log_in(ada).get(address(User, "changelist"), {"password__startswith": "md5"})

    assert answer.status_code in (302, 400)


def test_pickers_offer_nothing_from_elsewhere(log_in, ada, eve, acmes):
    with action("test.arrange", by=eve):
        Company.objects.create(organization_id=eve.organization_id, name="Navy Surplus")
    field = {"app_label": "crm", "model_name": "contact", "field_name": "company"}

    answer = log_in(ada).get(reverse("admin:autocomplete"), field | {"term": "navy"})

    assert [each["text"] for each in answer.json()["results"]] == [f"#{acmes[1].pk} Navy"]


def test_a_row_elsewhere_cannot_be_picked(log_in, mo, eve, grace):
    theirs = companies.create(name="Theirs", by=eve)
    client, page = log_in(mo), address(grace, "change", grace.pk)

    client.post(page, form_of(client, page) | {"company": theirs.pk})

    with tenant(grace.organization_id):
        grace.refresh_from_db()
    assert grace.company is None


def test_an_owner_lets_somebody_in(log_in, ada, acme):
    client = log_in(ada)

    client.post(
        address(Membership, "add"),
        {"email": "Howard@acme.example", "name": "Howard", "role": "member", "password": "x-wheel"},
    )

    member = Membership.objects.get(user__email="howard@acme.example")
    assert (member.role, member.user.check_password("x-wheel")) == ("member", True)


def test_history_is_the_ledger(log_in, mo, grace):
    answer = log_in(mo).get(address(grace, "history", grace.pk))

    assert answer["Location"].endswith(f"target=contact%3A{grace.pk}")


def test_a_contact_list_takes_a_constant_number_of_statements(log_in, mo, bob):
    client = log_in(mo)

    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get(address(Contact, "changelist"))
        return len(captured)

    for number in range(30):
        contacts.create(name=f"Contact {number}", company=f"Company {number}", by=bob)
        if number == 2:
            few = count()

    assert count() == few <= 20
