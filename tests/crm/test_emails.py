"""E-mails: written, held, recalled, and taken to the mail server once at most."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from audit import clock
from audit.actions import action, current, tenant
from audit.models import Action, Change, Event
from crm import contacts, emails, outbox, refs
from crm.emails import NotOpen, TooLate
from crm.fields import FieldError
from crm.models import Activity, Email, Organization
from crm.models.emails import EmailStatus
from crm.recipients import NoAddress, NotTheirAddress, NotToBeContacted
from tests.audit.undoing import counts, plan, take_back


@pytest.fixture(autouse=True)
def nothing_sent():
    mail.outbox.clear()


@pytest.fixture
def hello(inside, ada, grace):
    """A draft to Grace."""
    return emails.draft(grace, subject="Hello", body="Dear Grace,\n\nhello.", by=ada)


@pytest.fixture
def held(hello, ada):
    return emails.send(hello, by=ada)


def let_time_pass(email):
    """Have an e-mail be due."""
    with action("test.arrange", by=outbox.system(email.organization_id)):
        rows = Email.objects.filter(pk=email.pk)
        rows.update(send_at=clock.real_now() - timedelta(seconds=1))


def sweep():
    return outbox.send_due()


def last_action(name):
    return Action.objects.filter(name=name).latest("pk").pk


# --- Writing --------------------------------------------------------------------------------------
def test_a_draft_goes_nowhere(hello):
    assert (hello.status, hello.to_address, hello.send_at) == ("draft", "Grace@navy.example", None)
    assert sweep() == 0
    assert mail.outbox == []


def test_any_of_the_contacts_own_addresses_will_do(inside, ada, grace):
    contacts.update(grace, changes={"other_emails": ["grace@home.example"]}, by=ada)
    grace.refresh_from_db()

    found = emails.draft(grace, subject="x", body="y", to_address="GRACE@home.example ", by=ada)

    assert found.to_address == "grace@home.example"


@pytest.mark.parametrize(
    "address", ["eve@elsewhere.example", "Grace@navy.example, eve@elsewhere.example", "nobody"]
)
def test_no_other_address_will(inside, ada, grace, address):
    with pytest.raises(NotTheirAddress, match=r"there is Grace@navy\.example"):
        emails.draft(grace, subject="x", body="y", to_address=address, by=ada)


def test_who_does_not_want_to_be_contacted_is_not_written_to(inside, ada, grace):
    contacts.update(grace, changes={"do_not_contact": True}, by=ada)

    with pytest.raises(NotToBeContacted, match="does not want"):
        emails.draft(grace, subject="x", body="y", by=ada)


def test_nor_is_who_is_archived_or_has_no_address(inside, ada, grace):
    nobody = contacts.create(name="Nobody", by=ada)
    contacts.archive(grace, by=ada)

    with pytest.raises(NotToBeContacted, match="archived"):
        emails.draft(grace, subject="x", body="y", by=ada)
    with pytest.raises(NoAddress):
        emails.draft(nobody, subject="x", body="y", by=ada)


@pytest.mark.parametrize(
    "subject", ["Hi\nBcc: eve@elsewhere.example", "Hi\r\nX: y", "Hi\x00", "Hi\u2028there", ""]
)
def test_a_subject_is_one_line(inside, ada, grace, subject):
    with pytest.raises(FieldError) as refused:
        emails.draft(grace, subject=subject, body="y", by=ada)

    assert set(refused.value.fields) == {"subject"}


def test_an_address_that_holds_a_header_is_no_address(inside, ada, grace):
    with action("test.arrange", by=ada):
        grace.email = "grace@navy.example\nBcc: eve@elsewhere.example"
        grace.save(update_fields=["email"])

    with pytest.raises(NoAddress):
        emails.draft(grace, subject="x", body="y", by=ada)


def test_a_draft_can_be_changed_and_one_that_is_held_cannot(hello, ada):
    changed = emails.update(hello, changes={"subject": "Good day"}, by=ada)
    emails.send(changed, by=ada)

    with pytest.raises(NotOpen, match="recall it first"):
        emails.update(changed, changes={"subject": "Good night"}, by=ada)
    with pytest.raises(NotOpen):
        emails.discard(changed, by=ada)
    assert Email.objects.get().subject == "Good day"


def test_a_draft_is_thrown_away(hello, ada):
    emails.discard(hello, by=ada)

    assert not Email.objects.exists()


# --- Sending --------------------------------------------------------------------------------------
def test_what_is_sent_is_held_first(held, settings):
    wait = held.send_at - clock.real_now()

    assert held.status == EmailStatus.HELD
    assert timedelta(minutes=settings.EMAIL_HOLD_MINUTES - 1) < wait
    assert sweep() == 0
    assert mail.outbox == []


def test_what_was_held_long_enough_goes_out_once(held, ada, grace):
    let_time_pass(held)

    assert (sweep(), sweep()) == (1, 0)

    held.refresh_from_db()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["Grace@navy.example"], "Hello")
    assert message.body == "Dear Grace,\n\nhello."
    assert message.extra_headers["Message-ID"] == held.message_id
    assert (held.status, held.attempts, held.error) == ("sent", 1, "")


def test_what_went_out_is_in_the_contacts_story(held, grace):
    let_time_pass(held)
    sweep()

    logged = Activity.objects.get(contact=grace)
    grace.refresh_from_db()
    assert (logged.kind, logged.subject, logged.direction) == ("email_sent", "Hello", "out")
    assert grace.last_contacted_at == logged.occurred_at
    assert Event.objects.get(name="crm.email.sent").target == grace.ref


def test_what_is_recalled_in_time_is_never_sent(held, ada):
    recalled = emails.recall(held, by=ada)

    assert emails.recall(held, by=ada).status == EmailStatus.RECALLED
    assert recalled.send_at is None
    assert sweep() == 0
    assert mail.outbox == []


def test_what_was_recalled_can_be_sent_after_all(held, ada):
    emails.recall(held, by=ada)
    emails.send(held, by=ada)
    let_time_pass(held)

    assert sweep() == 1


def test_what_went_out_cannot_be_recalled_nor_sent_again(held, ada):
    let_time_pass(held)
    sweep()

    with pytest.raises(TooLate, match="it is sent"):
        emails.recall(held, by=ada)
    with pytest.raises(NotOpen, match="write another"):
        emails.send(held, by=ada)


def test_sending_twice_holds_once(held, ada):
    assert emails.send(held, by=ada).send_at == held.send_at
    assert Event.objects.filter(name="crm.email.held").count() == 1


@pytest.mark.parametrize("change", [{"do_not_contact": True}, {"email": "grace@other.example"}])
def test_who_may_not_be_written_to_by_the_time_it_is_due_is_not(held, ada, grace, change):
    contacts.update(grace, changes=change, by=ada)
    let_time_pass(held)

    assert sweep() == 0

    held.refresh_from_db()
    assert mail.outbox == []
    assert held.status == EmailStatus.FAILED
    assert held.error.startswith("Not sent: ")


def test_a_closed_organization_sends_nothing(held, acme, ada):
    let_time_pass(held)
    with action("test.arrange", by=ada):
        Organization.objects.filter(pk=acme.pk).update(archived_at=clock.now())

    assert outbox.find_due(10) == []
    assert not outbox.attend(acme.pk, held.pk)
    assert mail.outbox == []


def test_while_agents_are_paused_their_mail_waits_and_peoples_goes(hello, acme, ada, grace):
    theirs = emails.draft(grace, subject="From an agent", body="x", by=ada)
    for email in [emails.send(hello, by=ada), emails.send(theirs, by=ada)]:
        let_time_pass(email)
    with action("test.arrange", by=ada):
        Email.objects.filter(pk=theirs.pk).update(sent_by="agent:7")
        Organization.objects.filter(pk=acme.pk).update(agents_paused_at=clock.now())

    assert sweep() == 1
    assert not outbox.attend(acme.pk, theirs.pk)
    assert [message.subject for message in mail.outbox] == ["Hello"]


def test_no_worker_sends_what_is_marked_as_being_sent(held, acme):
    """Whoever marked it was cut off: killed between the mark and the mail server."""
    let_time_pass(held)
    assert outbox.claim(acme.pk, held.pk) is not None

    assert sweep() == 0
    assert outbox.claim(acme.pk, held.pk) is None
    assert mail.outbox == []


def test_what_was_cut_off_is_said_to_be_unknown_and_not_sent_again(held, acme, ada):
    let_time_pass(held)
    outbox.claim(acme.pk, held.pk)
    with action("test.arrange", by=ada):
        Email.objects.update(claimed_at=clock.real_now() - outbox.LEASE)

    assert (sweep(), sweep()) == (0, 0)

    held.refresh_from_db()
    assert (held.status, held.error) == (EmailStatus.FAILED, outbox.UNKNOWN)
    assert mail.outbox == []
    with pytest.raises(NotOpen):
        emails.send(held, by=ada)


class Server(EmailBackend):
    """A mail server in trouble: `at` says when, `trouble` what."""

    at = ""
    trouble: Exception | None = None

    def open(self):
        if self.at == "open":
            raise self.trouble

    def send_messages(self, messages):
        if self.at == "send":
            raise self.trouble
        return super().send_messages(messages)

    def close(self):
        if self.at == "close":
            raise self.trouble


@pytest.fixture
def troubled(settings, monkeypatch):
    def be(at, trouble):
        monkeypatch.setattr(Server, "at", at)
        monkeypatch.setattr(Server, "trouble", trouble)
        settings.MAILERS = {"default": {"BACKEND": f"{Server.__module__}.Server"}}

    return be


def test_a_server_that_is_not_there_is_tried_again_and_then_given_up(held, troubled):
    troubled("open", ConnectionRefusedError("nobody there"))

    for attempt in range(1, outbox.MOST_ATTEMPTS + 1):
        let_time_pass(held)
        assert sweep() == 0
        held.refresh_from_db()
        assert held.attempts == attempt
        assert "nobody there" in held.error

    assert held.status == EmailStatus.FAILED
    assert sweep() == 0


def test_after_a_while_the_server_is_there_again(held, troubled):
    troubled("open", ConnectionRefusedError("nobody there"))
    let_time_pass(held)
    sweep()
    troubled("", None)
    let_time_pass(held)

    assert sweep() == 1
    assert len(mail.outbox) == 1


def test_what_the_server_refuses_has_failed_and_is_said_why(held, troubled):
    troubled("send", outbox.smtplib.SMTPDataError(554, b"looks like spam"))
    let_time_pass(held)

    assert (sweep(), sweep()) == (0, 0)

    held.refresh_from_db()
    assert held.status == EmailStatus.FAILED
    assert "looks like spam" in held.error


def test_where_the_line_breaks_nobody_knows_and_nothing_is_tried_again(held, troubled):
    troubled("send", TimeoutError("no answer"))
    let_time_pass(held)

    assert (sweep(), sweep()) == (0, 0)

    held.refresh_from_db()
    assert held.status == EmailStatus.FAILED
    assert "it may have gone" in held.error


def test_a_server_that_hangs_up_rudely_has_the_message_all_the_same(held, troubled):
    troubled("close", outbox.smtplib.SMTPServerDisconnected("gone"))
    let_time_pass(held)

    assert sweep() == 1

    held.refresh_from_db()
    assert held.status == EmailStatus.SENT


def test_the_mail_server_is_called_outside_every_action(held, monkeypatch):
    seen = []
    monkeypatch.setattr(
        EmailBackend, "send_messages", lambda self, messages: seen.append(current())
    )
    let_time_pass(held)

    sweep()

    assert seen == [None]


# --- Undo -----------------------------------------------------------------------------------------
def test_undoing_a_send_calls_it_back(held, ada):
    take_back(ada, last_action("emails.send"))

    held.refresh_from_db()
    assert (held.status, held.send_at) == (EmailStatus.DRAFT, None)
    assert sweep() == 0


def test_undoing_what_was_written_and_sent_at_once_calls_it_back(inside, ada, grace):
    emails.compose(grace, subject="x", body="y", by=ada)

    take_back(ada, last_action("emails.compose"))

    assert not Email.objects.exists()


def test_what_went_out_is_irreversible(held, ada, grace):
    let_time_pass(held)
    sweep()

    for name in ["emails.send", "emails.draft", "outbox.claim", "outbox.send"]:
        undone = undo_what(ada, last_action(name))
        assert set(undone) == {"irreversible"}, name

    held.refresh_from_db()
    assert held.status == EmailStatus.SENT
    assert Activity.objects.filter(contact=grace).exists()


def undo_what(by, *actions):
    return counts(plan(by, *actions))


def test_undoing_a_recall_holds_it_again_while_there_is_time(held, ada):
    emails.recall(held, by=ada)

    take_back(ada, last_action("emails.recall"))

    again = Email.objects.get()
    assert (again.status, again.send_at) == (EmailStatus.HELD, held.send_at)


def test_undo_sends_nothing_at_once(held, ada):
    let_time_pass(held)
    emails.recall(held, by=ada)

    assert set(undo_what(ada, last_action("emails.recall"))) == {"conflicts"}


def test_undo_holds_no_text_that_was_changed_meanwhile(held, ada):
    emails.recall(held, by=ada)
    emails.update(held, changes={"body": "Buy now!"}, by=ada)

    assert set(undo_what(ada, last_action("emails.recall"))) == {"conflicts"}


def test_undo_does_not_change_the_text_of_what_is_about_to_go(hello, ada):
    emails.update(hello, changes={"subject": "Good day"}, by=ada)
    emails.send(hello, by=ada)

    assert set(undo_what(ada, last_action("emails.update"))) == {"conflicts"}


def test_what_was_thrown_away_comes_back_as_it_was(hello, ada):
    emails.discard(hello, by=ada)

    take_back(ada, last_action("emails.discard"))

    hello.refresh_from_db()
    assert (hello.status, hello.subject) == (EmailStatus.DRAFT, "Hello")


# --- Tenants, erasure, the database's own rules ---------------------------------------------------
def test_elsewhere_there_is_no_such_mail(eve, hello):
    assert not Email.objects.visible_to(eve).exists()
    with pytest.raises(refs.NotFound):
        refs.find(hello.ref, "email", by=eve)


def test_erasing_somebody_erases_their_mail(acme, ada, grace):
    with tenant(acme.pk):
        email = emails.compose(grace, subject="A secret", body="y", by=ada)
        contacts.erase(grace, by=ada)

        assert not Email.objects.exists()
        assert not Change.objects.filter(after__subject="A secret").exists()
        assert not Action.objects.filter(summary__contains="A secret").exists()
        assert not Event.objects.filter(summary__contains="A secret").exists()
        assert not outbox.attend(acme.pk, email.pk)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "held", "send_at": None},
        {"status": "sent", "sent_at": None},
        {"status": "sending"},
        {"status": "failed", "error": ""},
        {"sent_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_the_database_holds_what_a_status_means(hello, ada, values):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        action("test.break", by=ada),
    ):
        Email.objects.filter(pk=hello.pk).update(**values)
