"""Contacts, companies, tasks and search as pages: who sees what, what is kept, what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import action, tenant
from audit.actors import Actor, ActorKind, Door, system
from crm import activities, companies, contacts, custom_fields, links, people, tasks
from crm.models import Activity, Company, Contact, Task, User

HTMX = {"HTTP_HX_REQUEST": "true"}
SCRIPT = "<script>alert(1)</script>"


def url(name, *args):
    return reverse(f"crm:{name}", args=args)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def count_statements(client, address):
    """Count what a page asks of the database, less the transaction's own words."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    sent = [each["sql"] for each in asked]
    return len([sql for sql in sent if "SAVEPOINT" not in sql and "set_config" not in sql])


@pytest.fixture
def navy(ada, acme):
    return companies.create(name="Navy", domain="navy.example", by=ada)


@pytest.fixture
def worker(acme):
    """An agent, as commands see it."""
    return Actor(kind=ActorKind.AGENT, id=7, name="Scout", organization_id=acme.pk, door=Door.API)


@pytest.fixture
def known(ada, acme, navy):
    """Sixty contacts who work at the navy."""
    with action("test.arrange", by=ada):
        Contact.objects.bulk_create(
            Contact(
                organization=acme,
                name=f"Contact {nth:02}",
                company=navy,
                owner_id=ada.membership_id,
            )
            for nth in range(60)
        )


# --- Lists ----------------------------------------------------------------------------------------
def test_contacts_are_listed_by_name_and_page_by_page(log_in, vi, known):
    client = log_in(vi)

    first = client.get(url("contact_list"))
    second = client.get(url("contact_list") + first.context["page"].next)

    assert "Contact 00" in text(first)
    assert "Contact 59" not in text(first)
    assert "Contact 59" in text(second)
    back = client.get(url("contact_list") + second.context["page"].previous)
    assert [row.name for row in back.context["page"].rows] == [
        row.name for row in first.context["page"].rows
    ]


@pytest.mark.parametrize("name", ["contact_list", "company_list", "task_list"])
@pytest.mark.parametrize(
    "query", ["after=x", "before=eyJ9", "after=%00", "q=%00", "q=%25", "after=WyJhIiwgMWUxMF0"]
)
def test_addresses_that_do_not_read_do_no_harm(log_in, vi, known, name, query):
    assert log_in(vi).get(f"{url(name)}?{query}").status_code == 200


def test_lists_cost_the_same_for_many(log_in, ada, grace, known, navy):
    client = log_in(ada)
    with action("test.arrange", by=ada):
        Contact.objects.filter(name__gt="Contact 02").update(archived_at="2026-01-01T00:00Z")
    few = [count_statements(client, url(name)) for name in ("contact_list", "company_list")]

    with action("test.arrange", by=ada):
        Contact.objects.update(archived_at=None)
        Company.objects.bulk_create(
            Company(
                organization_id=ada.organization_id, name=f"Firm {nth}", owner_id=ada.membership_id
            )
            for nth in range(30)
        )

    many = [count_statements(client, url(name)) for name in ("contact_list", "company_list")]
    assert many == few
    assert max(few) <= 8


def test_a_search_narrows_a_list(log_in, vi, grace, known, navy):
    client = log_in(vi)

    assert "Grace Hopper" in text(client.get(url("contact_list"), {"q": "hopp"}))
    assert "No contact matches" in text(client.get(url("contact_list"), {"q": "nobody"}))
    assert "Navy" in text(client.get(url("company_list"), {"q": "nav"}))
    assert "No company matches" in text(client.get(url("company_list"), {"q": "nobody"}))


def names_of(page):
    return [row.name for row in page.context["page"].rows]


def test_contacts_are_narrowed_by_owner_and_tag(log_in, bob, ada, grace, known):
    contacts.update(grace, changes={"tags": ["VIP Café"], "owner": "bob@acme.example"}, by=ada)
    contacts.create(name="Alan Turing", tags=["VIP Café", "Cryptography"], by=ada)
    client = log_in(bob)

    def ask(**given):
        return names_of(client.get(url("contact_list"), given))

    assert ask(owner=bob.membership_id) == ask(owner="me") == ["Grace Hopper"]
    assert ask(owner="none") == ["Alan Turing"]
    assert ask(tag="vip cafe") == ["Alan Turing", "Grace Hopper"]
    assert ask(tag="vip") == []
    assert ask(tag="vip cafe", owner="none") == ["Alan Turing"]
    assert ask(tag="vip cafe", q="hopp") == ["Grace Hopper"]
    assert len(ask(owner="somebody")) == 50, "what does not read narrows nothing"
    assert "No contact matches" in text(client.get(url("contact_list"), {"tag": "nobody"}))


def test_a_narrowed_list_goes_on_where_it_ended(log_in, vi, ada, grace, known):
    with action("test.arrange", by=ada):
        Contact.objects.filter(pk=grace.pk).update(name="Zoe", tags=["vip"])
        Contact.objects.exclude(pk=grace.pk).update(tags=["VIP"])
    client, asked = log_in(vi), {"tag": "vip", "owner": ada.membership_id}

    first = client.get(url("contact_list"), asked)
    second = client.get(url("contact_list") + first.context["page"].next)

    assert first.context["count"] == second.context["count"] == 60
    assert names_of(second)[-1] == "Contact 59"
    assert names_of(client.get(url("contact_list") + second.context["page"].previous)) == names_of(
        first
    )


def test_who_owns_contacts_is_offered_and_nobody_else(log_in, vi, ada, mo, grace, known):
    page = log_in(vi).get(url("contact_list"))

    assert [each.pk for each in page.context["owners"]] == [ada.membership_id]


def test_a_narrowed_list_costs_the_same_for_many(log_in, ada, grace, known):
    client, few = log_in(ada), f"{url('contact_list')}?tag=few&owner=me"
    with action("test.arrange", by=ada):
        Contact.objects.update(tags=["many"])
        Contact.objects.filter(name="Contact 01").update(tags=["few"])
    client.get(few)

    assert count_statements(client, few) == count_statements(client, few.replace("few", "many"))


def test_a_tag_leads_to_all_who_have_it(log_in, vi, ada, grace):
    contacts.update(grace, changes={"tags": ["R&D / Café"]}, by=ada)
    client = log_in(vi)

    page = client.get(url("contact", grace.pk)).content.decode()
    (address,) = re.findall(r'href="([^"]+\?tag=[^"]+)"', page)

    assert names_of(client.get(address)) == ["Grace Hopper"]


def test_empty_lists_say_how_to_begin(log_in, mo, vi):
    assert "Import a file" in text(log_in(mo).get(url("contact_list")))
    assert "Import a file" not in text(log_in(vi).get(url("contact_list")))
    assert "No companies yet" in text(log_in(vi).get(url("company_list")))
    assert "Nothing to do" in text(log_in(vi).get(url("task_list")))


# --- A contact ------------------------------------------------------------------------------------
def test_a_contact_shows_what_is_known(log_in, vi, ada, grace, navy):
    contacts.update(grace, changes={"company": "Navy", "job_title": "Admiral"}, by=ada)
    boss = contacts.create(name="Howard Aiken", by=ada)
    links.link(grace, boss, type="reports_to", by=ada)
    activities.log(grace, kind="call", subject="About compilers", by=ada)
    tasks.create(title="Send the manual", contact=grace, by=ada)
    custom_fields.declare("contact", key="rank", label="Rank", type="text", by=ada)
    contacts.update(grace, changes={"custom:rank": "Rear admiral"}, by=ada)

    page = text(log_in(vi).get(url("contact", grace.pk)))

    for said in (
        "Admiral at Navy",
        "reports to Howard Aiken",
        "About compilers",
        "Send the manual",
        "Rank Rear admiral",
    ):
        assert said in page


def test_a_contact_costs_the_same_for_much(log_in, ada, grace):
    client = log_in(ada)

    def add():
        boss = contacts.create(name="Howard Aiken", by=ada)
        links.link(grace, boss, type="reports_to", by=ada)
        activities.log(grace, kind="call", owner=f"member:{ada.membership_id}", by=ada)
        tasks.create(
            title="Send the manual", contact=grace, assignee=f"member:{ada.membership_id}", by=ada
        )

    add()
    few = count_statements(client, url("contact", grace.pk))
    for _ in range(5):
        add()

    assert count_statements(client, url("contact", grace.pk)) == few <= 16


def test_earlier_activities_are_a_click_away(log_in, vi, ada, grace):
    for nth in range(25):
        activities.log(grace, kind="note", subject=f"Note {nth}.", by=ada)
    client = log_in(vi)

    page = client.get(url("contact", grace.pk))
    assert "Note 4." not in text(page)

    assert "Note 4." in text(client.get(page.context["more_activities"]))


def test_a_contact_is_added(log_in, bob):
    client = log_in(bob)

    answer = client.post(
        url("contact_new"), {"first_name": "Grace", "last_name": "Hopper", "tags": "navy, cobol"}
    )

    page = client.get(answer.url)
    assert "Grace Hopper" in text(page)
    assert "navy cobol" in text(page)


def test_a_contact_known_already_is_said_so(log_in, bob, grace):
    client, given = log_in(bob), {"name": "G. Hopper", "email": "grace@navy.example"}

    answer = client.post(url("contact_new"), given)
    assert answer.status_code == 422
    assert "Is this Grace Hopper ?" in text(answer)

    again = client.post(url("contact_new"), given | {"allow_duplicate": "1"})
    assert again.status_code == 302


def test_a_company_known_already_is_said_so(log_in, bob, navy):
    client, given = log_in(bob), {"name": "The Navy", "domain": "navy.example"}

    assert "Is this Navy ?" in text(client.post(url("company_new"), given))
    assert client.post(url("company_new"), given | {"allow_duplicate": "1"}).status_code == 302


def test_what_does_not_fit_stays_in_the_form(log_in, bob, grace):
    answer = log_in(bob).post(
        url("contact_edit", grace.pk), {"name": "Grace", "email": "no e-mail"}
    )

    assert answer.status_code == 422
    assert b'value="no e-mail"' in answer.content
    assert b"errorlist" in answer.content


def test_a_contact_is_changed_and_only_what_was_changed(log_in, bob, ada, grace):
    client = log_in(bob)
    shown = client.get(url("contact_edit", grace.pk)).context["form"].initial
    contacts.update(grace, changes={"phone": "+44 20 7946 0000"}, by=ada)

    given = {name: value or "" for name, value in shown.items() if name != "other_emails"}
    answer = client.post(url("contact_edit", grace.pk), given | {"job_title": "Admiral"})

    assert answer.status_code == 302, text(answer)
    with tenant(grace.organization_id):
        grace.refresh_from_db()
    assert grace.job_title == "Admiral"


def test_what_was_saved_is_said(log_in, bob, grace):
    answer = log_in(bob).post(
        url("contact_edit", grace.pk), {"name": "Grace M. Hopper"}, follow=True
    )

    assert "Grace M. Hopper was saved." in text(answer)


@pytest.mark.parametrize("type", ["text", "number", "money", "date", "choice", "yes_no", "url"])
def test_own_fields_are_in_the_form_and_on_the_page(log_in, bob, ada, grace, type):
    given = {
        "text": ("blue", "blue"),
        "number": ("12.5", "12.5"),
        "money": ("1200.50", "$1,200.50"),
        "date": ("2026-03-01", "1 Mar 2026"),
        "choice": ("gold", "gold"),
        "yes_no": ("True", "Yes"),
        "url": ("https://example.com/x", "example.com/x"),
    }
    choices = {"choices": ["gold", "silver"]} if type == "choice" else {}
    custom_fields.declare("contact", key="own", label="Own", type=type, by=ada, **choices)
    typed, shown = given[type]
    client = log_in(bob)

    answer = client.post(
        url("contact_edit", grace.pk), {"name": "Grace", "custom:own": typed}, follow=True
    )

    assert f"Own {shown}" in text(answer), answer.context.get("form")
    form = client.get(url("contact_edit", grace.pk)).content.decode()
    assert f'"{typed}"' in form


@pytest.mark.parametrize("kind", ["contact", "company"])
def test_what_agents_propose_is_taken_over_or_dropped(log_in, bob, vi, worker, grace, navy, kind):
    row, commands = {"contact": (grace, contacts), "company": (navy, companies)}[kind]
    commands.update(row, changes={"city": "Arlington"}, by=bob)
    found = {"city": {"value": "New York", "source": "navy.example/staff", "confidence": 0.8}}
    page = url(kind, row.pk)

    def city():
        with tenant(row.organization_id):
            row.refresh_from_db()
        return row.city, row.proposals

    for given, city_then in (({"dismiss": "1"}, "Arlington"), ({}, "New York")):
        commands.enrich(row, fields=found, by=worker)
        assert "City Arlington → New York" in text(log_in(vi).get(page))
        log_in(bob).post(url(f"{kind}_proposal", row.pk), {"field": "city"} | given)
        assert city() == (city_then, {})

    again = log_in(bob).post(url(f"{kind}_proposal", row.pk), {"field": "city"}, follow=True)
    assert "Nothing is proposed for city." in text(again)
    assert log_in(vi).post(url(f"{kind}_proposal", row.pk)).status_code == 403


# --- What passed, and what is to do ---------------------------------------------------------------
def test_something_is_logged_where_it_is_shown(log_in, bob, grace):
    answer = log_in(bob).post(
        url("activity_new", grace.pk), {"kind": "call", "subject": "About compilers"}, **HTMX
    )

    assert answer.status_code == 200
    assert "About compilers" in text(answer)
    assert b"<html" not in answer.content
    with tenant(grace.organization_id):
        assert Activity.objects.get().created_by == bob.ref


def test_without_scripts_logging_leads_back(log_in, bob, grace):
    answer = log_in(bob).post(url("activity_new", grace.pk), {"kind": "call"})

    assert answer.url == url("contact", grace.pk)


def test_what_cannot_be_logged_is_said_so(log_in, bob, grace):
    client = log_in(bob)
    wrong = {"kind": "call", "occurred_at": "yesterday"}

    assert client.post(url("activity_new", grace.pk), wrong, **HTMX).status_code == 422
    plain = client.post(url("activity_new", grace.pk), wrong)
    assert plain.status_code == 422
    assert b"<html" in plain.content


def test_a_task_is_added_ticked_and_taken_back(log_in, bob, grace):
    client = log_in(bob)
    given = {"title": "Send the manual", "contact": grace.pk, "due_at": "2030-01-01T10:00"}

    assert "Send the manual" in text(client.post(url("task_new"), given, **HTMX))
    with tenant(grace.organization_id):
        task = Task.objects.get()

    assert b'class="done"' in client.post(url("task_done", task.pk), **HTMX).content
    undone = client.post(url("task_done", task.pk), {"undone": "1"}, **HTMX)
    assert b'class="done"' not in undone.content


def test_without_scripts_tasks_lead_back_to_where_one_was(log_in, bob, ada, grace):
    client = log_in(bob)
    theirs = client.post(url("task_new"), {"title": "Call", "contact": grace.pk})
    nobodys = client.post(url("task_new"), {"title": "Tidy up"})
    assert (theirs.url, nobodys.url) == (url("contact", grace.pk), url("task_list"))

    with tenant(grace.organization_id):
        task = Task.objects.get(title="Call")
    assert client.post(url("task_done", task.pk)).url == url("contact", grace.pk)
    from_list = client.post(url("task_done", task.pk), {"with_contact": "1"})
    assert from_list.url == url("task_list")


def test_a_task_without_a_title_is_not_one(log_in, bob, grace):
    client = log_in(bob)

    for given in ({"title": ""}, {"title": "", "contact": grace.pk}):
        assert client.post(url("task_new"), given).status_code == 422
        assert client.post(url("task_new"), given, **HTMX).status_code == 422


def test_tasks_are_ones_own_unless_all_are_asked_for(log_in, bob, ada):
    tasks.create(title="Bob's task", assignee=f"member:{bob.membership_id}", by=ada)
    tasks.create(title="Ada's task", assignee=f"member:{ada.membership_id}", by=ada)
    client = log_in(bob)

    assert "Ada's" not in text(client.get(url("task_list")))
    assert "Ada&#x27;s task" in text(client.get(url("task_list"), {"whose": "all"}))


def test_tasks_cost_the_same_for_many(log_in, bob, ada, grace):
    client = log_in(bob)
    tasks.create(title="One", contact=grace, assignee=f"member:{bob.membership_id}", by=ada)
    few = count_statements(client, url("task_list"))
    for nth in range(9):
        tasks.create(
            title=f"Task {nth}", contact=grace, assignee=f"member:{bob.membership_id}", by=ada
        )

    assert count_statements(client, url("task_list")) == few <= 8


# --- A company ------------------------------------------------------------------------------------
def test_a_company_shows_who_works_there(log_in, vi, navy, known):
    client = log_in(vi)

    page = client.get(url("company", navy.pk))
    assert "60" in text(page)
    assert "Contact 59" not in text(page)

    assert "Contact 59" in text(client.get(page.context["more_contacts"]))


def test_a_company_costs_the_same_for_many(log_in, ada, grace, navy, known):
    client = log_in(ada)
    many = count_statements(client, url("company", navy.pk))
    with action("test.arrange", by=ada):
        Contact.objects.filter(name__gt="Contact 02").update(company=None)

    assert count_statements(client, url("company", navy.pk)) == many <= 13


def test_a_company_is_added_and_changed(log_in, bob):
    client = log_in(bob)
    added = client.post(url("company_new"), {"name": "Navy", "revenue_cents": "1000000"})
    assert "$1,000,000" in text(client.get(added.url))

    with tenant(bob.organization_id):
        company = Company.objects.get()
    changed = client.post(url("company_edit", company.pk), {"name": "US Navy"}, follow=True)
    assert "US Navy was saved." in text(changed)

    wrong = client.post(url("company_edit", company.pk), {"name": "", "employees": "-1"})
    assert wrong.status_code == 422


# --- Search, organizations ------------------------------------------------------------------------
def test_search_finds_people_and_companies(log_in, vi, grace, navy):
    client = log_in(vi)

    for given in ({"q": "navy"}, {"q": "navy", "part": "found"}):
        found = text(client.get(url("search"), given))
        assert "Grace Hopper" in found
        assert "Navy" in found
    assert "Nothing found" in text(client.get(url("search"), {"q": "nobody", "part": "found"}))
    assert client.get(url("search")).status_code == 200


def test_someone_in_two_organizations_goes_between_them(log_in, ada, elsewhere, grace):
    people.add_member(elsewhere, email="ada@acme.example", role="viewer", by=system(elsewhere.pk))
    client = log_in(ada)
    assert "Elsewhere" in text(client.get(url("switch_organization")))

    client.post(url("switch_organization"), {"organization": elsewhere.pk})

    assert client.get(url("contact", grace.pk)).status_code == 404
    assert client.post(url("switch_organization"), {"organization": "x"}).status_code == 404


# --- Roles and strangers --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["contact_new", "company_new", "task_new"])
def test_viewers_add_nothing(log_in, vi, name):
    assert log_in(vi).post(url(name), {"name": "x", "title": "x"}).status_code == 403


def test_viewers_are_offered_nothing(log_in, vi, ada, grace, navy):
    tasks.create(title="Call", contact=grace, assignee=f"member:{vi.membership_id}", by=ada)
    client = log_in(vi)

    for address in (
        url("contact_list"),
        url("company_list"),
        url("task_list"),
        url("contact", grace.pk),
        url("company", navy.pk),
    ):
        page = client.get(address).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main, address
        assert ">New " not in main, address
        assert ">Edit<" not in main, address


def test_strangers_find_nothing(log_in, eve, ada, grace, navy):
    task = tasks.create(title="Call", contact=grace, by=ada)
    client = log_in(eve)

    for address in (
        url("contact", grace.pk),
        url("contact_edit", grace.pk),
        url("company", navy.pk),
        url("company_edit", navy.pk),
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(url("activity_new", grace.pk), {"kind": "call"}).status_code == 404
    assert client.post(url("task_done", task.pk)).status_code == 404
    assert client.post(url("task_new"), {"title": "x", "contact": grace.pk}).status_code == 404
    for name in ("contact_list", "company_list", "task_list", "search"):
        page = text(client.get(url(name), {"q": "a", "whose": "all"}))
        assert "Grace" not in page
        assert "Navy" not in page


def test_others_owners_cannot_be_chosen(log_in, bob, eve, grace):
    given = {"name": "Grace", "owner": eve.membership_id}

    assert log_in(bob).post(url("contact_edit", grace.pk), given).status_code == 422


def test_hostile_text_is_only_text(log_in, mo, ada, grace, navy):
    contacts.update(
        grace, changes={"name": SCRIPT, "description": SCRIPT, "tags": [SCRIPT]}, by=ada
    )
    activities.log(grace, kind="note", subject=SCRIPT, body=SCRIPT, by=ada)
    tasks.create(
        title=SCRIPT, contact=grace, assignee=f"member:{mo.membership_id}", notes=SCRIPT, by=ada
    )
    client = log_in(mo)

    for address in (
        url("contact", grace.pk),
        url("contact_list"),
        url("contact_edit", grace.pk),
        url("task_list"),
        url("search") + "?q=script",
    ):
        assert SCRIPT.encode() not in client.get(address).content, address


def test_who_belongs_nowhere_is_told_so(client, db):
    with action("test.arrange", by=system(None)):
        stranger = User.objects.create_user("new@example.com", "wheel-house", name="New")
    client.force_login(stranger)

    answer = client.get(url("contact_list"))

    assert answer.status_code == 403
    assert "You belong to no organization here." in text(answer)
