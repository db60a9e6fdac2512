"""Who may come in, and as what, is not undone along with other things."""

import pytest

from audit import undo
from audit.actions import action, tenant
from audit.models import Action
from audit.undo import NothingRestored, Selection
from crm import people
from crm.models import Membership, Role, User


def undo_last(name, *, by):
    with tenant(by.organization_id):
        last = Action.objects.filter(name=name).latest("pk")
    return undo.apply(undo.plan(Selection(actions=(last.pk,)), by=by), by=by)


def membership_of(actor):
    return Membership.objects.get(pk=actor.membership_id)


def test_a_manager_cannot_undo_their_own_demotion(ada, mo):
    people.set_role(membership_of(mo), role=Role.VIEWER, by=ada)

    with pytest.raises(NothingRestored):
        undo_last("people.set_role", by=mo)

    assert membership_of(mo).role == Role.VIEWER


def test_who_was_shut_out_is_not_let_in_by_undo(ada, mo, bob):
    people.end_membership(membership_of(bob), by=ada)

    with pytest.raises(NothingRestored):
        undo_last("people.end_membership", by=mo)

    assert membership_of(bob).ended_at is not None


def test_who_has_joined_is_not_removed_by_undo(acme, ada, mo):
    people.add_member(acme, email="new@acme.example", role=Role.OWNER, by=ada)

    with pytest.raises(NothingRestored):
        undo_last("people.add_member", by=mo)

    assert Membership.objects.filter(user__email="new@acme.example", role=Role.OWNER).exists()


def test_who_was_only_named_by_an_import_goes_with_it(acme, ada):
    with action("imports.take", by=ada):
        people.invite(acme, email="named@acme.example", by=ada)

    undo_last("imports.take", by=ada)

    assert not User.objects.filter(email="named@acme.example").exists()
