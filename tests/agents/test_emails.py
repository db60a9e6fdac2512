"""E-mail by tools: drafted freely, sent only when a person has read all that goes out."""

from datetime import timedelta

import pytest
from django.core import mail

from agents import switches
from agents.calls import resumption
from approvals import approvals
from approvals.models import Approval, Status
from audit import clock
from audit.actions import action
from audit.models import Action, Outcome
from crm import contacts, email_templates, emails, outbox
from crm.models import Email
from tests.audit.undoing import counts, plan, take_back

TEXT = {"subject": "Your demo", "body": "Dear Grace,\n\nshall we say Monday?"}


@pytest.fixture(autouse=True)
def nothing_sent():
    mail.outbox.clear()


@pytest.fixture
def draft(inside, call, grace):
    """The reference of a draft that the agent wrote."""
    return call("draft_email", contact=grace.ref, **TEXT).result["email"]


def approval_of(asked):
    assert asked.status == Outcome.WAITING, asked
    return Approval.objects.get(pk=int(asked.approval.partition(":")[2]))


def shown_in(asked):
    return {row["label"]: row["after"] for row in approval_of(asked).rows}


def grant(asked, *, by):
    """Grant what waits and carry it out; return the action's id and the approval."""
    granted = approvals.grant(approval_of(asked), by=by)
    resumption.resume(granted)
    granted.refresh_from_db()
    return granted.used_in_id, granted


def let_time_pass(by):
    with action("test.arrange", by=by):
        Email.objects.update(send_at=clock.real_now() - timedelta(seconds=1))


# --- Drafting -------------------------------------------------------------------------------------
def test_an_agent_drafts_without_asking(inside, call, grace):
    drafted = call("draft_email", contact=grace.ref, **TEXT)

    assert (drafted.status, drafted.result["status"]) == (Outcome.DONE, "draft")
    assert Email.objects.get().to_address == "Grace@navy.example"
    assert outbox.find_due(10) == []


def test_a_draft_is_changed_in_place(call, draft):
    changed = call("draft_email", email=draft, subject="Another subject")

    assert changed.result["email"] == draft
    assert Email.objects.get().subject == "Another subject"
    assert Email.objects.get().body == TEXT["body"]


def test_a_draft_comes_from_a_template(inside, call, grace, ada):
    email_templates.create("hi", name="Hi", subject="Hi {{contact.name}}", body="x", by=ada)

    drafted = call("draft_email", contact=grace.ref, template="hi")
    missing = call("draft_email", contact=grace.ref, template="hi-there")

    assert drafted.result["subject"] == "Hi Grace Hopper"
    assert missing.http == 404
    assert "there are: hi" in missing.summary


def test_drafting_is_undone_to_nothing(call, draft, ada):
    take_back(ada, Action.objects.filter(name="draft_email").latest("pk").pk)

    assert not Email.objects.exists()


@pytest.mark.parametrize("tool", ["draft_email", "send_email"])
def test_what_a_call_means_is_said_once(call, draft, grace, tool):
    both = call(tool, email=draft, contact=grace.ref)
    neither = call(tool, **TEXT)

    assert (both.http, neither.http) == (400, 400)
    assert "is for a new e-mail" in both.summary
    assert "contact is missing" in neither.summary


@pytest.mark.parametrize("tool", ["draft_email", "send_email"])
def test_no_tool_writes_to_strangers_or_to_who_asked_not_to_be(inside, call, grace, ada, tool):
    stranger = call(tool, contact=grace.ref, to_address="eve@elsewhere.example", **TEXT)
    header = call(tool, contact=grace.ref, subject="x\nBcc: eve@elsewhere.example", body="y")
    contacts.update(grace, changes={"do_not_contact": True}, by=ada)
    unwanted = call(tool, contact=grace.ref, **TEXT)

    assert (stranger.status, stranger.http) == (Outcome.REFUSED, 422)
    assert "Grace@navy.example" in stranger.summary
    assert header.http == 400
    assert "does not want to be contacted" in unwanted.summary
    assert not Approval.objects.exists()


# --- Sending --------------------------------------------------------------------------------------
def test_sending_asks_and_shows_all_that_goes_out(call, draft):
    asked = call("send_email", email=draft)

    shown = shown_in(asked)
    assert "it reaches people outside" in asked.because
    assert shown["To"] == "Grace@navy.example"
    assert (shown["Subject"], shown["Text"]) == (TEXT["subject"], TEXT["body"])
    assert "5 minutes after that" in shown["Goes out"]
    assert Email.objects.get().status == "draft"


def test_what_is_written_and_sent_at_once_is_shown_too(inside, call, grace, ada):
    email_templates.create("hi", name="Hi", subject="Hi {{contact.name}}", body="Bye", by=ada)

    shown = shown_in(call("send_email", contact=grace.ref, template="hi"))

    assert {"Hi Grace Hopper", "Bye", "Grace@navy.example"} <= set(shown.values())
    assert not Email.objects.exists()


def test_what_was_granted_is_held_and_then_goes_out(call, draft, mo, ada, agent):
    grant(call("send_email", email=draft), by=mo)

    held = Email.objects.get()
    assert (held.status, held.sent_by) == ("held", agent.ref)
    let_time_pass(ada)
    assert outbox.send_due() == 1
    assert mail.outbox[0].body == TEXT["body"]


def test_what_was_composed_and_granted_goes_out_too(inside, call, grace, mo, ada):
    grant(call("send_email", contact=grace.ref, **TEXT), by=mo)

    let_time_pass(ada)
    assert outbox.send_due() == 1
    assert mail.outbox[0].subject == TEXT["subject"]


@pytest.mark.parametrize("change", [{"body": "Buy now!"}, {"subject": "Cheap"}])
def test_a_text_that_changed_meanwhile_does_not_go_out(call, draft, mo, ada, change):
    asked = call("send_email", email=draft)
    emails.update(Email.objects.get(), changes=change, by=ada)

    _, approval = grant_what_is_left(asked, by=mo)

    assert approval.status == Status.STALE
    assert Email.objects.get().status == "draft"


def test_a_template_that_changed_meanwhile_does_not_go_out(inside, call, grace, mo, ada):
    template = email_templates.create("hi", name="Hi", subject="Hi", body="Bye", by=ada)
    asked = call("send_email", contact=grace.ref, template="hi")
    email_templates.update(template, changes={"body": "Buy now!"}, by=ada)

    _, approval = grant_what_is_left(asked, by=mo)

    assert approval.status == Status.STALE
    assert not Email.objects.exists()


def grant_what_is_left(asked, *, by):
    try:
        return grant(asked, by=by)
    except approvals.Refusal:
        return None, approval_of(asked)


def test_a_person_sends_without_asking(inside, call, draft, bob):
    sent = call("send_email", by=bob, email=draft)

    assert (sent.status, sent.result["status"]) == (Outcome.DONE, "held")


def test_what_an_agent_has_sent_is_called_back_when_it_is_switched_off(
    call, draft, grace, mo, ada, agent
):
    grant(call("send_email", email=draft), by=mo)
    ours = emails.compose(grace, **TEXT, by=ada)

    switches.disable(agent, by=mo)

    status = dict(Email.objects.values_list("sent_by", "status"))
    assert status == {agent.ref: "recalled", ada.ref: "held"}
    assert Email.objects.get(status="held") == ours


# --- Recalling ------------------------------------------------------------------------------------
def test_an_agent_recalls_what_is_held(call, draft, bob, ada):
    call("send_email", by=bob, email=draft)

    recalled = call("recall_email", email=draft)

    assert (recalled.status, recalled.result["status"]) == (Outcome.DONE, "recalled")
    assert outbox.send_due() == 0


def test_what_went_out_is_not_recalled(call, draft, bob, ada):
    call("send_email", by=bob, email=draft)
    let_time_pass(ada)
    outbox.send_due()

    too_late = call("recall_email", email=draft)

    assert (too_late.status, too_late.http) == (Outcome.REFUSED, 422)
    assert "it is sent" in too_late.summary


@pytest.mark.parametrize("sent_first", [True, False])
def test_a_mail_that_is_not_wanted_is_thrown_away(call, draft, bob, sent_first):
    if sent_first:
        call("send_email", by=bob, email=draft)

    gone = call("recall_email", email=draft, discard=True)

    assert gone.result["status"] == "discarded"
    assert not Email.objects.exists()


def test_undoing_a_call_of_send_email_calls_the_mail_back(call, draft, mo, ada):
    done, _ = grant(call("send_email", email=draft), by=mo)

    take_back(ada, done)

    assert Email.objects.get().status == "draft"
    assert outbox.send_due() == 0


def test_until_it_went_out(call, draft, mo, ada):
    done, _ = grant(call("send_email", email=draft), by=mo)
    let_time_pass(ada)
    outbox.send_due()

    assert set(counts(plan(ada, done))) == {"irreversible", "nothing"}  # the mail, the decision


def test_erasing_somebody_forgets_what_was_asked_about_their_mail(call, draft, grace, ada):
    call("send_email", email=draft)

    contacts.erase(grace, by=ada)

    assert not Approval.objects.exists()
    assert not Action.objects.filter(arguments__body=TEXT["body"]).exists()
