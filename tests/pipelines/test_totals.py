"""What columns hold is kept, and always what counting the cards one by one would come to."""

import random
from collections import defaultdict

import pytest
from django.db import connection

from audit.undo import Selection, apply, plan
from crm import contacts
from pipelines import boards, positions, totals
from pipelines.models import Position, StageTotal
from pipelines.models import Stage as StageRow

CURRENCIES = ["", "USD", "EUR"]


def count_one_by_one(pipeline):
    """Return the count and the sums of each stage in use, out of its cards alone."""
    found = {}
    for stage in StageRow.objects.filter(pipeline=pipeline, archived_at=None).order_by("order"):
        cards = [
            card
            for card in Position.objects.filter(stage=stage).select_related("contact")
            if card.archived_at is None and card.contact.archived_at is None
        ]
        sums = defaultdict(int)
        for card in cards:
            if card.value_cents is not None:
                sums[card.currency or "USD"] += card.value_cents
        found[stage.name] = (len(cards), dict(sums))
    return found


def shown(pipeline, by):
    heads = boards.get_heads(pipeline, by=by)
    return {head.stage.name: (head.count, head.totals) for head in heads}


def act_at_random(chance, cards, stage, by):
    """Do one of the things that change what a column holds, or might."""
    card = chance.choice(cards)
    card.refresh_from_db()
    card.contact.refresh_from_db()
    kind = chance.choice(["move", "worth", "close", "put_away", "contact", "title"])
    if kind == "worth":
        value = chance.choice([None, 0, chance.randrange(10**6)])
        changes = {"value_cents": value, "currency": chance.choice(CURRENCIES[1:])}
        positions.update(card, changes=changes, by=by)
    elif kind == "title":
        positions.update(card, changes={"title": str(chance.random())}, by=by)
    elif kind == "put_away":
        (positions.restore if card.archived_at else positions.archive)(card, by=by)
    elif kind == "contact":
        who = card.contact
        (contacts.restore if who.archived_at else contacts.archive)(who, by=by)
    elif card.archived_at is None and card.contact.archived_at is None:
        if kind == "move" and card.is_open:
            positions.move(card, to=stage(chance.choice(["Lead", "Qualified"])), by=by)
        elif kind == "close":
            if card.is_open:
                positions.close(card, outcome="lost", reason="No budget.", by=by)
            else:
                positions.reopen(card, by=by)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_heads_hold_what_the_cards_say(seed, sales, stage, make_card, ada):
    chance = random.Random(seed)
    cards = [
        make_card(chance.choice(["Lead", "Demo"]), value_cents=chance.choice([None, n]))
        for n in range(6)
    ]
    for step in range(25):
        act_at_random(chance, cards, stage, ada)
        if step % 5 == 0:
            totals.fold()
        assert shown(sales, ada) == count_one_by_one(sales)


def test_undo_is_counted(sales, stage, make_card, ada):
    card = make_card("Lead", value_cents=500, currency="USD")
    before = shown(sales, ada)
    moved = positions.move(card, to=stage("Qualified"), by=ada)
    assert shown(sales, ada) != before

    action = int(_last_action())
    apply(plan(Selection(actions=(action,)), by=ada), by=ada)

    assert moved.stage == stage("Qualified")
    assert shown(sales, ada) == before == count_one_by_one(sales)


def test_folding_leaves_one_part_for_each_stage_and_currency(sales, make_card, ada):
    for _ in range(3):
        make_card("Lead", value_cents=5, currency="USD")
    before = shown(sales, ada)
    assert StageTotal.objects.count() == 3

    assert totals.fold() == 3

    assert StageTotal.objects.count() == 1
    assert totals.fold() == 0
    assert shown(sales, ada) == before


def test_totals_that_do_not_change_get_no_part(sales, make_card, ada):
    card = make_card("Lead", value_cents=5)
    parts = StageTotal.objects.count()

    positions.update(card, changes={"notes": "Call again", "value_cents": 5}, by=ada)

    assert StageTotal.objects.count() == parts


def _last_action():
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from audit_action where name = 'positions.move'")
        return cursor.fetchone()[0]
