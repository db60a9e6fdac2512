"""Cards out of files: boards found or made, cards where the file says, their history."""

from datetime import UTC, date, datetime

import pytest

from audit.models import Event
from crm.models import Contact, CustomField
from pipelines import positions
from pipelines.imports import wording
from pipelines.insight import spans
from pipelines.models import Pipeline, Position, Stage, StageVisit
from tests.pipelines.histories import trace

DEALS = """Deal ID,Deal Name,Pipeline,Stage,Amount,Currency,Contact Email,Close Date,Reason,Owner
1,Ship,Fleet sales,Closed Won,1200.50,EUR,grace@navy.example,2025-02-01,,bob@acme.example
2,Boat,Fleet sales,Proposal,900,JPY,grace@navy.example,2026-12-01,,
3,Raft,Fleet sales,Closed Lost,,,ann@x.example,2025-03-01,Price,
4,Buoy,Fleet sales,New,10,,ann@x.example,,,
"""


def test_a_pipeline_nobody_made_is_made_as_the_cards_say(inside, take):
    receipt = take(DEALS)

    fleet = Pipeline.objects.get()
    stages = fleet.stages.order_by("order").values_list("name", "kind")
    assert (fleet.name, fleet.subtype) == ("Fleet sales", "sales")
    assert list(stages) == [
        ("New", "active"),
        ("Proposal", "active"),
        ("Closed Won", "won"),
        ("Closed Lost", "lost"),
    ]
    assert receipt.also == {"pipelines": 1, "stages": 4, "contacts": 2, "members": 1}


def test_cards_say_what_the_file_says(inside, take):
    take(DEALS)

    ship, boat, raft, buoy = Position.objects.order_by("external_id")
    assert (ship.value_cents, ship.currency, ship.outcome) == (120050, "EUR", "won")
    assert ship.closed_at == datetime(2025, 2, 1, tzinfo=UTC)
    assert (boat.value_cents, boat.currency) == (900, "JPY")  # yen have no cents
    assert (boat.expected_close_on, boat.closed_at) == (date(2026, 12, 1), None)
    assert (raft.outcome, raft.lost_reason, raft.value_cents) == ("lost", "Price", None)
    assert (buoy.value_cents, buoy.currency) == (1000, "USD")


def test_a_card_that_is_called_as_its_contact_names_the_contact(inside, take):
    people = (
        "Name,Email,Stage,Value\nRosa Díaz,r.diaz@x.example,New,10\nAli Khan,ali@x.example,New,9\n"
    )

    take(people)
    again = take(people)

    assert set(Contact.objects.values_list("name", flat=True)) == {"Rosa Díaz", "Ali Khan"}
    assert set(Position.objects.values_list("title", flat=True)) == {"Rosa Díaz", "Ali Khan"}
    assert again.skipped == 2


def test_a_card_that_is_called_otherwise_does_not(inside, take):
    take("Name,Email,Stage\nNew Roof,r.diaz@x.example,New\nGreat Hall,ali@x.example,New\n")

    names = Contact.objects.values_list("name", flat=True)
    assert set(names) == {"r.diaz@x.example", "ali@x.example"}


def test_each_card_is_in_one_stay(inside, take):
    take(DEALS)

    stays = StageVisit.objects.values_list("position__stage", "stage", "left_at")
    assert len(stays) == 4
    assert all(there == stage and left is None for there, stage, left in stays)


def test_an_import_is_one_recorded_waiver(inside, take, last):
    take(DEALS)

    waiver = Event.objects.get(name="pipelines.gates.waived_by_import")
    assert (waiver.target, waiver.payload["positions"]) == (last().ref, 4)


def test_names_are_found_whatever_the_case(inside, take, sales, stage):
    receipt = take("Title,Pipeline,Stage,Email\nShip,SALES,qualified ,g@navy.example")

    assert "pipelines" not in receipt.also
    assert Position.objects.get().stage == stage("Qualified")


def test_a_stage_that_is_new_takes_its_place(inside, take, sales):
    take("Title,Pipeline,Stage,Email\nShip,Sales,Negotiation,g@navy.example")

    names = Stage.objects.filter(pipeline=sales).order_by("order").values_list("name", flat=True)
    assert list(names) == [
        *("Lead", "Qualified", "Demo", "Proposal", "Negotiation", "Customer", "Lost")
    ]


def test_rows_without_a_pipeline_go_where_one_says_or_to_the_default(inside, take, sales):
    take("Title,Stage,Email\nShip,Lead,g@navy.example")
    take("Title,Stage,Email\nBoat,Lead,g@navy.example", pipeline="Second")

    assert Position.objects.get(title="Ship").pipeline == sales
    assert Position.objects.get(title="Boat").pipeline.name == "Second"


def test_new_cards_go_below_those_in_the_column(inside, take, sales, stage, grace, ada):
    positions.enter(grace, pipeline=sales, title="First", by=ada)

    take("Title,Stage,Email\nA,Lead,a@x.example\nB,Lead,b@x.example")

    column = Position.objects.filter(stage=stage("Lead")).order_by("rank")
    assert [card.title for card in column] == ["First", "A", "B"]


def test_one_contact_has_several_cards(inside, take, sales):
    take("Id,Title,Stage,Email\n1,A,Lead,g@x.example\n2,B,Demo,g@x.example\n3,C,Lead,g@x.example")

    assert Contact.objects.get().positions.count() == 3


def test_a_card_that_names_nobody_is_called_as_it_is_and_found_again(inside, take):
    text = "task_name,list_name,board\nAdd animation,Backlog,Front end\nFix login,Done,Front end"
    mapping = {"task_name": "title", "list_name": "stage", "board": "pipeline"}

    first = take(text, kind="positions", mapping=mapping)
    again = take(text, kind="positions", mapping=mapping)

    assert (first.created, first.also["contacts"]) == (2, 2)
    assert (again.created, again.skipped, again.also) == (0, 2, {})
    assert {contact.name for contact in Contact.objects.all()} == {"Add animation", "Fix login"}


def test_outcomes_without_stages_are_kept_with_all_attributes(inside, take):
    text = "external_id,Plan,Spend,outcome\n1,gold,12.5,won\n2,tin,3,lost\n3,tin,1,"

    receipt = take(text, kind="positions", pipeline="Histories")

    outcomes = Position.objects.order_by("external_id").values_list("outcome", flat=True)
    assert list(outcomes) == ["won", "lost", ""]
    assert receipt.created == 3
    assert set(CustomField.objects.values_list("on", "key")) == {
        ("position", "plan"),
        ("position", "spend"),
    }


def test_the_same_file_twice_changes_nothing(inside, take):
    take(DEALS)

    again = take(DEALS)

    assert (again.created, again.updated, again.skipped, again.also) == (0, 0, 4, {})


def test_a_card_moves_as_the_file_does(inside, take):
    take(DEALS)

    receipt = take(DEALS.replace("Boat,Fleet sales,Proposal", "Boat,Fleet sales,Closed Won"))

    boat = Position.objects.get(title="Boat")
    assert receipt.updated == 1
    assert (boat.stage.name, boat.outcome, boat.previous_stage.name) == (
        "Closed Won",
        "won",
        "Proposal",
    )
    assert boat.closed_at is not None
    stays = boat.visits.order_by("id").values_list("stage__name", "left_at")
    assert [(name, left is None) for name, left in stays] == [
        ("Proposal", False),
        ("Closed Won", True),
    ]


def test_where_a_person_put_a_card_it_stays_and_it_is_said(inside, take, ada):
    take(DEALS)
    boat = Position.objects.get(title="Boat")
    won = boat.pipeline.stages.get(name="Closed Won")
    positions.move(boat, to=won, by=ada, waive_reason="They signed.")

    receipt = take(DEALS)

    boat.refresh_from_db()
    assert boat.stage == won
    assert (receipt.updated, receipt.kept) == (0, 1)
    assert "stage" in receipt.problems[0].reason


def test_a_score_from_a_file_stays_below_a_persons(inside, take):
    take("Id,Title,Stage,Email,Score\n1,A,Lead,g@x.example,70", kind="positions")

    card = Position.objects.get()
    assert (card.score, card.score_reasons, card.manual_score) == (70, ["Imported"], None)


def test_cards_that_do_not_fit_fail_alone(inside, take, sales):
    receipt = take(
        "Title,Stage,Email,Amount\nA,Lead,a@x.example,-5\nB,Lead,b@x.example,5\n"
        f"{'x' * 301},Lead,c@x.example,5",
        kind="positions",
    )

    assert [card.title for card in Position.objects.all()] == ["B"]
    assert [problem.line for problem in receipt.problems] == [2, 4]
    assert Contact.objects.count() == 1


HISTORY = """external_id,stage,entered_at
2,Proposal,2025-03-01
2,New,2025-01-01
2,Demo,2025-02-01
9,New,2025-01-01
"""


def test_history_puts_past_stays_before_the_present_one(inside, take):
    take(DEALS)

    receipt = take(HISTORY)

    boat = Position.objects.get(title="Boat")
    stays = boat.visits.order_by("entered_at").values_list("stage__name", "entered_at", "left_at")
    months = [(name, begun.month, left and left.month) for name, begun, left in stays]
    assert months == [("New", 1, 2), ("Demo", 2, 3), ("Proposal", 3, None)]
    assert boat.entered_stage_at.month == 3
    assert (receipt.created, receipt.updated, receipt.failed) == (2, 1, 1)


def test_stays_of_files_know_what_followed_and_are_counted(inside, take, bob):
    take(DEALS)
    take(HISTORY)
    take(DEALS.replace("Proposal", "Demo"))

    boat = Position.objects.get(title="Boat")
    stays = boat.visits.order_by("entered_at").values_list("stage__name", "next_stage__name")
    assert list(stays) == [
        ("New", "Demo"),
        ("Demo", "Proposal"),
        ("Proposal", "Demo"),
        ("Demo", None),
    ]
    span = spans.read("2000-01-01", "", organization=inside)
    traced = trace(boat.pipeline, span=span, by=bob)
    ways = [(left.name, to.name) for left, to, _ in traced.find_transitions()]
    assert ("New", "Demo") in ways
    assert ("Demo", "Proposal") in ways


def test_history_twice_changes_nothing(inside, take):
    take(DEALS)
    take(HISTORY)

    again = take(HISTORY)

    assert (again.created, again.updated, again.skipped) == (0, 0, 3)
    assert StageVisit.objects.count() == 6


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Closed Won", "won"),
        ("Closed", "won"),
        ("Resolved", "won"),
        ("Ticket closed", "won"),
        ("Gewonnen", "won"),
        ("Terminé", "won"),
        ("Closed Lost", "lost"),
        ("Verloren", "lost"),
        ("Perdido", "lost"),
        ("Not interested", "lost"),
        ("Closing", "active"),
        ("Waiting on customer", "active"),
        ("To be signed", "active"),
    ],
)
def test_names_of_stages_say_how_cards_end(name, kind):
    assert wording.kind_of(name) == kind


@pytest.mark.parametrize(("text", "outcome"), [("Won", "won"), ("0", "lost"), ("open", "")])
def test_words_for_outcomes(text, outcome):
    assert wording.outcome_of(text) == outcome
