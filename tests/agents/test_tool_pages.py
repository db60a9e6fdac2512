"""Every tool has a page that describes it and a form that tries it, through the one door."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.catalogue.arguments import OWN
from agents.catalogue.registry import TOOLS
from approvals.proposals import Effect
from audit.actions import tenant
from audit.models import Action
from crm import contacts, custom_fields
from crm.models import Contact
from crm.permissions import Permission
from pipelines import access, pipelines, positions
from tests.agents.acme_at_work import differences, furnish, snapshot


@pytest.fixture
def work(ada, bob, inside):
    return furnish(ada)


def address(tool):
    return reverse("agents:tool", args=[tool])


def try_it(browser, tool, do="try", **given):
    """Send the form of a tool, `given` by argument."""
    own = {name: given.pop(name) for name in ("reason", "key") if name in given}
    named = {f"argument-{name.replace('__', '.')}": value for name, value in given.items()}
    return browser.post(address(tool), {"do": do, **own, **named})


def shown_by(page):
    return page.context["answer"]["result"]


def filled_in(page) -> dict:
    """Return what the form on a page would send, as a browser reads it."""
    form = page.context["form"]
    sent = {}
    for field in (*form.first, *form.more):
        value = field.value()
        if value is not None:
            sent[field.html_name] = value
    return sent


# --- Every tool -----------------------------------------------------------------------------------
def test_a_page_says_what_a_tool_takes_and_answers(log_in, ada, work):
    browser = log_in(ada)

    for name, tool in TOOLS.items():
        page = browser.get(address(name))
        text = unescape(page.content.decode())

        assert page.status_code == 200
        for named in (*tool.signature.schema["properties"], *tool.answers["properties"]):
            assert f"<code>{named}</code>" in text, (name, named)
        assert tool.description.split("\n")[0][:60] in text
        assert f"permission to {tool.needs}" in text


def test_every_argument_has_a_field(log_in, ada, work):
    browser = log_in(ada)

    for name, tool in TOOLS.items():
        form = browser.get(address(name)).context["form"]
        schema = tool.signature.schema
        own = {key for key, each in schema["properties"].items() if OWN in each}
        covered = {path[0] for path in form.paths.values()}

        assert covered | own == set(schema["properties"]), name
        assert form.needed >= {key for key in schema.get("required", ()) if key in form.paths}


def test_a_form_as_it_is_filled_in_makes_a_call_of_the_right_shape(log_in, ada, work, acme):
    """What is suggested is really there; a call may fail by what is so, never by how it is put."""
    browser = log_in(ada)
    before = snapshot(acme)

    for name, tool in TOOLS.items():
        if tool.effect in (Effect.EXTERNAL, Effect.IRREVERSIBLE):
            continue  # one names whom it is to happen to
        page = browser.post(address(name), {"do": "try", **filled_in(browser.get(address(name)))})

        assert page.context["answer"], (name, page.context["form"].errors)
        assert shown_by(page).http != 500, shown_by(page)

    assert differences(before, snapshot(acme)) == {}


def test_the_example_of_any_tool_can_be_tried_and_leaves_nothing(log_in, ada, work, acme):
    browser = log_in(ada)
    before = snapshot(acme)

    for name, tool in TOOLS.items():
        page = try_it(browser, name, as_json=json.dumps(work.example(name)))

        assert shown_by(page).is_done, shown_by(page)
        assert page.context["answer"]["was_tried"] == tool.writes

    assert differences(before, snapshot(acme)) == {}


# --- Trying and running ---------------------------------------------------------------------------
def test_a_dry_run_shows_what_would_change_and_leaves_nothing(log_in, mo, grace, inside):
    page = try_it(
        log_in(mo), "update_contact", contact=grace.ref, job_title="Admiral", reason="She told me"
    )

    assert page.context["answer"]["rows"] == [
        {"label": "Job title", "before": None, "after": "Admiral"}
    ]
    assert "<ins>Admiral</ins>" in page.content.decode()
    assert Contact.objects.get(pk=grace.pk).job_title == ""
    assert not Action.objects.filter(name="update_contact").exists()


def test_running_it_is_an_action_of_whoever_is_logged_in(log_in, mo, grace, inside):
    page = try_it(
        log_in(mo),
        "update_contact",
        do="run",
        contact=grace.ref,
        job_title="Admiral",
        reason="She told me",
    )

    done = Action.objects.get(name="update_contact")
    assert Contact.objects.get(pk=grace.pk).job_title == "Admiral"
    assert (done.actor_kind, done.actor_id, done.reason) == ("person", mo.id, "She told me")
    assert reverse("audit:action", args=[done.pk]) in page.content.decode()


def test_what_was_run_can_be_undone_from_where_its_answer_leads(log_in, mo, grace, inside):
    browser = log_in(mo)
    page = try_it(browser, "update_contact", do="run", contact=grace.ref, job_title="Admiral")
    (led,) = re.findall(r'href="(/actions/\d+/)"', page.content.decode())

    assert "undo" in browser.get(led).content.decode().lower()


def test_the_same_form_sent_twice_runs_once(log_in, mo, grace, inside):
    browser = log_in(mo)
    given = {"kind": "note", "body": "Called.", "contact": grace.ref, "key": "page-1"}

    first, again = (try_it(browser, "log_activity", do="run", **given) for _ in range(2))

    assert shown_by(first).action == shown_by(again).action
    assert Action.objects.filter(name="log_activity").count() == 1
    assert first.context["key"] != again.context["key"]


def test_a_gate_refuses_here_as_everywhere(log_in, bob, grace, inside, ada):
    board = pipelines.create_from_blueprint("sales", by=ada)
    card = positions.enter(grace, pipeline=board, by=ada)
    demo = board.stages.get(name="Demo")

    page = try_it(log_in(bob), "move_contact", do="run", position=card.ref, to_stage=demo.ref)

    assert shown_by(page).status == "refused"
    assert shown_by(page).because[0] in unescape(page.content.decode())
    card.refresh_from_db()
    assert card.stage != demo


def test_what_reads_is_answered_readably(log_in, vi, grace, inside):
    page = try_it(log_in(vi), "get_object", do="run", ref=grace.ref)

    assert page.context["answer"]["facts"]["name"] == "Grace Hopper"
    assert "<dd>Grace Hopper</dd>" in page.content.decode()


def test_a_part_is_answered_where_htmx_asks(log_in, vi, grace, inside):
    page = log_in(vi).post(
        address("get_object"),
        {"do": "run", "argument-ref": grace.ref},
        headers={"HX-Request": "true"},
    )

    assert page.content.decode().lstrip().startswith('<div class="try" id="try">')


# --- Typed inputs ---------------------------------------------------------------------------------
def test_what_the_organization_has_is_offered_by_name(log_in, ada, grace, sales, inside):
    custom_fields.declare("contact", label="Plan", type="choice", choices=["free", "team"], by=ada)
    browser = log_in(ada)
    move = browser.get(address("move_contact")).content.decode()
    task = browser.get(address("create_task")).content.decode()
    edit = browser.get(address("update_contact")).content.decode()

    assert f'<option value="{sales.ref}">Sales</option>' in move
    assert ">Sales: Qualified</option>" in move
    assert '<option value="ada@acme.example">' in task
    assert '<option value="ada@acme.example">' in edit, "also where null empties it"
    assert f'<option value="{grace.ref}">Grace Hopper</option>' in edit
    assert '<select name="argument-custom.plan"' in edit


def test_numbers_dates_and_choices_are_typed(log_in, ada, sales, inside):
    browser = log_in(ada)
    score = browser.get(address("score_contact")).content.decode()
    add = browser.get(address("add_contact_to_pipeline")).content.decode()

    assert re.search(r'<input type="number" name="argument-factors.fit"[^>]* max="100"', score)
    assert re.search(r'<input type="date" name="argument-expected_close_on"', add)
    close = browser.get(address("close_position")).content.decode()
    assert '<option value="won">won</option>' in close


def test_each_kind_of_field_is_read_as_what_it_is(log_in, mo, grace, inside):
    custom_fields.declare("contact", label="Seats", type="number", by=mo)
    page = try_it(
        log_in(mo),
        "update_contact",
        contact=grace.ref,
        do_not_contact="true",
        tags="navy\n\n cobol ",
        custom__seats="12",
    )

    assert shown_by(page).is_done, shown_by(page)
    after = {row["label"]: row["after"] for row in page.context["answer"]["rows"]}
    assert after["Do not contact"] is True
    assert after["Tags"] == ["navy", "cobol"]
    assert 12 in after.values()


def test_deep_arguments_are_json_and_anything_else_is_anything(log_in, mo, sales, inside):
    page = try_it(
        log_in(mo),
        "create_workflow",
        workflow_name="Rich",
        trigger__type="field_change",
        trigger__field="position.value_cents",
        trigger__to_value="100",
        actions='[{"type": "create_task", "config": {"title": "Call"}}]',
    )

    assert shown_by(page).is_done, shown_by(page)


@pytest.mark.parametrize(
    ("tool", "given", "field", "says"),
    [
        ("create_task", {}, "title", "Is missing."),
        ("get_board", {"pipeline": "", "cards": "1000"}, "cards", "Must be at most"),
        ("complete_task", {"task": "somebody"}, "task", "is not a reference"),
        ("update_contact", {"contact": "contact:1", "as_json": "{"}, "as_json", "not JSON"),
        ("update_contact", {"as_json": "[1]"}, "as_json", "must be an object"),
        ("update_contact", {"as_json": '{"contct": 1}'}, "as_json", "did you mean contact"),
        ("bulk_update", {"arguments": "[" * 100_000}, "arguments", "nested too deeply"),
        ("bulk_update", {"arguments": '{"a": NaN}'}, "arguments", "NaN is no number"),
        ("create_task", {"as_json": '{"title": "a\\u0000"}'}, "as_json", "cannot be kept"),
        ("create_task", {"title": "x", "reason": "a\x00"}, "__all__", "reason"),
        ("create_task", {"title": "x", "key": "k" * 201}, "__all__", "idempotency_key"),
        (
            "create_pipeline",
            {"name": "New", "stages": '[{"name": "One", "kin": "won"}]'},
            "stages",
            "[0].kin is unknown; did you mean kind.",
        ),
        (
            "create_workflow",
            {"workflow_name": "x", "trigger__type": "contact_created", "trigger__on_day": "99"},
            "trigger.on_day",
            "Must be at most 28.",
        ),
        ("create_task", {"title": "x", "due_at": "soon"}, "due_at", ""),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(log_in, ada, sales, tool, given, field, says):
    page = try_it(log_in(ada), tool, do="run", **given)

    assert page.status_code == 422
    assert says in " ".join(page.context["form"].errors[field])
    assert not Action.objects.filter(outcome="done", name=tool).exists()


def test_what_was_typed_stays(log_in, ada, inside):
    page = try_it(log_in(ada), "create_pipeline", name="Mine", stages="[1", reason="why")

    assert 'value="Mine"' in page.content.decode()
    assert "[1</textarea>" in page.content.decode()
    assert 'value="why"' in page.content.decode()


# --- Who may --------------------------------------------------------------------------------------
def test_a_viewer_sees_what_a_viewer_may(log_in, vi, ada, inside):
    listed = {each.tool.name for each in log_in(vi).get(reverse("agents:tools")).context["tools"]}

    assert listed == {name for name in TOOLS if TOOLS[name].needs == Permission.SEE}
    everything = log_in(ada).get(reverse("agents:tools")).context["tools"]
    assert {each.tool.name for each in everything} == set(TOOLS)


def test_what_one_may_not_use_is_described_and_refused(log_in, vi, grace, inside):
    browser = log_in(vi)
    page = browser.get(address("update_contact"))
    sent = try_it(browser, "update_contact", do="run", contact=grace.ref, job_title="x")

    assert "may not edit here" in page.content.decode()
    assert "<form method=" not in page.content.decode().partition('id="try"')[2]
    assert shown_by(sent).status == "denied"
    assert Contact.objects.get(pk=grace.pk).job_title == ""


def test_who_is_not_logged_in_is_asked_to(client, db):
    for where in (reverse("agents:tools"), address("get_object")):
        assert client.get(where).status_code == 302


def test_a_tool_there_is_not_is_not_found(log_in, ada):
    assert log_in(ada).get(address("make_coffee")).status_code == 404


def test_nothing_of_others_is_offered_or_reached(log_in, eve, ada, bob, acme):
    """Acme has everything the examples name; no page of Eve's knows any of it."""
    with tenant(acme.pk):
        work = furnish(ada)
    browser = log_in(eve)
    secrets = ("Grace Hopper", "Howard", "US Navy", "acme.example", "Sales: Lead", "Eckert")

    for tool in TOOLS:
        typed = json.dumps(work.example(tool))
        shown = browser.get(address(tool)).content.decode()
        answer = try_it(browser, tool, as_json=typed).context["answer"]

        assert [secret for secret in secrets if secret in shown] == [], tool
        told = [each for each in secrets if each in answer["json"] and each not in typed]
        assert told == [], tool


def test_a_closed_board_is_not_offered(log_in, ada, bob, sales, inside):
    access.restrict(sales, by=ada)

    assert sales.ref not in log_in(bob).get(address("get_board")).content.decode()
    assert sales.ref in log_in(ada).get(address("get_board")).content.decode()


# --- Found, and cheap -----------------------------------------------------------------------------
def test_tools_are_found_by_words(log_in, ada):
    browser = log_in(ada)
    found = browser.get(reverse("agents:tools"), {"words": "take a deal off the board"})
    nothing = browser.get(reverse("agents:tools"), {"words": "zzyzx"})
    part = browser.get(
        reverse("agents:tools"), {"words": "tick a todo"}, headers={"HX-Request": "true"}
    )

    assert "archive_position" in [each.tool.name for each in found.context["tools"]]
    assert "No tool means that" in nothing.content.decode()
    assert part.content.decode().lstrip().startswith("<section")


@pytest.mark.parametrize("tool", ["tools", "move_contact", "add_contact_to_pipeline"])
def test_a_page_asks_the_database_the_same_however_much_there_is(
    log_in, ada, sales, grace, tool, django_assert_num_queries, inside
):
    positions.enter(grace, pipeline=sales, by=ada)
    custom_fields.declare("position", label="Field", type="text", by=ada)
    where = reverse("agents:tools") if tool == "tools" else address(tool)
    browser = log_in(ada)
    browser.get(where)
    asked = count(browser, where)

    for number in range(15):
        person = contacts.create(name=f"Somebody {number}", by=ada)
        positions.enter(person, pipeline=sales, by=ada)
        pipelines.create(f"Board {number}", stages=[{"name": "One"}], by=ada)
        custom_fields.declare("position", label=f"Field {number}", type="text", by=ada)

    with django_assert_num_queries(asked):
        browser.get(where)


def count(browser, where) -> int:
    with CaptureQueriesContext(connection) as captured:
        browser.get(where)
    return len(captured)
