"""What is granted and held says until when; what one asked for can be taken back where it shows."""

import re

import pytest
from django.urls import reverse

from approvals import approvals, holds
from approvals.models import Approval
from audit.actions import action, tenant

HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def held(acme, ask, mo, scout):
    with tenant(acme.pk):
        approval = approvals.grant(ask(), by=mo)
        with action("move_contact", by=scout):
            taken = approvals.take_up(approval, by=scout)
            return holds.hold(taken, off="agent:7", until="Scout is switched on")


@pytest.mark.parametrize("part", ["", "?part=1", "?part=card"])
def test_what_is_held_says_until_when(log_in, mo, held, part):
    page = log_in(mo).get(reverse("approvals:approval", args=[held.pk]) + part, **HTMX)

    assert "waits until Scout is switched on" in text(page)
    assert "Being carried out" not in text(page)
    assert b"load delay:10s" in page.content


def test_what_is_held_says_so_in_the_inbox_and_at_its_card(log_in, mo, held, card):
    client = log_in(mo)

    decided = client.get(reverse("approvals:inbox") + "?status=decided")
    at_card = client.get(reverse("approvals:of", args=[card.ref]), **HTMX)

    assert "waits until Scout is switched on" in text(decided)
    assert "waits until Scout is switched on" in text(at_card)


def test_only_what_waits_for_that_switch_is_released(held, acme, ada):
    with tenant(acme.pk):
        assert holds.release("agent:8", by=ada) == 0
        assert holds.release("agent:7", by=ada) == 1
        assert holds.release("agent:7", by=ada) == 1  # it is said again, and done once


def test_who_asked_finds_a_way_to_take_it_back(log_in, bob, ask, propose, acme, stage):
    with tenant(acme.pk):
        mine = ask(propose(by=bob, to_stage=stage("Demo")))
    client = log_in(bob)
    way = reverse("approvals:withdraw", args=[mine.pk])

    assert f'action="{way}"' in client.get(reverse("approvals:inbox")).content.decode()
    answer = client.post(way, **HTMX)

    assert "Bob has withdrawn this" in text(answer)
    with tenant(acme.pk):
        assert Approval.objects.get(pk=mine.pk).withdrawn_by == "Bob"
