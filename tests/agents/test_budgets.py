"""Budgets: what counts, where, and until when; how it is counted at once is in test_at_once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from agents import agents
from agents.calls import budgets, prices, resumption
from agents.catalogue.registry import TOOLS
from agents.models import Budget, ToolPrice
from approvals import approvals
from approvals.models import Approval
from audit import clock
from audit.actions import action, tenant
from audit.models import Change, Event, Outcome
from crm import contacts
from crm.fields import FieldError
from pipelines import positions
from tests.agents.conftest import actor_of


@pytest.fixture
def agent(hire):
    return hire(scope=sorted(TOOLS))


@pytest.fixture
def allow(agent, ada):
    """Change what the agent may do."""

    def change(**limits):
        agents.update(agent, changes=limits, by=ada)

    return change


@pytest.fixture
def used(agent, inside):
    """What the agent used so far, anew."""
    return lambda: Budget.objects.get(agent=agent)


@pytest.fixture
def deck(sales, ada):
    """Put so many contacts into Sales, in Lead."""

    def deal(count):
        who = [contacts.create(name=f"Person {n:02}", by=ada) for n in range(count)]
        return [positions.enter(each, pipeline=sales, by=ada) for each in who]

    return deal


@pytest.fixture
def move_all(call):
    def move(cards, to="Qualified", **given):
        refs = [card.ref for card in cards]
        about = {"tool": "move_contact", "arguments": {"to_stage": to}, "refs": refs}
        return call("bulk_update", **about, **given)

    return move


def until(moment):
    """How many whole seconds it is until `moment`, and a little less."""
    left = (moment - clock.real_now()).total_seconds()
    return range(int(left) - 1, int(left) + 3)


def tomorrow():
    return clock.real_now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def set_back(**moments):
    """As if the windows had begun at other times."""
    Budget.objects.update(**moments)


# --- Records --------------------------------------------------------------------------------------
def test_a_record_is_what_the_call_wrote_however_many_rows_it_took(call, card, used):
    result = call("move_contact", position=card.ref, to_stage="Qualified")

    rows = Change.objects.filter(action_id=int(result.action.partition(":")[2]))
    assert rows.count() == 3, "the card, the stay that ended and the one that began"
    assert used().records == 1


def test_each_record_of_many_counts(move_all, deck, used):
    move_all(deck(5))

    assert used().records == 5


def test_what_stayed_as_it_was_does_not_count(call, move_all, deck, stage, used):
    cards = deck(4)
    call("move_contact", position=cards[0].ref, to_stage="Qualified")

    result = move_all(cards)

    assert (result.result["done"], result.result["unchanged"]) == (3, 1)
    assert used().records == 4


def test_what_a_call_creates_besides_counts(call, used):
    call("create_contact", name="Kay McNulty", company="Moore School")

    assert used().records == 2, "a contact and a company"


def test_where_a_card_lies_in_its_column_is_not_what_it_says(call, deck, used):
    first, second = deck(2)

    result = call("place_position", position=first.ref, above=second.ref)

    assert result.is_done, result
    assert used().records == 0


def test_reading_counts_no_record(call, card, used):
    call("get_object", ref=card.ref)

    assert (used().calls, used().records) == (1, 0)


def test_more_records_than_a_day_has_are_refused_until_the_day_ends(allow, call, move_all, deck):
    cards = deck(5)
    allow(records_per_day=4)
    call("move_contact", position=cards[0].ref, to_stage="Qualified")

    result = move_all(cards[1:])

    assert (result.status, result.http) == (Outcome.DENIED, 429)
    assert result.summary.startswith("This agent may change 4 records a day. Try again in ")
    assert result.details["retry_after"] in until(tomorrow())
    assert move_all(cards[1:4]).is_done, "three are left, and nothing was taken by the refusal"
    assert call("move_contact", position=cards[4].ref, to_stage="Qualified").http == 429


def test_so_much_at_once_as_never_fits_is_told_so(allow, move_all, deck, used):
    allow(records_per_day=4)

    result = move_all(deck(5))

    assert (result.http, "retry_after" in result.details) == (429, False)
    assert result.summary.endswith("This is more at once: make it less.")
    assert (used().records, used().writes) == (0, 0)


@pytest.mark.parametrize(
    "given",
    [{"to_stage": "Nowhere"}, {"dry_run": True}, {"from_stage": "Demo"}],
    ids=["refused", "dry", "conflict"],
)
def test_a_call_that_came_to_nothing_gives_back_what_it_took(call, card, used, given):
    call("move_contact", **{"position": card.ref, "to_stage": "Qualified"} | given)

    assert (used().calls, used().writes, used().records) == (1, 0, 0)


def test_the_same_call_again_takes_nothing(call, card, used):
    for _ in range(3):
        call("move_contact", position=card.ref, to_stage="Qualified", key="once")

    assert (used().calls, used().writes, used().records) == (3, 1, 1)


def test_a_failure_of_ours_gives_back_what_it_took(call, used, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(contacts, "create", fail)

    assert call("create_contact", name="Kay").status == Outcome.FAILED
    assert (used().writes, used().records) == (0, 0)


def test_what_waits_has_changed_no_record(call, card, used):
    asked = call("move_contact", position=card.ref, to_stage="Qualified", confidence=0.2)

    assert asked.status == Outcome.WAITING
    assert (used().writes, used().records) == (1, 0)


def test_what_a_person_granted_counts_and_is_not_refused(allow, call, card, ada, used, stage):
    call("move_contact", position=card.ref, to_stage="Qualified", confidence=0.2)
    allow(records_per_day=0)

    result = resumption.resume(approvals.grant(Approval.objects.get(), by=ada))

    card.refresh_from_db()
    assert (result.status, card.stage) == (Outcome.DONE, stage("Qualified"))
    assert used().records == 1
    assert call("create_task", title="Call").http == 429


def test_a_day_begins_at_midnight_of_utc_and_anew(allow, call, used):
    allow(records_per_day=1)
    assert call("create_task", title="One").is_done
    assert call("create_task", title="Two").http == 429

    set_back(day_at=used().day_at - timedelta(days=1))

    assert call("create_task", title="Three").is_done
    assert (used().day_at, used().records) == (tomorrow() - timedelta(days=1), 1)


def test_what_was_taken_of_a_day_that_is_over_is_not_given_back_to_the_next(call, agent, used):
    taken = budgets.spend(actor_of(agent), a_write=True)
    long_ago = budgets.Taken(
        hour_at=taken.hour_at - timedelta(hours=1), day_at=taken.day_at - timedelta(days=1)
    )

    budgets.give_back(actor_of(agent), long_ago, of=Outcome.REFUSED)
    assert (used().writes, used().records) == (1, 1)

    budgets.give_back(actor_of(agent), taken, of=Outcome.REFUSED)
    assert (used().writes, used().records) == (0, 0)


def test_windows_are_those_of_utc_wherever_the_connection_is(agent, inside, used):
    with connection.cursor() as cursor:
        cursor.execute("set local time zone 'Asia/Kathmandu'")
        cursor.execute("select agents_spend(%s, %s, null, true, false)", [inside.pk, agent.pk])
        cursor.execute("set local time zone 'UTC'")

    now = datetime.now(UTC)
    assert used().hour_at == now.replace(minute=0, second=0, microsecond=0)
    assert used().day_at == now.replace(hour=0, minute=0, second=0, microsecond=0)
    assert used().month_at == used().day_at.replace(day=1)


# --- Money ----------------------------------------------------------------------------------------
def spent(used):
    return used().spent_today_cents, used().spent_this_month_cents


def test_a_tool_that_costs_is_charged_for_when_it_is_done(call, ada, agent, used):
    prices.put("create_task", price_cents=Decimal("1.5"), by=ada)

    call("create_task", title="Call")
    call("create_task", title="Call", dry_run=True)
    call("create_task", title="Call", confidence=0.1)
    call("create_task", title="")

    assert spent(used) == (Decimal("1.5"), Decimal("1.5"))
    charged = Event.objects.get(name="agents.agent.charged")
    assert charged.payload == {"cents": "1.5", "currency": "USD", "used": "create_task"}
    assert charged.target == agent.ref


def test_each_use_of_many_is_charged_for(call, ada, move_all, deck, used):
    prices.put("move_contact", price_cents=Decimal(2), by=ada)
    cards = deck(3)
    call("move_contact", position=cards[0].ref, to_stage="Qualified")

    move_all(cards)

    assert spent(used) == (6, 6)


def test_a_day_and_a_month_end_what_may_be_spent(allow, call, ada, used):
    prices.put("create_task", price_cents=Decimal(300), by=ada)
    allow(spend_cents_per_day=500, spend_cents_per_month=700)
    assert call("create_task", title="One").is_done

    over = call("create_task", title="Two")
    assert over.http == 429
    assert over.summary.startswith("This agent may spend $5 a day. Try again in ")
    assert over.details["retry_after"] in until(tomorrow())
    assert call("log_activity", kind="note", body="free").http != 429, "what is free goes on"

    set_back(day_at=used().day_at - timedelta(days=1))
    assert call("create_task", title="Three").is_done
    set_back(day_at=used().day_at - timedelta(days=1))
    over = call("create_task", title="Four")
    next_month = (used().month_at + timedelta(days=32)).replace(day=1)
    assert over.summary.startswith("This agent may spend $7 a month.")
    assert over.details["retry_after"] in until(next_month)
    assert spent(used)[1] == 600


def test_an_email_is_charged_for_when_a_person_lets_it_go(call, ada, mo, grace, allow, used):
    prices.put("send_email", price_cents=Decimal("0.8"), by=ada)
    allow(spend_cents_per_day=0)

    asked = call("send_email", contact=grace.ref, subject="Demo", body="Dear Grace")
    assert (asked.status, spent(used)) == (Outcome.WAITING, (0, 0))

    resumption.resume(approvals.grant(Approval.objects.get(), by=mo))
    assert spent(used) == (Decimal("0.8"), Decimal("0.8"))


def test_what_is_paid_for_in_an_action_is_charged(agent, used, allow):
    by = actor_of(agent)
    allow(spend_cents_per_day=1)

    with action("test.answer", by=by):
        budgets.charge(by, Decimal("0.000123"), used="a model")
    with action("test.answer", by=by):
        budgets.charge(by, Decimal("0.9"), used="a model")
    with pytest.raises(budgets.OverBudget, match="a day"), action("test.answer", by=by):
        budgets.charge(by, Decimal("0.1"), used="a model")
    with action("test.answer", by=by):
        budgets.charge(by, Decimal("0.1"), used="a model", refuse=False)

    assert spent(used)[0] == Decimal("1.000123")
    told = Event.objects.filter(name="agents.agent.charged").values_list("payload", flat=True)
    assert sum(Decimal(each["cents"]) for each in told) == spent(used)[0]


def test_people_have_no_budget(call, ada, inside):
    prices.put("create_task", price_cents=Decimal(300), by=ada)

    assert call("create_task", by=ada, title="Call").is_done
    assert not Budget.objects.exists()


# --- Prices ---------------------------------------------------------------------------------------
def test_a_price_is_changed_and_is_one(ada, inside):
    prices.put("send_email", price_cents=Decimal(1), by=ada)
    prices.put("send_email", price_cents=Decimal("0.5"), by=ada)
    prices.put("create_task", price_cents=Decimal(0), by=ada)

    assert prices.find(ada) == {"send_email": Decimal("0.5")}


@pytest.mark.parametrize(
    ("tool", "cents", "says"), [("get_object", 1, "only reads"), ("create_task", -1, "At least 0")]
)
def test_a_price_that_makes_no_sense_is_refused(ada, inside, tool, cents, says):
    with pytest.raises(FieldError, match=says):
        prices.put(tool, price_cents=Decimal(cents), by=ada)

    assert not ToolPrice.objects.exists()


def test_another_organizations_prices_are_its_own(call, eve, acme):
    prices.put("create_task", price_cents=Decimal(300), by=eve)

    call("create_task", title="Call")

    with tenant(acme.pk):
        assert Budget.objects.get().spent_today_cents == 0


def test_prices_are_set_in_the_console_by_owners(log_in, ada, mo, inside):
    address = reverse("admin:agents_toolprice_add")

    log_in(mo).post(address, {"tool": "create_task", "price_cents": "1.5"})
    assert not ToolPrice.objects.exists()
    log_in(ada).post(address, {"tool": "create_task", "price_cents": "1.5"})
    price = ToolPrice.objects.get()
    assert (price.price_cents, price.created_by) == (Decimal("1.5"), ada.ref)
    change = reverse("admin:agents_toolprice_change", args=[price.pk])
    log_in(ada).post(change, {"tool": "create_task", "price_cents": "2"})

    assert ToolPrice.objects.get().price_cents == 2


# --- What is left ---------------------------------------------------------------------------------
def test_an_agent_is_told_what_it_has_left(allow, call, ada, move_all, deck):
    prices.put("move_contact", price_cents=Decimal("0.25"), by=ada)
    allow(records_per_day=20, spend_cents_per_day=10, spend_cents_per_month=50)
    move_all(deck(5))

    status = call("get_agent_status").result

    assert status["records_left"] == 15
    assert datetime.fromisoformat(status["records_again_at"]) == tomorrow()
    assert (status["spent_today_cents"], status["spent_this_month_cents"]) == (1.25, 1.25)
    assert (status["spend_left_cents"], status["currency"]) == (8, "USD")
    assert datetime.fromisoformat(status["spend_again_at"]) == tomorrow()


def test_over_budget_says_when_to_come_back_wherever_one_reads(ask, allow, card):
    allow(calls_per_minute=1)
    ask("GET", f"/api/objects/{card.ref}/")

    answer = ask("GET", f"/api/objects/{card.ref}/")

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
