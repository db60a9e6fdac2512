"""A card is taken off its board and put back from pages, with a word and an undo."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import tenant
from audit.models import Action
from crm import contacts
from pipelines import positions, stages
from pipelines.models import Position

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"pipelines:{name}", args=args)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def inside(acme):
    """Here pages read, each in a transaction of its own."""
    return acme


def now(position):
    with tenant(position.organization_id):
        return Position.objects.select_related("stage").get(pk=position.pk)


def test_a_card_is_taken_off_the_board_it_is_shown_on(log_in, bob, card):
    answer = log_in(bob).post(url("remove", card.pk), {"part": "board"}, **HTMX)

    assert answer.status_code == 200
    assert f'hx-target="#position-{card.pk}" hx-swap="delete"' in answer.content.decode()
    assert "Lead 0" in text(answer)
    assert "Grace Hopper was taken off Sales." in text(answer)
    assert now(card).archived_at is not None


def test_what_is_off_the_board_already_leaves_no_trace(log_in, bob, card):
    client = log_in(bob)
    client.post(url("remove", card.pk), {"part": "board"}, **HTMX)

    again = client.post(url("remove", card.pk), {"part": "board"}, **HTMX)

    assert again.status_code == 200
    with tenant(card.organization_id):
        assert Action.objects.filter(name="positions.archive").count() == 1


def test_who_may_undo_is_offered_it(log_in, bob, mo, card):
    assert (
        b"Undo" not in log_in(bob).post(url("remove", card.pk), {"part": "board"}, **HTMX).content
    )
    log_in(bob).post(url("restore", card.pk))

    answer = log_in(mo).post(url("remove", card.pk), {"part": "board"}, **HTMX)

    with tenant(card.organization_id):
        done = Action.objects.filter(name="positions.archive").latest("pk")
    assert f"{reverse('audit:undo_plan')}?action={done.pk}".encode() in answer.content


def test_a_contacts_page_takes_off_and_puts_back(log_in, bob, card, stage):
    client = log_in(bob)
    assert "Remove from the board" in text(client.get(url("positions_of", card.contact_id), **HTMX))

    removed = client.post(url("remove", card.pk), **HTMX)
    assert "On no board" in text(removed)
    assert "Taken off a board (1) Sales: Lead" in text(removed)

    restored = client.post(url("restore", card.pk), **HTMX)
    assert "Taken off a board" not in text(restored)
    assert f'id="standing-{card.pk}"' in restored.content.decode()
    assert "Grace Hopper is back on Sales." in text(restored)
    assert (now(card).archived_at, now(card).stage) == (None, stage("Lead"))


def test_without_scripts_both_lead_back_to_the_contact(log_in, bob, card):
    client = log_in(bob)

    for verb in ("remove", "restore"):
        answer = client.post(url(verb, card.pk))
        assert answer.url == f"/contacts/{card.contact_id}/", verb


def test_a_card_whose_stage_is_gone_is_not_put_back(log_in, ada, bob, card, stage):
    positions.archive(card, by=ada)
    stages.archive(stage("Lead"), by=ada)

    answer = log_in(bob).post(url("restore", card.pk), **HTMX)

    assert answer.status_code == 422
    assert "Lead, where Grace Hopper stood, was taken out of Sales" in text(answer)
    assert now(card).archived_at is not None


def test_a_contact_with_much_taken_off_costs_the_same(log_in, ada, bob, grace, sales, card):
    positions.archive(card, by=ada)
    client, page = log_in(bob), url("positions_of", grace.pk)
    one = len(count(client, page))
    for _ in range(4):
        positions.archive(positions.enter(grace, pipeline=sales, by=ada), by=ada)

    assert len(count(client, page)) == one


def count(client, page):
    with CaptureQueriesContext(connection) as queries:
        client.get(page, **HTMX)
    return queries


@pytest.mark.parametrize("verb", ["remove", "restore"])
def test_viewers_and_strangers_do_neither(log_in, vi, eve, card, verb):
    assert log_in(vi).post(url(verb, card.pk)).status_code == 403
    assert log_in(eve).post(url(verb, card.pk)).status_code == 404
    assert now(card).archived_at is None


def test_viewers_are_not_offered_to_put_back(log_in, vi, ada, grace, card):
    positions.archive(card, by=ada)

    assert b"<form" not in log_in(vi).get(url("positions_of", grace.pk), **HTMX).content


def test_an_archived_contacts_page_says_that_no_board_shows_them(log_in, bob, grace, card):
    contacts.archive(grace, by=bob)

    page = log_in(bob).get(url("positions_of", grace.pk), **HTMX)

    assert "Grace Hopper is archived, so no board shows this." in text(page)
    assert "Remove from the board" not in text(page)
    assert "Add to a board" not in text(page)
