"""Undo of fields: never over what others wrote later."""

import pytest

from audit import undo
from audit.actions import action
from audit.models import Action, Event, Outcome
from crm.models import Contact
from tests.audit.undoing import counts, make, plan, remove, take_back, write

pytestmark = pytest.mark.usefixtures("everybody_may_undo")


def test_a_field_goes_back_to_what_it_was(inside, grace, robin, bob):
    done = write(robin, grace, name="Wrong", job_title="Admiral")

    undone = take_back(bob, done)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("Grace Hopper", "")
    assert counts(undone) == {"restorable": 2}


def test_an_undo_is_an_action_that_names_what_it_took_back(inside, grace, robin, bob):
    done = write(robin, grace, name="Wrong")

    undone = take_back(bob, done)

    row = Action.objects.get(pk=undone.action_id)
    assert (row.name, row.undoes, row.actor_ref) == ("undo.apply", [done], bob.ref)
    assert (row.target, row.outcome) == (grace.ref, Outcome.DONE)
    assert Event.objects.get(action=row).name == "audit.actions.undone"
    assert Event.objects.get(action=row).payload == {"actions": [done], "restored": 1}


def test_what_somebody_wrote_later_is_a_conflict_and_stays(inside, grace, robin, bob, ada):
    done = write(robin, grace, name="Robin's", job_title="Robin's")
    write(bob, grace, name="Bob's")

    planned = plan(ada, done)
    [conflict] = planned.describe()["conflicts"]
    undone = undo.apply(planned, by=ada)

    grace.refresh_from_db()
    assert (grace.name, grace.job_title) == ("Bob's", "")
    assert counts(undone) == {"restorable": 1, "conflicts": 1}
    assert conflict.later.actor == "Bob"
    [field] = conflict.fields
    assert (field.label, field.now, field.other) == ("name", "Bob's", "Robin's")
    assert conflict.says.startswith("Bob changed this later (name: Bob's), on ")


def test_a_later_write_of_the_same_value_is_still_somebodys_word(inside, grace, robin, bob, ada):
    done = write(robin, grace, job_title="Admiral")
    write(bob, grace, job_title="Captain")
    write(bob, grace, job_title="Admiral")

    assert counts(plan(ada, done)) == {"conflicts": 1}


def test_two_of_one_actors_writes_come_off_together(inside, grace, robin, bob, ada):
    first = write(robin, grace, name="One")
    second = write(robin, grace, name="Two")

    assert counts(plan(ada, first)) == {"conflicts": 1}
    take_back(ada, first, second)

    grace.refresh_from_db()
    assert grace.name == "Grace Hopper"


def test_a_write_between_is_what_comes_back(inside, grace, robin, bob, ada):
    first = write(robin, grace, name="One")
    write(bob, grace, name="Bob's")
    last = write(robin, grace, name="Two")

    take_back(ada, first, last)

    grace.refresh_from_db()
    assert grace.name == "Bob's"


def test_what_was_undone_before_is_undone_already(inside, grace, robin, bob):
    done = write(robin, grace, name="Wrong")
    take_back(bob, done)

    assert counts(plan(bob, done)) == {"already_undone": 1}
    with pytest.raises(undo.NothingRestored) as nothing:
        take_back(bob, done)

    assert "1 undone already" in str(nothing.value)
    assert nothing.value.details["already_undone"][0]["because"] == "This was undone already."


def test_an_undo_can_be_undone_and_that_too(inside, grace, robin, bob):
    done = write(robin, grace, name="Right after all")

    first = take_back(bob, done)
    second = take_back(bob, first.action_id)
    grace.refresh_from_db()
    assert grace.name == "Right after all"

    take_back(bob, second.action_id)
    grace.refresh_from_db()
    assert grace.name == "Grace Hopper"
    assert counts(plan(bob, done)) == {"already_undone": 1}


def test_undoing_the_undo_of_a_later_write_is_no_conflict(inside, grace, robin, bob):
    first = write(robin, grace, name="One")
    take_back(bob, write(bob, grace, name="Two"))

    take_back(bob, first)

    grace.refresh_from_db()
    assert grace.name == "Grace Hopper"


def test_columns_of_a_group_go_back_all_or_none(inside, grace, robin, bob, ada):
    done = write(robin, grace, phone="+1 202 555 0143", phone_key="+12025550143")
    write(bob, grace, phone_key="")

    undone = plan(ada, done)

    assert counts(undone) == {"conflicts": 1}


def test_secrets_cannot_be_put_back(inside, bob, ada):
    from crm.models import User

    with action("people.change", by=bob) as doing:
        User.objects.filter(pk=bob.id).update(password="!another", name="Robert")

    planned = plan(ada, doing.id)

    assert counts(planned) == {"restorable": 1, "irreversible": 1}
    assert "secret" in planned.describe()["irreversible"][0].says


def test_keys_of_properties_are_undone_each_alone(inside, grace, robin, bob, ada):
    write(ada, grace, properties={"plan": "free", "seats": 1.10, "old": None})
    done = write(robin, grace, properties={"plan": "pro", "seats": 2, "new": [1], "old": None})
    write(bob, grace, properties={"plan": "pro", "seats": 3, "new": [1], "old": None, "his": 1})

    undone = take_back(ada, done)

    grace.refresh_from_db()
    assert grace.properties == {"plan": "free", "seats": 3, "old": None, "his": 1}
    assert counts(undone) == {"restorable": 2, "conflicts": 1}
    [conflict] = undone.described["conflicts"]
    assert [(each.label, each.now, each.other) for each in conflict.fields] == [("seats", 3, 2)]


def test_keys_come_back_with_their_row(inside, grace, robin, bob):
    write(bob, grace, properties={"plan": "free", "gone": True})
    edited = write(robin, grace, properties={"plan": "pro", "new": 1})
    write(bob, grace, properties={"plan": "pro", "new": 1, "his": 1})
    done = remove(robin, Contact.objects.get(pk=grace.pk))

    undone = take_back(bob, edited, done)

    grace.refresh_from_db()
    assert grace.properties == {"plan": "free", "gone": True, "his": 1}
    take_back(bob, undone.action_id)
    assert not Contact.objects.filter(pk=grace.pk).exists()


def test_what_made_a_row_with_keys_is_taken_back_with_them(inside, robin, bob):
    done, contact = make(robin, Contact, name="New", properties={"a": 1})
    edited = write(robin, contact, properties={"a": 2, "b": {}})

    undone = take_back(bob, done, edited)
    assert not Contact.objects.exists()

    take_back(bob, undone.action_id)
    assert Contact.objects.get().properties == {"a": 2, "b": {}}
    take_back(bob, edited)
    assert Contact.objects.get().properties == {"a": 1}
