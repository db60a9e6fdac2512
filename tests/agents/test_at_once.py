"""Many at once, with real transactions: done once, counted exactly, stopped when switched off."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents import agents, switches
from agents.calls import budgets, dispatch, prices, resumption
from agents.models import Budget
from approvals import approvals
from approvals.models import Approval
from audit.actions import action, tenant
from audit.actors import Actor, Door, system
from audit.models import Action, Event, Outcome
from crm import contacts, people
from crm.models import Contact, Membership, Organization, Role, Task
from pipelines import pipelines, positions, stages
from pipelines.models import Position, StageVisit
from tests.agents.conftest import actor_of

CROWD = 8


class Ground:
    """Acme with an agent, a board and a card, committed."""

    def __init__(self) -> None:
        self.acme: Organization = people.create_organization("Acme", by=system(None))
        by = system(self.acme.pk)
        self.ada = self.join("Ada", Role.OWNER, by)
        self.mo = self.join("Mo", Role.MANAGER, by)
        names = [{"name": "Lead"}, {"name": "Qualified"}, {"name": "Demo"}]
        self.board = pipelines.create("Sales", by=self.ada, stages=names)
        with tenant(self.acme.pk):
            self.stages = stages.find(self.board)
        self.grace: Contact = contacts.create(by=self.ada, name="Grace Hopper")
        self.card: Position = positions.enter(self.grace, pipeline=self.board, by=self.ada)
        self.agent = agents.create("Sally", persona="sales", learning_mode=False, by=self.ada)

    def join(self, name: str, role: Role, by: Actor) -> Actor:
        email = f"{name}@acme.example"
        member: Membership = people.add_member(self.acme, email=email, name=name, role=role, by=by)
        return people.actor_of(member, door=Door.BOARD)

    def call(self, tool: str, /, **given: object) -> dispatch.Result:
        own = {"key", "confidence", "dry_run"}
        envelope = {"confidence": 0.95} | {name: given.pop(name) for name in own & given.keys()}
        return dispatch.call(actor_of(self.agent), tool, given, **envelope)

    def count(self, **filters: object) -> int:
        with tenant(self.acme.pk):
            return Action.objects.filter(**filters).count()


@pytest.fixture
def ground(committed):
    return Ground()


def at_once(work, times=CROWD):
    """Run `work` in so many threads that start together; return what each returned or raised."""
    together = threading.Barrier(times)

    def run(_: int):
        together.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001  (the test looks at each)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def test_one_key_is_one_effect_however_many_call_at_once(ground):
    call = partial(ground.call, "create_contact", name="Ada Lovelace", key="once")

    answers = at_once(call)

    with tenant(ground.acme.pk):
        assert Contact.objects.filter(name="Ada Lovelace").count() == 1
    assert {answer.status for answer in answers} == {Outcome.DONE}
    assert len({answer.action for answer in answers}) == 1
    assert ground.count(name="create_contact") == 1


def test_one_key_with_other_arguments_is_one_effect_too(ground):
    names = iter([f"Person {number}" for number in range(CROWD)])
    lock = threading.Lock()

    def call():
        with lock:
            name = next(names)
        return ground.call("create_contact", name=name, key="once")

    answers = at_once(call)

    assert sorted(answer.http for answer in answers) == [200] + [409] * (CROWD - 1)
    with tenant(ground.acme.pk):
        assert Contact.objects.filter(name__startswith="Person").count() == 1


def test_without_a_key_only_one_of_many_moves_the_card(ground):
    call = partial(
        ground.call,
        "move_contact",
        position=ground.card.ref,
        to_stage="Qualified",
        from_stage="Lead",
    )

    answers = at_once(call)

    assert sorted(answer.http for answer in answers) == [200] + [409] * (CROWD - 1)
    with tenant(ground.acme.pk):
        assert StageVisit.objects.filter(position=ground.card).count() == 2


def test_what_policy_judged_is_what_is_moved(ground):
    """A deal that grows between the judgement and the move would pass unseen."""
    rich = {"value_cents": 90_000_00, "currency": "USD"}
    judged, changed = threading.Event(), threading.Event()
    slow = dispatch.judge

    def judge(proposal):
        verdict = slow(proposal)
        judged.set()
        changed.wait(0.5)
        return verdict

    def grow():
        judged.wait(10)
        positions.update(ground.card, changes=rich, by=ground.ada)
        changed.set()
        connection.close()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as threads:
        patch.setattr(dispatch, "judge", judge)
        growing = threads.submit(grow)
        ground.call("move_contact", position=ground.card.ref, to_stage="Qualified")
        growing.result()

    with tenant(ground.acme.pk):
        done = Action.objects.filter(outcome="done", name__in=["move_contact", "positions.update"])
        assert [each.name for each in done.order_by("recorded_at")] == [
            *("move_contact", "positions.update"),
        ]


def test_calls_are_counted_exactly(ground):
    agents.update(ground.agent, changes={"calls_per_minute": 5}, by=ground.ada)
    call = partial(ground.call, "get_object", ref=ground.card.ref)

    answers = at_once(call, times=20)

    allowed = [answer for answer in answers if answer.is_done]
    over = [answer for answer in answers if answer.http == 429]
    # Where the minute turned in between, there were two of five.
    assert len(allowed) in (5, 10)
    assert len(allowed) + len(over) == 20
    assert all(1 <= answer.details["retry_after"] <= 60 for answer in over)


def test_the_ledger_hears_of_an_overrun_once_a_minute(ground):
    agents.update(ground.agent, changes={"calls_per_minute": 1}, by=ground.ada)
    call = partial(ground.call, "get_object", ref=ground.card.ref)

    for _ in range(10):
        call()

    assert ground.count(name="get_object", outcome="denied") in (1, 2)


def test_writes_are_counted_exactly_and_only_those_that_were_made(ground):
    agents.update(ground.agent, changes={"writes_per_hour": 3}, by=ground.ada)
    refused = ground.call("move_contact", position=ground.card.ref, to_stage="Nowhere")
    dry = ground.call("create_contact", name="Dry", dry_run=True)

    answers = at_once(lambda: ground.call("create_task", title="Call"))

    assert (refused.http, dry.http) == (400, 200)
    assert sorted(answer.http for answer in answers) == [200] * 3 + [429] * (CROWD - 3)
    assert ground.count(name="create_task", outcome="done") == 3
    with tenant(ground.acme.pk):
        assert Budget.objects.get().writes == 3
    assert ground.call("get_object", ref=ground.card.ref).is_done, "reading is no write"


def test_records_are_counted_exactly_whether_one_or_many_at_a_time(ground):
    """Seven calls of one record and seven of three, where there is room for ten."""
    agents.update(
        ground.agent,
        changes={"records_per_day": 10, "scope": ["bulk_update", "create_task"]},
        by=ground.ada,
    )
    many = [contacts.create(by=ground.ada, name=f"Person {n}").ref for n in range(3)]
    about = {"tool": "create_task", "arguments": {"title": "Call"}, "refs": many}
    turns = iter(["one", "three"] * 7)

    answers = at_once(
        lambda: (
            ground.call("create_task", title="Call")
            if next(turns) == "one"
            else ground.call("bulk_update", **about)
        ),
        times=14,
    )

    assert {answer.http for answer in answers} == {200, 429}
    with tenant(ground.acme.pk):
        made = Task.objects.count()
        assert Budget.objects.get().records == made <= 10
    # Whatever is left is still there to be used, and no more than that.
    for _ in range(10 - made):
        assert ground.call("create_task", title="Call").is_done
    assert ground.call("create_task", title="Call").http == 429


def test_as_many_records_are_changed_as_a_day_has_and_no_call_that_fails_takes_one(ground):
    agents.update(ground.agent, changes={"records_per_day": 5}, by=ground.ada)
    at_once(lambda: ground.call("move_contact", position=ground.card.ref, to_stage="Nowhere"))

    answers = at_once(lambda: ground.call("create_task", title="Call"))

    assert sorted(answer.http for answer in answers) == [200] * 5 + [429] * (CROWD - 5)
    with tenant(ground.acme.pk):
        assert (Task.objects.count(), Budget.objects.get().records) == (5, 5)


@given(
    limit=st.integers(0, 40),
    prices_of=st.lists(st.integers(1, 12), min_size=CROWD, max_size=CROWD),
)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_more_is_spent_at_once_than_there_is(ground, limit, prices_of):
    """Whatever is refused would not have fitted beside what was charged."""
    with tenant(ground.acme.pk):
        Budget.objects.update(spent_today_cents=0, spent_this_month_cents=0)
    agents.update(ground.agent, changes={"spend_cents_per_day": limit}, by=ground.ada)
    by, waiting = actor_of(ground.agent), iter(prices_of)

    def pay():
        cents = next(waiting)
        with action("test.pay", by=by):
            budgets.charge(by, Decimal(cents), used="a model")
        return cents

    paid = at_once(pay)

    charged = [each for each in paid if isinstance(each, int)]
    refused = [each for each in paid if not isinstance(each, int)]
    assert all(isinstance(each, budgets.OverBudget) for each in refused)
    with tenant(ground.acme.pk):
        spent = Budget.objects.values_list("spent_today_cents", flat=True).first() or 0
    left = list((Counter(prices_of) - Counter(charged)).elements())
    assert spent == sum(charged) <= limit
    assert all(spent + each > limit for each in left)


@pytest.mark.parametrize(("limit", "price"), [(3, 1), (10, 3), (0, 1)])
def test_of_many_that_cost_the_same_exactly_as_many_are_done_as_fit(ground, limit, price):
    prices.put("create_task", price_cents=Decimal(price), by=ground.ada)
    agents.update(ground.agent, changes={"spend_cents_per_month": limit}, by=ground.ada)

    answers = at_once(lambda: ground.call("create_task", title="Call"))

    fit = limit // price
    assert sorted(answer.http for answer in answers) == [200] * fit + [429] * (CROWD - fit)
    with tenant(ground.acme.pk):
        assert Task.objects.count() == fit
        assert [int(b.spent_this_month_cents) for b in Budget.objects.all()] == [fit * price]
        told = Event.objects.filter(name="agents.agent.charged")
        assert [each.payload["cents"] for each in told] == [str(price)] * fit


@pytest.mark.parametrize("switch", ["organization", "agent", "tool", "pipeline"])
def test_nothing_is_done_after_a_switch_was_set(ground, switch):
    """Agents move the card to and fro as fast as they can while a person throws the switch."""
    throw = {
        "organization": lambda: switches.pause_agents(ground.acme, by=ground.ada),
        "agent": lambda: switches.disable(ground.agent, by=ground.ada),
        "tool": lambda: switches.turn_off("move_contact", by=ground.ada),
        "pipeline": lambda: pipelines.update(
            ground.board, changes={"ai_enabled": False}, by=ground.ada
        ),
    }[switch]
    thrown = threading.Event()
    moved = threading.Event()

    def work():
        seen = []
        while not (thrown.is_set() and len(seen) > 3 and seen[-1] != "done"):
            to = ["Lead", "Qualified"][len(seen) % 2]
            result = ground.call("move_contact", position=ground.card.ref, to_stage=to)
            seen.append(result.status.value)
            if result.is_done:
                moved.set()
            if len(seen) > 2_000:
                break
        connection.close()
        return seen

    with ThreadPoolExecutor(3) as threads:
        workers = [threads.submit(work) for _ in range(3)]
        assert moved.wait(10)
        throw()
        thrown.set()
        seen = [worker.result() for worker in workers]

    with tenant(ground.acme.pk):
        last_switch = Action.objects.filter(actor_kind="person").latest("recorded_at")
        after = Action.objects.filter(
            name="move_contact", outcome="done", recorded_at__gt=last_switch.recorded_at
        )
        assert not after.exists(), "something committed after the switch"
    assert all("denied" in each for each in seen)


def test_a_grant_carried_out_by_many_at_once_is_carried_out_once(ground):
    asked = ground.call(
        "move_contact", position=ground.card.ref, to_stage="Qualified", confidence=0.5
    )
    with tenant(ground.acme.pk):
        approval = Approval.objects.get()
    approvals.grant(approval, by=ground.mo)

    results = at_once(lambda: resumption.resume(approval), times=20)

    assert asked.status == Outcome.WAITING
    assert [result.status for result in results].count(Outcome.DONE) == 1
    assert ground.count(name="move_contact", outcome="done") == 1
    with tenant(ground.acme.pk):
        assert StageVisit.objects.filter(position=ground.card).count() == 2


def test_twenty_clicks_grant_once(ground):
    ground.call("move_contact", position=ground.card.ref, to_stage="Qualified", confidence=0.5)
    with tenant(ground.acme.pk):
        approval = Approval.objects.get()

    answers = at_once(lambda: approvals.grant(approval, by=ground.mo), times=20)

    assert sum(isinstance(answer, Approval) for answer in answers) == 1
    assert sum(isinstance(answer, approvals.AlreadyDecided) for answer in answers) == 19


def test_the_same_question_at_once_is_asked_once(ground):
    call = partial(
        ground.call, "move_contact", position=ground.card.ref, to_stage="Demo", confidence=0.5
    )
    stages.update(ground.stages[1], changes={"can_skip": True}, by=ground.ada)

    answers = at_once(call)

    assert {answer.status for answer in answers} == {Outcome.WAITING}
    assert len({answer.approval for answer in answers}) == 1


def test_a_failed_call_leaves_no_setting_on_the_connection(ground):
    """A pooled connection goes from one caller to the next."""
    ground.call("move_contact", position="position:1", to_stage="Nowhere")
    ground.call("create_contact", name="Dry", dry_run=True)

    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('app.organization', true),"
            " current_setting('app.action_id', true)"
        )
        assert not any(cursor.fetchone())


def test_two_calls_over_the_same_cards_take_turns(ground):
    people = [contacts.create(by=ground.ada, name=f"Person {n}") for n in range(6)]
    cards = [positions.enter(who, pipeline=ground.board, by=ground.ada) for who in people]
    named = [card.ref for card in cards]
    agents.update(ground.agent, changes={"scope": ["bulk_update", "move_contact"]}, by=ground.ada)
    turns = iter([named, list(reversed(named))] * 2)

    results = at_once(
        lambda: ground.call(
            "bulk_update",
            tool="move_contact",
            arguments={"to_stage": "Qualified"},
            refs=next(turns),
        ),
        times=4,
    )

    assert [result.status for result in results] == [Outcome.DONE] * 4
    assert sorted(result.result["done"] for result in results) == [0, 0, 0, 6]
    assert sorted(result.result["unchanged"] for result in results) == [0, 6, 6, 6]
    with tenant(ground.acme.pk):
        assert StageVisit.objects.filter(position__in=cards, left_at=None).count() == 6
    assert ground.count(name="bulk_update", outcome=Outcome.DONE) == 4
