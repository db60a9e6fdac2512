"""
An organization in the middle of its work: what the tools' examples name is there.

Examples name rows by made-up references, as documentation shows them; here each has a real one.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from agents import agents
from agents.calls import dispatch
from agents.catalogue.registry import TOOLS
from agents.models import Agent
from agents.workflows import workflows
from audit.actions import action
from audit.actors import Actor
from crm import companies, contacts, custom_fields, emails, links, tasks
from crm.imports import running
from crm.models import Organization
from pipelines import criteria, pipelines, positions, stages
from pipelines.models import Criterion
from tests.agents.conftest import actor_of

STAGES = [
    {"name": "Lead", "exit_criteria": ["need_understood"]},
    {"name": "Qualified", "exit_criteria": ["budget_confirmed"]},
    {"name": "Demo"},
    {"name": "Spare"},
    {"name": "Proposal"},
    {"name": "Customer", "kind": "won"},
    {"name": "Lost", "kind": "lost"},
]
# Written at every call, or by the database itself; nothing a tool does to an organization.
UNCOMPARED = {
    *("agents_budget", "agents_call", "agents_reading", "audit_delivery", "audit_undoplan"),
    "pipelines_stagetotal",
}
LEDGER = {"audit_action", "audit_change", "audit_event"}
UNCOUNTED = {"updated_at"}


@dataclass(frozen=True)
class Work:
    """
    What there is.

    :param named: what each reference of the examples stands for
    :param agent: one that may use every tool, past learning
    """

    named: dict[str, str]
    agent: Agent

    def fill(self, value: Any) -> Any:
        """Return `value` with real references in place of made-up ones."""
        if isinstance(value, str):
            return self.named.get(value, value)
        if isinstance(value, list):
            return [self.fill(each) for each in value]
        if isinstance(value, dict):
            return {key: self.fill(each) for key, each in value.items()}
        return value

    def example(self, tool: str) -> dict[str, Any]:
        """Return the arguments of a tool's example."""
        filled: dict[str, Any] = self.fill(dict(TOOLS[tool].example))
        return filled


def furnish(by: Actor) -> Work:
    """Fill the organization of `by`, who owns it."""
    agent = agents.create("Wanda", persona="sales", learning_mode=False, by=by)
    agents.update(agent, changes={"scope": sorted(TOOLS)}, by=by)
    worker = actor_of(agent)
    navy = companies.create(name="US Navy", domain="navy.example", industry="Sea", by=by)
    bygone = companies.create(name="Eckert-Mauchly", by=by)
    grace = contacts.create(name="Grace Hopper", email="grace@navy.example", company=navy, by=by)
    gone = contacts.create(name="John Mauchly", by=by)
    howard = contacts.create(name="Howard Aiken", email="howard@harvard.example", by=by)
    custom_fields.declare("contact", label="Plan", type="choice", choices=["free", "team"], by=by)
    old = custom_fields.declare("contact", label="Old plan", type="text", by=by)
    contacts.update(grace, changes={"job_title": "Rear admiral", "custom:plan": "team"}, by=by)
    found = {"value": "Commodore", "source": "https://navy.example", "confidence": 0.9}
    with action("test.arrange", by=by):
        contacts.enrich(grace, fields={"job_title": found}, by=worker)
        companies.enrich(navy, fields={"industry": found}, by=worker)
    links.link(grace, howard, type="knows", by=by)
    contacts.archive(gone, by=by)
    companies.archive(bygone, by=by)
    custom_fields.archive(old, by=by)
    sales = pipelines.create("Sales", subtype="sales", stages=STAGES, by=by)
    spare = pipelines.create("Former", stages=[{"name": "One"}], by=by)
    pipelines.archive(spare, by=by)
    columns = {stage.name: stage for stage in stages.find(sales)}
    neighbour = positions.enter(howard, pipeline=sales, by=by)
    card = positions.enter(grace, pipeline=sales, by=by, value_cents=300_000)
    met = Criterion.objects.get(stage=columns["Lead"])
    criteria.attest(card, criterion=met, evidence="Told us on the phone.", by=by)
    closed = positions.enter(grace, pipeline=sales, title="An earlier one", by=by)
    positions.close(closed, outcome="lost", reason="No budget.", by=by)
    away = positions.enter(howard, pipeline=sales, title="By mistake", by=by)
    positions.archive(away, by=by)
    todo = tasks.create("Call Grace", contact=grace, by=by)
    done = tasks.create("Write to Grace", contact=grace, by=by)
    tasks.complete(done, by=by)
    draft = emails.draft(grace, subject="The manual", body="Here it is.", by=by)
    held = emails.compose(grace, subject="The old manual", body="Here it is.", by=by)
    importing = running.begin(
        b"name,email\nKay McNulty,kay@eniac.example\n", by=by, kind="contacts"
    )
    running.run(importing, by=by)
    did = dispatch.call(by, "log_activity", {"contact": howard.ref, "kind": "note", "body": "x"})
    drafted = workflows.create(
        "Welcome",
        trigger={"type": "contact_created"},
        actions=[{"type": "create_task", "config": {"title": "Say hello"}}],
        pipeline=sales,
        by=by,
    )
    rows = {
        "company:7": navy,
        "company:8": bygone,
        "contact:42": grace,
        "contact:43": gone,
        "contact:44": howard,
        "pipeline:1": sales,
        "pipeline:2": spare,
        "stage:3": columns["Qualified"],
        "stage:4": columns["Spare"],
        "position:9": card,
        "position:10": closed,
        "position:11": away,
        "position:12": neighbour,
        "task:5": todo,
        "task:6": done,
        "email:15": draft,
        "email:16": held,
        "import:4": importing,
        "workflow:3": drafted,
    }
    named = {made_up: row.ref for made_up, row in rows.items()}
    named |= {"action:31": str(did.action), "agent:2": f"agent:{agent.pk}"}
    return Work(named=named, agent=agent)


def snapshot(organization: Organization) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table that says something of the organization, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind in ('r', 'p')"
            " and relnamespace = 'public'::regnamespace order by relname"
        )
        tables = [table for (table,) in cursor.fetchall()]
        found = {}
        for table in tables:
            if table in UNCOMPARED | LEDGER:
                continue
            cursor.execute(f'select to_jsonb(t) from "{table}" t')
            rows = [json.loads(row) for (row,) in cursor.fetchall()]
            found[table] = sorted((_counted(row) for row in rows), key=str)
    return found


def _counted(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in UNCOUNTED}


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the tables that differ, with the rows only one side has."""
    return {
        table: {
            "gone": [row for row in before[table] if row not in after[table]],
            "new": [row for row in after[table] if row not in before[table]],
        }
        for table in before
        if before[table] != after[table]
    }
