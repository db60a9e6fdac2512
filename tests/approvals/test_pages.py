"""The inbox and its parts: one click decides, and the outcome is shown where one clicked."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals import approvals
from approvals.forms import ArgumentsForm
from approvals.models import Approval
from audit import clock
from audit.actions import action, tenant
from audit.models import Action

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"approvals:{name}", args=args)


@pytest.fixture
def waiting(acme, ask):
    with tenant(acme.pk):
        return ask()


def now(approval):
    with tenant(approval.organization_id):
        return Approval.objects.get(pk=approval.pk)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- Looking --------------------------------------------------------------------------------------
def test_the_inbox_shows_what_one_needs_to_decide(log_in, mo, waiting):
    page = text(log_in(mo).get(url("inbox")))

    for shown in (
        "Move Grace Hopper to Qualified",
        "Scout",
        "confidence 60 % is below 85 %",
        "She asked for a demo.",
        "60 %",
        "Lead",
        "Qualified",
    ):
        assert shown in page


def test_an_empty_inbox_says_so(log_in, mo):
    assert "Nothing waits" in text(log_in(mo).get(url("inbox")))


def test_what_was_decided_moves_to_the_other_tab(log_in, mo, waiting):
    approvals.refuse(waiting, by=mo, because="She is on leave.")
    client = log_in(mo)

    assert "Grace" not in text(client.get(url("inbox")))
    assert "She is on leave." in text(client.get(url("inbox") + "?status=decided"))


def test_what_others_decide_stands_apart(log_in, vi, bob, mo, ada, waiting):
    def shows(by, tab):
        return "Grace" in text(log_in(by).get(url("inbox") + tab))

    seen = {by.name: (shows(by, ""), shows(by, "?status=others")) for by in (vi, bob, mo, ada)}

    assert seen == {
        "Vi": (False, True),
        "Bob": (False, True),
        "Mo": (True, False),
        "Ada": (True, False),
    }


def test_what_one_is_named_for_is_ones_own(log_in, bob, ada, waiting):
    with action("test.arrange", by=ada):
        Approval.objects.filter(pk=waiting.pk).update(decides_member_id=bob.membership_id)

    assert "Grace" in text(log_in(bob).get(url("inbox")))


def test_what_one_asked_for_is_ones_own(log_in, bob, vi, acme, ask, propose):
    with tenant(acme.pk):
        ask(propose(by=bob))

    assert "Grace" in text(log_in(bob).get(url("inbox")))
    assert "Grace" not in text(log_in(vi).get(url("inbox")))


def test_the_number_of_what_waits_is_shown_and_zero_is_nothing(log_in, mo, waiting):
    client = log_in(mo)
    assert client.get(url("count")).content == b"1"

    approvals.grant(waiting, by=mo)
    assert client.get(url("count")).content == b""


def test_the_number_counts_what_one_may_decide(log_in, vi, bob, mo, ada, waiting):
    counts = {by.name: log_in(by).get(url("count")).content for by in (vi, bob, mo, ada)}

    assert counts == {"Vi": b"", "Bob": b"", "Mo": b"1", "Ada": b"1"}


def test_the_number_counts_what_one_is_named_for(log_in, bob, mo, ada, waiting):
    with action("test.arrange", by=ada):
        Approval.objects.filter(pk=waiting.pk).update(decides_member_id=bob.membership_id)

    counts = {by.name: log_in(by).get(url("count")).content for by in (bob, mo, ada)}

    assert counts == {"Bob": b"1", "Mo": b"", "Ada": b"1"}


def test_the_inbox_costs_the_same_for_many(
    log_in, mo, acme, waiting, ask, propose, django_assert_max_num_queries
):
    client = log_in(mo)
    with tenant(acme.pk):
        for nth in range(20):
            ask(propose(arguments={"position": "position:1", "nth": nth}, confidence=0.5))

    with django_assert_max_num_queries(14):
        page = client.get(url("inbox"))

    assert page.content.count(b"<article") == 21


def test_pages_go_on_where_the_last_one_ended(log_in, mo, acme, ask, propose):
    with tenant(acme.pk):
        for nth in range(51):
            ask(propose(arguments={"nth": nth}, confidence=0.5))
    client = log_in(mo)

    first = client.get(url("inbox"))
    second = client.get(url("inbox") + first.context["page"].next)

    assert (len(first.context["approvals"]), len(second.context["approvals"])) == (50, 1)
    assert second.context["page"].next is None


def test_what_waits_for_a_contact_or_a_card_is_shown_there(log_in, mo, waiting, card, grace):
    client = log_in(mo)

    for ref in (card.ref, grace.ref):
        assert "Move Grace Hopper" in text(client.get(url("of", ref), **HTMX))


def test_the_cards_of_a_stage_get_what_waits_for_them(log_in, mo, waiting, card, stage):
    client = log_in(mo)

    there = client.get(url("of", stage("Lead").ref), **HTMX).content.decode()
    elsewhere = client.get(url("of", stage("Demo").ref), **HTMX).content.decode()

    assert f"#card-waits-{card.pk}" in there
    assert "Move Grace Hopper" in there
    assert "card-waits" not in elsewhere


@pytest.mark.parametrize("ref", ["contact:999999", "pipeline:1", "nonsense"])
def test_of_what_is_not_there_nothing_is_said(log_in, mo, ref):
    assert log_in(mo).get(url("of", ref)).status_code == 404


# --- Deciding -------------------------------------------------------------------------------------
def test_one_click_approves_and_says_it_is_under_way(log_in, mo, waiting):
    answer = log_in(mo).post(url("grant", waiting.pk), {"digest": waiting.digest}, **HTMX)

    assert (answer.status_code, now(waiting).status) == (200, "granted")
    assert "Approved" in text(answer)
    assert "approvals-changed" in answer.headers["HX-Trigger"]
    assert b"hx-trigger" in answer.content  # it asks again by itself until it is done


def test_without_scripts_a_click_leads_to_the_outcome(log_in, mo, waiting):
    client = log_in(mo)

    answer = client.post(url("grant", waiting.pk), {"digest": waiting.digest})

    assert answer.status_code == 302
    assert answer.url == url("approval", waiting.pk)
    assert "Approved" in text(client.get(answer.url))


def test_a_late_click_is_told_who_decided(log_in, mo, ada, waiting):
    approvals.grant(waiting, by=ada)

    answer = log_in(mo).post(url("grant", waiting.pk), {"digest": waiting.digest}, **HTMX)

    assert answer.status_code == 409
    assert "Ada" in text(answer)


def test_an_old_digest_is_shown_what_it_is_now(log_in, mo, waiting):
    answer = log_in(mo).post(url("grant", waiting.pk), {"digest": "0" * 64}, **HTMX)

    assert (answer.status_code, now(waiting).status) == (409, "waiting")
    assert "no longer what you were shown" in text(answer)


def test_what_changed_goes_stale_and_says_why(log_in, mo, waiting, card, change, acme):
    with tenant(acme.pk):
        change(card, value_cents=700_000)

    answer = log_in(mo).post(url("grant", waiting.pk), {"digest": waiting.digest}, **HTMX)

    assert (answer.status_code, now(waiting).status) == (409, "stale")
    assert "what the deal is worth has changed" in text(answer)


def test_rejecting_wants_a_reason(log_in, mo, waiting):
    client = log_in(mo)

    without = client.post(url("refuse", waiting.pk), {"because": ""}, **HTMX)
    assert (without.status_code, now(waiting).status) == (422, "waiting")
    assert "Say why not" in text(without)

    client.post(url("refuse", waiting.pk), {"because": "On leave."}, **HTMX)
    assert (now(waiting).status, now(waiting).note) == ("refused", "On leave.")


def test_a_member_sees_what_waits_and_is_told_who_decides(log_in, bob, waiting):
    client = log_in(bob)
    assert "Move Grace Hopper" in text(client.get(url("inbox") + "?status=others"))

    answer = client.post(url("grant", waiting.pk), {"digest": waiting.digest}, **HTMX)

    assert (answer.status_code, now(waiting).status) == (403, "waiting")
    assert "a manager or an owner" in text(answer)


def test_an_owner_who_is_alone_is_asked_once_more(log_in, ada, acme, ask, propose, won):
    with tenant(acme.pk):
        risk = ask(propose(to_stage=won, owner_id=ada.id))
    client = log_in(ada)

    first = client.post(url("grant", risk.pk), {"digest": risk.digest}, **HTMX)
    assert (first.status_code, now(risk).status) == (409, "waiting")
    assert "Approve it once more to confirm" in text(first)
    assert b'name="confirmed"' in first.content

    client.post(url("grant", risk.pk), {"digest": risk.digest, "confirmed": "1"}, **HTMX)
    assert now(risk).status == "granted"


# --- In the ledger --------------------------------------------------------------------------------
def test_the_ledger_tells_people_of_an_approval_what_is_for_people(log_in, mo, acme, waiting):
    with tenant(acme.pk):
        approvals.refuse(waiting, by=mo, because="Not before June.")
        done = Action.objects.filter(name="approvals.refuse").latest("pk")

    page = text(log_in(mo).get(reverse("audit:action", args=[done.pk])))

    assert "Not before June." in page
    assert "digest" not in page.lower()


# --- Editing --------------------------------------------------------------------------------------
def arguments(approval, **other):
    return {f"argument-{key}": value for key, value in (approval.arguments | other).items()}


def test_one_edits_and_approves(log_in, mo, waiting, stage):
    client = log_in(mo)
    assert "Qualified" in text(client.get(url("edit", waiting.pk), **HTMX))

    given = arguments(waiting, to_stage=stage("Demo").ref) | {"digest": waiting.digest}
    answer = client.post(url("edit", waiting.pk), given, **HTMX)

    assert (answer.status_code, now(waiting).decision) == (200, "edited")
    assert now(waiting).arguments_in_force["to_stage"] == stage("Demo").ref


def test_an_owner_who_is_alone_confirms_an_edit_as_edited(log_in, ada, acme, ask, propose, won):
    with tenant(acme.pk):
        small = ask(propose(owner_id=ada.id, confidence=0.5))
    client = log_in(ada)
    given = arguments(small, to_stage=won.ref) | {"digest": small.digest}

    first = client.post(url("edit", small.pk), given, **HTMX)
    assert (first.status_code, now(small).status) == (409, "waiting")
    assert b'name="confirmed"' in first.content
    assert won.ref.encode() in first.content

    client.post(url("edit", small.pk), given | {"confirmed": "1"}, **HTMX)
    assert now(small).arguments_in_force["to_stage"] == won.ref


def test_what_does_not_fit_stays_in_the_form(log_in, mo, waiting):
    given = arguments(waiting, position="Grace") | {"digest": waiting.digest}

    answer = log_in(mo).post(url("edit", waiting.pk), given, **HTMX)

    assert (answer.status_code, now(waiting).status) == (422, "waiting")
    assert "is not a reference" in text(answer)


@pytest.fixture
def parts(acme, ask, propose):
    """A call whose arguments have parts, are many, and are not text."""
    given = {"factors": {"fit": 59, "timing": 45}, "risks": ["Silence"], "urgent": True, "at": 5}
    with tenant(acme.pk):
        return ask(propose(arguments=given, confidence=0.5))


def test_nobody_edits_in_json_what_has_parts_or_is_many(log_in, mo, parts):
    shown = log_in(mo).get(url("edit", parts.pk), **HTMX).content.decode()

    assert "{" not in shown
    assert "Factors: fit" in shown
    assert "One per line." in shown


def test_parts_and_lines_are_put_together_again(mo, parts, acme):
    given = {"factors.fit": "60", "factors.timing": "45", "risks": "Silence\n\n Price \n"}
    given |= {"urgent": "false", "at": "6"}
    with tenant(acme.pk):
        form = ArgumentsForm(
            parts.arguments, {f"argument-{key}": value for key, value in given.items()}, by=mo
        )

    assert form.is_valid()
    assert form.cleaned_data == {
        "factors": {"fit": 60, "timing": 45},
        "risks": ["Silence", "Price"],
        "urgent": False,
        "at": 6,
    }


def test_what_cannot_be_read_is_said_at_its_field(log_in, mo, parts):
    answer = log_in(mo).post(url("edit", parts.pk), {"argument-at": "five"}, **HTMX)

    assert answer.status_code == 422
    assert "This cannot be read" in text(answer)


def test_what_was_decided_cannot_be_edited(log_in, mo, waiting):
    approvals.grant(waiting, by=mo)

    assert log_in(mo).get(url("edit", waiting.pk), **HTMX).status_code == 409


# --- Withdrawing, lifting -------------------------------------------------------------------------
def test_a_member_withdraws_what_they_asked_for(log_in, bob, acme, ask, propose, stage, change):
    with tenant(acme.pk):
        change(stage("Demo"), requires_approval=True)
        mine = ask(propose(by=bob, to_stage=stage("Demo")))

    log_in(bob).post(url("withdraw", mine.pk), **HTMX)

    assert now(mine).status == "withdrawn"


def test_a_manager_lifts_a_refusal(log_in, mo, waiting):
    approvals.refuse(waiting, by=mo, because="No.")

    assert log_in(mo).post(url("lift", waiting.pk), **HTMX).status_code == 200
    assert now(waiting).lifted_at is not None


# --- Strangers ------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["approval", "grant", "refuse", "edit", "withdraw", "lift"])
def test_strangers_find_nothing(log_in, eve, waiting, name):
    client = log_in(eve)
    ask = client.get if name in ("approval", "edit") else client.post

    assert ask(url(name, waiting.pk)).status_code == 404
    assert now(waiting).status == "waiting"


def test_strangers_see_nothing(log_in, eve, waiting, card):
    client = log_in(eve)

    assert "Grace" not in text(client.get(url("inbox")))
    assert client.get(url("count")).content == b""
    assert client.get(url("of", card.ref)).status_code == 404


def test_a_closed_board_is_closed_here_too(log_in, mo, waiting, sales, change, acme):
    with tenant(acme.pk):
        change(sales, restricted_at=clock.now())
    client = log_in(mo)

    assert "Grace" not in text(client.get(url("inbox")))
    assert client.post(url("grant", waiting.pk)).status_code == 404


def test_who_is_not_logged_in_is_asked_to(client, waiting):
    for answer in (client.get(url("inbox")), client.post(url("grant", waiting.pk))):
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("login"))


def test_a_decision_wants_the_sites_own_form(mo, waiting):
    from crm.models import User

    careful = Client(enforce_csrf_checks=True)
    careful.force_login(User.objects.get(pk=mo.id))

    assert careful.post(url("grant", waiting.pk)).status_code == 403
    assert now(waiting).status == "waiting"


def test_hostile_text_is_only_text(log_in, mo, acme, ask, propose):
    script = "<script>alert(1)</script>"
    with tenant(acme.pk):
        ask(propose(reason=script, arguments={"note": script}, confidence=0.5))

    assert script.encode() not in log_in(mo).get(url("inbox")).content


def test_what_was_carried_out_says_so(log_in, mo, scout, waiting, card, acme):
    approvals.grant(waiting, by=mo)
    with action("move_contact", by=scout, target=card, summary="Grace moved to Qualified"):
        approvals.mark_used(approvals.take_up(waiting, by=scout))

    page = log_in(mo).get(url("approval", waiting.pk) + "?part=1", **HTMX)

    assert "Grace moved to Qualified" in text(page)
    assert b"hx-trigger" not in page.content
