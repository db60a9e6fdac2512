"""Companies: told apart by domain, else by name."""

import pytest

from audit.actors import Actor, ActorKind, Door
from crm import companies
from crm.fields import FieldError
from crm.models import Company
from crm.refs import NotFound


def test_a_company_is_called_by_its_domain_without_a_name(inside, bob):
    assert companies.create(domain="HTTPS://WWW.Navy.example/about", by=bob).name == "navy.example"


def test_a_company_needs_something_to_call_it(inside, bob):
    for verb in [companies.create, companies.find_or_create]:
        with pytest.raises(FieldError):
            verb(by=bob)


@pytest.mark.parametrize(
    "again",
    [
        {"name": "Someone else", "domain": "navy.example"},
        {"name": " NAVY "},
        {"name": "Other", "external_id": "1", "external_source": "hubspot"},
    ],
)
def test_a_company_known_already_is_not_made_known_twice(inside, bob, again):
    known = companies.create(
        name="Navy", domain="navy.example", external_id="1", external_source="hubspot", by=bob
    )

    with pytest.raises(companies.CompanyExists) as refused:
        companies.create(by=bob, **again)

    assert refused.value.details["ref"] == known.ref


def test_one_name_with_two_domains_is_two_companies(inside, bob):
    companies.create(name="Acme", domain="acme.example", by=bob)

    companies.create(name="Acme", domain="acme.test", by=bob)

    assert Company.objects.count() == 2


def test_a_company_without_a_domain_is_found_by_name_beside_one(inside, bob):
    known = companies.create(name="Navy", by=bob)

    assert companies.find_or_create(name="Navy", domain="navy.example", by=bob) == known


def test_finding_creates_once(inside, bob):
    first = companies.find_or_create(name="Navy", domain="navy.example", by=bob)

    assert companies.find_or_create(domain="www.navy.example", by=bob) == first


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("domain", "not a domain", "one looks like example.com"),
        ("domain", "[::1", "one looks like example.com"),
        ("domain", "a\u2100b.example", "one looks like example.com"),
        ("employees", "many", "whole number"),
        ("employees", -1, "greater than or equal to 0"),
        ("employees", 2**40, "less than or equal to"),
        ("website", "data:text/html,x", "https://example.com"),
        ("technologies", {"a": 1}, "This is a list"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(inside, bob, field, value, says):
    with pytest.raises(FieldError) as refused:
        companies.create(name="Navy", by=bob, **{field: value})

    assert says in refused.value.fields[field]


def test_what_a_person_wrote_of_a_company_is_proposed(inside, bob):
    scout = Actor(
        kind=ActorKind.AGENT, id=7, name="Scout", organization_id=inside.pk, door=Door.API
    )
    navy = companies.create(name="Navy", industry="Defence", by=bob)

    enriched = companies.enrich(
        navy,
        fields={
            "industry": {"value": "Shipping", "source": "a guess", "confidence": 0.3},
            "employees": {"value": 340_000, "source": "navy.example/facts"},
        },
        by=scout,
    )

    navy.refresh_from_db()
    assert (enriched.applied, enriched.proposed) == (["employees"], ["industry"])
    assert (navy.industry, navy.employees) == ("Defence", 340_000)
    assert companies.accept(navy, field="industry", by=bob).industry == "Shipping"


@pytest.mark.parametrize("verb", ["update", "enrich", "archive", "restore", "accept", "dismiss"])
def test_a_stranger_finds_no_company_to_change(acme, bob, eve, verb):
    navy = companies.create(name="Navy", by=bob)
    given = {
        "update": {"changes": {"name": "Mallory"}},
        "enrich": {"fields": {"city": {"value": "x", "source": "y"}}},
        "accept": {"field": "city"},
        "dismiss": {"field": "city"},
    }

    with pytest.raises(NotFound):
        getattr(companies, verb)(navy, by=eve, **given.get(verb, {}))


def test_a_company_elsewhere_is_not_found_again(acme, bob, eve):
    known = companies.create(name="Navy", domain="navy.example", by=bob)

    assert companies.find_or_create(name="Navy", domain="navy.example", by=eve) != known
