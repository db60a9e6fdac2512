"""Agents are people's to make and to change, by command and in the console."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from agents import agents, switches, tokens
from agents.calls import dispatch
from agents.models import Agent, Token, ToolSwitch
from audit import undo
from audit.actions import tenant
from audit.models import Action, Change
from audit.undo import Selection
from crm.fields import FieldError
from pipelines.models import Pipeline
from tests.agents.conftest import actor_of


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("create_agent", *arguments, stdout=out, stderr=err)
    return out.getvalue().strip()


# --- The command ----------------------------------------------------------------------------------
def test_create_agent_prints_a_token_that_works(acme, grace, inside):
    token = run("Sally", "--persona", "sales", "--organization", "Acme", "--no-learning")

    bearer = tokens.recognise(token)
    answer = dispatch.call(bearer.actor, "get_object", {"ref": grace.ref}, token=bearer.digest)
    agent = Agent.objects.get()
    assert answer.is_done
    assert (agent.name, agent.persona, agent.scope, agent.learning_mode) == (
        *("Sally", "sales", [], False),
    )


def test_create_agent_takes_a_scope_and_an_owner(acme, ada, inside):
    run(
        *("Nina", "--persona", "research", "--organization", acme.ref),
        *("--scope", "get_object, enrich_contact", "--owner", "ada@acme.example"),
    )

    agent = Agent.objects.get()
    assert agent.scope == ["enrich_contact", "get_object"]
    assert (agent.owner_id, agent.learning_mode) == (ada.membership_id, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--persona", "sales", "--organization", "Nowhere"], "Nowhere"),
        (["--persona", "sales", "--organization", "Acme", "--scope", "fly"], "no tool fly"),
        (["--persona", "sales", "--organization", "Acme", "--owner", "x@y.example"], "x@y"),
        (["--persona", "poet", "--organization", "Acme"], "poet"),
    ],
)
def test_create_agent_says_what_is_wrong_and_makes_nothing(acme, arguments, says, inside):
    with pytest.raises(CommandError, match=says):
        run("Sally", *arguments)

    assert not Agent.objects.exists()
    assert not Token.objects.exists()


# --- Commands -------------------------------------------------------------------------------------
def test_two_agents_have_two_names(hire, agent):
    with pytest.raises(FieldError, match="Sally already"):
        hire("Sally")


def test_an_agent_changes_no_agent(agent, novice):
    for change in [
        lambda by: agents.update(novice, changes={"learning_mode": False}, by=by),
        lambda by: agents.create("Clone", persona="sales", by=by),
        lambda by: agents.limit(agent, to=[], by=by),
    ]:
        with pytest.raises(agents.OnlyPeople):
            change(actor_of(agent))


def test_an_agents_settings_are_checked(agent, ada):
    with pytest.raises(FieldError, match="calls_per_minute"):
        agents.update(agent, changes={"calls_per_minute": 0}, by=ada)
    with pytest.raises(FieldError, match="disabled_at"):
        agents.update(agent, changes={"disabled_at": None}, by=ada)


@pytest.mark.parametrize("table", ["agents_agent", "agents_token", "agents_toolswitch"])
def test_nobody_undoes_what_governs_agents(agent, token, ada, mo, table, inside):
    agents.update(agent, changes={"learning_mode": True}, by=ada)
    tokens.revoke(Token.objects.get(), by=ada)
    switches.turn_off("move_contact", by=ada)
    done = Change.objects.filter(table_name=table).latest("id").action_id

    plan = undo.plan(Selection(actions=(done,)), by=mo)

    assert plan.counts["restorable"] == 0
    assert plan.counts["irreversible"] == 1


# --- The console ----------------------------------------------------------------------------------
@pytest.fixture
def page(log_in, ada):
    """Ask for a page of the console as Ada, or as somebody else."""

    def ask(page, /, *args, by=ada, **data):
        browser = log_in(by)
        address = reverse(f"admin:agents_{page}", args=args)
        return browser.post(address, data, follow=True) if data else browser.get(address)

    return ask


def act(page, model, verb, *rows, **kwargs):
    chosen = {"action": verb, "_selected_action": [row.pk for row in rows]}
    return page(f"{model}_changelist", **chosen, **kwargs)


@pytest.mark.parametrize(
    "model", ["agent", "token", "toolswitch", "feedback", "call", "budget", "toolprice"]
)
def test_every_model_is_in_the_console(page, model, agent, token):
    assert page(f"{model}_changelist").status_code == 200


def test_an_agent_is_hired_in_the_console(page, ada, sales, inside):
    answer = page(
        "agent_add",
        name="Sally",
        persona="sales",
        version="1",
        scope=["get_object"],
        pipelines=[sales.pk],
        owner=ada.membership_id,
        learning_mode="on",
        calls_per_minute=60,
        writes_per_hour=100,
        records_per_day=50,
        spend_cents_per_day=200,
        spend_cents_per_month=1_000,
    )

    agent = Agent.objects.get()
    assert answer.status_code == 200
    assert (agent.scope, agent.learning_mode, agent.created_by) == (["get_object"], True, ada.ref)
    assert list(Pipeline.objects.filter(pk__in=agent.limits.values("pipeline"))) == [sales]
    assert Action.objects.filter(name="agents.create", actor_id=ada.id).exists()


def test_an_agent_is_changed_in_the_console(page, agent, ada, inside):
    answer = page(
        "agent_change",
        agent.pk,
        name="Sally",
        persona="support",
        version="2",
        scope=[],
        pipelines=[],
        owner=ada.membership_id,
        calls_per_minute=60,
        writes_per_hour=100,
        records_per_day=50,
        spend_cents_per_day=200,
        spend_cents_per_month=1_000,
    )

    agent.refresh_from_db()
    assert answer.status_code == 200
    assert (agent.persona, agent.version, agent.calls_per_minute) == ("support", "2", 60)


def test_a_manager_stops_an_agent_and_lets_it_go_on(page, agent, mo, call, grace):
    act(page, "agent", "disable", agent, by=mo)
    stopped = call("get_object", ref=grace.ref)
    act(page, "agent", "enable", agent, by=mo)

    assert stopped.http == 403
    assert call("get_object", ref=grace.ref).is_done


def test_a_manager_pauses_all_agents(page, agent, mo, call, grace, acme):
    act(page, "agent", "pause_all", agent, by=mo)
    stopped = call("get_object", ref=grace.ref)
    act(page, "agent", "resume_all", agent, by=mo)

    assert stopped.summary == "The agents of Acme are paused."
    assert call("get_object", ref=grace.ref).is_done


def test_a_manager_hires_nobody(page, mo, agent, inside):
    page("agent_add", by=mo, name="Mine", persona="sales")

    assert Agent.objects.count() == 1


def test_a_token_is_shown_once_and_revoked(page, agent, ada, inside):
    shown = act(page, "agent", "issue_token", agent).content.decode()
    kept = Token.objects.get()
    listed = page("token_changelist").content.decode()
    act(page, "token", "revoke", kept)

    kept.refresh_from_db()
    assert "whl_a_" in shown
    assert "whl_a_" not in listed
    assert kept.ending in listed
    assert kept.revoked_at is not None


def test_a_manager_issues_no_tokens(page, agent, mo, inside):
    act(page, "agent", "issue_token", agent, by=mo)

    assert not Token.objects.exists()


def test_a_tool_is_turned_off_in_the_console(page, call, grace, inside, agent):
    page("toolswitch_add", tool="get_object", because="we look into it")
    stopped = call("get_object", ref=grace.ref)
    act(page, "toolswitch", "turn_on", ToolSwitch.objects.get())

    assert "we look into it" in stopped.summary
    assert call("get_object", ref=grace.ref).is_done


def test_the_console_shows_nobody_elses_agents(page, eve, agent, elsewhere):
    listed = page("agent_changelist", by=eve).content.decode()

    assert "Sally" not in listed
    assert page("agent_change", agent.pk, by=eve).status_code in (302, 404)
    with tenant(elsewhere.pk):
        assert not Agent.objects.exists()
