"""Two organizations try each other's every object, over every tool and every address: not there."""

import json

import pytest
from django.urls import get_resolver

from agents import agents, tokens
from agents.calls import dispatch
from agents.catalogue.registry import TOOLS
from agents.conversations import conversations
from agents.workflows import workflows
from approvals.models import Approval
from audit.actions import action, tenant
from audit.models import Action
from crm import activities, contacts, email_templates, emails, refs, tasks
from crm.imports import running
from crm.models import Company, Contact, Membership
from pipelines import pipelines, positions, stages
from pipelines.models import Criterion, Position
from tests.agents.conftest import actor_of

SCORES = {"engagement": 1, "fit": 2, "intent": 3, "timing": 4}
TASK = {"type": "create_task", "config": {"title": "x"}}
DRAFT = {"workflow_name": "x", "trigger": {"type": "contact_created"}, "actions": [TASK]}
# One call of every tool that names rows, by the name of what it names.
CALLS = {
    "analyze_pipeline": [{"pipeline": "{pipeline}"}],
    "find_similar_contacts": [{"contact": "{contact}", "similarity_factors": ["industry"]}],
    "identify_at_risk_deals": [{"pipeline": "{pipeline}"}],
    "predict_outcome": [
        {"position": "{position}"},
        {"contact": "{contact}"},
    ],
    "suggest_next_action": [
        {"position": "{position}"},
        {"contact": "{contact}"},
    ],
    "get_object": [{"ref": f"{{{kind}}}"} for kind in ("contact", "company", "position", "task")]
    + [{"ref": "{pipeline}"}, {"ref": "{stage}"}, {"ref": "{activity}"}, {"ref": "{member}"}]
    + [{"ref": "{email}"}, {"ref": "{emailtemplate}"}],
    "get_board": [{"pipeline": "{pipeline}"}],
    "update_contact": [{"contact": "{contact}", "city": "Nowhere"}],
    "tag_contact": [{"contact": "{contact}", "add": ["x"]}],
    "log_activity": [{"contact": "{contact}", "kind": "note"}],
    "create_task": [{"title": "x", "contact": "{contact}"}],
    "add_contact_to_pipeline": [
        {"contact": "{contact}", "pipeline": "{own_pipeline}"},
        {"contact": "{own_contact}", "pipeline": "{pipeline}"},
    ],
    "move_contact": [
        {"position": "{position}", "to_stage": "Two"},
        {"contact": "{contact}", "to_stage": "Two"},
    ],
    "score_contact": [
        {"position": "{position}", "factors": SCORES, "overall_score": 1, "reasoning": ["x"]}
    ],
    "enrich_contact": [
        {"contact": "{contact}", "enriched_data": {"city": "x"}, "sources": ["nowhere"]}
    ],
    "attest_criterion": [{"position": "{position}", "criterion": "ready", "evidence": "x"}],
    "bulk_update": [
        {"tool": "update_contact", "arguments": {"city": "x"}, "refs": ["{contact}"]},
        {
            "tool": "move_contact",
            "arguments": {"to_stage": "Two"},
            "refs": ["{own_position}", "{position}"],
        },
        {
            "tool": "add_contact_to_pipeline",
            "arguments": {"pipeline": "{pipeline}"},
            "refs": ["{own_contact}"],
        },
    ],
    "create_workflow": [DRAFT | {"pipeline": "{pipeline}"}, DRAFT | {"workflow": "{workflow}"}],
    "get_action": [{"action": "{action}"}],
    "undo_action": [{"action": "{action}"}],
    **{
        f"{verb}_{kind}": [{kind: f"{{{kind}}}"}]
        for verb in ("archive", "restore")
        for kind in ("contact", "company", "pipeline", "position")
    },
    "archive_stage": [{"stage": "{stage}"}],
    "update_company": [{"company": "{company}", "city": "Nowhere"}],
    "enrich_company": [
        {"company": "{company}", "enriched_data": {"city": "x"}, "sources": ["nowhere"]}
    ],
    "accept_proposal": [{"object": "{contact}", "field": "city"}],
    "dismiss_proposal": [{"object": "{company}", "field": "city"}],
    "assign_owner": [
        {"object": "{contact}", "owner": ""},
        {"object": "{company}", "owner": ""},
        {"object": "{position}", "owner": ""},
    ],
    "create_link": [
        {"type": "knows", "first": "{contact}", "second": "{own_contact}"},
        {"type": "knows", "first": "{own_contact}", "second": "{contact}"},
    ],
    "remove_link": [{"type": "knows", "first": "{contact}", "second": "{own_contact}"}],
    "update_task": [{"task": "{task}", "title": "x"}],
    "complete_task": [{"task": "{task}"}],
    "reopen_task": [{"task": "{task}"}],
    "update_position": [{"position": "{position}", "notes": "x"}],
    "close_position": [{"position": "{position}", "outcome": "lost", "lost_reason": "x"}],
    "reopen_position": [{"position": "{position}"}],
    "place_position": [
        {"position": "{position}"},
        {"position": "{own_position}", "above": "{position}"},
    ],
    "withdraw_attestation": [{"position": "{position}", "criterion": "ready"}],
    "update_pipeline": [{"pipeline": "{pipeline}", "description": "x"}],
    "create_stage": [{"pipeline": "{pipeline}", "name": "x"}],
    "update_stage": [{"stage": "{stage}", "max_days": 1}],
    "reorder_stages": [{"pipeline": "{pipeline}", "stages": ["One", "Two", "Won"]}],
    "create_criterion": [{"stage": "{stage}", "criterion": "x"}],
    "update_criterion": [{"stage": "{stage}", "criterion": "ready", "label": "x"}],
    "archive_criterion": [{"stage": "{stage}", "criterion": "ready"}],
    "get_import": [{"ref": "{import}"}],
    "get_agent_status": [{"agent": "{agent_ref}"}],
    "explain_policy": [{"tool": "archive_contact", "arguments": {"contact": "{contact}"}}],
    "draft_email": [
        {"contact": "{contact}", "subject": "x", "body": "y"},
        {"email": "{email}", "subject": "x"},
        {"contact": "{own_contact}", "template": "{emailtemplate}"},
    ],
    "send_email": [
        {"contact": "{contact}", "subject": "x", "body": "y"},
        {"email": "{email}"},
        {"contact": "{own_contact}", "template": "{emailtemplate}"},
    ],
    "recall_email": [{"email": "{email}"}],
}
# Those that name no row: what they find or make is one's own.
NAMELESS = {
    *("search_objects", "measure_objects", "search_tools", "list_approvals"),
    *("create_contact", "create_company", "create_pipeline", "create_pipeline_from_template"),
    *("create_link_type", "import_csv"),
    *(f"{verb}_custom_field" for verb in ("create", "update", "archive", "restore")),
}


def furnish(owner):
    """Give an organization one of everything, and return the references."""
    with tenant(owner.organization_id):
        contact = contacts.create(
            name="Somebody", email="one@their.example", company="Their company", by=owner
        )
        template = email_templates.create("hi", name="Hi", subject="x", body="y", by=owner)
        board = pipelines.create(
            "Board",
            stages=[
                {"name": "One", "exit_criteria": ["ready"]},
                {"name": "Two"},
                {"name": "Won", "kind": "won"},
            ],
            by=owner,
        )
        one = stages.find(board)[0]
        card = positions.enter(contact, pipeline=board, by=owner)
        agent = agents.create("Agent", persona="sales", learning_mode=False, by=owner)
        agents.update(agent, changes={"scope": sorted(TOOLS)}, by=owner)
        given = {"position": card.ref, "criterion": "ready", "evidence": "seen"}
        asked = dispatch.call(actor_of(agent), "attest_criterion", given, confidence=0.1)
        done = dispatch.call(actor_of(agent), "create_task", {"title": "x"}, confidence=1.0)
        return {
            "contact": contact.ref,
            "company": contact.company.ref,
            "pipeline": board.ref,
            "stage": one.ref,
            "position": card.ref,
            "task": tasks.create("Call", contact=contact, by=owner).ref,
            "activity": activities.log(contact, kind="note", by=owner).ref,
            "email": emails.compose(contact, subject="x", body="y", by=owner).ref,
            "emailtemplate": template.ref,
            "member": f"member:{owner.membership_id}",
            "criterion": Criterion.objects.get(stage=one).ref,
            "action": done.action,
            "approval": asked.approval,
            "workflow": workflows.create(
                "Welcome", trigger={"type": "contact_created"}, actions=[TASK], by=owner
            ).ref,
            "conversation": conversations.begin(by=owner).ref,
            "agent": agent,
            "agent_ref": agent.ref,
            "import": running.begin(b"name\nSomebody else\n", by=owner).ref,
        }


@pytest.fixture
def ours(acme, ada):
    return furnish(ada)


@pytest.fixture
def theirs(elsewhere, eve):
    return furnish(eve)


def fill(value, **known):
    """Put references in their places, however deep these are."""
    if isinstance(value, dict):
        return {key: fill(each, **known) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, **known) for each in value]
    return value.format(**known) if isinstance(value, str) else value


@pytest.fixture
def snoop(ours, theirs):
    """Call a tool as Elsewhere's agent with references of Acme's."""

    def make(tool, given, **envelope):
        known = {k: v for k, v in ours.items() if isinstance(v, str)}
        own = {f"own_{k}": v for k, v in theirs.items() if isinstance(v, str)}
        by = actor_of(theirs["agent"])
        return dispatch.call(by, tool, fill(given, **known, **own), confidence=1.0, **envelope)

    return make


def test_every_tool_is_tried():
    assert set(CALLS) | NAMELESS == set(TOOLS)


@pytest.mark.parametrize("tool", CALLS)
def test_a_strangers_row_is_not_there_for_any_tool(snoop, tool, acme):
    for given in CALLS[tool]:
        for envelope in [{}, {"dry_run": True}]:
            result = snoop(tool, given, **envelope)

            assert (result.status, result.http) == ("refused", 404), (given, result)
            assert result.summary.startswith("There is no "), result


def test_what_is_missing_and_what_is_theirs_look_alike(snoop, ours):
    there = snoop("get_object", {"ref": "{contact}"})
    missing = snoop("get_object", {"ref": "contact:99999999"})

    number = ours["contact"]
    assert there.summary.replace(number, "X") == missing.summary.replace("contact:99999999", "X")
    assert there.http == missing.http


def test_a_strangers_stage_is_no_stage_of_ones_own(snoop):
    result = snoop("move_contact", {"position": "{own_position}", "to_stage": "{stage}"})

    assert result.http == 400


def test_a_strangers_row_is_not_there_for_a_draft(snoop, ours):
    entered = {"type": "stage_enter", "stage": "{stage}"}
    about = {"type": "create_task", "config": {"title": "x", "contact": "{contact}"}}

    started = snoop("create_workflow", DRAFT | {"trigger": entered})
    acted = snoop("create_workflow", DRAFT | {"actions": [about]})

    assert started.details["fields"] == {"trigger.stage": f"There is no {ours['stage']} in use."}
    assert list(acted.details["fields"].values()) == [f"There is no {ours['contact']}."]


def test_search_finds_nobody_elses(snoop, ours, theirs):
    for kind in [
        "contact",
        "company",
        "position",
        "pipeline",
        "stage",
        "task",
        "member",
        "workflow",
    ]:
        found = snoop("search_objects", {"type": kind}).result["results"]

        assert found, kind
        assert ours.get(kind) not in [each["ref"] for each in found]


def test_a_colleague_elsewhere_is_nobody_here(snoop, ours):
    assert snoop("create_contact", {"name": "x", "owner": "{member}"}).http == 404
    assert snoop("create_contact", {"name": "x", "company": "{company}"}).http == 404
    assert snoop("create_task", {"title": "x", "assignee": "Ada@Acme.example"}).http == 404


# --- Over HTTP ------------------------------------------------------------------------------------
BODIES = {
    "tool": {"arguments": {"ref": "{contact}"}},
    "grant": {},
    "refuse": {"because": "x"},
    "undo": {},
    "feedback": {"right": True},
    "undo_plan": {"actions": ["{action}"]},
    "undo_apply": {"plan": "plan:1"},
    "messages": {"text": "Hello"},
    "conversation_change": {"shared": True},
    "confirm_turn": {"confirmed": True},
    "jobs": {"text": "Hello"},
}
# Address by name, with what to fill in; the method is what it takes.
ADDRESSES = {
    "object": [("GET", f"/api/objects/{{{kind}}}/") for kind in ("contact", "position", "task")],
    "board": [("GET", "/api/pipelines/{pipeline_id}/board/")],
    "approval": [("GET", "/api/approvals/{approval_id}/")],
    "withdraw": [("POST", "/api/approvals/{approval_id}/withdraw/")],
    "grant": [("POST", "/api/approvals/{approval_id}/grant/")],
    "refuse": [("POST", "/api/approvals/{approval_id}/refuse/")],
    "action": [("GET", "/api/actions/{action_id}/")],
    "undo": [("POST", "/api/actions/{action_id}/undo/")],
    "feedback": [("POST", "/api/actions/{action_id}/feedback/")],
    "undo_plan": [("POST", "/api/undo/plan/")],
    "undo_apply": [("POST", "/api/undo/apply/")],
    "tool": [("POST", "/api/tools/get_object/")],
    "conversation": [("GET", "/api/conversations/{conversation_id}/")],
    "conversation_change": [("POST", "/api/conversations/{conversation_id}/change/")],
    "messages": [("POST", "/api/conversations/{conversation_id}/messages/")],
    "confirm_turn": [("POST", "/api/conversations/{conversation_id}/turns/1/confirm/")],
    "cancel_turn": [("POST", "/api/conversations/{conversation_id}/turns/1/cancel/")],
    "jobs": [(method, "/api/agents/{agent_ref_id}/jobs/") for method in ("GET", "POST")],
    "job": [("GET", "/api/agents/{agent_ref_id}/jobs/1/")],
    "stop_job": [("POST", "/api/agents/{agent_ref_id}/jobs/1/stop/")],
}
LISTS = {"conversations", "objects", "approvals", "actions", "tools"}


@pytest.fixture
def knock(client, eve, ours, theirs):
    """Send a request with Eve's own token, filled in with Acme's references."""
    membership = Membership.objects.get(pk=eve.membership_id)
    token = tokens.issue_for_member(membership, by=eve)
    known = {k: v for k, v in ours.items() if isinstance(v, str)}
    known |= {f"{k}_id": v.partition(":")[2] for k, v in known.items()}

    def fill(value):
        if isinstance(value, str):
            return value.format(**known)
        if isinstance(value, list):
            return [fill(each) for each in value]
        if isinstance(value, dict):
            return {key: fill(each) for key, each in value.items()}
        return value

    def send(method, path, body=None):
        return client.generic(
            method,
            fill(path),
            data=json.dumps(fill(body or {})),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return send


def test_every_address_is_tried():
    names = {
        pattern.name
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern) == "api/"
        for pattern in resolver.url_patterns
        if pattern.name
    }

    assert names - {"schema"} == set(ADDRESSES) | LISTS


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_strangers_row_is_not_there_at_any_address(knock, name):
    for method, path in ADDRESSES[name]:
        answer = knock(method, path, BODIES.get(name))

        assert answer.status_code == 404, (path, answer.content)


def test_a_strangers_rows_are_in_no_list(knock, ours):
    mine = {value for value in ours.values() if isinstance(value, str)}
    for path in ["/api/objects/?type=contact", "/api/objects/?type=position", "/api/approvals/"]:
        found = knock("GET", path).json()["results"]

        assert found
        assert not mine & {str(value) for each in found for value in each.values()}
    assert knock("GET", f"/api/actions/?target={ours['position']}").json()["results"] == []


def test_nothing_of_acmes_was_touched(snoop, knock, ours, acme):
    with tenant(acme.pk):
        before = Action.objects.count()
    for tool, calls in CALLS.items():
        for given in calls:
            snoop(tool, given)
    for name, addresses in ADDRESSES.items():
        for method, path in addresses:
            knock(method, path, BODIES.get(name))

    with tenant(acme.pk):
        assert Action.objects.count() == before
        assert Approval.objects.get(pk=int(ours["approval"][9:])).status == "waiting"


# --- Closed boards --------------------------------------------------------------------------------
def test_a_closed_board_is_not_there_for_members_and_agents(ours, acme, ada, bob):
    from pipelines import access

    with tenant(acme.pk):
        board = refs.find(ours["pipeline"], "pipeline", by=ada)
        access.restrict(board, by=ada)
        card = Position.objects.get()
    for by in [bob, actor_of(ours["agent"])]:
        calls = [
            ("get_object", {"ref": card.ref}),
            ("get_object", {"ref": ours["pipeline"]}),
            ("get_board", {"pipeline": ours["pipeline"]}),
            ("move_contact", {"position": card.ref, "to_stage": "Two"}),
            ("move_contact", {"contact": ours["contact"], "to_stage": "Two"}),
        ]
        for tool, given in calls:
            assert dispatch.call(by, tool, given, confidence=1.0).http == 404, (tool, by)
    with action("test.check", by=ada):
        assert Contact.objects.visible_to(bob).exists()
        assert Company.objects.visible_to(bob).exists()
