"""What the database holds by itself, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from approvals import approvals
from approvals.models import Approval, Policy
from audit import clock
from audit.actions import action
from audit.models import Change

pytestmark = pytest.mark.usefixtures("inside")


def write(by, row, **columns):
    with action("test.write", by=by):
        type(row).objects.filter(pk=row.pk).update(**columns)


def sqlstate(error):
    return error.value.__cause__.sqlstate


@pytest.fixture
def used(ask, mo, scout):
    approval = approvals.grant(ask(), by=mo)
    with action("move_contact", by=scout):
        approvals.mark_used(approvals.take_up(approval, by=scout))
    return approval


@pytest.mark.parametrize("status", ["waiting", "granted", "stale", "expired"])
def test_a_used_approval_never_becomes_usable_again(used, ada, status):
    with pytest.raises(DatabaseError) as refused:
        write(ada, used, status=status, used_in_id=None)

    assert sqlstate(refused) == "WH003"


@pytest.mark.parametrize(
    "columns",
    [{"arguments": {}}, {"tool": "other"}, {"asked_by_id": 8}, {"owner_id": 8}, {"trace": []}],
)
def test_what_was_asked_never_changes(ask, ada, columns):
    with pytest.raises(DatabaseError) as refused:
        write(ada, ask(), **columns)

    assert sqlstate(refused) == "WH003"


@pytest.mark.parametrize(
    "columns",
    [
        {"arguments_as_decided": {}, "decision": "edited"},
        {"digest": "0"},
        {"decided_by_id": None, "decision": "", "decided_at": None, "status": "waiting"},
        {"note": "other"},
    ],
)
def test_what_was_decided_never_changes(ask, mo, ada, columns):
    approval = approvals.grant(ask(), by=mo)

    with pytest.raises(DatabaseError) as refused:
        write(ada, approval, **columns)

    assert sqlstate(refused) == "WH003"


def test_an_approval_is_never_deleted(ask, ada):
    approval = ask()

    with pytest.raises(DatabaseError) as refused, action("test.delete", by=ada):
        approval.delete()

    assert sqlstate(refused) == "WH003"


def test_raw_sql_is_no_way_round(used, ada):
    with (
        pytest.raises(DatabaseError) as refused,
        action("test.write", by=ada),
        connection.cursor() as cursor,
    ):
        cursor.execute("update approvals_approval set status = 'waiting'")

    assert sqlstate(refused) == "WH003"


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("decided_means_by_whom_and_when", {"decision": "granted", "status": "granted"}),
        ("status_agrees_with_decision", {"status": "granted"}),
        ("status_agrees_with_decision", {"status": "refused"}),
        ("edited_means_other_arguments", {"arguments_as_decided": {}}),
        ("used_means_in_which_action", {"used_in_id": 1}),
        ("lifted_means_refused_and_by_whom", {"lifted_at": clock.real_now()}),
        ("confirmed_means_asked_before", {"confirmed_at": clock.real_now()}),
        ("to_be_confirmed_means_asked", {"confirm_digest": "0"}),
        ("withdrawn_by_means_withdrawn", {"withdrawn_by": "Mo"}),
        ("approval_expires_after_it_is_asked", {"expires_at": "2000-01-01T00:00Z"}),
    ],
)
def test_a_waiting_approval_keeps_its_constraints(ask, ada, constraint, columns):
    with pytest.raises(IntegrityError, match=constraint):
        write(ada, ask(), **columns)


@pytest.mark.parametrize(
    "columns", [{"held_by": "agent:7"}, {"held_until": "Sally is switched on"}]
)
def test_held_means_by_what_and_until_when(ask, mo, ada, columns):
    with pytest.raises(IntegrityError, match="held_means_granted_and_until_when"):
        write(ada, approvals.grant(ask(), by=mo), **columns)


def test_only_what_is_granted_is_held(ask, ada):
    with pytest.raises(DatabaseError) as refused:
        write(ada, ask(), held_by="agent:7", held_until="Sally is switched on")

    assert sqlstate(refused) == "WH003"


def test_refused_says_why(ask, ada):
    decided = {"decision": "refused", "decided_by_id": ada.id, "decided_at": clock.real_now()}

    with pytest.raises(IntegrityError, match="refused_says_why"):
        write(ada, ask(), status="refused", **decided)


def test_claimed_confidence_is_a_share(ask, propose):
    with pytest.raises(IntegrityError, match="0_to_1"):
        ask(propose(confidence=1.5, records=99))


def test_the_same_call_waits_once(ask, ada):
    approval = ask()
    approval.pk = None

    with pytest.raises(IntegrityError, match="the_same_call_waits_once"), action("t", by=ada):
        approval.save()


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("policy_answers_allow_ask_or_deny", {"answer": "maybe"}),
        ("policy_is_decided_by_manager_or_owner", {"decides_role": "member"}),
    ],
)
def test_a_policy_keeps_its_constraints(acme, ada, constraint, columns):
    with pytest.raises(IntegrityError, match=constraint), action("t", by=ada):
        Policy.objects.create(organization=acme, key="a", **columns)


def test_a_policy_has_one_scope(acme, ada, sales, stage):
    for columns, constraint in [
        ({"agent_id": 7, "pipeline": sales}, "policy_has_one_scope"),
        ({"stage": stage("Demo")}, "policy_of_a_stage_names_its_pipeline"),
    ]:
        with pytest.raises(IntegrityError, match=constraint), action("t", by=ada):
            Policy.objects.create(organization=acme, key="a", **columns)


def test_there_is_one_policy_per_key_scope_and_tool(acme, ada):
    with action("t", by=ada):
        Policy.objects.create(organization=acme, key="a")
        Policy.objects.create(organization=acme, key="a", tool="move_contact")

    with pytest.raises(IntegrityError, match="one_policy_per_key"), action("t", by=ada):
        Policy.objects.create(organization=acme, key="a")


def test_a_policy_is_recorded_like_everything_else(acme, ada):
    with action("policies.write", by=ada):
        policy = Policy.objects.create(organization=acme, key="a")

    assert Change.objects.filter(table_name="approvals_policy", row_id=policy.pk).count() == 1
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(answer="allow")
    assert sqlstate(refused) == "WH001"


def test_no_decision_can_be_undone():
    assert Approval.undo_never
    assert Policy.undo_never
