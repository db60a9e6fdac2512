"""Every object in one shape; what one may not see is neither shown nor found."""

import json
from itertools import pairwise

import pytest
from django.db import connection

from audit.actions import tenant
from crm import activities, companies, contacts, custom_fields, links, objects, search, tasks
from crm.fields import FieldError
from crm.models import Contact


@pytest.fixture
def navy(acme, bob):
    return companies.create(name="Navy", domain="navy.example", by=bob)


def test_a_contact_is_shown_with_its_company_links_and_own_fields(inside, ada, bob, navy):
    custom_fields.declare("contact", label="Plan", type="text", by=ada)
    howard = contacts.create(name="Howard Aiken", by=bob)
    grace = contacts.create(
        **{"name": "Grace", "email": "grace@navy.example", "custom:plan": "gold"},
        owner="bob@acme.example",
        by=bob,
    )
    links.link(grace, howard, type="reports_to", by=bob)

    shown = objects.describe(grace, by=bob)

    assert (shown["ref"], shown["type"], shown["status"]) == (grace.ref, "contact", "active")
    assert shown["properties"]["custom"] == {"plan": "gold"}
    assert shown["properties"]["owner"] == f"member:{bob.membership_id}"
    assert {(link["label"], link["ref"]) for link in shown["links"]} == {
        ("works at", navy.ref),
        ("reports to", howard.ref),
    }
    assert json.loads(json.dumps(shown)) == shown


def test_a_link_is_seen_from_both_ends(inside, bob, grace):
    howard = contacts.create(name="Howard Aiken", by=bob)
    links.link(grace, howard, type="reports_to", by=bob)

    assert [link.said for link in links.get_of(howard, by=bob)] == ["is reported to by"]


def test_every_kind_has_one_shape(inside, bob, ada, grace, navy):
    rows = [
        grace,
        navy,
        activities.log(grace, kind="call", by=bob),
        tasks.create("Call", contact=grace, by=bob),
    ]

    shapes = {frozenset(objects.describe(row, by=bob)) for row in rows}

    assert len(shapes) == 1


def test_many_objects_take_as_many_statements_as_one(inside, bob, navy, django_assert_num_queries):
    people = [contacts.create(name=f"Grace {n}", company=navy, by=bob) for n in range(5)]
    for one, other in pairwise(people):
        links.link(one, other, type="knows", by=bob)
    rows = list(Contact.objects.select_related("company").order_by("pk"))

    for some in (rows[:2], rows):
        with django_assert_num_queries(4):
            objects.describe_all(some, by=bob)


def test_links_come_page_by_page(inside, bob, grace, navy, django_assert_num_queries):
    people = [contacts.create(name=f"Howard {n}", by=bob) for n in range(5)]
    for n, one in enumerate(people):
        ends = (grace, one) if n % 2 else (one, grace)
        links.link(*ends, type="reports_to" if n < 2 else "knows", by=bob)
    whole = objects.describe(grace, by=bob)

    pages, after = [], ""
    while after is not None:
        with django_assert_num_queries(3 if after else 4):
            pages.append(objects.describe(grace, by=bob, after=after, limit=2))
        after = pages[-1]["next"]

    assert whole["next"] is None
    assert [len(page["links"]) for page in pages] == [2, 2, 1]
    assert [link for page in pages for link in page["links"]] == whole["links"]


@pytest.mark.parametrize("after", ["x", "1", "1.x", "-1.2", "9" * 30 + ".1"])
def test_a_place_among_links_is_what_a_page_said(inside, bob, grace, after):
    with pytest.raises(FieldError, match="what the page before says"):
        objects.describe(grace, by=bob, after=after)


@pytest.mark.parametrize("text", ["", "Grace"])
def test_pages_follow_each_other(inside, bob, text):
    people = [contacts.create(name=f"Grace {n}", by=bob) for n in range(5)]

    first = objects.find_page("contact", by=bob, text=text, limit=3)
    second = objects.find_page("contact", by=bob, text=text, limit=3, after=first.next)

    assert [*first.rows, *second.rows] == people
    assert second.next is None


def test_a_filter_narrows_a_page(inside, bob, grace):
    contacts.create(name="Ada", job_title="Countess", by=bob)
    written = [{"field": "contact.job_title", "op": "=", "value": "countess"}]

    assert [row.name for row in objects.find_page("contact", by=bob, filter=written).rows] == [
        "Ada"
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "contacts"}, "type"),
        ({"kind": "contact", "limit": 0}, "limit"),
        ({"kind": "contact", "limit": 10_000}, "limit"),
        ({"kind": "contact", "after": "'; drop"}, "after"),
        ({"kind": "contact", "filter": [{"field": "x", "op": "="}]}, "condition.0"),
        ({"kind": "task", "filter": [{"field": "x", "op": "="}]}, "condition.0"),
        ({"kind": "member", "filter": [{"field": "x", "op": "="}]}, "filter"),
        ({"kind": "task", "text": "call"}, "q"),
    ],
)
def test_what_cannot_be_paged_is_refused_by_name(inside, bob, asked, field):
    with pytest.raises(FieldError) as refused:
        objects.find_page(asked.pop("kind"), by=bob, **asked)

    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grace", ["Grace Hopper"]),
        ("HOPPER", ["Grace Hopper"]),
        ("ace ho", ["Grace Hopper"]),
        ("grace@navy", ["Grace Hopper"]),
        ("amazing@navy.example", ["Grace Hopper"]),
        ("+1 (202) 555-0143", ["Grace Hopper"]),
        ("%", []),
        ("0% s", ["100% Sure"]),
        ("_", []),
        ("\\", []),
        ("'; drop table crm_contact; --", []),
        ("\x00grace\ud800", ["Grace Hopper"]),
        ("navy.example", ["Grace Hopper", "Navy"]),
        ("   ", []),
        ("", []),
        ("x" * 10_000, []),
    ],
)
def test_a_text_finds_whom_it_names(inside, bob, navy, text, found):
    contacts.create(
        name="Grace Hopper",
        email="grace@navy.example",
        other_emails=["Amazing@navy.example"],
        phone="202 555 0143",
        by=bob,
    )
    contacts.create(name="100% Sure", by=bob)

    assert [row.name for row in search.find(text, by=bob)] == found


def test_what_begins_with_the_text_comes_first(inside, bob):
    for name in ["Anna Mo", "Mona", "Tom Moss", "Mo"]:
        contacts.create(name=name, by=bob)

    assert [row.name for row in search.find("mo", by=bob)] == ["Mo", "Mona", "Anna Mo", "Tom Moss"]


def test_the_archived_are_not_found(inside, bob, grace):
    contacts.archive(grace, by=bob)

    assert search.find("grace", by=bob) == []


def test_strangers_find_nothing(acme, elsewhere, eve, grace, navy):
    with tenant(elsewhere.pk):
        assert search.find("a", by=eve) == []
        assert objects.find_page("contact", by=eve).rows == []


@pytest.mark.parametrize(
    "call",
    [
        "select crm_find_contacts('avy', 500)",
        "select crm_find_companies('avy', 500)",
        "select crm_contacts_by_other_email(array['amazing@navy.example'])",
        "select crm_contacts_by_tag('vip')",
    ],
)
def test_functions_that_look_past_the_wall_answer_for_the_tenant_alone(
    acme, elsewhere, bob, grace, navy, call
):
    known = {"other_emails": ["amazing@navy.example"], "tags": ["VIP"]}
    contacts.update(grace, changes=known, by=bob)

    def ask():
        with connection.cursor() as cursor:
            cursor.execute(call)
            return len(cursor.fetchall())

    with tenant(acme.pk):
        assert ask() == 1
    with tenant(elsewhere.pk):
        assert ask() == 0
    assert ask() == 0


@pytest.mark.parametrize(
    ("called", "needle"),
    [
        ("José Müller", "jose"),
        ("José Müller", "MULLER"),
        ("Jose Muller", "josé"),
        ("Jose\u0301 Muller", "José"),
        ("Łukasz Ødegård", "odegard"),
        ("Łukasz Ødegård", "łuk"),
        ("Weißmann", "weiss"),
        ("山田太郎", "太郎"),
    ],
)
def test_accents_count_for_nothing(inside, bob, called, needle):
    found = contacts.create(name=called, by=bob)
    companies.create(name=f"{called} Ltd", by=bob)

    assert [row.name for row in search.find(needle, by=bob)] == [found.name, f"{called} Ltd"]


def test_what_begins_with_the_text_comes_first_whatever_its_accents(inside, bob):
    for name in ["Maria Élan", "Élan Vital", "Zoe Elander"]:
        contacts.create(name=name, by=bob)

    found = search.find("elan", by=bob, kinds=["contact"])

    assert [row.name for row in found] == ["Élan Vital", "Maria Élan", "Zoe Elander"]


def test_one_or_two_letters_find_beginnings_of_words(inside, bob):
    for name in ["Grace Hopper", "Ophelia", "Hugh Oppenheimer"]:
        contacts.create(name=name, by=bob)

    def names(text):
        return sorted(row.name for row in search.find(text, by=bob, kinds=["contact"]))

    assert names("op") == ["Hugh Oppenheimer", "Ophelia"]
    assert names("Ó") == ["Hugh Oppenheimer", "Ophelia"]
    assert names("opp") == ["Grace Hopper", "Hugh Oppenheimer"]
