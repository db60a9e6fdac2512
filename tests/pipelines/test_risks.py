"""Which open cards are at risk, by which signs, and what they are worth in all."""

import pytest

from audit.actions import action
from crm import activities, tasks
from crm.fields import FieldError
from crm.models import Contact, Membership
from pipelines.insight import facts, limits, risk_words, risks, signs
from pipelines.insight.facts import Contacted
from pipelines.models import Position, Stage
from tests.pipelines.histories import NOW, day, lay


@pytest.fixture(autouse=True)
def still(settings):
    settings.FROZEN_NOW = NOW


@pytest.fixture
def owned(ada):
    """What a card has that shows no sign of its own: an owner, and a follow-up to come."""
    return {"owner_id": ada.membership_id, "next_follow_up_at": day(9, month=4)}


@pytest.fixture
def judge(inside, bob):
    """Return the signs one card shows."""

    def signs(card):
        card = facts.find_cards([card.pk], by=bob)[card.pk]
        return risks.judge(card, organization=inside, by=bob)[0]

    return signs


def test_a_card_that_is_looked_after_shows_nothing(sales, ada, owned, judge):
    card = lay(sales, ("Lead", day(30)), by=ada, **owned)

    assert judge(card) == risks.Judged(card.pk, 0.0, ())


def test_signs_add_up(sales, stage, ada, inside, judge):
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Demo").pk).update(max_days=10)
    card = lay(
        sales,
        ("Demo", day(1)),
        by=ada,
        expected_close_on=day(20).date(),
        next_follow_up_at=day(25),
        score=20,
        risk_factors=["asked for a discount twice"],
    )

    judged = judge(card)

    assert judged.signs == (
        *("silent", "slow", "close_date_passed", "follow_up_overdue", "low_score"),
        *("no_owner", "flagged"),
    )
    assert judged.risk == 1.0  # 0.35 + 0.30 + 0.25 + 0.15 + 0.15 + 0.10 + 0.10 is more


def test_silence_is_ended_by_activity_and_by_moves(sales, ada, owned, judge):
    quiet = lay(sales, ("Lead", day(1)), by=ada, **owned)
    moved = lay(sales, ("Lead", day(1)), ("Demo", day(18)), by=ada, **owned)
    called = lay(sales, ("Lead", day(1)), by=ada, **owned)
    activities.log(called.contact, kind="call", occurred_at=day(20), by=ada)

    assert [judge(card).signs for card in (quiet, moved, called)] == [("silent",), (), ()]


def test_a_manual_score_stands_above_the_agents(sales, ada, owned, judge):
    card = lay(sales, ("Lead", day(30)), by=ada, score=10, manual_score=80, **owned)

    assert judge(card).signs == ()


def test_engagement_drops_where_less_than_half_is_left(sales, ada, owned, judge):
    card = lay(sales, ("Lead", day(30)), by=ada, **owned)
    for number in range(3):
        activities.log(card.contact, kind="email_opened", occurred_at=day(5 + number, 2), by=ada)
    activities.log(card.contact, kind="call", occurred_at=day(20), by=ada)

    assert judge(card).signs == ("engagement_dropping",)


def test_an_open_task_is_a_plan_and_a_done_one_is_none(sales, ada, owned, judge):
    card = lay(sales, ("Lead", day(30)), by=ada, **{**owned, "next_follow_up_at": None})
    assert judge(card).signs == ("nothing_planned",)

    task = tasks.create("Call", contact=card.contact, by=ada)
    assert judge(card).signs == ()

    tasks.complete(task, by=ada)
    assert judge(card).signs == ("nothing_planned",)


def test_a_stage_without_a_limit_is_judged_by_what_is_usual(sales, ada, owned, judge):
    for number in range(8):
        lay(sales, ("Demo", day(1)), ("Customer", day(3 + number)), by=ada)
    slow = lay(sales, ("Demo", day(18)), by=ada, **owned)

    judged = judge(slow)

    # Of nine stays eight are over, after 2 to 9 days: the seventh makes three in four.
    assert judged.signs == ("slow",)
    assert limits.find_limits(sales, [slow.stage])[slow.stage_id].days == 8.0


def test_too_few_stays_make_no_limit(inside, sales, stage, ada):
    for _ in range(4):
        lay(sales, ("Demo", day(1)), ("Customer", day(3)), by=ada)

    assert limits.find_limits(sales, [stage("Demo")]) == {}


def test_a_sign_is_said_with_its_figures(sales, stage, ada, bob, inside, owned):
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Demo").pk).update(max_days=10)
    card = lay(sales, ("Demo", day(1)), by=ada, expected_close_on=day(20).date(), **owned)
    activities.log(card.contact, kind="call", occurred_at=day(2), by=ada)
    card = facts.find_cards([card.pk], by=bob)[card.pk]
    judged, found = risks.judge(card, organization=inside, by=bob)
    contacted = facts.find_contacted([card.contact_id])[card.contact_id]

    assert [risk_words.say(sign, card, contacted, found) for sign in judged.signs] == [
        "No activity for 29 days; 14 or more count as silent.",
        "In Demo for 30 days; its limit is 10.",
        "Expected to close on 2026-03-20, 11 days ago.",
    ]


def test_every_sign_has_words_and_advice():
    names = {sign.name for sign in signs.SIGNS}

    assert names == set(risk_words.TELL) == set(risk_words.ADVICE) == set(signs.DEFINITIONS)


def test_all_at_risk_are_counted_and_come_by_page(sales, ada, bob, inside):
    with action("test.arrange", by=ada):
        inside.rates = {"EUR": 1.5}
        inside.save()
    worth = [(100_00, "USD"), (200_00, "EUR"), (None, ""), (300_00, "GBP"), (100_00, "USD")]
    cards = [
        lay(sales, ("Lead", day(1)), by=ada, value_cents=cents, currency=currency)
        for cents, currency in worth
    ]
    lay(sales, ("Lead", day(30)), by=ada)
    lay(sales, ("Lead", day(1)), ("Lost", day(2)), by=ada)

    def find(**asked):
        return risks.find(sales, organization=inside, by=bob, threshold=0.5, **asked)

    seen, after = [], ""
    while after is not None:
        page = find(after=after, limit=2)
        seen += [each.position_id for each in page.cards]
        after = page.next

    assert seen == [cards[at].pk for at in (3, 1, 0, 4, 2)]
    total = find().total
    assert (total.count, total.total_cents) == (5, 100_00 + 300_00 + 100_00)
    assert total.totals == {"USD": 200_00, "EUR": 200_00, "GBP": 300_00}
    assert total.unconverted == ["GBP"]


def test_a_cursor_that_does_not_read_is_refused(sales, bob, inside):
    with pytest.raises(FieldError, match="after"):
        risks.find(sales, organization=inside, by=bob, after="more")


def test_cards_put_away_and_their_contacts_are_not_at_risk(sales, ada, bob, inside):
    lay(sales, ("Lead", day(1)), by=ada, archived_at=day(2))
    gone = lay(sales, ("Lead", day(1)), by=ada)
    with action("test.arrange", by=ada):
        Contact.objects.filter(pk=gone.contact_id).update(archived_at=day(2))

    assert risks.find(sales, organization=inside, by=bob).total.count == 0


def test_the_page_shows_what_the_whole_was_counted_by(sales, ada, bob, inside):
    """Every card at or above the threshold, by its own signs, is found; no other is."""
    members = list(Membership.objects.filter(organization=inside).values_list("pk", flat=True))
    for number in range(24):
        lay(
            sales,
            ("Lead", day(1 + number)),
            by=ada,
            owner_id=members[0] if number % 2 else None,
            score=number * 4,
            expected_close_on=day(20 + number % 11).date() if number % 3 else None,
        )
    for threshold in (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0):
        found = risks.find(sales, organization=inside, by=bob, threshold=threshold, limit=50)
        alone = {
            card.pk: risks.judge(card, organization=inside, by=bob)[0]
            for card in Position.objects.select_related("pipeline")
        }
        reached = {pk: each for pk, each in alone.items() if each.risk >= threshold}
        assert {each.position_id: each for each in found.cards} == reached
        assert found.total.count == len(reached)


def test_what_was_never_done_is_not_counted_as_activity():
    assert Contacted().silent_days is None
