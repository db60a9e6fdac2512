"""Contacts and companies are put away and taken back from their own pages, with an undo."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import action, tenant
from audit.models import Action
from crm import companies, contacts
from crm.models import Company, Contact

KINDS = ["contact", "company"]


def url(name, *args):
    return reverse(f"crm:{name}", args=args)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def navy(ada, acme):
    return companies.create(name="Navy", domain="navy.example", by=ada)


@pytest.fixture
def known(grace, navy):
    return {"contact": grace, "company": navy}


def now(row):
    with tenant(row.organization_id):
        return type(row).objects.get(pk=row.pk)


def put_away(row, *, by):
    {Contact: contacts, Company: companies}[type(row)].archive(row, by=by)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_puts_away_and_takes_back(log_in, bob, known, kind):
    row, client = known[kind], log_in(bob)
    assert "Archive" in text(client.get(url(kind, row.pk)))

    gone = client.post(url(f"{kind}_archive", row.pk), follow=True)

    assert gone.redirect_chain == [(f"{url(kind, row.pk)}", 302)]
    assert f"{row.name} was archived." in text(gone)
    assert "No list" in text(gone)
    assert "Restore" in text(gone)
    assert now(row).archived_at is not None

    back = client.post(url(f"{kind}_restore", row.pk), follow=True)

    assert f"{row.name} was taken back from the archive." in text(back)
    assert "Restore" not in text(back)
    assert now(row).archived_at is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["archive", "restore"])
def test_who_may_undo_is_offered_it(log_in, bob, mo, known, kind, verb):
    row, commands = known[kind], {"contact": "contacts", "company": "companies"}[kind]
    other = {"archive": "restore", "restore": "archive"}[verb]
    for by, offered in ((bob, False), (mo, True)):
        log_in(by).post(url(f"{kind}_{other}", row.pk), follow=True)

        page = log_in(by).post(url(f"{kind}_{verb}", row.pk), follow=True).content.decode()

        with tenant(row.organization_id):
            done = Action.objects.filter(name=f"{commands}.{verb}").latest("pk")
        assert (f"{reverse('audit:undo_plan')}?action={done.pk}" in page) is offered


@pytest.mark.parametrize("kind", KINDS)
def test_twice_is_once(log_in, mo, known, kind):
    row, client = known[kind], log_in(mo)
    client.post(url(f"{kind}_archive", row.pk), follow=True)
    since = now(row).archived_at

    again = client.post(url(f"{kind}_archive", row.pk), follow=True)

    assert f"{row.name} is archived already." in text(again)
    assert "Undo" not in text(again)
    assert now(row).archived_at == since
    with tenant(row.organization_id):
        assert Action.objects.filter(name__endswith=".archive").count() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["archive", "restore"])
def test_viewers_and_strangers_do_neither(log_in, vi, eve, bob, known, kind, verb):
    row, address = known[kind], url(f"{kind}_{verb}", known[kind].pk)

    assert log_in(vi).post(address).status_code == 403
    assert log_in(eve).post(address).status_code == 404
    assert log_in(bob).get(address).status_code == 405
    assert now(row).archived_at is None


@pytest.mark.parametrize("kind", KINDS)
def test_viewers_are_told_but_not_offered(log_in, vi, ada, known, kind):
    row, client = known[kind], log_in(vi)
    assert url(f"{kind}_archive", row.pk) not in client.get(url(kind, row.pk)).content.decode()
    put_away(row, by=ada)

    page = client.get(url(kind, row.pk))

    assert "No list" in text(page)
    assert "Restore" not in text(page)


@pytest.mark.parametrize("kind", KINDS)
def test_lists_leave_out_who_is_archived_until_asked(log_in, vi, ada, known, kind):
    row, client, listed = known[kind], log_in(vi), url(f"{kind}_list")
    other = {"contact": contacts, "company": companies}[kind].create(name="Zoe & Sons", by=ada)
    put_away(row, by=ada)

    def names(**asked):
        return [each.name for each in client.get(listed, asked).context["page"].rows]

    assert names() == [other.name]
    assert names(archived="1") == [row.name]
    assert names(archived="1", q=row.name[:4]) == [row.name]
    assert names(archived="1", q=row.name[1:4].upper()) == [row.name]
    assert names(archived="1", q="zoe") == names(archived="1", q="%") == []
    assert names(q=row.name[:4]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_archive_says_so(log_in, vi, known, kind):
    page = log_in(vi).get(url(f"{kind}_list"), {"archived": "1"})

    assert "Nothing is archived" in text(page)
    assert "Show all" in text(page)


def test_owners_of_archived_contacts_are_offered_among_them(log_in, vi, ada, grace):
    contacts.update(grace, changes={"owner": "ada@acme.example"}, by=ada)
    put_away(grace, by=ada)
    client = log_in(vi)

    assert client.get(url("contact_list")).context["owners"] == []
    page = client.get(url("contact_list"), {"archived": "1"})
    assert [each.pk for each in page.context["owners"]] == [ada.membership_id]


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_archive_costs_the_same(log_in, ada, known, kind):
    row, client = known[kind], log_in(ada)
    put_away(row, by=ada)

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(f"{kind}_list"), {"archived": "1"}).status_code == 200
        return len(asked)

    few = count()
    with action("test.arrange", by=ada):
        type(row).objects.bulk_create(
            type(row)(
                organization_id=row.organization_id,
                name=f"Gone {nth:02}",
                owner_id=ada.membership_id,
                archived_at=now(row).archived_at,
            )
            for nth in range(60)
        )

    assert count() == few
