"""
Everything there is to do can be done through a tool, or somebody wrote down why not.

Commands are found in the source: what is decorated as one, and what opens an action for somebody.
Which of them tools reach is found by making the call of every tool's example and noting which
functions ran. So a command that nobody thought of fails here.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from sys import monitoring
from types import CodeType

import pytest
from django.conf import settings
from django.db import transaction

from agents.calls import dispatch
from agents.catalogue.registry import TOOLS
from tests.agents.acme_at_work import furnish

APPS = ("audit", "crm", "pipelines", "approvals", "agents")
NO_COMMANDS = {"migrations", "views", "admin", "management", "tools"}

MEMBERSHIP = "who belongs here and may do what is decided by people, on purpose"
GOVERNS = "it governs agents, who do not govern themselves"
DECIDES = "only a person decides, and at no door that takes an agent's token"
FILE = "a file that was uploaded and waits; import_csv leaves none waiting"
GIVES = "people give agents work; one that gave it to another would spend that one's budget"
SPEAKS = "a person speaks with the product; who calls tools need not"
TEMPLATE = "words that go out again and again are people's, and are written in the console"
# Not for tools, and why.
ON_PURPOSE = {
    "agents.agents.create": GOVERNS,
    "agents.agents.limit": GOVERNS,
    "agents.agents.update": GOVERNS,
    "agents.conversations.calling.answer": "it makes the calls a model wants, each by its tool",
    "agents.conversations.conversations.begin": SPEAKS,
    "agents.conversations.conversations.cancel": SPEAKS,
    "agents.conversations.conversations.change": SPEAKS,
    "agents.conversations.conversations.confirm": "what a model wants is a person's to confirm",
    "agents.conversations.conversations.say": SPEAKS,
    "agents.feedback.give": "what a person thinks of an agent's work teaches the agent",
    "agents.jobs.give": GIVES,
    "agents.jobs.stop": GIVES,
    "agents.jobs.try_model": "people try a model before they leave work to it",
    "agents.model_choices.choices.change": GOVERNS,
    "agents.model_choices.choices.reseal": "the console's, after the sealing secret has changed",
    "agents.calls.prices.put": GOVERNS,
    "agents.switches.disable": GOVERNS,
    "agents.switches.enable": GOVERNS,
    "agents.switches.pause_agents": GOVERNS,
    "agents.switches.resume_agents": GOVERNS,
    "agents.switches.turn_off": GOVERNS,
    "agents.switches.turn_on": GOVERNS,
    "agents.tokens.issue_for_agent": "a token opens doors; it is shown to a person, once",
    "agents.tokens.issue_for_member": "a token opens doors; it is shown to a person, once",
    "agents.tokens.revoke": "a token opens doors, and people shut them",
    "agents.workflows.workflows.archive": "which drafts stay is for people, in the console",
    "agents.workflows.workflows.restore": "which drafts stay is for people, in the console",
    "approvals.approvals.grant": DECIDES,
    "approvals.approvals.lift_rejection": DECIDES,
    "approvals.approvals.mark_stale": "dispatch finds that what was granted holds no longer",
    "approvals.approvals.refuse": DECIDES,
    "approvals.approvals.withdraw": "one's own question, taken back at its own address",
    "approvals.holds.release": "it follows from a switch",
    "approvals.policies.write": GOVERNS,
    "crm.email_templates.archive": TEMPLATE,
    "crm.email_templates.create": TEMPLATE,
    "crm.email_templates.restore": TEMPLATE,
    "crm.email_templates.update": TEMPLATE,
    "crm.emails.recall_all": "it follows from switching an agent off",
    "crm.erasure.erase": "nothing brings back who was erased: an owner does it, and says so twice",
    "crm.imports.ordering.order": FILE,
    "crm.imports.ordering.remap": FILE,
    "crm.imports.running.forget": FILE,
    "crm.imports.running.rehearse": "a dry run of import_csv shows the same",
    "crm.people.add_member": MEMBERSHIP,
    "crm.people.create_organization": MEMBERSHIP,
    "crm.people.end_membership": MEMBERSHIP,
    "crm.people.invite": MEMBERSHIP,
    "crm.people.set_password": "a password is between a person and the log-in page",
    "crm.people.set_role": MEMBERSHIP,
    "crm.people.update_organization": "currency and rates decide what counts as a big deal",
    "pipelines.access.open_to": MEMBERSHIP,
    "pipelines.access.restrict": MEMBERSHIP,
    "pipelines.access.shut_to": MEMBERSHIP,
    "pipelines.access.unrestrict": MEMBERSHIP,
    "pipelines.scores.set_manual_score": "a person's own judgement, which stands above agents'",
}

# What some tools do besides their example.
FURTHER = [
    ("draft_email", {"email": "email:15", "subject": "The new manual"}),
    ("send_email", {"email": "email:15"}),
    ("recall_email", {"email": "email:15", "discard": True}),
    ("create_workflow", {**TOOLS["create_workflow"].example, "workflow": "workflow:3"}),
    ("create_contact", {"name": "Kay McNulty", "company": "Moore School"}),
    ("accept_proposal", {"object": "company:7", "field": "industry"}),
    ("dismiss_proposal", {"object": "company:7", "field": "industry"}),
]


@cache
def find_commands():
    """Return every command by its dotted name, with the code that runs."""
    found = {}
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            if not NO_COMMANDS & set(parts):
                module = ".".join(parts).removesuffix(".__init__")
                for name in find_names(ast.parse(path.read_text())):
                    function = inspect.unwrap(getattr(importlib.import_module(module), name))
                    found[f"{module}.{name}"] = function.__code__
    return found


def find_names(module):
    """Return the names of what a module lets somebody do: what it defines that opens an action."""
    defined = {each.name: each for each in module.body if isinstance(each, ast.FunctionDef)}
    opening = {name for name, node in defined.items() if opens(node, {"action"})}
    while more := {n for n, node in defined.items() if opens(node, opening)} - opening:
        opening |= more
    return sorted(name for name in opening if not name.startswith("_") and takes_by(defined[name]))


def opens(node, names):
    """Whether a function is a command, or calls one of `names`."""
    called = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    decorated = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
    return "command" in decorated or bool(names & {f.id for f in called if isinstance(f, ast.Name)})


def takes_by(node):
    return any(each.arg == "by" for each in [*node.args.args, *node.args.kwonlyargs])


class Back(Exception):
    """Takes a call back, so that the next one finds things as they were."""


@contextmanager
def noting() -> Iterator[set[CodeType]]:
    """Note which code runs; each is told of once, so that it hardly runs slower."""
    codes: set[CodeType] = set()

    def note(code: CodeType, _: int) -> object:
        codes.add(code)
        return monitoring.DISABLE

    tool, starts = monitoring.PROFILER_ID, monitoring.events.PY_START
    monitoring.use_tool_id(tool, __name__)
    monitoring.register_callback(tool, starts, note)
    monitoring.restart_events()
    monitoring.set_events(tool, starts)
    try:
        yield codes
    finally:
        monitoring.set_events(tool, monitoring.events.NO_EVENTS)
        monitoring.free_tool_id(tool)


@pytest.fixture
def ran(ada, bob, inside):
    """The code that ran while every example was called."""
    work, codes = furnish(ada), set()
    calls = [(tool, work.example(tool)) for tool in sorted(TOOLS)]
    for tool, given in [*calls, *((tool, work.fill(given)) for tool, given in FURTHER)]:
        try:
            with transaction.atomic():
                with noting() as ran_now:
                    result = dispatch.call(ada, tool, given, reason="because")
                codes |= ran_now
                assert result.is_done, (tool, result)
                raise Back
        except Back:
            pass
    return codes


def test_every_command_is_reached_by_a_tool_or_stands_aside_on_purpose(ran):
    commands = find_commands()

    reached = {name for name, code in commands.items() if code in ran}
    assert len(commands) > 60, "commands are found at all"
    assert sorted(commands.keys() - reached - ON_PURPOSE.keys()) == []


def test_what_stands_aside_is_there_and_out_of_reach(ran):
    commands = find_commands()

    assert sorted(ON_PURPOSE.keys() - commands.keys()) == []
    assert all(len(reason) > 20 for reason in ON_PURPOSE.values())
    reached = {name for name in ON_PURPOSE if commands.get(name) in ran}
    assert sorted(reached) == []
