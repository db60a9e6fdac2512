"""
A thousand calls of eight agents at once, over HTTP: none lost, none doubled, the ledger balances.

They read, create, move cards of their own and cards all of them move, repeat keys and use one key
twice at the same moment, are refused and wait for people.
"""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest
from django.db import connection

from agents import tokens
from agents.calls import prices
from agents.models import Budget, Call
from approvals.models import Approval
from audit import clock, verification
from audit.actions import tenant
from audit.actors import Door, system
from audit.models import Action, Change, Event
from crm import contacts, people
from crm.models import Contact, Role
from pipelines.models import Position, StageVisit
from tests.benchmarks import crowds
from tests.benchmarks.crowds import Plan
from tests.benchmarks.ground import lay
from tests.benchmarks.http import Client, server

PRICE = Decimal("0.25")
STATUSES = {200: "done", 202: "waiting", 400: "refused", 409: "refused"}
RECORDS = {"crm_contact", "pipelines_position"}  # what these calls change

pytestmark = pytest.mark.slow


class Crowd:
    """What was called and answered, and what was there before."""

    def __init__(self) -> None:
        self.ground = ground = lay(4 * crowds.LEADS)
        self.plan = Plan(ground, tag="crowd", leads=ground.positions[::4])
        self.hired = crowds.hire(ground)
        prices.put("create_contact", price_cents=PRICE, by=ground.owner)
        with tenant(ground.organization.pk):
            self.stood = dict(Position.objects.values_list("pk", "stage_id"))
        self.began = clock.real_now()
        with server() as port:
            keys = [key for _, key in self.hired]
            self.answers, _ = crowds.at_once(port, keys, self.plan)
            self.sessions = find_sessions()
            self.seen_by_strangers = look_as_a_stranger(port)
        self.contacts = [a for a in self.answers if a.wish.tool == "create_contact"]
        self.moves = [a for a in self.answers if a.wish.tool == "move_contact"]

    def made_by(self, number):
        """The answers an agent got, each action once: repeating a call is the same call."""
        mine = [answer for answer in self.answers if answer.wish.agent == number]
        return {a.body["action"]: a for a in mine if a.body["action"]}.values()


def find_sessions():
    """How the sessions of the database's other users are: their state, and any open transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select state, xact_start from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend' and usename = current_user"
        )
        return cursor.fetchall()


def look_as_a_stranger(port):
    """What somebody of another organization finds over the connections that the crowd used."""
    home = people.create_organization("Elsewhere", by=system(None))
    eve = people.add_member(home, email="eve@else.example", role=Role.OWNER, by=system(home.pk))
    by = people.actor_of(eve, door=Door.COMMAND)
    contacts.create(name="Nobody Else", by=by)
    reader = Client(port, tokens.issue_for_member(eve, by=by))
    found = [reader.call("search_objects", {"type": "contact"}) for _ in range(24)]
    return {each["name"] for answer in found for each in answer["result"]["results"]}


@pytest.fixture
def crowd(committed):
    return Crowd()


@pytest.fixture
def inside(crowd):
    with tenant(crowd.ground.organization.pk):
        yield


def test_a_thousand_calls_at_once(crowd, inside):
    assert len(crowd.answers) == 1_000
    every_call_was_answered_as_its_sort_is(crowd)
    every_answer_has_one_action(crowd)
    every_key_took_effect_once(crowd)
    what_changed_adds_up_to_what_is(crowd)
    every_question_is_asked(crowd)
    budgets_are_what_was_done(crowd)
    nothing_is_left_on_a_connection(crowd)
    assert verification.verify(crowd.ground.organization.pk).broken is None


def every_call_was_answered_as_its_sort_is(crowd):
    found = defaultdict(Counter)
    for answer in crowd.answers:
        found[answer.wish.sort][answer.http] += 1

    for sort, expected in {"refused": 400, "waiting": 202}.items():
        assert found.pop(sort) == {expected: crowds.AGENTS * crowds.MIX[sort]}
    shared = found.pop("shared")
    assert shared.keys() == {200, 409}, "some came too late for a card, and some did not"
    assert all(statuses.keys() == {200} for statuses in found.values()), found


def every_answer_has_one_action(crowd):
    recorded = {
        f"action:{pk}": (outcome, name, actor)
        for pk, outcome, name, actor in Action.objects.filter(actor_kind="agent").values_list(
            "pk", "outcome", "name", "actor_id"
        )
    }
    answered = {
        answer.body["action"]: (
            STATUSES[answer.http],
            answer.wish.tool,
            crowd.hired[answer.wish.agent][0].pk,
        )
        for answer in crowd.answers
        if answer.wish.sort != "dry"
    }

    assert recorded == answered
    assert not any(a.body["action"] for a in crowd.answers if a.wish.sort == "dry")
    unkeyed = [a.body["action"] for a in crowd.answers if not a.wish.key and a.body["action"]]
    assert len(unkeyed) == len(set(unkeyed)), "one action is the answer to one call"


def every_key_took_effect_once(crowd):
    asked = Counter(answer.wish.key for answer in crowd.contacts)
    actions = defaultdict(set)
    for answer in crowd.contacts:
        actions[answer.wish.key].add(answer.body["action"])

    assert max(asked.values()) > 1
    assert all(len(each) == 1 for each in actions.values())
    named = Contact.objects.filter(name__in=asked).values_list("name", flat=True)
    assert sorted(named) == sorted(asked)
    assert sorted(Call.objects.values_list("key", flat=True)) == sorted(asked)


def what_changed_adds_up_to_what_is(crowd):
    """Each card's changes lead, one from the other, from where it stood to where it stands."""
    stands = dict(crowd.stood)
    changes = Change.objects.filter(
        table_name="pipelines_position", verb="update", after__has_key="stage_id"
    )
    moved = Counter()
    for card, before, after in changes.order_by("pk").values_list("row_id", "before", "after"):
        assert stands[card] == before["stage_id"]
        stands[card] = after["stage_id"]
        moved[card] += 1

    assert dict(Position.objects.values_list("pk", "stage_id")) == stands
    open_visits = StageVisit.objects.filter(left_at=None)
    assert sorted(open_visits.values_list("position_id", "stage_id")) == sorted(stands.items())
    stays = Counter(StageVisit.objects.values_list("position_id", flat=True))
    assert stays == Counter(crowd.stood.keys()) + moved
    done = [a for a in crowd.moves if a.http == 200 and a.wish.sort != "dry"]
    told = Event.objects.filter(name="pipelines.position.moved").count()
    assert len(done) == moved.total() == told
    made = Change.objects.filter(
        table_name="crm_contact", verb="insert", action__actor_kind="agent"
    )
    assert made.count() == len({answer.wish.key for answer in crowd.contacts})


def every_question_is_asked(crowd):
    asked = [answer.body["approval"] for answer in crowd.answers if answer.http == 202]

    assert sorted(asked) == sorted(each.ref for each in Approval.objects.all())
    assert len(set(asked)) == len(asked)


def budgets_are_what_was_done(crowd):
    for number, (agent, _) in enumerate(crowd.hired):
        used = Budget.objects.get(agent=agent)
        made = crowd.made_by(number)
        writes = [a for a in made if a.wish.tool in ("create_contact", "move_contact")]
        changed = Change.objects.filter(
            action__actor_kind="agent", action__actor_id=agent.pk, table_name__in=RECORDS
        )
        paid = sum(a.wish.tool == "create_contact" for a in made)
        # Of a minute, an hour or a day that turned meanwhile, only the rest is known.
        if used.minute_at <= crowd.began:
            assert used.calls == sum(a.wish.agent == number for a in crowd.answers)
        if used.hour_at <= crowd.began:
            assert used.writes == sum(a.http in (200, 202) for a in writes)
        if used.day_at <= crowd.began:
            records = changed.values("action_id", "table_name", "row_id").distinct().count()
            assert used.records == records
            assert used.spent_today_cents == paid * PRICE
        told = Event.objects.filter(name="agents.agent.charged", target=agent.ref)
        assert sum(Decimal(each.payload["cents"]) for each in told) == paid * PRICE


def nothing_is_left_on_a_connection(crowd):
    """Settings of a tenant end with their transaction, and none is open."""
    assert crowd.sessions
    assert set(crowd.sessions) == {("idle", None)}
    assert crowd.seen_by_strangers == {"Nobody Else"}
