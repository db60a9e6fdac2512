"""Two organizations, and boards closed to some: what one may not see does not exist."""

from datetime import timedelta

import pytest
from django.conf import settings

from approvals import approvals, endings, queries
from approvals.models import Approval, Policy
from approvals.policy import judge
from approvals.tasks import expire_due
from audit import clock
from audit.actions import action, tenant
from crm.refs import NotFound


def test_a_stranger_finds_no_approval(acme, elsewhere, eve, ask):
    with tenant(acme.pk):
        approval = ask()

    with pytest.raises(NotFound):
        approvals.grant(approval, by=eve)
    with pytest.raises(NotFound):
        approvals.refuse(approval, by=eve, because="No.")
    with tenant(elsewhere.pk):
        assert queries.count_waiting(by=eve) == 0
        assert not Approval.objects.exists()


def test_even_without_a_filter_the_wall_holds(acme, elsewhere, ask, ada):
    with tenant(acme.pk):
        ask()
    with action("policies.write", by=ada):
        Policy.objects.create(organization=acme, key="a")

    with tenant(elsewhere.pk):
        assert not Approval.objects.all().exists()
        assert not Policy.objects.all().exists()


def test_a_policy_of_elsewhere_binds_nobody_here(acme, elsewhere, eve, propose):
    with action("policies.write", by=eve):
        Policy.objects.create(organization=elsewhere, key="a", answer="deny")

    with tenant(acme.pk):
        assert judge(propose()).answer == "allow"


def test_a_policy_cannot_name_another_organizations_board(elsewhere, eve, sales):
    from django.db import IntegrityError, connection

    with pytest.raises(IntegrityError), action("policies.write", by=eve):
        Policy.objects.create(organization=elsewhere, key="a", pipeline=sales)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


def test_what_waits_on_a_closed_board_is_not_there(inside, ask, mo, ada, sales, change, card):
    approval = ask()
    change(sales, restricted_at=clock.now())

    assert queries.count_waiting(by=mo) == 0
    assert queries.find_about(card.ref, by=mo) == []
    with pytest.raises(NotFound):
        approvals.grant(approval, by=mo)
    assert queries.count_waiting(by=ada) == 1


def test_a_policy_of_a_closed_board_binds_those_who_cannot_see_it(
    inside, propose, scout, ada, acme, sales, change
):
    with action("policies.write", by=ada):
        Policy.objects.create(organization=acme, key="a", answer="deny", pipeline=sales)
    change(sales, restricted_at=clock.now())

    assert judge(propose()).answer == "deny"


def test_the_sweeper_works_through_every_organization(acme, elsewhere, ask, eve):
    with tenant(acme.pk):
        here = ask(lifetime=timedelta(microseconds=1))
    with action("test.arrange", by=eve):
        there = Approval.objects.create(
            organization=elsewhere,
            tool="move_contact",
            effect="reversible",
            asked_by_kind="agent",
            asked_by_id=1,
            decides_role="manager",
            asked_at=clock.real_now() - timedelta(days=2),
            expires_at=clock.real_now() - timedelta(days=1),
        )

    assert endings.expire_due() == 2

    for organization, approval in ((acme, here), (elsewhere, there)):
        with tenant(organization.pk):
            approval.refresh_from_db()
            assert approval.status == "expired"


def test_the_clock_has_the_sweeper_run():
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}

    assert expire_due.name in scheduled
