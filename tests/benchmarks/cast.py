"""
Whom the tools are called about: what the examples' made-up references stand for, many times over.

Each of the cast is an ordinary contact of the organization in the middle of something: a card that
may move, one that is closed, one put away; tasks, e-mails and proposals in each state that a tool
begins from. No two calls in a row are about the same one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

from agents.models import Agent, Workflow
from agents.workflows import workflows
from audit.actions import action, tenant
from audit.actors import Actor, ActorKind, Door
from crm import companies, contacts, custom_fields, emails, links, people, tasks
from crm.imports import running
from crm.models import Company, Contact, Import, Role
from pipelines import criteria, pipelines, positions, stages
from pipelines.models import Criterion, Pipeline, Position
from tests.benchmarks.ground import Ground

MANY = 20


@dataclass(frozen=True)
class Cast:
    """
    Those the calls are about.

    :param scenes: what each made-up reference stands for, of one after another
    """

    scenes: list[dict[str, str]]

    def take_turns(self) -> Iterator[dict[str, str]]:
        """Go round."""
        return cycle(self.scenes)


def fill(value: Any, named: dict[str, str]) -> Any:
    """Return `value` with real references in place of made-up ones."""
    if isinstance(value, str):
        return named.get(value, value)
    if isinstance(value, list):
        return [fill(each, named) for each in value]
    if isinstance(value, dict):
        return {key: fill(each, named) for key, each in value.items()}
    return value


def assemble(ground: Ground, agent: Agent) -> Cast:
    """Bring `MANY` contacts of the organization into the middle of something."""
    by = ground.owner
    worker = replace(by, kind=ActorKind.AGENT, id=agent.pk, door=Door.API)
    spare = stages.add(ground.pipeline, name="Spare", after=ground.stages["Demo"], by=by)
    need = criteria.add(ground.stages["Lead"], criterion="need_understood", by=by)
    criteria.add(ground.stages["Qualified"], criterion="budget_confirmed", by=by)
    old = custom_fields.declare("contact", label="Old plan", type="text", by=by)
    custom_fields.archive(old, by=by)
    former = pipelines.create("Former", stages=[{"name": "One"}], by=by)
    pipelines.archive(former, by=by)
    people.add_member(ground.organization, email="bob@acme.example", role=Role.MEMBER, by=by)
    shared = {
        "pipeline:1": ground.pipeline.ref,
        "pipeline:2": former.ref,
        "stage:3": ground.stages["Qualified"].ref,
        "stage:4": spare.ref,
        "agent:2": f"agent:{agent.pk}",
        "workflow:3": _draft(ground.pipeline, by).ref,
        "import:4": _import(by).ref,
    }
    with tenant(ground.organization.pk):
        cards = Position.objects.filter(stage=ground.stages["Lead"], closed_at=None).exclude(
            value_cents=None
        )
        step = max(1, cards.count() // MANY)
        leads = list(cards.select_related("contact").order_by("pk")[::step][:MANY])
        firms = list(Company.objects.filter(archived_at=None).order_by("pk")[: 3 * MANY])
        others = list(Contact.objects.filter(archived_at=None).order_by("-pk")[: 3 * MANY])
        many = Position.objects.filter(stage=ground.stages["Demo"], closed_at=None)
        for n, card in enumerate(many.order_by("-pk")[:25]):
            shared[f"many:{n}"] = card.ref
    scenes = []
    for n, card in enumerate(leads):
        firm, gone = firms[2 * n], firms[2 * n + 1]
        friend, away = others[2 * n], others[2 * n + 1]
        scenes.append(shared | _play(ground, card, firm, gone, friend, away, need, by, worker))
    return Cast(scenes)


def _play(
    ground: Ground,
    card: Position,
    firm: Company,
    gone: Company,
    friend: Contact,
    away: Contact,
    need: Criterion,
    by: Actor,
    worker: Actor,
) -> dict[str, str]:
    who, board = card.contact, ground.pipeline
    criteria.attest(card, criterion=need, evidence="Told us on the phone.", by=by)
    contacts.update(who, changes={"job_title": "Commander"}, by=by)
    found = {"value": "Commodore", "source": "https://navy.example", "confidence": 0.9}
    with action("benchmark.arrange", by=by):
        contacts.enrich(who, fields={"job_title": found}, by=worker)
    links.link(who, friend, type="knows", by=by)
    contacts.archive(away, by=by)
    companies.archive(gone, by=by)
    closed = positions.enter(who, pipeline=board, title="An earlier one", by=by)
    positions.close(closed, outcome="lost", reason="No budget.", by=by)
    mistaken = positions.enter(friend, pipeline=board, title="By mistake", by=by)
    positions.archive(mistaken, by=by)
    neighbour = positions.enter(friend, pipeline=board, by=by)
    todo = tasks.create("Call", contact=who, by=by)
    done = tasks.create("Write", contact=who, by=by)
    tasks.complete(done, by=by)
    draft = emails.draft(who, subject="The manual", body="Here it is.", by=by)
    held = emails.compose(who, subject="The old manual", body="Here it is.", by=by)
    rows = {
        "company:7": firm,
        "company:8": gone,
        "contact:42": who,
        "contact:43": away,
        "contact:44": friend,
        "position:9": card,
        "position:10": closed,
        "position:11": mistaken,
        "position:12": neighbour,
        "task:5": todo,
        "task:6": done,
        "email:15": draft,
        "email:16": held,
    }
    return {made_up: row.ref for made_up, row in rows.items()}


def _draft(pipeline: Pipeline, by: Actor) -> Workflow:
    return workflows.create(
        "Welcome",
        trigger={"type": "contact_created"},
        actions=[{"type": "create_task", "config": {"title": "Say hello"}}],
        pipeline=pipeline,
        by=by,
    )


def _import(by: Actor) -> Import:
    begun = running.begin(b"name,email\nKay McNulty,kay@eniac.example\n", by=by, kind="contacts")
    running.run(begun, by=by)
    return begun
