"""Plans of an undo: only what was shown is done; and what can be chosen, by whom."""

from datetime import timedelta

import pytest

from audit import clock, undo
from audit.actions import action
from audit.models import Action, Change, Outcome
from audit.undo import Selection
from crm.models import Activity, Contact
from pipelines.models import Position
from tests.audit.undoing import counts, moved, plan, take_back, write

pytestmark = pytest.mark.usefixtures("everybody_may_undo")


def test_only_what_was_shown_is_done(inside, grace, robin, bob, ada):
    done = write(robin, grace, name="One", job_title="One")
    kept = undo.find(undo.keep(plan(ada, done)), by=ada)
    write(bob, grace, name="Bob's")

    undone = undo.apply(kept, by=ada)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("Bob's", "")
    assert counts(undone) == {"restorable": 1, "conflicts": 1}


def test_what_became_possible_since_is_not_done(inside, grace, robin, bob, ada):
    done = write(robin, grace, name="One", job_title="One")
    later = write(bob, grace, name="Bob's")
    kept = undo.find(undo.keep(plan(ada, done)), by=ada)
    take_back(ada, later)

    undone = undo.apply(kept, by=ada)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("One", "")
    assert counts(undone) == {"restorable": 1, "conflicts": 1}


def test_a_plan_is_only_for_whoever_made_it(inside, grace, robin, bob, ada):
    ref = undo.keep(plan(ada, write(robin, grace, name="One")))

    for by, name in [(bob, ref), (ada, "plan:999999"), (ada, "contact:1"), (ada, "plan:x")]:
        with pytest.raises(undo.PlanGone):
            undo.find(name, by=by)


def test_a_plan_does_not_last(inside, grace, robin, ada):
    from audit.models import UndoPlan

    ref = undo.keep(plan(ada, write(robin, grace, name="One")))
    UndoPlan.objects.update(made_at=clock.real_now() - timedelta(hours=2))

    with pytest.raises(undo.PlanGone):
        undo.find(ref, by=ada)


def test_a_plan_changes_nothing(inside, grace, robin, ada):
    done = write(robin, grace, name="One")
    changes = Change.objects.count()

    plan(ada, done).as_json()

    assert Change.objects.count() == changes


def test_planning_is_a_constant_number_of_statements(
    inside, robin, bob, ada, django_assert_max_num_queries
):
    with action("contacts.load", by=robin) as doing:
        rows = [Contact(organization=inside, name=f"C{n}") for n in range(60)]
        Contact.objects.bulk_create(rows)
    with action("contacts.tag", by=robin) as tagged:
        Contact.objects.update(tags=["x"])
    for row in rows[:5]:
        write(bob, row, name="Bob's")

    with django_assert_max_num_queries(30):
        planned = plan(ada, doing.id, tagged.id)
        planned.as_json()

    assert counts(planned) == {"restorable": 55, "conflicts": 5}


def test_what_an_actor_did_since_a_time(inside, grace, robin, bob, ada):
    write(robin, grace, name="Before")
    since = clock.real_now()
    write(robin, grace, name="After")
    write(bob, grace, job_title="Bob's")

    planned = undo.plan(Selection(actor=robin.ref, since=since), by=ada)
    undo.apply(planned, by=ada)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("Before", "Bob's")


def test_what_belongs_together(inside, robin, ada):
    with action("import.chunk", by=robin) as first:
        Contact.objects.create(organization=inside, name="One")
    with action("import.chunk", by=robin, correlation=first.correlation):
        Contact.objects.create(organization=inside, name="Two")

    undo.apply(undo.plan(Selection(correlation=first.correlation), by=ada), by=ada)

    assert not Contact.objects.exists()


def test_without_being_let_one_undoes_only_ones_own(inside, grace, robin, bob, ada, monkeypatch):
    monkeypatch.setattr("audit.undo.selections._permits", [])
    theirs = write(robin, grace, name="Robin's")
    own = write(bob, grace, job_title="Bob's")

    with pytest.raises(undo.MayNotUndo):
        plan(bob, theirs)
    with pytest.raises(undo.MayNotUndo):
        plan(bob, own, theirs)

    assert counts(plan(bob, own)) == {"restorable": 1}
    assert undo.may_undo(Action.objects.get(pk=own), by=bob)
    assert not undo.may_undo(Action.objects.get(pk=theirs), by=bob)


def test_others_organizations_actions_are_not_there(acme, grace, bob, eve):
    done = write_inside(bob, grace)

    with pytest.raises(undo.NothingSelected):
        plan(eve, done)


def write_inside(by, row) -> int:
    with action("contacts.update", by=by) as doing:
        type(row).objects.filter(pk=row.pk).update(name="X")
    return doing.id


def test_nothing_at_all_is_no_selection(inside, ada):
    with pytest.raises(undo.NothingSelected):
        undo.plan(Selection(), by=ada)


def test_what_reached_the_world_is_irreversible(inside, grace, robin, ada):
    with action("send_email", by=robin, verdict={"effect": "external"}) as doing:
        Activity.objects.create(organization=inside, contact=grace, kind="email_sent")
    edited = write(robin, grace, name="Wrong")

    undone = take_back(ada, doing.id, edited)

    assert counts(undone) == {"restorable": 1, "irreversible": 1}
    assert Activity.objects.exists()


def test_what_is_closed_to_someone_is_not_there_to_undo(
    inside, card, stage, robin, bob, ada, sales, monkeypatch
):
    done = moved(robin, card, stage("Qualified"))
    with action("mixed", by=robin) as doing:
        Position.objects.filter(pk=card.pk).update(title="Hidden")
        Contact.objects.filter(pk=card.contact_id).update(name="Open")
    monkeypatch.setattr(
        "audit.reach._finders", [lambda by: frozenset([sales.pk] if by == bob else [])]
    )

    with pytest.raises(undo.NothingSelected):
        plan(bob, done)
    assert [item.ref for item in plan(bob, doing.id).describe()["restorable"]] == [card.contact.ref]
    assert counts(plan(ada, doing.id)) == {"restorable": 2}


def test_an_undo_that_did_nothing_says_so(inside, grace, robin, bob, ada):
    done = write(robin, grace, name="One")
    write(bob, grace, name="Two")

    with pytest.raises(undo.NothingRestored) as refused:
        take_back(ada, done)

    assert refused.value.details["conflicts"][0]["later"]["by"] == "Bob"
    assert Action.objects.get(name="undo.apply").outcome == Outcome.REFUSED
