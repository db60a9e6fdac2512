"""Undo of what was made or removed: nothing is left pointing to nothing."""

import pytest

from audit.actions import action
from crm.models import Activity, Company, Contact, Link, LinkType, Task
from tests.audit.undoing import counts, make, plan, remove, take_back, write

pytestmark = pytest.mark.usefixtures("everybody_may_undo")


def test_what_was_made_is_removed_and_can_be_made_again(inside, robin, bob):
    done, contact = make(robin, Contact, name="New", email="new@x.example", properties={"a": 1.5})
    before = Contact.objects.values().get(pk=contact.pk)

    undone = take_back(bob, done)
    assert not Contact.objects.filter(pk=contact.pk).exists()

    take_back(bob, undone.action_id)
    after = Contact.objects.values().get(pk=contact.pk)
    assert after | {"updated_at": None} == before | {"updated_at": None}


def test_what_somebody_has_edited_since_is_not_removed(inside, robin, bob, ada):
    done, contact = make(robin, Contact, name="New")
    write(bob, contact, job_title="Admiral")

    planned = plan(ada, done)

    assert counts(planned) == {"conflicts": 1}
    assert "job title: Admiral" in planned.describe()["conflicts"][0].says


def test_what_its_maker_edited_goes_with_it(inside, robin, bob):
    done, contact = make(robin, Contact, name="New")
    edited = write(robin, contact, job_title="Admiral")

    take_back(bob, done, edited)

    assert not Contact.objects.exists()


def test_an_edit_taken_back_is_no_reason_to_stay(inside, robin, bob):
    done, contact = make(robin, Contact, name="New")
    take_back(bob, write(bob, contact, job_title="Admiral"))

    take_back(bob, done)

    assert not Contact.objects.exists()


def test_what_others_point_to_stays(inside, robin, bob, ada):
    done, company = make(robin, Company, name="Navy")
    make(bob, Contact, name="Theirs", company=company)

    planned = plan(ada, done)

    assert counts(planned) == {"dependent": 1}
    says = planned.describe()["dependent"][0].says
    assert says == "1 contact made since or changed by others point to it, so it stays."


def test_what_points_to_it_by_link_counts_too(inside, grace, robin, bob, ada):
    done, company = make(robin, Company, name="Navy")
    _, kind = make(
        bob, LinkType, key="works-at", label="works at", from_type="contact", to_type="company"
    )
    linked, _ = make(
        bob, Link, type=kind, from_type="contact", from_id=grace.pk, to_type="company",
        to_id=company.pk,
    )  # fmt: skip

    assert counts(plan(ada, done)) == {"dependent": 1}
    take_back(ada, linked, done)
    assert not Company.objects.exists()
    assert not Link.objects.exists()


def test_what_is_pointed_elsewhere_by_the_same_undo_is_no_obstacle(inside, grace, robin, bob):
    done, company = make(robin, Company, name="Navy")
    pointed = write(robin, grace, company=company)

    take_back(bob, done, pointed)

    grace.refresh_from_db()
    assert grace.company_id is None
    assert not Company.objects.exists()


def test_a_whole_chain_goes_together(inside, robin, bob):
    with action("contacts.load", by=robin) as doing:
        company = Company.objects.create(organization=inside, name="Navy")
        contact = Contact.objects.create(organization=inside, name="New", company=company)
        Task.objects.create(organization=inside, title="Call", contact=contact)

    undone = take_back(bob, doing.id)

    assert not Company.objects.exists() | Contact.objects.exists() | Task.objects.exists()
    take_back(bob, undone.action_id)
    assert Task.objects.get().contact.company == company


def test_a_chain_stays_as_far_as_it_is_needed(inside, robin, bob, ada):
    with action("contacts.load", by=robin) as doing:
        company = Company.objects.create(organization=inside, name="Navy")
        contact = Contact.objects.create(organization=inside, name="New", company=company)
        other = Contact.objects.create(organization=inside, name="Other", company=company)
    make(bob, Activity, contact=contact, kind="call")

    undone = take_back(ada, doing.id)

    assert counts(undone) == {"restorable": 1, "dependent": 2}
    assert set(Contact.objects.all()) == {contact}
    assert not Contact.objects.filter(pk=other.pk).exists()


def test_what_was_deleted_comes_back_with_all_that_went_with_it(inside, grace, robin, bob):
    _, activity = make(bob, Activity, contact=grace, kind="call", subject="Hello")
    done = remove(robin, Contact.objects.get(pk=grace.pk))

    take_back(bob, done)

    assert Activity.objects.get().contact == grace
    assert Activity.objects.get() == activity


def test_what_was_deleted_does_not_come_back_to_nothing(inside, grace, robin, bob, ada):
    _, activity = make(bob, Activity, contact=grace, kind="call")
    done = remove(robin, activity)
    remove(ada, Contact.objects.get(pk=grace.pk))

    planned = plan(bob, done)

    assert counts(planned) == {"conflicts": 1}
    assert "belonged to is not there" in planned.describe()["conflicts"][0].says


def test_a_deletion_and_an_edit_before_it_come_off_together(inside, grace, robin, bob):
    edited = write(robin, grace, name="Wrong", job_title="Admiral")
    write(bob, grace, job_title="Captain")
    done = remove(robin, Contact.objects.get(pk=grace.pk))

    take_back(bob, edited, done)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("Grace Hopper", "Captain")


def test_an_edit_of_what_somebody_deleted_is_a_conflict(inside, grace, robin, bob, ada):
    done = write(robin, grace, name="Wrong")
    remove(bob, Contact.objects.get(pk=grace.pk))

    assert counts(plan(ada, done)) == {"conflicts": 1}


def test_what_somebody_else_removed_is_gone_already(inside, robin, bob, ada):
    done, contact = make(robin, Contact, name="New")
    remove(bob, contact)

    assert counts(plan(ada, done)) == {"nothing": 1}


def test_what_somebody_took_the_place_of_is_a_conflict_and_the_rest_goes_on(
    inside, grace, robin, bob, ada
):
    mine = {"external_source": "old", "external_id": "1"}
    _, holder = make(bob, Contact, name="Holder", **mine)
    with action("contacts.delete", by=robin) as doing:
        Contact.objects.get(pk=holder.pk).delete()
        Contact.objects.filter(pk=grace.pk).update(name="Wrong")
    make(bob, Contact, name="Successor", **mine)

    undone = take_back(ada, doing.id)

    grace.refresh_from_db()
    assert grace.name == "Grace Hopper"
    assert counts(undone) == {"restorable": 1, "conflicts": 1}
    assert Contact.objects.filter(external_id="1").get().name == "Successor"
