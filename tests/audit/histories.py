"""What happens in random histories: two agents and a person write, move, make, remove and undo."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from audit import undo
from audit.actors import Actor
from audit.undo import Selection
from crm import contacts, custom_fields, tasks
from crm.models import Activity, Company, Contact, CustomField, Link, LinkType, Organization, Task
from pipelines import criteria, pipelines, positions, scores, stages
from pipelines.models import (
    Attestation,
    Criterion,
    Pipeline,
    Position,
    Stage,
    StageVisit,
)

EXAMPLES = 20  # histories per law; many more were tried once

TRACKED = [
    *(Company, Contact, Link, Activity, Task, CustomField),
    *(Pipeline, Stage, Criterion, Position, StageVisit, Attestation),
]
VERBS: dict[str, Callable[["World", Actor, int, int], None]] = {}


@dataclass
class World:
    """Where the random work is done."""

    organization: Organization
    pipeline: Pipeline
    stages: list[Stage]
    kind: LinkType
    people: list[Actor]
    actions: list[int] = field(default_factory=list)

    def pick(self, model: Any, number: int) -> Any:
        """Return one of the rows there are, if there are any."""
        rows = model.objects.order_by("pk")
        count = rows.count()
        return rows[number % count] if count else None


def verb(work: Callable[["World", Actor, int, int], None]) -> Callable[..., None]:
    VERBS[work.__name__] = work
    return work


@verb
def make_contact(world, by, a, b):
    company = world.pick(Company, b) if b % 2 else None
    Contact.objects.create(organization=world.organization, name=f"C{a}", company=company)


@verb
def make_company(world, by, a, b):
    unique = {"external_source": "x", "external_id": str(a % 3)} if b % 3 == 0 else {}
    if not Company.objects.filter(**unique).exists() or not unique:
        Company.objects.create(organization=world.organization, name=f"F{a}", **unique)


@verb
def write_contact(world, by, a, b):
    if contact := world.pick(Contact, a):
        values: dict[str, Any] = [
            {"name": f"N{b}"},
            {"job_title": f"J{b % 2}", "name": f"N{b % 2}"},
            {"phone": f"{b}", "phone_key": f"+{b}"},
            {"phone_key": f"+{b % 2}"},
            {"company": world.pick(Company, b)},
            {"tags": [f"{b}"], "properties": contact.properties | {f"k{b % 4}": b, "n": None}},
            {"properties": {k: v for k, v in contact.properties.items() if k != f"k{b % 4}"}},
        ][b % 7]
        Contact.objects.filter(pk=contact.pk).update(**values)


@verb
def write_company(world, by, a, b):
    if company := world.pick(Company, a):
        Company.objects.filter(pk=company.pk).update(external_source="x", external_id=str(b % 3))


@verb
def remove_contact(world, by, a, b):
    if contact := world.pick(Contact, a):
        Link.objects.filter(from_id=contact.pk).delete()
        contact.delete()


@verb
def remove_company(world, by, a, b):
    if company := world.pick(Company, a):
        Link.objects.filter(to_id=company.pk).delete()
        company.delete()


@verb
def note(world, by, a, b):
    if contact := world.pick(Contact, a):
        Activity.objects.create(organization=world.organization, contact=contact, kind="note")


@verb
def link(world, by, a, b):
    contact, company = world.pick(Contact, a), world.pick(Company, b)
    if contact and company:
        known = {"type": world.kind, "from_type": "contact", "from_id": contact.pk}
        Link.objects.get_or_create(
            **known, to_type="company", to_id=company.pk, organization=world.organization
        )


@verb
def unlink(world, by, a, b):
    if found := world.pick(Link, a):
        found.delete()


@verb
def enter(world, by, a, b):
    if contact := world.pick(Contact, a):
        stage = world.stages[b % 2]
        positions.enter(contact, pipeline=world.pipeline, stage=stage, by=by, value_cents=b)


@verb
def move(world, by, a, b):
    if card := world.pick(Position, a):
        positions.move(card, to=world.stages[b % len(world.stages)], by=by, reason="r")


@verb
def place(world, by, a, b):
    card, other = world.pick(Position, a), world.pick(Position, b)
    if card and card != other and card.stage_id == other.stage_id:
        positions.place(card, above=other, by=by)


@verb
def edit_card(world, by, a, b):
    if card := world.pick(Position, a):
        changes = [{"title": f"T{b}"}, {"value_cents": b, "currency": "EUR"}, {"notes": f"{b}"}]
        positions.update(card, changes=changes[b % 3], by=by)


@verb
def put_away(world, by, a, b):
    if card := world.pick(Position, a):
        (positions.archive if b % 2 else positions.restore)(card, by=by)


@verb
def two_things(world, by, a, b):
    make_contact(world, by, a, b)
    enter(world, by, a, b)
    move(world, by, a, b)


@verb
def take_back(world, by, a, b):
    if world.actions:
        chosen = {world.actions[a % len(world.actions)], world.actions[b % len(world.actions)]}
        undo.apply(undo.plan(Selection(actions=tuple(chosen)), by=by), by=by)


@verb
def create_contact(world, by, a, b):
    given = {"email": f"c{b % 4}@x.example"} if b % 2 else {"phone": f"+1 212 555 01{b:02}"}
    contacts.create(name=f"P{a}", by=by, **given)


@verb
def edit_contact(world, by, a, b):
    if contact := world.pick(Contact, a):
        changes = [
            {"email": f"c{b % 4}@x.example"},
            {"tags": [f"t{b}", f"t{a}"]},
            {"custom:size": b},
            {"custom:size": None},
            {"company": f"Firm {b % 3}"},
            {"owner": f"member:{world.people[2].membership_id}"},
        ][b % 6]
        contacts.update(contact, changes=changes, by=by)


@verb
def archive_contact(world, by, a, b):
    if contact := world.pick(Contact, a):
        (contacts.archive if b % 2 else contacts.restore)(contact, by=by)


@verb
def declare_field(world, by, a, b):
    custom_fields.declare("contact", label="Size", type="number", by=by)


@verb
def archive_field(world, by, a, b):
    if found := world.pick(CustomField, a):
        (custom_fields.archive if b % 2 else custom_fields.restore)(found, by=by)


@verb
def give_task(world, by, a, b):
    tasks.create(f"Do {b}", contact=world.pick(Contact, a) if b % 3 else None, by=by)


@verb
def finish_task(world, by, a, b):
    if task := world.pick(Task, a):
        (tasks.complete if b % 2 else tasks.reopen)(task, by=by)


@verb
def enter_another(world, by, a, b):
    boards = Pipeline.objects.order_by("pk")
    if contact := world.pick(Contact, a):
        positions.enter(contact, pipeline=boards[b % boards.count()], by=by)


@verb
def close_card(world, by, a, b):
    if card := world.pick(Position, a):
        if b % 3 == 2:
            positions.reopen(card, by=by)
        else:
            positions.close(card, outcome=("won", "lost")[b % 3], by=by, reason="r")


@verb
def score_card(world, by, a, b):
    if card := world.pick(Position, a):
        if by.is_person:
            scores.set_manual_score(card, score=b, by=by, reason="r")
        else:
            factors = dict.fromkeys(["engagement", "fit", "intent", "timing"], b)
            scores.score(card, factors=factors, overall=b, confidence=0.5, reasons=[f"r{b}"], by=by)


@verb
def attest(world, by, a, b):
    card, item = world.pick(Position, a), world.pick(Criterion, b)
    if card and item:
        if b % 3:
            criteria.attest(card, criterion=item, evidence=f"e{b}", by=by)
        else:
            criteria.withdraw(card, criterion=item, by=by)


@verb
def arrange_stage(world, by, a, b):
    stage = world.stages[a % len(world.stages)]
    if b % 3 == 0:
        stages.archive(stage, by=by)
    elif b % 3 == 1:
        stages.update(stage, changes={"kind": ["active", "won", "lost"][b % 2]}, by=by)
    else:
        stages.add(world.pipeline, name=f"S{b}", exit_criteria=["seen"], by=by)


@verb
def put_board_away(world, by, a, b):
    board = world.pick(Pipeline, a)
    (pipelines.archive if b % 2 else pipelines.restore)(board, by=by)


@verb
def choose_default(world, by, a, b):
    pipelines.update(world.pick(Pipeline, a), changes={"is_default": bool(b % 2)}, by=by)
