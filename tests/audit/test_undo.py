"""Undo: from the ledger's rows, never over what others did later."""

from datetime import timedelta

import pytest

from audit import clock, undo
from audit.actions import action
from audit.actors import Actor, ActorKind, Door
from audit.models import Action, Change, Event, Outcome
from audit.undo import Selection
from crm.models import Activity, Company, Contact, Link, LinkType, Task
from pipelines import positions
from pipelines.models import Position, StageVisit


@pytest.fixture
def robin(acme) -> Actor:
    """An agent."""
    return Actor(kind=ActorKind.AGENT, id=7, name="Robin", organization_id=acme.pk, door=Door.API)


@pytest.fixture(autouse=True)
def _managers_may(monkeypatch):
    """Undo asks whoever knows of roles; here everybody may."""
    monkeypatch.setattr("audit.undo.selections._permits", [lambda by: True])


def write(by, row, **values) -> int:
    """Update columns of `row` as a command would; return the action's id."""
    with action(
        "contacts.update", by=by, target=row, summary=f"{by.name} changed {row.ref}"
    ) as doing:
        type(row).objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return doing.id


def make(by, model, **values):
    with action(f"{model._meta.model_name}.create", by=by) as doing:
        row = model.objects.create(organization_id=by.organization_id, **values)
    return doing.id, row


def remove(by, row) -> int:
    with action("contacts.delete", by=by, target=row) as doing:
        row.delete()
    return doing.id


def plan(by, *actions) -> undo.Plan:
    return undo.plan(Selection(actions=actions), by=by)


def take_back(by, *actions) -> undo.Undone:
    return undo.apply(plan(by, *actions), by=by)


def counts(plan_or_undone) -> dict[str, int]:
    return {key: number for key, number in plan_or_undone.counts.items() if number}


# --- Fields ---------------------------------------------------------------------------------------


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


# --- Rows -----------------------------------------------------------------------------------------


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


# --- Cards ----------------------------------------------------------------------------------------


@pytest.fixture
def card(sales, grace, ada) -> Position:
    return positions.enter(grace, pipeline=sales, by=ada)


def moved(by, card, to) -> int:
    with action("positions.move", by=by, target=card) as doing:
        positions.move(Position.objects.get(pk=card.pk), to=to, by=by)
    return doing.id


def picture(*ignored):
    """Everything undo promises to bring back."""
    return [
        list(model.objects.order_by("pk").values(*_columns(model)))
        for model in [Contact, Company, Position, StageVisit, Link, Activity, Task]
    ]


def _columns(model):
    return [f.attname for f in model._meta.concrete_fields if f.attname != "updated_at"]


def test_a_move_is_undone_with_its_visits(inside, card, stage, bob, ada):
    before = picture()
    done = moved(bob, card, stage("Qualified"))

    undone = take_back(ada, done)

    assert picture() == before
    assert StageVisit.objects.get(left_at=None).stage == stage("Lead")
    take_back(ada, undone.action_id)
    assert StageVisit.objects.get(left_at=None).stage == stage("Qualified")


def test_a_move_somebody_moved_on_from_stays(inside, card, stage, robin, bob, ada):
    done = moved(robin, card, stage("Qualified"))
    moved(bob, card, stage("Demo"))
    before = picture()

    planned = plan(ada, done)
    with pytest.raises(undo.NothingRestored):
        undo.apply(planned, by=ada)

    assert planned.counts["restorable"] == 0
    assert picture() == before


def test_two_moves_come_off_together(inside, card, stage, bob, ada):
    before = picture()
    first = moved(bob, card, stage("Qualified"))
    second = moved(bob, card, stage("Demo"))

    take_back(ada, first, second)

    assert picture() == before


def test_a_move_around_somebody_elses_ends_where_they_put_it(inside, card, stage, robin, ada, bob):
    first = moved(robin, card, stage("Qualified"))
    moved(bob, card, stage("Demo"))
    before = picture()
    last = moved(robin, card, stage("Proposal"))

    take_back(ada, first, last)

    assert picture() == before


def test_a_closing_is_undone_whole(inside, card, stage, bob, ada):
    before = picture()
    with action("positions.close", by=bob, target=card) as doing:
        positions.close(
            Position.objects.get(pk=card.pk), outcome="lost", reason="No budget", by=bob
        )

    take_back(ada, doing.id)

    assert picture() == before


def test_a_card_is_removed_with_its_visits(inside, grace, sales, stage, bob, ada):
    before = picture()
    with action("positions.enter", by=bob) as doing:
        card = positions.enter(grace, pipeline=sales, by=bob)
    on = moved(bob, card, stage("Qualified"))

    undone = take_back(ada, doing.id, on)

    assert picture() == before
    take_back(ada, undone.action_id)
    assert StageVisit.objects.count() == 2


def test_a_card_somebody_moved_is_not_removed(inside, grace, sales, stage, robin, bob, ada):
    with action("positions.enter", by=robin) as doing:
        card = positions.enter(grace, pipeline=sales, by=robin)
    moved(bob, card, stage("Qualified"))
    before = picture()

    planned = plan(ada, doing.id)

    assert counts(planned) == {"conflicts": 1}
    with pytest.raises(undo.NothingRestored):
        undo.apply(planned, by=ada)
    assert picture() == before


def test_past_stays_added_later_keep_a_card_and_can_be_taken_back(inside, card, stage, robin, ada):
    entered = Action.objects.get(name="positions.enter").pk
    with action("positions.load_history", by=robin) as doing:
        StageVisit.objects.create(
            organization=inside, pipeline_id=card.pipeline_id, position=card, stage=stage("Lead"),
            entered_at=clock.now() - timedelta(days=9), left_at=clock.now() - timedelta(days=5),
        )  # fmt: skip
    moved(ada, card, stage("Qualified"))

    assert plan(ada, entered).counts["restorable"] == 0
    assert counts(take_back(ada, doing.id)) == {"restorable": 1}


# --- Plans ----------------------------------------------------------------------------------------


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


# --- What, and who --------------------------------------------------------------------------------


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


# --- Fields of an organization's own --------------------------------------------------------------


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
