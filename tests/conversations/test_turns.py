"""Turns as people see them: in words, with tables, with what the ledger holds of them by now."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.conversations import conversations, running, starters, tables, turns, wordings
from agents.models import Job
from approvals import approvals, deciders
from approvals.models import Approval
from audit.actions import action, tenant
from audit.actors import Door
from audit.undo import Selection, apply, plan
from crm import companies, contacts, tasks
from pipelines import access, positions
from pipelines.models import Stage
from tests.conversations.conftest import read
from tests.conversations.stub import Reply, calls, says

NAMES = {"contact:1": "Grace Hopper", "stage:2": "Qualified"}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("to_stage", "stage:2", "Qualified"),
        ("contact", "contact:9", "contact:9"),
        ("value_cents", 12_000_00, "€12,000"),
        ("confidence", 0.85, "85\u00a0%"),
        ("days", 3.25, "3.25"),
        ("count", 1234, "1,234"),
        ("do_not_contact", True, "yes"),
        ("due_at", "2026-03-01", "1 Mar 2026"),
        ("due_at", "2026-03-01T09:30:00+00:00", "1 Mar 2026, 09:30"),
        ("name", "2026-is-a-year", "2026-is-a-year"),
        ("phone", None, "nothing"),
        ("tags", ["a", "b"], "a, b"),
        ("refs", [f"contact:{n}" for n in range(1, 10)], "Grace Hopper, contact:2, contact:3"),
        (
            "filter",
            [{"field": "position.value_cents", "op": ">", "value": 500_00}],
            "Value must be more than €500",
        ),
        ("enriched_data", {"city": "Oslo", "size": None}, "City Oslo, Size nothing"),
    ],
)
def test_values_are_said_in_words(key, value, said):
    words = wordings.say(key, value, names=NAMES, currency="EUR")

    assert words.startswith(said) if key == "refs" else words == said


@pytest.mark.parametrize(
    ("key", "label"),
    [("to_stage", "To stage"), ("value_cents", "Value"), ("custom:own_plan", "Own plan")],
)
def test_keys_have_labels(key, label):
    assert wordings.label(key) == label


def test_long_values_are_cut():
    assert len(wordings.say("notes", "x" * 5_000, names={})) == wordings.LONGEST


def show(result, schema=None):
    return tables.read(result, schema=schema or {}, names=NAMES, currency="USD")


def test_a_list_is_a_table_whose_names_lead_to_pages():
    row = {"contact": "contact:1", "contact_name": "Grace Hopper", "value_cents": 100, "owner": ""}

    (table,) = show({"results": [row], "next": None}).tables

    assert [head.text for head in table.heads] == ["Contact", "Value"]
    assert [(cell.text, cell.url) for cell in table.rows[0]] == [
        ("Grace Hopper", "/contacts/1/"),
        ("$1", ""),
    ]


def test_a_long_table_says_how_many_are_left_out():
    rows = [{"name": f"Row {n}", "count": n} for n in range(100)]

    (table,) = show({"rows_found": rows}).tables

    assert (len(table.rows), table.more) == (tables.MOST_ROWS, 100 - tables.MOST_ROWS)


def test_nothing_found_is_said():
    assert show({"results": [], "next": None}).remarks == ["Nothing was found."]


def test_plain_values_are_figures_in_the_order_their_tool_has():
    schema = {"properties": {"count": {}, "value_cents": {}, "currency": {}}}

    shown = show({"currency": "EUR", "value_cents": 500, "count": 2}, schema)

    assert shown.figures == [("Count", "2"), ("Value", "€5")]


def test_measures_of_amounts_are_amounts():
    rows = [{"key": 1, "label": "Lead", "count": 2, "value": 500_00}]
    result = {"measure": "sum", "field": "position.value_cents", "currency": "EUR", "value": 500_00}

    shown = show({**result, "groups": rows})
    counted = show({**result, "groups": rows, "measure": "count"})

    assert [cell.text for cell in shown.tables[0].rows[0]] == ["Lead", "2", "€500"]
    assert (shown.figures, counted.figures) == ([("Value", "€500")], [])
    assert [cell.text for cell in counted.tables[0].rows[0]] == ["Lead", "2"]


def test_sentences_are_remarks_said_once():
    why = "There is not enough data yet to say anything at all that would hold."

    shown = show({"not_enough_data": why, "insights": [why], "won": 2})

    assert (shown.figures, shown.remarks) == ([("Won", "2")], [why])


def test_what_stayed_as_it_was_comes_first():
    records = [
        {"record": "contact:1", "name": "Grace", "outcome": "done", "because": ""},
        {"record": "contact:2", "name": "Alan", "outcome": "refused", "because": "no budget"},
    ]

    table = tables.tell_outcomes(records)

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Alan", "Refused", "no budget"],
        ["Grace", "Done", ""],
    ]


@pytest.mark.parametrize("odd", [None, [], "text", 7, {"results": [[1]]}, {"a": [1, {"b": 2}]}])
def test_odd_results_are_shown_without_a_fault(odd):
    assert not show(odd).tables


# --- What the ledger holds by now -----------------------------------------------------------------


@pytest.fixture
def asked(acme, ada, bob, grace, sales, stage, model):
    """Bob's turn, in which a move waits for somebody who may decide."""
    card = positions.enter(grace, pipeline=sales, by=ada)
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Qualified").pk).update(requires_approval=True)
    by = bob.through(Door.CHAT)
    held = conversations.begin(by=by)
    move = {"position": card.ref, "to_stage": stage("Qualified").ref}
    model.script = [calls("move_contact", **move), says("It waits.")]
    job = conversations.say(held, text="Move Grace", by=by)
    running.advance(job.organization_id, job.pk)
    with tenant(acme.pk):
        job = Job.objects.select_related("conversation").get(pk=job.pk)
    conversations.confirm(job, confirmed=True, by=by)
    running.advance(job.organization_id, job.pk)
    return job


def present(job, by, acme):
    with tenant(acme.pk):
        held = Job.objects.select_related("conversation").prefetch_related("steps").get(pk=job.pk)
        (shown,) = turns.present([held], by=by, organization=acme)
        return shown


def test_what_waits_counts_as_what_became_of_it(acme, asked, ada, bob, deliver):
    waiting = read(asked, by=bob)["receipt"]
    with tenant(acme.pk):
        approval = Approval.objects.get()
    approvals.grant(approval, by=deciders.as_person(ada))
    deliver()

    done = read(asked, by=bob)["receipt"]

    assert waiting["summary"] == "1 waiting for a person; nothing was changed."
    assert (done["summary"], done["waiting"], done["done"]) == ("1 done.", 0, 1)
    assert present(asked, bob, acme).steps[0].status == "Approved and done"


def test_who_asked_hears_what_was_decided(acme, asked, ada, bob, model, deliver):
    model.script = [says("It was moved.")]
    with tenant(acme.pk):
        approval = Approval.objects.get()
    approvals.grant(approval, by=deciders.as_person(ada))
    deliver()
    assert read(asked, by=bob)["state"] == "queued"

    running.advance(acme.pk, asked.pk)

    turn = read(asked, by=bob)
    assert (turn["state"], turn["reply"].strip()) == ("done", "It was moved.")
    assert '"status": "done"' in model.asked[-1]["messages"][-1]["content"]


def test_what_was_rejected_waits_no_more(acme, asked, ada, bob):
    with tenant(acme.pk):
        approval = Approval.objects.get()
    approvals.refuse(approval, by=deciders.as_person(ada), because="Not before June.")

    receipt = read(asked, by=bob)["receipt"]

    assert receipt["summary"] == "1 refused; nothing was changed."
    assert present(asked, bob, acme).steps[0].status == "Rejected"


def test_a_turn_that_was_undone_says_so(acme, say, confirm, model, grace, ada):
    two = [
        ("update_contact", {"contact": grace.ref, "job_title": "Admiral"}),
        ("create_task", {"title": "Salute", "contact": grace.ref}),
    ]
    model.script = [Reply(calls=two), says("Both.")]
    turn = confirm(say("Promote Grace"))
    with tenant(acme.pk):
        job = Job.objects.select_related("conversation").get(pk=turn["turn"])
    first = int(turn["receipt"]["actions"][0].partition(":")[2])

    apply(plan(Selection(actions=(first,)), by=ada), by=ada)
    partly = read(job, by=ada)["receipt"]
    apply(plan(Selection(correlation=job.correlation), by=ada), by=ada)
    wholly = read(job, by=ada)["receipt"]

    assert (turn["receipt"]["undone"], partly["undone"], wholly["undone"]) == ("", "in part", "all")
    assert (bool(partly["undo"]), wholly["undo"]) == (True, None)


def test_what_was_turned_down_is_skipped(say, confirm, model, grace):
    model.script = [calls("archive_contact", contact=grace.ref), says("As you like.")]

    turn = confirm(say("Archive Grace"), confirmed=False)

    assert turn["receipt"]["summary"] == "1 skipped; nothing was changed."


def test_several_calls_that_ended_unevenly_are_a_table(acme, say, confirm, model, grace, ada):
    two = [
        ("update_contact", {"contact": grace.ref, "job_title": "Admiral"}),
        ("update_contact", {"contact": "contact:999999", "job_title": "Admiral"}),
    ]
    model.script = [Reply(calls=two), says("One of two.")]
    turn = confirm(say("Promote both"))
    with tenant(acme.pk):
        job = Job.objects.get(pk=turn["turn"])

    table = present(job, ada, acme).outcomes

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Update contact: contact:999999", "Refused", "There is no contact:999999."],
        ["Update contact: Grace Hopper", "Done", ""],
    ]


def test_one_of_several_lookups_is_not_shown_as_the_answer(acme, say, model, sales, grace, ada):
    once = ("search_objects", {"type": "contact", "query": "Grace"})
    for looked_up, many in ([once], 1), ([once, once], 0):
        model.script = [Reply(calls=looked_up), says("There.")]
        turn = say("Who is called Grace?")
        with tenant(acme.pk):
            job = Job.objects.get(pk=turn["turn"])

        assert len(present(job, ada, acme).results) == many


def test_readers_are_not_told_what_rests_on_a_board_closed_to_them(
    acme, say, conversation, model, grace, sales, ada, bob
):
    card = positions.enter(grace, pipeline=sales, title="Takeover of Zanzibar", by=ada)
    conversations.change(conversation, shared=True, by=ada.through(Door.CHAT))
    model.script = [calls("get_object", ref=card.ref), says("The takeover of Zanzibar.")]
    turn = say("What is it about?")
    with tenant(acme.pk):
        job = Job.objects.get(pk=turn["turn"])
    open_to_him = present(job, bob, acme).reply, read(job, by=bob)["reply"]
    access.restrict(sales, by=ada)

    closed = str(present(job, bob, acme)), str(read(job, by=bob))

    assert ["Zanzibar" in said for said in open_to_him] == [True, True]
    assert ["Zanzibar" in said for said in closed] == [False, False]
    assert "Zanzibar" in present(job, ada, acme).reply


# --- Beside a page --------------------------------------------------------------------------------


@pytest.fixture
def page(log_in, ada):
    return log_in(ada)


def beside(page, **query):
    headers = {"HX-Request": "true"}
    return page.get(reverse("agents:panel"), query, headers=headers).content.decode()


def test_the_panel_goes_on_with_the_last_conversation(page, ada, conversation, model, grace):
    conversations.say(conversation, text="Where is the walrus?", by=ada.through(Door.CHAT))

    last, new = beside(page, at=grace.ref), beside(page, at=grace.ref, new="1")

    assert ("walrus" in last, "Knows that you look at Grace Hopper" in last) == (True, True)
    assert ("walrus" in new, "Which deals does Grace Hopper have?" in new) == (False, True)


def test_what_was_put_away_is_not_gone_on_with(page, ada, conversation, model):
    conversations.say(conversation, text="Where is the walrus?", by=ada.through(Door.CHAT))
    conversations.change(conversation, archived=True, by=ada.through(Door.CHAT))

    assert "walrus" not in beside(page)


def test_without_scripts_the_panel_is_a_page(page, grace):
    answer = page.get(reverse("agents:panel"), {"at": grace.ref})

    assert answer["Location"] == f"/ask/?at={grace.ref.replace(':', '%3A')}"


def test_nobody_elses_records_are_looked_at(page, eve):
    theirs = contacts.create(name="Takeover of Zanzibar", by=eve)

    for said in (beside(page, at=theirs.ref), beside(page, at="nonsense"), beside(page, at="a:1")):
        assert ("Zanzibar" in said, "Knows that you look" in said) == (False, False)


def test_a_refusal_beside_a_page_is_told_and_leaves_it(page, ada, conversation, model):
    conversations.say(conversation, text="Hello", by=ada.through(Door.CHAT))
    path = reverse("agents:conversation_say", args=[conversation.pk])

    answer = page.post(path, {"text": "Hello?"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Reswap"]) == (409, "none")
    assert "still being answered" in answer["HX-Trigger"]


def test_a_plain_yes_draws_the_turn_it_answers_anew(page, say, conversation, model, grace):
    model.script = [calls("archive_contact", contact=grace.ref)]
    asked = say("Archive Grace")
    path = reverse("agents:conversation_say", args=[conversation.pk])

    answer = page.post(path, {"text": "yes"}, headers={"HX-Request": "true"})

    assert answer["HX-Retarget"] == f"#turn-{asked['turn']}"


def test_stages_suggest_what_to_ask(ada, grace, sales, stage, inside):
    positions.enter(grace, pipeline=sales, by=ada)
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Lead").pk).update(suggested_prompts=["Who is she?"])

    offered = starters.find(grace.ref, by=ada)

    assert offered[:2] == ["Who is she?", "Which deals does Grace Hopper have?"]
    assert set(starters.GENERAL[:2]) <= set(offered)


def test_what_is_suggested_is_understood(acme, ada, grace, sales, conversation, settings, model):
    """Without any model; what a model understands is its own affair."""
    settings.WHEELHOUSE_MODEL = "local/planner"
    navy = companies.create(name="Navy", by=ada)
    card = positions.enter(grace, pipeline=sales, by=ada)
    task = tasks.create(title="Call back", contact=grace, by=ada)
    offered = {}
    with tenant(acme.pk):
        for at in (grace, navy, card, sales, task):
            offered |= dict.fromkeys(starters.find(at.ref, by=ada), at.ref)
    ours = {text: at for text, at in offered.items() if text not in stage_prompts(sales)}

    lost = []
    for text, at in ours.items():
        job = conversations.say(conversation, text=text, page=at, by=ada.through(Door.CHAT))
        running.advance(job.organization_id, job.pk)
        if not (turn := read(job, by=ada))["steps"]:
            lost.append((text, turn["reply"]))

    assert lost == []
    assert len(ours) > 12


def stage_prompts(pipeline):
    with tenant(pipeline.organization_id):
        every = Stage.objects.filter(pipeline=pipeline).values_list("suggested_prompts", flat=True)
        return {prompt for prompts in every for prompt in prompts}


# --- Many -----------------------------------------------------------------------------------------


def count(page, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = page.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return len(captured)


def test_turns_of_every_sort_cost_no_more_queries_when_there_are_more(
    page, acme, ada, say, confirm, conversation, model, grace
):
    def hold() -> list[int]:
        model.script = [
            calls("search_objects", query="Grace"),
            calls("update_contact", contact=grace.ref, job_title=f"No. {len(model.asked)}"),
            says("So."),
        ]
        confirm(say("Look, and promote her"))
        model.script = [calls("move_contact", position="position:999999"), says("No.")]
        say("Move Nobody")
        return [
            count(page, reverse("agents:conversation", args=[conversation.pk])),
            count(page, reverse("agents:panel")),
            count(page, reverse("agents:conversation_list")),
        ]

    first = hold()
    assert [hold() for _ in range(3)] == [first] * 3


def test_a_conversation_of_two_hundred_turns_is_paged(page, acme, ada, conversation, model):
    with tenant(acme.pk):
        Job.objects.bulk_create(
            Job(
                organization_id=acme.pk,
                conversation=conversation,
                speaker_id=ada.membership_id,
                said=f"Turn {number:03}.",
                model="openai/stub",
                state="done",
                ended_at=conversation.created_at,
            )
            for number in range(200)
        )
    address, seen = reverse("agents:conversation", args=[conversation.pk]), []
    while address:
        answer = page.get(address)
        seen = [turn.job.said for turn in answer.context["turns"]] + seen
        onward = answer.context["page"].next
        address = onward and reverse("agents:conversation", args=[conversation.pk]) + onward

    assert seen == [f"Turn {number:03}." for number in range(200)]


def test_a_conversation_is_renamed_put_away_found_and_brought_back(page, conversation):
    change = reverse("agents:conversation_change", args=[conversation.pk])
    listed = reverse("agents:conversation_list")
    page.post(change, {"title": "Plans for June"})

    page.post(change, {"archived": "yes"})
    in_use, away = page.get(listed).content.decode(), page.get(f"{listed}?away=1&q=june")
    back = page.post(change, {"archived": "no", "back": "list"})

    assert "Plans for June" not in in_use
    assert "Plans for June" in away.content.decode()
    assert back["Location"] == f"{listed}?away=1"
    assert "Plans for June" in page.get(listed).content.decode()


def test_the_line_above_steps_names_each_tool_once(ada, acme, grace, conversation, model):
    job = conversations.say(conversation, text="Who is Grace?", by=ada.through(Door.CHAT))
    shown = turns.present([job], by=ada, organization=acme)[0]
    step = turns.StepShown(
        title="Undo action",
        tool="undo_action",
        thought="",
        arguments=[],
        status="Done",
        tone="good",
        summary="",
        because=[],
        action=None,
        confidence=None,
        result=tables.Shown(),
        reads=False,
    )

    assert replace(shown, steps=[step]).told_steps == "undo action"
    assert replace(shown, steps=[step, step]).told_steps == "undo action (2 times)"
