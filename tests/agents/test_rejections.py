"""What a person refused is not asked for again in other words for the same call."""

import pytest

from approvals import approvals
from approvals.models import Approval


@pytest.fixture
def log(call, grace):
    """Log a note on Grace."""

    def make(**other):
        given = {"contact": grace.ref, "kind": "note", "subject": "She called  back", **other}
        return call("log_activity", **given)

    return make


@pytest.fixture
def refused(log, mo, inside):
    log(confidence=0.5)
    return approvals.refuse(Approval.objects.get(), by=mo, because="She did not.")


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"subject": " She called back\n"},
        {"subject": "She\u00a0called back"},
        {"body": ""},
        {"direction": None, "occurred_at": None, "outcome": ""},
    ],
)
def test_the_same_in_another_guise_is_refused_again(refused, log, same):
    again = log(**same)

    assert (again.status, again.approval) == ("refused", refused.ref)
    assert "She did not." in again.summary


@pytest.mark.parametrize("other", [{"subject": "She wrote back"}, {"body": "At noon."}])
def test_another_call_is_another_matter(refused, log, other):
    assert log(**other).status == "done"


def test_emptying_one_field_is_not_emptying_another(call, grace, mo, inside):
    call("update_contact", contact=grace.ref, city=None, confidence=0.5)
    approvals.refuse(Approval.objects.get(), by=mo, because="Keep it.")

    assert call("update_contact", contact=grace.ref, city=None).status == "refused"
    assert call("update_contact", contact=grace.ref, job_title=None).status == "done"


def test_the_same_in_another_guise_takes_the_place_of_what_waits(log, inside):
    first = log(confidence=0.5)
    again = log(confidence=0.5, subject="She called back")

    waits = Approval.objects.get(status="waiting")
    assert again.approval == waits.ref != first.approval
    assert waits.arguments["subject"] == "She called back"
