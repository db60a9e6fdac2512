"""E-mail templates: known fields only, put in as they are."""

import pytest

from crm import contacts, email_templates, emails, refs
from crm.fields import FieldError
from crm.models import EmailTemplate


@pytest.fixture
def follow_up(inside, ada):
    return email_templates.create(
        "follow-up",
        name="Follow-up",
        subject="{{ contact.first_name | Hello }}, a word",
        body="Dear {{contact.name}},\n\nregards\n{{ organization.name }}",
        by=ada,
    )


def test_a_template_becomes_an_e_mail(follow_up, ada, grace):
    contacts.update(grace, changes={"first_name": "Grace"}, by=ada)

    email = emails.draft(grace, template=follow_up, by=ada)

    assert email.subject == "Grace, a word"
    assert email.body == "Dear Grace Hopper,\n\nregards\nAcme"
    assert email.template == follow_up


def test_where_a_field_is_empty_the_template_says_something_else(follow_up, ada, grace):
    assert emails.draft(grace, template=follow_up, by=ada).subject == "Hello, a word"


def test_or_the_e_mail_is_not_written(follow_up, ada, grace):
    email_templates.update(follow_up, changes={"subject": "{{ contact.job_title }}"}, by=ada)
    follow_up.refresh_from_db()

    with pytest.raises(email_templates.NothingToSay, match="has no job title"):
        emails.draft(grace, template=follow_up, by=ada)


def test_what_is_given_goes_before_the_template(follow_up, ada, grace):
    email = emails.draft(grace, template=follow_up, subject="Mine", by=ada)

    assert (email.subject, email.body[:4]) == ("Mine", "Dear")


def test_braces_in_a_contacts_name_are_letters(follow_up, ada, grace):
    contacts.update(grace, changes={"name": "{{ contact.email }} {% now %}"}, by=ada)
    grace.refresh_from_db()

    body = emails.draft(grace, template=follow_up, by=ada).body

    assert body.startswith("Dear {{ contact.email }} {% now %},")


def test_a_name_with_two_lines_makes_no_header(follow_up, ada, grace):
    contacts.update(grace, changes={"first_name": "Grace\nBcc: eve@elsewhere.example"}, by=ada)
    grace.refresh_from_db()

    subject = emails.draft(grace, template=follow_up, by=ada).subject

    assert subject == "Grace Bcc: eve@elsewhere.example, a word"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ contact.frist_name }}", "did you mean contact.first_name"),
        ("{{ contact.__class__ }}", "is no field here"),
        ("{{ settings.SECRET_KEY }}", "there are contact.name"),
        ("{{ contact.name.upper }}", "did you mean contact.name"),
        ("{% load x %}", "no more"),
        ("{{ contact.name", "no more"),
        ("{{ contact.name | a | b }}", "no more"),
    ],
)
def test_a_template_holds_known_fields_only(inside, ada, text, says):
    with pytest.raises(FieldError, match=says):
        email_templates.create("x", name="x", subject="x", body=text, by=ada)


def test_a_templates_key_is_its_own(follow_up, ada):
    with pytest.raises(email_templates.TemplateExists):
        email_templates.create("follow-up", name="x", subject="x", body="x", by=ada)
    with pytest.raises(FieldError):
        email_templates.create("Follow up!", name="x", subject="x", body="x", by=ada)


def test_a_template_is_found_by_key_and_the_nearest_is_named(eve, follow_up, ada):
    assert email_templates.find("follow-up", by=ada) == follow_up
    assert email_templates.find(follow_up.ref, by=ada) == follow_up
    with pytest.raises(refs.NotFound, match="did you mean follow-up"):
        email_templates.find("folow-up", by=ada)
    with pytest.raises(refs.NotFound, match="none yet"):
        email_templates.find("follow-up", by=eve)


def test_a_template_out_of_use_is_not_found(follow_up, ada):
    email_templates.archive(follow_up, by=ada)

    with pytest.raises(refs.NotFound):
        email_templates.find("follow-up", by=ada)
    email_templates.restore(follow_up, by=ada)
    assert email_templates.find("follow-up", by=ada) == EmailTemplate.objects.get()
