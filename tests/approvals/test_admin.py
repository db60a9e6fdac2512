"""The console: approve, reject and set policies from there too."""

import pytest
from django.urls import reverse

from approvals import approvals, policies
from approvals.deciders import OnlyPeopleDecide
from approvals.models import Approval, Policy
from audit.actions import action, tenant
from audit.models import Action

LIST = "admin:approvals_approval_changelist"


@pytest.fixture
def waiting(acme, ask):
    with tenant(acme.pk):
        return ask()


def now(approval):
    with tenant(approval.organization_id):
        return Approval.objects.get(pk=approval.pk)


def select(client, verb, approval, **given):
    given |= {"action": verb, "_selected_action": [approval.pk]}
    return client.post(reverse(LIST), given, follow=True)


def test_a_manager_grants_from_the_console(log_in, mo, waiting):
    client = log_in(mo)
    assert b"confidence 60 % is below 85 %" in client.get(reverse(LIST)).content

    select(client, "grant", waiting)

    assert (now(waiting).status, now(waiting).decided_by_id) == ("granted", mo.id)


def test_rejecting_there_wants_a_reason_too(log_in, mo, waiting):
    client = log_in(mo)

    assert b"Say why not" in select(client, "refuse", waiting).content
    assert now(waiting).status == "waiting"

    select(client, "refuse", waiting, because="On leave.")
    assert (now(waiting).status, now(waiting).note) == ("refused", "On leave.")

    select(client, "lift", waiting)
    assert now(waiting).lifted_at is not None


def test_a_late_click_there_is_told_who_decided(log_in, mo, ada, waiting):
    approvals.grant(waiting, by=ada)

    assert b"Ada approved this" in select(log_in(mo), "grant", waiting).content


def test_nothing_is_edited_there(log_in, mo, waiting):
    page = reverse("admin:approvals_approval_change", args=[waiting.pk])
    client = log_in(mo)

    assert client.get(page).status_code == 200
    assert client.post(page, {"status": "granted"}).status_code == 403
    assert now(waiting).status == "waiting"


def test_strangers_and_members_stay_out(log_in, eve, bob, waiting):
    assert b"Grace" not in log_in(eve).get(reverse(LIST)).content
    select(log_in(eve), "grant", waiting)
    assert now(waiting).status == "waiting"

    assert log_in(bob).get(reverse(LIST)).status_code in (302, 403)


# --- Policies -------------------------------------------------------------------------------------
ADD = "admin:approvals_policy_add"


def form(**columns):
    return {
        "key": "big",
        "when": "[]",
        "answer": "ask",
        "decides_role": "manager",
    } | columns


def test_a_manager_writes_a_policy(log_in, mo, acme):
    when = '[{"field": "records", "op": ">", "value": 5}]'

    log_in(mo).post(reverse(ADD), form(when=when, because="{records} are many"))

    with tenant(acme.pk):
        policy = Policy.objects.get()
        assert (policy.organization_id, policy.when[0]["value"]) == (acme.pk, 5)
        assert Action.objects.filter(name__startswith="policies.write").exists()


def test_a_policy_that_cannot_be_read_stays_in_the_form(log_in, mo, acme):
    when = '[{"field": "recordz", "op": ">", "value": 5}]'

    answer = log_in(mo).post(reverse(ADD), form(when=when))

    assert b"did you mean records" in answer.content
    with tenant(acme.pk):
        assert not Policy.objects.exists()


def test_a_second_policy_for_the_same_is_refused_in_words(log_in, mo, acme, ada):
    with action("policies.write", by=ada):
        Policy.objects.create(organization=acme, key="big")

    answer = log_in(mo).post(reverse(ADD), form(), follow=True)

    assert b"There is a policy of this key" in answer.content


def test_only_members_of_the_organization_are_offered_to_decide(log_in, mo, eve, bob):
    page = log_in(mo).get(reverse(ADD)).content.decode()

    assert "Bob" in page
    assert "Eve in" not in page


def test_agents_write_no_policies(inside, scout):
    with pytest.raises(OnlyPeopleDecide):
        policies.write(Policy(key="a", answer="allow"), by=scout)

    assert not Policy.objects.exists()
