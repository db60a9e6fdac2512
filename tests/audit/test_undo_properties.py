"""
Undo under random histories: two agents and a person write, move, make, remove and undo.

Whatever they did, undoing some of it never touches what others wrote last, undoing all of it gives
the first state exactly, and no law of a model is ever broken.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import undo
from audit.actions import Refusal, action
from audit.actors import Actor, ActorKind, Door
from audit.models import Action, Change
from audit.undo import Selection
from crm.models import Activity, Company, Contact, Link, LinkType, Organization
from pipelines import positions
from pipelines.models import Pipeline, Position, Stage, StageVisit

TRACKED = [Company, Contact, Position, StageVisit, Link, Activity]
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


step = st.tuples(
    st.integers(0, 2),
    st.sampled_from(sorted(VERBS)),
    st.integers(0, 5),
    st.integers(0, 11),
)
histories = st.lists(step, min_size=2, max_size=14)
often = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)


def live(world: World, history: list[tuple[int, str, int, int]]) -> None:
    """Have the history happen; what is refused did not."""
    for who, name, a, b in history:
        try:
            with action(f"test.{name}", by=world.people[who]) as doing:
                VERBS[name](world, world.people[who], a, b)
        except (Refusal, IntegrityError):
            continue
        world.actions.append(doing.id)


def picture() -> dict[str, list[dict[str, Any]]]:
    """All that undo promises to bring back: every column that is not the database's own."""
    return {
        model._meta.db_table: [
            {key: value for key, value in row.items() if key != "updated_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in TRACKED
    }


def check_laws() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    for card in Position.objects.all():
        standing = StageVisit.objects.get(position=card, left_at=None)
        assert standing.stage_id == card.stage_id
    for each in Link.objects.all():
        assert Contact.objects.filter(pk=each.from_id).exists()
        assert Company.objects.filter(pk=each.to_id).exists()


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(inside, sales, stage, grace, ada, everybody_may_undo) -> World:
    agents = [
        Actor(
            kind=ActorKind.AGENT, id=n, name=f"Agent {n}", organization_id=inside.pk, door=Door.API
        )
        for n in (7, 8)
    ]
    with action("test.arrange", by=ada):
        Stage.objects.update(can_skip=True)
        company = Company.objects.create(organization=inside, name="Navy")
        kind = LinkType.objects.create(
            organization=inside, key="k", label="k", from_type="contact", to_type="company"
        )
        Contact.objects.create(organization=inside, name="Alan", company=company)
        for contact in Contact.objects.all():
            positions.enter(contact, pipeline=sales, by=ada)
    names = ["Lead", "Qualified", "Demo", "Customer", "Lost"]
    return World(inside, sales, [stage(name) for name in names], kind, [*agents, ada])


def attempt(world: World, actions: list[int]) -> int | None:
    """Undo some actions; return the action that did, if anything could be undone."""
    planned = undo.plan(Selection(actions=tuple(actions)), by=world.people[2])
    planned.as_json()
    try:
        return undo.apply(planned, by=world.people[2]).action_id
    except undo.NothingRestored:
        return None


def find_last_words(selected: set[int]) -> dict[tuple[str, int], set[str]]:
    """Return the columns of each row that were written last outside the selection, by no undo."""
    undos = set(Action.objects.exclude(undoes=[]).values_list("pk", flat=True))
    last: dict[tuple[str, int, str], int] = {}
    for change in Change.objects.order_by("pk"):
        for column in {**(change.before or {}), **(change.after or {})}:
            last[change.table_name, change.row_id, column] = change.action_id
    found: dict[tuple[str, int], set[str]] = {}
    for (table, row, column), writer in last.items():
        if writer not in selected and writer not in undos:
            found.setdefault((table, row), set()).add(column)
    return found


@often
@given(history=histories)
def test_undoing_everything_gives_the_first_state(world, history):
    with rolled_back():
        world.actions.clear()
        first = picture()
        live(world, history)

        if world.actions:
            attempt(world, world.actions)

        assert picture() == first
        check_laws()


@often
@given(history=histories, chance=st.randoms(use_true_random=False))
def test_undoing_some_leaves_what_others_wrote_last(world, history, chance):
    with rolled_back():
        world.actions.clear()
        live(world, history)
        selected = [each for each in world.actions if chance.random() < 0.5]
        last_words = find_last_words(set(selected))
        before = rows()

        if selected:
            attempt(world, selected)

        after = rows()
        for key, columns in last_words.items():
            assert (key in after) == (key in before)
            if key in before:
                assert {c: after[key][c] for c in columns if c in after[key]} == {
                    c: before[key][c] for c in columns if c in before[key]
                }
        check_laws()


def rows() -> dict[tuple[str, int], dict[str, Any]]:
    return {(table, row["id"]): row for table, each in picture().items() for row in each}


@often
@given(history=histories, who=st.integers(0, 2))
def test_an_undo_can_be_undone_exactly_and_not_done_twice(world, history, who):
    with rolled_back():
        world.actions.clear()
        live(world, history)
        mine = [
            each.pk
            for each in Action.objects.filter(pk__in=world.actions)
            if each.actor_ref == world.people[who].ref
        ]
        before = picture()

        undone = attempt(world, mine) if mine else None
        if undone is None:
            assert picture() == before
            return
        between = picture()
        again = undo.plan(Selection(actions=tuple(mine)), by=world.people[2])
        assert again.counts["restorable"] == 0

        redone = attempt(world, [undone])
        assert picture() == before
        check_laws()
        assert attempt(world, [undone]) is None
        attempt(world, [redone])
        assert picture() == between
        check_laws()
