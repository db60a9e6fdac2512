"""Contacts: made known once, edited by people and agents, each knowing who wrote what."""

import pytest

from audit.actions import action
from audit.actors import Actor, ActorKind, Door
from audit.models import Action, Event
from crm import companies, contacts
from crm.fields import FieldError
from crm.models import Company, Contact, Organization
from crm.refs import NotFound


@pytest.fixture
def scout(acme) -> Actor:
    """An agent that finds things out."""
    return Actor(kind=ActorKind.AGENT, id=7, name="Scout", organization_id=acme.pk, door=Door.API)


def found(value, source="https://navy.example", confidence=0.9):
    return {"value": value, "source": source, "confidence": confidence}


def test_a_contact_is_called_by_first_and_last_name(inside, bob):
    contact = contacts.create(first_name="Grace", last_name="Hopper", by=bob)

    assert (contact.name, contact.created_by) == ("Grace Hopper", bob.ref)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"email": "grace@navy.example"}, "grace@navy.example"),
        ({"phone": "+1 202 555 0143"}, "+1 202 555 0143"),
        ({"name": "Amazing Grace", "first_name": "Grace"}, "Amazing Grace"),
    ],
)
def test_without_a_name_the_next_best_serves(inside, bob, fields, name):
    assert contacts.create(by=bob, **fields).name == name


def test_a_contact_without_anything_to_call_them_is_refused(inside, bob):
    with pytest.raises(FieldError) as refused:
        contacts.create(job_title="Admiral", by=bob)

    assert "name" in refused.value.fields
    assert Action.objects.get(name="contacts.create").outcome == "refused"


def test_a_new_contact_is_an_event_that_names_them(inside, bob):
    contact = contacts.create(name="Grace Hopper", by=bob)

    event = Event.objects.get(name="crm.contact.created")
    assert (event.target, event.summary) == (contact.ref, "Grace Hopper was added")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "grace(at)navy", "one looks like grace@example.com"),
        ("jobtitle", "Admiral", "did you mean job_title?"),
        ("do_not_contact", "no", "true or false"),
        ("tags", "vip", "This is a list"),
        ("last_contacted_at", "yesterday-ish", "one looks like 2026-01-31T09:30:00Z"),
        ("job_title", "x" * 201, "At most 200 characters"),
        ("job_title", "nul\x00", "NUL"),
        ("job_title", "half \ud83d", "surrogate"),
        ("job_title", 5, "This is text"),
        ("linkedin_url", "javascript:alert(1)", "one looks like https://example.com"),
        ("custom:plan", "gold", "none has been declared"),
        ("created_by", "person:1", "There is none of that name"),
        ("organization_id", 1, "There is none of that name"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(inside, bob, field, value, says):
    with pytest.raises(FieldError) as refused:
        contacts.create(name="Grace", by=bob, **{field: value})

    assert says in refused.value.fields[field]


def test_every_wrong_field_is_named_at_once(inside, bob):
    with pytest.raises(FieldError) as refused:
        contacts.create(name="Grace", email="nope", tags="vip", properties={"plan": "gold"}, by=bob)

    assert set(refused.value.fields) == {"email", "tags", "custom:plan"}


def test_text_is_kept_to_the_letter(inside, bob):
    hostile = " <b>=cmd|' /C calc'!A0</b>\u202e \n"

    contact = contacts.create(name=hostile, job_title=hostile, company=hostile, by=bob)

    contact.refresh_from_db()
    assert (contact.name, contact.job_title, contact.company.name) == (hostile, hostile, hostile)


@pytest.mark.parametrize(
    "again",
    [
        {"name": "Someone", "email": "  GRACE@navy.example "},
        {"name": "Someone", "email": "amazing@navy.example"},
        {"name": "Someone", "phone": "(202) 555-0143"},
        {"name": "Someone", "mobile": "+1 202-555-0143"},
        {"name": "grace hopper", "company": "Navy"},
        {"name": "Someone", "external_id": "7", "external_source": "hubspot"},
    ],
)
def test_somebody_known_already_is_not_made_known_twice(inside, bob, again):
    known = contacts.create(
        name="Grace Hopper",
        email="Grace@navy.example",
        other_emails=["Amazing@navy.example"],
        phone="202.555.0143",
        company="Navy",
        external_id="7",
        external_source="hubspot",
        by=bob,
    )

    with pytest.raises(contacts.ContactExists) as refused:
        contacts.create(by=bob, **again)

    assert refused.value.details["ref"] == known.ref


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Grace Hopper"},
        {"name": "Grace Hopper", "company": "Army"},
        {"name": "Ada", "phone": "202 555 0143 x12"},
        {"name": "Ada", "external_id": "7", "external_source": "pipedrive"},
    ],
)
def test_somebody_alike_in_less_is_somebody_else(inside, bob, other):
    contacts.create(
        name="Grace Hopper",
        phone="202.555.0143",
        company="Navy",
        external_id="7",
        external_source="hubspot",
        by=bob,
    )

    contacts.create(by=bob, **other)

    assert Contact.objects.count() == 2


def test_a_duplicate_can_be_meant(inside, bob, grace):
    contacts.create(name="Grace", email=grace.email, allow_duplicate=True, by=bob)

    assert Contact.objects.filter(email_key="grace@navy.example").count() == 2


def test_people_elsewhere_are_no_duplicates(grace, eve):
    assert contacts.create(name="Grace", email=grace.email, by=eve).pk != grace.pk


def test_a_phone_number_reads_as_in_the_organizations_country(inside, bob):
    with action("test.arrange", by=bob):
        Organization.objects.filter(pk=inside.pk).update(country="DE")

    contact = contacts.create(name="Konrad", phone="030 12345678", by=bob)

    assert contact.phone_key == "+493012345678"


def test_a_company_named_is_made_known_once(inside, bob):
    first = contacts.create(name="Grace", company="Navy", by=bob)
    second = contacts.create(name="Ada", company="navy", by=bob)

    assert first.company == second.company == Company.objects.get()


def test_the_company_of_the_emails_domain_is_taken(inside, bob):
    navy = companies.create(name="Navy", domain="https://www.NAVY.example/", by=bob)

    contact = contacts.create(email="grace@navy.example", by=bob)

    assert (navy.domain, contact.company) == ("navy.example", navy)


def test_a_company_elsewhere_cannot_be_named(elsewhere, inside, bob, grace):
    theirs = Company(organization=elsewhere, pk=999_999, name="Theirs")

    for company in [theirs, theirs.ref]:
        with pytest.raises(NotFound):
            contacts.update(grace, changes={"company": company}, by=bob)


def test_an_owner_is_a_member(inside, bob, ada, grace):
    contacts.update(grace, changes={"owner": "BOB@acme.example"}, by=ada)

    grace.refresh_from_db()
    assert grace.owner_id == bob.membership_id
    with pytest.raises(NotFound):
        contacts.update(grace, changes={"owner": "nobody@acme.example"}, by=ada)


def test_a_change_that_changes_nothing_records_nothing(inside, bob, grace):
    contacts.update(grace, changes={"email": grace.email, "job_title": ""}, by=bob)

    assert not Action.objects.filter(name="contacts.update").exists()
    assert not Event.objects.filter(name="crm.contact.updated").exists()


def test_a_name_made_of_others_follows_them(inside, bob):
    contact = contacts.create(first_name="Grace", last_name="Murray", by=bob)

    contact = contacts.update(contact, changes={"last_name": "Hopper"}, by=bob)

    assert contact.name == "Grace Hopper"


def test_a_given_name_stays(inside, bob, grace):
    contact = contacts.update(grace, changes={"first_name": "G."}, by=bob)

    assert contact.name == "Grace Hopper"


def test_an_agents_writing_keeps_its_source(inside, scout, grace):
    contact = contacts.update(grace, changes={"job_title": "Admiral"}, by=scout)

    assert contact.enrichment["job_title"]["by"] == "agent:7"


def test_what_a_person_writes_is_theirs(inside, scout, bob, grace):
    contacts.update(grace, changes={"job_title": "Admiral"}, by=scout)

    contact = contacts.update(grace, changes={"job_title": "Rear admiral"}, by=bob)

    assert contact.enrichment == {}


def test_enrichment_fills_what_is_empty(inside, scout, grace):
    enriched = contacts.enrich(grace, fields={"job_title": found("Admiral")}, by=scout)

    grace.refresh_from_db()
    assert (enriched.applied, enriched.proposed) == (["job_title"], [])
    assert grace.job_title == "Admiral"
    assert grace.enrichment["job_title"]["source"] == "https://navy.example"
    assert grace.enrichment["job_title"]["confidence"] == 0.9


def test_enrichment_proposes_where_a_person_wrote(inside, scout, bob, grace):
    contacts.update(grace, changes={"job_title": "Rear admiral"}, by=bob)

    enriched = contacts.enrich(grace, fields={"job_title": found("Captain")}, by=scout)

    grace.refresh_from_db()
    assert (enriched.applied, enriched.proposed) == ([], ["job_title"])
    assert grace.job_title == "Rear admiral"
    assert grace.proposals["job_title"]["value"] == "Captain"


def test_enrichment_betters_what_an_agent_wrote(inside, scout, grace):
    contacts.enrich(grace, fields={"job_title": found("Captain")}, by=scout)

    contacts.enrich(grace, fields={"job_title": found("Admiral")}, by=scout)

    grace.refresh_from_db()
    assert grace.job_title == "Admiral"


def test_a_company_only_proposed_is_not_made_known(inside, scout, bob, grace):
    contacts.update(grace, changes={"company": "Navy"}, by=bob)

    contacts.enrich(grace, fields={"company": found("Army")}, by=scout)

    assert Company.objects.count() == 1


def test_a_proposal_accepted_is_the_persons(inside, scout, bob, grace):
    contacts.update(grace, changes={"company": "Navy"}, by=bob)
    contacts.enrich(grace, fields={"company": found("US Navy")}, by=scout)

    contact = contacts.accept(grace, field="company", by=bob)

    assert contact.company.name == "US Navy"
    assert (contact.proposals, contact.enrichment) == ({}, {})


def test_a_proposal_dismissed_is_gone(inside, scout, bob, grace):
    contacts.update(grace, changes={"job_title": "Admiral"}, by=bob)
    contacts.enrich(grace, fields={"job_title": found("Captain")}, by=scout)

    contact = contacts.dismiss(grace, field="job_title", by=bob)

    assert (contact.job_title, contact.proposals) == ("Admiral", {})


@pytest.mark.parametrize(
    "finding",
    [found("x", source=""), found("x", confidence=1.5), {"value": "x"}, {"values": "x"}],
)
def test_a_finding_says_its_source(inside, scout, grace, finding):
    with pytest.raises(FieldError):
        contacts.enrich(grace, fields={"job_title": finding}, by=scout)


def test_an_agent_cannot_enrich_who_owns_a_contact(inside, scout, grace):
    with pytest.raises(FieldError):
        contacts.enrich(grace, fields={"owner": found("bob@acme.example")}, by=scout)


def test_an_archived_contact_can_be_taken_back(inside, bob, grace):
    contacts.archive(grace, by=bob)
    contacts.restore(grace, by=bob)

    grace.refresh_from_db()
    assert grace.archived_at is None


@pytest.mark.parametrize("verb", ["update", "enrich", "archive", "restore", "accept", "dismiss"])
def test_a_stranger_finds_nobody_to_change(grace, eve, verb):
    given = {
        "update": {"changes": {"name": "Mallory"}},
        "enrich": {"fields": {"job_title": found("Spy")}},
        "accept": {"field": "job_title"},
        "dismiss": {"field": "job_title"},
    }

    with pytest.raises(NotFound):
        getattr(contacts, verb)(grace, by=eve, **given.get(verb, {}))


def test_creating_takes_a_constant_number_of_statements(inside, bob, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        contacts.create(name="Ada", email="ada@navy.example", phone="202 555 0100", by=bob)
