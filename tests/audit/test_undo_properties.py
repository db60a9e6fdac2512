"""
Undo under random histories: two agents and a person write, move, make, remove and undo.

Whatever they did, undoing some of it never touches what others wrote last, undoing all of it gives
the first state exactly, and no law of a model is ever broken.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
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
from crm.models import Company, Contact, CustomField, Link, LinkType
from pipelines import pipelines, positions
from pipelines.models import Position, Stage, StageKind, StageVisit
from tests.audit.histories import EXAMPLES, TRACKED, VERBS, World

step = st.tuples(
    st.integers(0, 2),
    st.sampled_from(sorted(VERBS)),
    st.integers(0, 5),
    st.integers(0, 11),
)
histories = st.lists(step, min_size=2, max_size=14)
often = settings(
    max_examples=EXAMPLES,
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
        # What there was nothing to do for has left no action.
        if Action.objects.filter(pk=doing.id).exists():
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
        stays = StageVisit.objects.filter(position=card).order_by("entered_at", "id")
        for stay, following in pairwise(stays):
            assert stay.next_stage_id == following.stage_id
        stage = card.stage
        assert card.archived_at or not stage.archived_at
        assert stage.kind in (StageKind.ACTIVE, card.outcome)
    declared = set(CustomField.objects.values_list("key", flat=True))
    for contact in Contact.objects.all():
        assert "size" not in contact.properties or "size" in declared
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
        other = {"stages": [{"name": "New", "exit_criteria": ["ready"]}, {"name": "Done"}]}
        pipelines.create("Support", by=ada, **other)
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
        # What only a unique key forbids is planned, and found out when it is to be done.
        assert attempt(world, mine) is None
        assert picture() == between

        redone = attempt(world, [undone])
        assert picture() == before
        check_laws()
        assert attempt(world, [undone]) is None
        attempt(world, [redone])
        assert picture() == between
        check_laws()
