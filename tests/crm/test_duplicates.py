"""Finding who is known already costs the same few statements for one and for thousands."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import action, tenant
from crm import companies, contacts, duplicates
from crm.duplicates import CompanyLikeness, Likeness, Match


@pytest.fixture
def known(inside, bob):
    navy = companies.create(name="Navy", domain="navy.example", by=bob)
    return contacts.create(
        name="Grace Hopper",
        email="grace@navy.example",
        other_emails=["amazing@navy.example"],
        phone="202 555 0143",
        mobile="202 555 0144",
        company=navy,
        external_id="7",
        external_source="hubspot",
        by=bob,
    )


def likenesses(known, padding=0):
    some = [
        Likeness(external_id="7", external_source="hubspot"),
        Likeness(emails=("grace@navy.example",)),
        Likeness(emails=("nobody@navy.example", "amazing@navy.example")),
        Likeness(phones=("+12025550143",)),
        Likeness(phones=("", "+12025550144")),
        Likeness(name=" grace HOPPER ", company_id=known.company_id),
        Likeness(name="Grace Hopper"),
        Likeness(),
    ]
    strangers = [
        Likeness(emails=(f"x{n}@navy.example",), phones=(f"+1303{n:07d}",)) for n in range(padding)
    ]
    return [*some, *strangers]


def test_each_is_found_by_its_surest_sign(inside, bob, known):
    found = duplicates.find_contacts(likenesses(known), by=bob)

    signs = ["external id", "e-mail", "e-mail", "phone number", "phone number"]
    assert found == [
        *(Match(known.pk, sign) for sign in [*signs, "name and company"]),
        None,
        None,
    ]


def test_thousands_cost_as_many_statements_as_a_few(inside, bob, known):
    counts, found = [], []
    for padding in [0, 3000]:
        with CaptureQueriesContext(connection) as captured:
            found.append(duplicates.find_contacts(likenesses(known, padding), by=bob)[:8])
        counts.append(len(captured))

    assert counts == [6, 6]
    assert found[0] == found[1]


def test_a_surer_sign_wins(inside, bob, known):
    other = contacts.create(name="Ada", email="ada@navy.example", by=bob)

    (match,) = duplicates.find_contacts(
        [Likeness(emails=("ada@navy.example",), phones=("+12025550143",))], by=bob
    )

    assert match == Match(other.pk, "e-mail")


def test_who_is_in_use_comes_before_the_archived(inside, bob, known):
    twin = contacts.create(name="G", email="grace@navy.example", allow_duplicate=True, by=bob)
    contacts.archive(known, by=bob)

    (match,) = duplicates.find_contacts([Likeness(emails=("grace@navy.example",))], by=bob)

    assert match.id == twin.pk


def test_companies_are_told_apart_by_domain_then_name(inside, bob, known):
    found = duplicates.find_companies(
        [
            CompanyLikeness(domain="navy.example", name="Other"),
            CompanyLikeness(name="NAVY "),
            CompanyLikeness(domain="navy.test", name="Navy"),
            CompanyLikeness(),
        ],
        by=bob,
    )

    assert [match and match.sign for match in found] == ["domain", "name", None, None]


def test_strangers_match_nobody(acme, elsewhere, bob, eve):
    with action("test.arrange", by=bob):
        grace = contacts.create(
            name="Grace", email="grace@navy.example", phone="202 555 0143", by=bob
        )

    with tenant(elsewhere.pk):
        found = duplicates.find_contacts(
            [Likeness(emails=("grace@navy.example",), phones=(grace.phone_key,))], by=eve
        )

    assert found == [None]
