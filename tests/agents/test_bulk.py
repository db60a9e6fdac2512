"""One tool over many records: looked at first, judged one by one, done as far as it can be."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents import agents, switches
from agents.calls import resumption, selections
from agents.catalogue.registry import TOOLS
from agents.models import Budget
from approvals import approvals
from approvals.models import Approval, Policy
from audit import undo
from audit.actions import action
from audit.models import Action, Event, Outcome
from audit.undo import Selection
from crm import contacts
from crm.models import Contact, Task
from pipelines import access, criteria, pipelines, positions
from pipelines.models import Position, StageVisit

DONE, WAITING, REFUSED, DENIED = Outcome.DONE, Outcome.WAITING, Outcome.REFUSED, Outcome.DENIED


@pytest.fixture
def agent(hire):
    return hire(scope=["bulk_update", *selections.find_fit(), "undo_action"])


@pytest.fixture
def people(acme, ada):
    """Add so many contacts."""

    def add(count, **about):
        return [contacts.create(name=f"Person {n:02}", by=ada, **about) for n in range(count)]

    return add


@pytest.fixture
def deck(people, sales, ada):
    """Put so many contacts into Sales, in Lead."""

    def deal(count, **about):
        return [positions.enter(who, pipeline=sales, by=ada, **about) for who in people(count)]

    return deal


@pytest.fixture
def each(call):
    """Apply a tool to many."""

    def make(tool="move_contact", arguments=None, **given):
        shared = {"to_stage": "Qualified"} if arguments is None else arguments
        return call("bulk_update", tool=tool, arguments=shared, **given)

    return make


def refs(rows):
    return [row.ref for row in rows]


def stages_of(cards):
    found = Position.objects.filter(pk__in=[card.pk for card in cards]).order_by("pk")
    return list(found.values_list("stage__name", flat=True))


def recorded(result):
    return Action.objects.get(pk=int(result.action.partition(":")[2]))


def outcomes(result):
    return [each["outcome"] for each in result.result["records"]]


# --- By references --------------------------------------------------------------------------------
def test_many_cards_are_moved_in_one_action(each, deck, sales, inside):
    cards = deck(3)

    result = each(refs=refs(cards))

    assert (result.status, result.summary) == (DONE, "Move contact: 3 done")
    assert stages_of(cards) == ["Qualified"] * 3
    assert (recorded(result).target, recorded(result).reach_id) == (sales.ref, sales.pk)
    assert Event.objects.filter(action=recorded(result)).count() == 3


def test_the_records_are_named_once_and_in_order(each, deck, inside):
    cards = deck(3)

    result = each(refs=[cards[2].ref, cards[0].ref, cards[2].ref])

    assert [one["record"] for one in result.result["records"]] == [cards[0].ref, cards[2].ref]
    assert result.result["records"][0]["name"] == "Person 00 in Sales"


def test_what_a_gate_refuses_does_not_keep_the_others_back(each, deck, stage, ada, inside):
    cards = deck(3)
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)
    positions.update(cards[1], changes={"value_cents": 500}, by=ada)

    result = each(refs=refs(cards))

    assert result.status == DONE
    assert outcomes(result) == ["refused", "done", "refused"]
    assert "value" in result.result["records"][0]["because"].casefold()
    assert stages_of(cards) == ["Lead", "Qualified", "Lead"]


def test_what_was_refused_is_recorded_on_the_record(each, deck, stage, ada, inside):
    cards = deck(2, value_cents=0)
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)
    positions.update(cards[1], changes={"value_cents": 500}, by=ada)

    result = each(refs=refs(cards))

    told = Event.objects.get(action=recorded(result), name="agents.record.refused")
    assert (told.target, told.reach_id) == (cards[0].ref, cards[0].pipeline_id)
    assert told.payload["tool"] == "move_contact"


def test_where_nothing_can_be_done_the_whole_is_refused(each, deck, stage, ada, inside):
    cards = deck(2)
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)

    result = each(refs=refs(cards))

    assert (result.status, result.http) == (REFUSED, 422)
    assert [one["outcome"] for one in result.details["records"]] == ["refused", "refused"]


def test_what_is_so_already_is_unchanged(each, deck, stage, ada, inside):
    cards = deck(2)
    positions.move(cards[0], to=stage("Qualified"), by=ada)

    result = each(refs=refs(cards))

    assert outcomes(result) == ["unchanged", "done"]


def test_contacts_are_changed_and_given_tasks(each, people, inside):
    who = people(3)

    changed = each("update_contact", {"source": "Fair", "tags": ["met"]}, refs=refs(who))
    given = each("create_task", {"title": "Call them"}, refs=refs(who))

    assert (changed.result["done"], given.result["done"]) == (3, 3)
    assert Contact.objects.filter(source="Fair", tags=["met"]).count() == 3
    assert Task.objects.filter(title="Call them").count() == 3
    assert recorded(changed).target == ""


def test_contacts_enter_a_board(each, people, sales, inside):
    result = each("add_contact_to_pipeline", {"pipeline": sales.ref}, refs=refs(people(3)))

    assert (result.result["done"], Position.objects.filter(pipeline=sales).count()) == (3, 3)
    assert recorded(result).reach_id == sales.pk


def test_each_record_gets_what_a_call_alone_would(each, call, deck, stage, ada, inside):
    """Every mixture of where a card stands, what it is worth and whether it is on the board."""
    cards = deck(8)
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)
    for place, one in enumerate(cards):
        if place & 1:
            positions.update(one, changes={"value_cents": 500}, by=ada)
        if place & 2:
            with action("test.arrange", by=ada):
                Position.objects.filter(pk=one.pk).update(stage=stage("Qualified"))
        if place & 4:
            positions.archive(one, by=ada)
    alone = [
        call("move_contact", position=one.ref, to_stage="Qualified", dry_run=True) for one in cards
    ]

    result = each(refs=refs(cards))

    told = result.result["records"]
    assert [one["outcome"] == "refused" for one in told] == [
        single.status == REFUSED for single in alone
    ]
    assert [one["because"] for one in told if one["because"]] == [
        single.summary for single in alone if single.status == REFUSED
    ]
    assert {one["outcome"] for one in told} == {"done", "unchanged", "refused"}


# --- By a filter ----------------------------------------------------------------------------------
CHEAP = {"field": "position.value_cents", "op": "<", "value": 1000}
UNPRICED = {"field": "position.value_cents", "op": "is_empty"}


def test_a_filter_is_looked_at_before_it_is_carried_out(each, deck, inside):
    cards = deck(3, value_cents=10)

    unseen = each(filter=[CHEAP])

    assert (unseen.status, unseen.http) == (REFUSED, 409)
    assert unseen.details["count"] == 3
    assert "dry_run" in unseen.summary
    assert stages_of(cards) == ["Lead"] * 3


def test_a_dry_run_says_what_would_become_of_each_and_leaves_nothing(
    each, deck, stage, ada, inside
):
    cards = deck(3, value_cents=10)
    positions.move(cards[0], to=stage("Qualified"), by=ada)
    before = Action.objects.count()

    seen = each(filter=[CHEAP], dry_run=True)

    answer = seen.result["answer"]
    assert (seen.status, answer["count"], answer["done"], answer["unchanged"]) == (DONE, 3, 2, 1)
    assert [one["name"] for one in answer["records"]][:2] == [
        "Person 00 in Sales",
        "Person 01 in Sales",
    ]
    assert Action.objects.count() == before
    assert stages_of(cards) == ["Qualified", "Lead", "Lead"]


def test_what_was_looked_at_is_carried_out(each, deck, inside):
    cards = deck(3, value_cents=10)
    seen = each(filter=[CHEAP], dry_run=True).result["answer"]["selection"]

    result = each(filter=[CHEAP], selection=seen)

    assert (result.status, result.result["done"], result.result["selection"]) == (DONE, 3, seen)
    assert stages_of(cards) == ["Qualified"] * 3


def test_nobody_acts_on_what_was_not_looked_at(each, deck, people, sales, ada, inside):
    deck(3, value_cents=10)
    seen = each(filter=[CHEAP], dry_run=True).result["answer"]["selection"]
    another = positions.enter(people(1)[0], pipeline=sales, by=ada, value_cents=1)

    result = each(filter=[CHEAP], selection=seen)

    assert (result.http, result.details["count"]) == (409, 4)
    assert stages_of([another]) == ["Lead"]


def test_a_selection_is_of_one_tool_and_its_arguments(each, deck, inside):
    cards = deck(2)
    seen = each(refs=refs(cards), dry_run=True).result["answer"]["selection"]

    assert each({}, {"to_stage": "Demo"}, refs=refs(cards), selection=seen).http == 400
    assert each(arguments={"to_stage": "Demo"}, refs=refs(cards), selection=seen).http == 409
    assert each(refs=refs(cards), selection=seen).status == DONE


def test_a_filter_that_finds_nothing_says_so(each, deck, inside):
    deck(1)

    result = each(filter=[{"field": "position.title", "op": "=", "value": "none such"}])

    assert (result.http, result.summary) == (404, "No position fits this filter.")


def test_a_filter_that_finds_too_many_says_how_many(each, deck, inside, monkeypatch):
    monkeypatch.setattr(selections, "MOST", 2)
    deck(3, value_cents=10)

    result = each(filter=[CHEAP], dry_run=True)

    assert (result.status, result.http) == (REFUSED, 422)
    assert result.summary.startswith("This finds 3; at most 2 at once.")


def test_an_unknown_field_is_refused_with_the_nearest(each, deck, inside):
    deck(1)

    result = each(filter=[{"field": "position.valu_cents", "op": "=", "value": 1}], dry_run=True)

    assert result.http == 400
    assert "position.value_cents" in result.summary


# --- Wrong calls ----------------------------------------------------------------------------------
def test_only_what_is_fit_for_many_is_applied_to_many(each, grace, inside):
    result = each("undo_action", {}, refs=[grace.ref])

    assert (result.http, list(result.details["fields"])) == (400, ["tool"])
    assert "move_contact" in result.summary


def test_the_fit_ones_are_listed_for_models(inside):
    listed = TOOLS["bulk_update"].signature.schema["properties"]["tool"]["enum"]

    assert listed == sorted(selections.find_fit())
    assert "bulk_update" not in listed


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"to_stag": "Qualified"}, "arguments.to_stag"),
        ({}, "arguments.to_stage"),
        ({"to_stage": "Qualified", "position": "position:1"}, "arguments.position"),
    ],
)
def test_shared_arguments_are_those_of_the_tool(each, card, arguments, wrong, inside):
    result = each(arguments=arguments, refs=[card.ref])

    assert result.http == 400
    assert wrong in result.details["fields"]


def test_references_or_a_filter_and_not_both(each, card, inside):
    assert each(refs=[card.ref], filter=[CHEAP]).http == 400
    assert each().http == 400


def test_a_reference_of_another_kind_is_refused(each, grace, inside):
    assert each(refs=[grace.ref]).http == 400


def test_a_stage_that_is_not_there_refuses_the_whole(each, deck, inside):
    result = each(arguments={"to_stage": "Qualifed"}, refs=refs(deck(2)))

    assert result.http == 400
    assert "there is Qualified" in result.summary


def test_cards_of_two_boards_are_two_calls(each, deck, people, ada, inside):
    other = pipelines.create("Support", stages=[{"name": "Lead"}, {"name": "Qualified"}], by=ada)
    there = positions.enter(people(1)[0], pipeline=other, by=ada)

    result = each(refs=[there.ref, *refs(deck(1))])

    assert (result.status, result.http) == (REFUSED, 422)
    assert len(result.details["boards"]) == 2


# --- Who may see what -----------------------------------------------------------------------------
def test_others_records_are_not_there(each, card, eve, elsewhere):
    theirs = contacts.create(name="Theirs", by=eve)

    result = each("update_contact", {"source": "Fair"}, refs=[theirs.ref])

    assert (result.status, result.http) == (REFUSED, 404)


def test_one_that_is_not_there_refuses_the_whole(each, people, eve, elsewhere, inside):
    mine = people(1)[0]

    result = each("update_contact", {"source": "Fair"}, refs=[mine.ref, "contact:999999"])

    mine.refresh_from_db()
    assert (result.http, result.details["refs"], mine.source) == (404, ["contact:999999"], "")


def test_a_closed_board_is_not_there(each, deck, sales, ada, inside):
    cards = deck(2, value_cents=10)
    access.restrict(sales, by=ada)

    named, filtered = each(refs=refs(cards)), each(filter=[CHEAP], dry_run=True)

    assert (named.http, filtered.http) == (404, 404)
    assert "Person" not in named.summary


def test_who_may_not_move_may_not_move_many(call, card, vi, inside):
    given = {"tool": "move_contact", "arguments": {"to_stage": "Demo"}, "refs": [card.ref]}

    assert call("bulk_update", by=vi, **given).status == DENIED


def test_an_agent_applies_only_what_it_may_use(call, card, hire, inside):
    narrow = hire("Narrow", scope=["bulk_update", "create_task"])
    given = {"tool": "move_contact", "arguments": {"to_stage": "Demo"}, "refs": [card.ref]}

    result = call("bulk_update", by=narrow, **given)

    assert result.status == DENIED
    assert "may not use move_contact" in result.summary


def test_a_tool_that_is_off_is_off_for_many(each, card, ada, inside):
    switches.turn_off("move_contact", by=ada)

    result = each(refs=[card.ref])

    assert (result.status, result.http) == (DENIED, 403)


def test_where_agents_are_kept_off_they_are(each, deck, stage, ada, inside):
    cards = deck(2)
    with action("test.arrange", by=ada):
        held = stage("Lead")
        held.ai_actions = ["create_task"]
        held.save()

    result = each(refs=refs(cards))

    assert result.status == DENIED
    assert stages_of(cards) == ["Lead", "Lead"]


# --- Policy ---------------------------------------------------------------------------------------
def test_25_records_do_not_ask(each, deck, inside):
    assert each(refs=refs(deck(25))).status == DONE


def test_26_records_ask(each, deck, inside):
    cards = deck(26)

    result = each(refs=refs(cards))

    approval = Approval.objects.get()
    assert (result.status, result.because) == (WAITING, ["it touches 26 records"])
    assert approval.high_risk
    assert approval.arguments["refs"] == refs(cards)
    assert approval.arguments["arguments"]["to_stage"].startswith("stage:")
    assert len([row for row in approval.rows if "tage" in row["label"]]) == 26


def test_people_do_not_ask_for_themselves(call, deck, bob, inside):
    cards = deck(26)
    given = {"tool": "move_contact", "arguments": {"to_stage": "Qualified"}, "refs": refs(cards)}

    assert call("bulk_update", by=bob, **given).status == DONE


def test_one_record_that_needs_a_person_makes_all_wait(each, deck, ada, inside):
    cards = deck(3)
    positions.update(cards[1], changes={"value_cents": 2_000_000}, by=ada)

    result = each(refs=refs(cards))

    assert result.status == WAITING
    assert len(result.because) == 1
    assert "Move Person 01 to Qualified" in result.because[0]
    assert Approval.objects.get().high_risk
    assert stages_of(cards) == ["Lead"] * 3


def test_a_won_stage_needs_a_person_for_many_too(each, deck, stage, inside):
    cards = deck(2, stage=stage("Proposal"))

    result = each(arguments={"to_stage": "Customer"}, refs=refs(cards))

    assert result.status == WAITING
    assert "a won stage" in result.because[0]


def test_a_stage_that_wants_approval_wants_it_for_many(each, deck, stage, ada, inside):
    with action("test.arrange", by=ada):
        gate = stage("Qualified")
        gate.requires_approval = True
        gate.save()

    assert each(refs=refs(deck(2))).status == WAITING


def test_what_policy_denies_of_one_is_denied(each, deck, sales, acme, ada, inside):
    cards = deck(2)
    with action("test.arrange", by=ada):
        Policy.objects.create(
            organization=acme,
            key="hands off",
            answer="deny",
            tool="move_contact",
            pipeline=sales,
            because="nobody moves these",
        )

    result = each(refs=refs(cards))

    assert (result.status, stages_of(cards)) == (DENIED, ["Lead", "Lead"])
    assert "Person 00" in result.summary


def test_a_novice_asks_for_many(each, deck, hire, call, inside):
    novice = hire("New", scope=["bulk_update", "move_contact"], learning_mode=True)
    given = {"tool": "move_contact", "arguments": {"to_stage": "Qualified"}, "refs": refs(deck(2))}

    assert call("bulk_update", by=novice, **given).status == WAITING


# --- Decided --------------------------------------------------------------------------------------
@pytest.fixture
def waiting(inside, each, deck):
    """Some cards that wait to be moved, and what waits."""
    cards = deck(4)
    each(refs=refs(cards), confidence=0.5)
    return cards, Approval.objects.get()


def test_what_was_granted_is_done_as_it_was_shown(inside, waiting, mo, deliver):
    cards, approval = waiting
    approvals.grant(approval, by=mo)
    deliver()

    approval.refresh_from_db()
    assert (approval.status, stages_of(cards)) == ("used", ["Qualified"] * 4)


def test_a_card_that_moved_meanwhile_makes_it_stale(inside, waiting, mo, ada, stage):
    cards, approval = waiting
    approvals.grant(approval, by=mo)
    positions.move(cards[2], to=stage("Lost"), by=ada, reason="gone")

    result = resumption.resume(approval)

    approval.refresh_from_db()
    assert (result.status, approval.status) == (REFUSED, "stale")
    assert stages_of(cards).count("Qualified") == 0


def test_a_value_that_policy_reads_makes_it_stale(inside, waiting, mo, ada):
    cards, approval = waiting
    approvals.grant(approval, by=mo)
    positions.update(cards[2], changes={"value_cents": 1}, by=ada)

    assert resumption.resume(approval).status == REFUSED


def test_what_was_rejected_is_not_asked_again(each, waiting, mo, inside):
    cards, approval = waiting
    approvals.refuse(approval, by=mo, because="not these")

    again = each(refs=list(reversed(refs(cards))))
    other_words = each(arguments={"to_stage": " qualified "}, refs=refs(cards))

    assert (again.status, other_words.status) == (REFUSED, REFUSED)
    assert "not these" in again.summary


def test_what_was_rejected_alone_is_rejected_among_many(each, call, deck, mo, inside):
    cards = deck(3)
    call("move_contact", position=cards[1].ref, to_stage="Qualified", confidence=0.1)
    approvals.refuse(Approval.objects.get(), by=mo, because="they said no")

    result = each(refs=refs(cards))

    assert (result.status, result.http) == (REFUSED, 403)
    assert "they said no" in result.summary
    assert stages_of(cards) == ["Lead"] * 3


def test_what_would_stay_is_shown_to_whoever_decides(each, deck, stage, ada, inside):
    cards = deck(3)
    criteria.add(stage("Lead"), criterion="position.value_cents > 0", by=ada)
    for one in cards[1:]:
        positions.update(one, changes={"value_cents": 5}, by=ada)

    each(refs=refs(cards), confidence=0.5)

    labels = [row["label"] for row in Approval.objects.get().rows]
    assert f"Person 00 in Sales ({cards[0].ref})" in labels


def test_whoever_decides_may_leave_records_out(inside, waiting, mo, deliver):
    cards, approval = waiting
    fewer = {**approval.arguments, "refs": refs(cards[:2])}

    approvals.grant(approval, by=mo, arguments=fewer)
    deliver()

    assert stages_of(cards) == ["Qualified"] * 2 + ["Lead"] * 2


def test_a_filter_cannot_be_put_in_the_place_of_what_was_shown(inside, waiting, mo):
    _, approval = waiting
    wider = {name: value for name, value in approval.arguments.items() if name != "refs"}

    with pytest.raises(selections.NotPreviewed):
        approvals.grant(approval, by=mo, arguments=wider | {"filter": [UNPRICED]})


# --- Taken back, and counted ----------------------------------------------------------------------
def test_undo_takes_all_of_it_back(each, deck, stage, ada, inside):
    cards = deck(4)
    done = recorded(each(refs=refs(cards)))

    undo.apply(undo.plan(Selection(actions=(done.pk,)), by=ada), by=ada)

    assert stages_of(cards) == ["Lead"] * 4


def test_each_record_is_a_write(each, deck, agent, inside):
    each(refs=refs(deck(5)))

    assert Budget.objects.get(agent=agent).writes == 5


def test_many_records_do_not_pass_the_budget(each, deck, agent, ada, inside):
    cards = deck(5)
    agents.update(agent, changes={"writes_per_hour": 4}, by=ada)

    result = each(refs=refs(cards))

    assert (result.http, stages_of(cards)) == (429, ["Lead"] * 5)
    assert Budget.objects.get(agent=agent).writes == 0


def test_a_dry_run_costs_no_writes(each, deck, agent, inside):
    each(refs=refs(deck(3)), dry_run=True)

    assert Budget.objects.get(agent=agent).writes == 0


def test_a_record_costs_a_bounded_number_of_statements(
    each, deck, inside, django_assert_max_num_queries
):
    few, many = deck(2), deck(12)

    with django_assert_max_num_queries(200) as first:
        each(refs=refs(few))
    with django_assert_max_num_queries(400) as second:
        each(refs=refs(many))

    assert (len(second) - len(first)) / 10 <= 6


def test_the_same_key_is_the_same_call(each, deck, inside):
    cards = deck(2)

    first, second = (each(refs=refs(cards), key="once") for _ in range(2))

    assert first.action == second.action


# --- Together -------------------------------------------------------------------------------------
def test_how_many_cards_are_moved_costs_no_more_statements(each, deck, inside):
    few, many = deck(2), deck(9)
    with CaptureQueriesContext(connection) as for_few:
        each(refs=refs(few))
    with CaptureQueriesContext(connection) as for_many:
        each(refs=refs(many))

    assert len(for_many) == len(for_few)


def test_many_cards_come_on_top_of_their_column_one_by_one(each, deck, stage, ada, inside):
    there, *cards = deck(5)
    positions.move(there, to=stage("Qualified"), by=ada)

    each(refs=refs(cards))

    column = Position.objects.filter(stage=stage("Qualified")).order_by("rank")
    assert [card.pk for card in column] == [*(card.pk for card in cards[::-1]), there.pk]


def test_each_of_many_cards_ends_a_stay_and_begins_one(each, deck, stage, inside):
    cards = deck(3)

    each(refs=refs(cards))

    stays = StageVisit.objects.filter(position__in=cards).order_by("position", "pk")
    assert [(stay.stage.name, stay.left_at is None) for stay in stays] == [
        ("Lead", False),
        ("Qualified", True),
    ] * 3
    first, second = stays[:2]
    assert (first.left_at, first.next_stage_id) == (second.entered_at, second.stage_id)


def test_what_was_attested_of_one_card_is_not_of_another(each, deck, stage, ada, inside):
    cards = deck(3)
    asked = criteria.add(stage("Lead"), criterion="Budget confirmed", by=ada)
    criteria.attest(cards[1], criterion=asked, evidence="An e-mail", by=ada)

    result = each(refs=refs(cards))

    assert outcomes(result) == ["refused", "done", "refused"]
