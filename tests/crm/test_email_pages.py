"""The outbox and the pages of e-mails, as people use them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from audit.actions import action, tenant
from crm import contacts, email_templates, emails, outbox
from crm.models import Email

TEXT = {"to_address": "Grace@navy.example", "subject": "Hello", "body": "Dear <b>Grace</b>"}


@pytest.fixture
def held(acme, ada, grace):
    with tenant(acme.pk):
        return emails.compose(grace, subject="On its way", body="Dear <b>Grace</b>", by=ada)


def status_of(email):
    with tenant(email.organization_id):
        return Email.objects.get(pk=email.pk).status


def test_somebody_writes_a_draft_and_sends_it(log_in, bob, acme, grace):
    browser = log_in(bob)

    browser.post(reverse("crm:contact_email_new", args=[grace.pk]), TEXT)
    with tenant(acme.pk):
        draft = Email.objects.get()
    page = browser.post(reverse("crm:email_send", args=[draft.pk]), follow=True)

    assert draft.status == "draft"
    assert status_of(draft) == "held"
    assert "Recall" in page.content.decode()


def test_or_sends_it_at_once(log_in, bob, acme, grace):
    log_in(bob).post(
        reverse("crm:contact_email_new", args=[grace.pk]), TEXT | {"send": "1"}, follow=True
    )

    with tenant(acme.pk):
        assert Email.objects.get().status == "held"


def test_the_form_begins_from_a_template(log_in, bob, ada, acme, grace):
    with tenant(acme.pk):
        email_templates.create(
            "hi", name="Hello", subject="Hi {{contact.name}}", body="Bye", by=ada
        )

    address = reverse("crm:contact_email_new", args=[grace.pk])
    page = log_in(bob).get(address, {"template": "hi"}).content.decode()

    assert "Hi Grace Hopper" in page


def test_what_is_refused_is_said_in_the_form(log_in, bob, ada, acme, grace):
    with tenant(acme.pk):
        contacts.update(grace, changes={"do_not_contact": True}, by=ada)
    address = reverse("crm:contact_email_new", args=[grace.pk])

    unwanted = log_in(bob).post(address, TEXT)
    stranger = log_in(bob).post(address, TEXT | {"to_address": "eve@elsewhere.example"})

    assert (unwanted.status_code, stranger.status_code) == (422, 422)
    assert "does not want to be contacted" in unwanted.content.decode()


def test_a_draft_is_edited(log_in, bob, ada, acme, grace):
    with tenant(acme.pk):
        draft = emails.draft(grace, subject="x", body="y", by=ada)

    log_in(bob).post(reverse("crm:email_edit", args=[draft.pk]), TEXT)

    with tenant(acme.pk):
        assert Email.objects.get().subject == "Hello"


def test_the_outbox_shows_what_is_asked_for(log_in, vi, held):
    browser = log_in(vi)
    address = reverse("crm:email_list")

    everything = browser.get(address).content.decode()
    sent = browser.get(address, {"status": "sent"}).content.decode()
    unknown = browser.get(address, {"status": "lost"}).content.decode()

    assert "On its way" in everything
    assert "On its way" in unknown
    assert "On its way" not in sent
    assert "Nothing here" in sent


def test_where_no_mail_server_is_set_up_the_outbox_says_so(log_in, vi, held, settings):
    browser, says = log_in(vi), "nothing leaves this machine"

    assert says in browser.get(reverse("crm:email_list")).content.decode()
    settings.EMAIL_URL = "smtp://mail.example"
    assert says not in browser.get(reverse("crm:email_list")).content.decode()


def test_a_text_is_shown_to_the_letter(log_in, vi, held):
    page = log_in(vi).get(reverse("crm:email", args=[held.pk])).content.decode()

    assert "Dear &lt;b&gt;Grace&lt;/b&gt;" in page
    assert "Recall" not in page


def test_what_is_held_is_recalled_and_thrown_away(log_in, bob, acme, held):
    browser = log_in(bob)

    browser.post(reverse("crm:email_recall", args=[held.pk]))
    recalled = status_of(held)
    browser.post(reverse("crm:email_discard", args=[held.pk]))

    assert recalled == "recalled"
    with tenant(acme.pk):
        assert not Email.objects.exists()


def test_who_recalls_too_late_is_told(log_in, bob, ada, held):
    with action("test.arrange", by=ada):
        Email.objects.update(send_at=clock.real_now() - timedelta(seconds=1))
    outbox.send_due()
    browser = log_in(bob)

    for name in ["recall", "discard", "send"]:
        answer = browser.post(reverse(f"crm:email_{name}", args=[held.pk]))
        assert answer.status_code == 422
        assert "This e-mail is" in answer.content.decode()


def test_who_only_looks_on_changes_nothing(log_in, vi, held, grace):
    browser = log_in(vi)

    for name in ["edit", "send", "recall", "discard"]:
        assert browser.post(reverse(f"crm:email_{name}", args=[held.pk])).status_code == 403
    assert browser.get(reverse("crm:contact_email_new", args=[grace.pk])).status_code == 403
    assert status_of(held) == "held"


def test_a_contacts_page_shows_what_is_not_out(log_in, bob, held, grace):
    page = log_in(bob).get(reverse("crm:contact", args=[grace.pk])).content.decode()

    assert "On its way" in page
    assert reverse("crm:contact_email_new", args=[grace.pk]) in page


def test_the_console_shows_mail_and_recalls_it(log_in, mo, held):
    browser = log_in(mo)
    address = reverse("admin:crm_email_changelist")

    listed = browser.get(address)
    browser.post(address, {"action": "recall", "_selected_action": [held.pk]})

    assert "On its way" in listed.content.decode()
    assert browser.get(reverse("admin:crm_email_change", args=[held.pk])).status_code == 200
    assert browser.get(reverse("admin:crm_email_add")).status_code == 403
    assert status_of(held) == "recalled"


def test_templates_are_kept_in_the_console(log_in, mo, acme, held):
    browser = log_in(mo)
    address = reverse("admin:crm_emailtemplate_add")
    given = {"name": "Hello", "key": "hi", "subject": "Hi", "body": "{{ contact.frist_name }}"}

    refused = browser.post(address, given, follow=True)
    browser.post(address, given | {"body": "{{ contact.first_name | you }}"})

    assert "did you mean contact.first_name" in refused.content.decode()
    with tenant(acme.pk):
        assert email_templates.find("hi", by=mo).body == "{{ contact.first_name | you }}"
