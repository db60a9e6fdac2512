"""Who may come in, and as what, is not undone along with other things."""

import pytest

from audit import undo
from audit.actions import action, tenant
from audit.models import Action
from audit.undo import NothingRestored, Selection
from crm import contacts, people
from crm.models import Membership, Role, User
from pipelines import pipelines


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


def test_who_was_named_elsewhere_as_well_is_not_removed(acme, elsewhere, ada, eve):
    """What another organization keeps cannot be seen from here; the database sees it."""
    with action("imports.take", by=ada) as doing:
        people.invite(acme, email="both@acme.example", by=ada)
        people.invite(acme, email="here@acme.example", by=ada)
    people.invite(elsewhere, email="both@acme.example", by=eve)

    undone = undo.apply(undo.plan(Selection(actions=(doing.id,)), by=ada), by=ada)

    assert undone.counts["dependent"] == 1
    assert undone.described["dependent"][0].says == "Other records point to it, so it stays."
    assert not User.objects.filter(email="here@acme.example")
    assert not Membership.objects.filter(user__email="both@acme.example", organization=acme)
    assert Membership.objects.get(user__email="both@acme.example").organization == elsewhere
    assert "Elsewhere" not in str(undone.as_json())


def test_who_only_looks_on_by_now_undoes_nothing(acme, ada, bob):
    contacts.create(name="Alan", by=bob)
    people.set_role(membership_of(bob), role=Role.VIEWER, by=ada)
    now = people.actor_of(membership_of(bob), door=bob.door)

    with pytest.raises(undo.MayNotUndo, match="may not"):
        undo_last("contacts.create", by=now)


def test_settings_are_undone_only_by_who_may_change_them(acme, sales, ada, mo):
    pipelines.update(sales, changes={"name": "Mine"}, by=mo)
    people.set_role(membership_of(mo), role=Role.MEMBER, by=ada)
    now = people.actor_of(membership_of(mo), door=mo.door)

    with pytest.raises(undo.MayNotUndo, match="may not"):
        undo_last("pipelines.update", by=now)
