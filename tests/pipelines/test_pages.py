"""Boards and positions as pages: what each role sees, what a move answers, what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import action, tenant
from audit.models import Action
from pipelines import access, criteria, pipelines, positions
from pipelines.models import Attestation, Position, Stage

HTMX = {"HTTP_HX_REQUEST": "true"}
PARTS = ["board", "column", "positions_of", "edit_position"]


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


@pytest.fixture
def change(ada):
    def write(row, **columns):
        with action("test.change", by=ada):
            type(row).objects.filter(pk=row.pk).update(**columns)

    return write


@pytest.fixture
def asks_for_value(ada, stage):
    """Lead asks for a value before a card leaves it."""
    with action("test.arrange", by=ada):
        Stage.objects.filter(pk=stage("Lead").pk).update(required_fields=["position.value_cents"])


@pytest.fixture
def asks_for_budget(ada, stage):
    """Lead asks that somebody attest the budget."""
    return criteria.add(stage("Lead"), criterion="Budget confirmed", by=ada)


def move(client, card, to, **more):
    given = {"to": to.pk, "from": card.stage_id, "above": "", "below": ""} | more
    return client.post(url("move", card.pk), given, **HTMX)


# --- The board ------------------------------------------------------------------------------------
def test_home_is_the_first_board(log_in, vi, sales):
    assert log_in(vi).get("/").url == url("board", sales.pk)


def test_without_a_board_home_says_so(log_in, mo, vi):
    assert "Import a file" in text(log_in(mo).get("/"))
    assert "none are open to you" in text(log_in(vi).get("/"))


def test_a_board_shows_each_column_with_its_count_and_value(log_in, vi, sales, make_card):
    for value in (500_000, 700_000):
        make_card("Demo", contact="Grace Hopper", value_cents=value)

    page = text(log_in(vi).get(url("board", sales.pk)))

    assert "Demo 2 $12,000" in page
    assert page.count("Grace Hopper") == 2


def test_a_viewer_cannot_take_hold_of_a_card(log_in, vi, bob, sales, card):
    board = url("board", sales.pk)

    assert b"draggable" not in log_in(vi).get(board).content
    assert b'draggable="true"' in log_in(bob).get(board).content


def test_filters_narrow_cards_and_counts(log_in, mo, sales, make_card):
    make_card("Lead", contact="Grace Hopper")
    make_card("Lead", contact="Alan Turing")

    page = text(log_in(mo).get(url("board", sales.pk), {"q": "alan"}))

    assert "Alan Turing" in page
    assert "Grace Hopper" not in page
    assert "Lead 1" in page


def test_a_board_says_what_one_or_two_letters_find(log_in, mo, sales, card):
    client, board = log_in(mo), url("board", sales.pk)

    assert "find beginnings of words" in text(client.get(board, {"q": "gr"}))
    assert "find beginnings of words" not in text(client.get(board, {"q": "gra"}))
    assert "find beginnings of words" not in text(client.get(board))


@pytest.mark.parametrize(
    "query", ["owner=x", "owner=999999999999999999999", "q=%00", "q=" + "x" * 999]
)
def test_filters_that_do_not_read_do_no_harm(log_in, mo, sales, card, query):
    assert log_in(mo).get(f"{url('board', sales.pk)}?{query}").status_code == 200


def test_a_column_goes_on_where_it_ended(log_in, mo, sales, stage, make_card):
    for nth in range(26):
        make_card("Lead", contact=f"Contact {nth:02}")
    client = log_in(mo)
    board = client.get(url("board", sales.pk)).content.decode()
    (more,) = set(re.findall(r'hx-get="(/stages/\d+/cards/\?after=[^"]+)"', board))

    rest = client.get(more.replace("&amp;", "&"), **HTMX)

    assert text(rest).count("Contact ") == 1
    assert client.get(more).url == url("board", sales.pk)


def test_a_place_to_go_on_that_does_not_read_is_said_so(log_in, mo, stage):
    answer = log_in(mo).get(url("column", stage("Lead").pk), {"after": "?"}, **HTMX)

    assert answer.status_code == 400


def test_a_board_costs_the_same_for_many_cards(log_in, mo, sales, make_card):
    client = log_in(mo)
    make_card("Lead")
    few = count_statements(client, url("board", sales.pk))
    for name in ["Lead", "Demo", "Proposal"] * 3:
        make_card(name, value_cents=100)

    assert count_statements(client, url("board", sales.pk)) == few <= 12


def count_statements(client, address):
    """Count what a page asks of the database, less the transaction's own words."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    ours = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    return len([sql for sql in ours if "set_config" not in sql])


# --- Moving ---------------------------------------------------------------------------------------
def test_a_move_answers_with_the_card_and_the_two_heads(log_in, bob, card, stage):
    answer = move(log_in(bob), card, stage("Qualified"))

    assert (answer.status_code, now(card).stage) == (200, stage("Qualified"))
    page = answer.content.decode()
    assert page.count("#stage-head-") == 2
    assert f'data-stage="{stage("Qualified").pk}"' in page
    assert "Grace Hopper moved from Lead to Qualified." in text(answer)


def test_who_may_undo_is_offered_it(log_in, bob, mo, card, stage):
    assert b"/undo/" not in move(log_in(bob), card, stage("Qualified")).content
    answer = move(log_in(mo), now(card), stage("Demo"))

    with tenant(card.organization_id):
        done = Action.objects.filter(name="positions.move").latest("pk")
    assert f"{reverse('audit:undo_plan')}?action={done.pk}" in answer.content.decode()


def test_heads_after_a_move_are_as_narrow_as_the_page(log_in, mo, sales, stage, make_card):
    card = make_card("Lead", contact="Grace Hopper")
    make_card("Lead", contact="Alan Turing")
    here = f"http://testserver{url('board', sales.pk)}?q=grace"

    answer = log_in(mo).post(
        url("move", card.pk),
        {"to": stage("Qualified").pk, "from": card.stage_id},
        HTTP_HX_CURRENT_URL=here,
        **HTMX,
    )

    assert "Lead 0" in text(answer)


@pytest.mark.parametrize("here", ["http://[", "http://elsewhere.example/?q=grace", "?q=grace"])
def test_a_page_that_is_none_of_ours_narrows_nothing(log_in, mo, sales, stage, make_card, here):
    card = make_card("Lead", contact="Grace Hopper")
    make_card("Lead", contact="Alan Turing")

    answer = log_in(mo).post(
        url("move", card.pk),
        {"to": stage("Qualified").pk, "from": card.stage_id},
        HTTP_HX_CURRENT_URL=here,
        **HTMX,
    )

    assert answer.status_code == 200
    assert "Lead 1" in text(answer)


def test_a_card_goes_between_those_it_was_dropped_between(log_in, bob, card, stage, make_card):
    low, high = make_card("Qualified"), make_card("Qualified")

    move(log_in(bob), card, stage("Qualified"), above=high.pk, below=low.pk)

    assert high.rank < now(card).rank < low.rank


def test_neighbours_that_are_gone_are_no_reason_to_stay(log_in, bob, card, stage, make_card):
    elsewhere = make_card("Proposal")

    assert move(log_in(bob), card, stage("Qualified"), above=elsewhere.pk).status_code == 200


def test_a_card_is_put_elsewhere_in_its_column(log_in, bob, card, make_card):
    other = make_card("Lead")
    assert other.rank < now(card).rank

    answer = log_in(bob).post(url("place", card.pk), {"above": "", "below": other.pk}, **HTMX)

    assert answer.status_code == 200
    assert now(card).rank < other.rank
    assert "toast" not in answer.content.decode()


def test_without_scripts_a_move_leads_back_to_the_board(log_in, bob, card, stage, sales):
    client = log_in(bob)

    answer = client.post(url("move", card.pk), {"to": stage("Qualified").pk})

    assert answer.url == url("board", sales.pk)
    assert "Grace Hopper moved from Lead to Qualified." in text(client.get(answer.url))


def test_what_is_unmet_is_listed_at_the_card(log_in, bob, card, stage, asks_for_value):
    answer = move(log_in(bob), card, stage("Qualified"))

    assert (answer.status_code, now(card).stage) == (422, stage("Lead"))
    said = text(answer)
    assert "Grace Hopper cannot move on to Qualified yet." in said
    assert "This is empty." in said
    assert "A manager or owner may waive this with a reason." in said
    assert b'name="waive"' not in answer.content


def test_a_manager_waives_with_a_reason(log_in, mo, card, stage, asks_for_value):
    client = log_in(mo)
    refused = move(client, card, stage("Qualified"))
    assert b'name="waive"' in refused.content

    without = move(client, card, stage("Qualified"), waive="1")
    assert (without.status_code, now(card).stage) == (422, stage("Lead"))

    move(client, card, stage("Qualified"), waive="1", reason="She called.")
    assert now(card).stage == stage("Qualified")


def test_losing_a_card_asks_why_at_the_card(log_in, bob, card, stage):
    client = log_in(bob)
    first = move(client, card, stage("Lost"))
    assert (first.status_code, now(card).stage) == (422, stage("Lead"))
    assert b'name="reason"' in first.content

    assert move(client, card, stage("Lost"), reason="No budget.").status_code == 200
    assert (now(card).outcome, now(card).lost_reason) == ("lost", "No budget.")


def test_a_move_that_must_be_approved_waits(log_in, bob, card, stage, change):
    change(stage("Qualified"), requires_approval=True)

    answer = move(log_in(bob), card, stage("Qualified"), reason="Please.")

    assert (answer.status_code, now(card).stage) == (202, stage("Lead"))
    assert "It waits for approval." in text(answer)
    assert "approvals-changed" in answer.headers["HX-Trigger"]


def test_who_comes_second_is_shown_the_truth(log_in, bob, mo, card, stage):
    positions.move(card, to=stage("Qualified"), by=mo)

    answer = move(log_in(bob), card, stage("Demo"), **{"from": stage("Lead").pk})

    assert (answer.status_code, now(card).stage) == (409, stage("Qualified"))
    assert "Grace Hopper is in Qualified by now: Mo moved it there." in text(answer)
    assert f'data-stage="{stage("Qualified").pk}"' in answer.content.decode()


def test_a_stage_of_another_board_is_not_there(log_in, ada, card):
    other = pipelines.create_from_blueprint("support", by=ada)
    with tenant(card.organization_id):
        new = other.stages.first()

    assert move(log_in(ada), card, new).status_code == 404


@pytest.mark.parametrize("to", ["", "x", "-1", "9" * 30])
def test_a_stage_that_does_not_read_is_not_there(log_in, bob, card, to):
    assert log_in(bob).post(url("move", card.pk), {"to": to}, **HTMX).status_code == 404


def test_viewers_may_not_move(log_in, vi, card, stage):
    answer = move(log_in(vi), card, stage("Qualified"))

    assert (answer.status_code, now(card).stage) == (403, stage("Lead"))
    assert "Your role, viewer, may not move here." in text(answer)


# --- Everywhere a contact stands ------------------------------------------------------------------
def test_a_contact_shows_every_board_it_stands_on(log_in, vi, ada, grace, card):
    support = pipelines.create_from_blueprint("support", by=ada)
    positions.enter(grace, pipeline=support, by=ada, title="Cannot log in")

    page = text(log_in(vi).get(url("positions_of", grace.pk), **HTMX))

    assert "Sales" in page
    assert "Support" in page
    assert "Cannot log in" in page


def test_a_contact_on_many_boards_costs_the_same(log_in, mo, ada, grace, card, sales):
    client = log_in(mo)
    few = count_statements(client, url("positions_of", grace.pk))
    for _ in range(5):
        positions.enter(grace, pipeline=sales, by=ada)

    assert count_statements(client, url("positions_of", grace.pk)) == few


def test_a_contact_is_put_on_a_board(log_in, bob, grace, sales):
    given = {"pipeline": sales.pk, "title": "Compilers", "value_cents": "12,000.50"}
    answer = log_in(bob).post(url("new_position", grace.pk), given, **HTMX)

    assert answer.status_code == 422
    assert "Value: Enter a number." in text(answer)

    answer = log_in(bob).post(
        url("new_position", grace.pk), given | {"value_cents": "12000.50"}, **HTMX
    )
    assert "Compilers" in text(answer)
    assert "$12,000.50" in text(answer)


def test_a_position_is_edited_in_its_place(log_in, bob, card):
    client = log_in(bob)
    assert b"<form" in client.get(url("edit_position", card.pk), **HTMX).content

    answer = client.post(
        url("edit_position", card.pk), {"value_cents": "5000", "title": "Compilers"}, **HTMX
    )

    assert "$5,000" in text(answer)
    assert now(card).title == "Compilers"


def test_a_value_that_cannot_be_stays_in_the_form(log_in, bob, card):
    answer = log_in(bob).post(url("edit_position", card.pk), {"currency": "pound"}, **HTMX)

    assert answer.status_code == 422
    assert b'value="pound"' in answer.content


def test_a_score_is_set_by_hand_with_a_reason(log_in, bob, card):
    client = log_in(bob)
    for wrong in (
        {"manual_score": "101", "override_reason": "x"},
        {"manual_score": "ten"},
        {"manual_score": "50"},
    ):
        assert client.post(url("score", card.pk), wrong, **HTMX).status_code == 422

    set_by_hand = {"manual_score": "80", "override_reason": "We spoke."}
    assert "Set by hand: We spoke." in text(client.post(url("score", card.pk), set_by_hand, **HTMX))
    assert now(card).manual_score == 80

    client.post(url("score", card.pk), {"clear": "1", "manual_score": "80"}, **HTMX)
    assert now(card).manual_score is None


def test_a_checklist_item_is_attested_with_evidence(log_in, bob, card, asks_for_budget):
    client = log_in(bob)
    given = {"criterion": asks_for_budget.pk, "evidence": ""}
    assert client.post(url("attest", card.pk), given, **HTMX).status_code == 422

    answer = client.post(
        url("attest", card.pk), given | {"evidence": "Her e-mail of Monday"}, **HTMX
    )

    assert "Her e-mail of Monday" in text(answer)
    with tenant(card.organization_id):
        assert Attestation.objects.get().attested_by_name == "Bob"


def test_a_card_is_closed_and_reopened_where_it_is_shown(log_in, bob, card):
    client = log_in(bob)
    assert client.post(url("close", card.pk), {"outcome": "lost"}, **HTMX).status_code == 422

    answer = client.post(url("close", card.pk), {"outcome": "lost", "reason": "No budget."}, **HTMX)
    assert "Lost: No budget." in text(answer)

    assert "Lost" not in text(client.post(url("reopen", card.pk), **HTMX)).partition("Close")[0]
    assert now(card).is_open


def test_winning_too_early_is_refused_where_it_is_shown(log_in, mo, card, asks_for_value):
    answer = log_in(mo).post(url("close", card.pk), {"outcome": "won", "reason": "!"}, **HTMX)

    assert answer.status_code == 422
    assert f'id="standing-{card.pk}"' in answer.content.decode()
    assert "Waive and move to Customer" in text(answer)


def test_a_move_on_the_contacts_page_stays_there(log_in, bob, card, stage):
    client = log_in(bob)

    part = move(client, card, stage("Qualified"), part="standing")
    assert f'id="standing-{card.pk}"' in part.content.decode()

    plain = client.post(url("move", card.pk), {"to": stage("Demo").pk, "part": "standing"})
    assert plain.url == f"/contacts/{card.contact_id}/#standing-{card.pk}"


@pytest.mark.parametrize("name", ["edit_position", "score", "attest", "close", "reopen", "place"])
def test_viewers_change_nothing(log_in, vi, card, name):
    assert log_in(vi).post(url(name, card.pk)).status_code == 403


def test_viewers_are_offered_nothing(log_in, vi, grace, card, asks_for_budget):
    page = log_in(vi).get(url("positions_of", grace.pk), **HTMX).content

    assert b"<form" not in page
    assert b"Edit" not in page


# --- Strangers ------------------------------------------------------------------------------------
def test_strangers_find_nothing(log_in, eve, sales, card, stage, grace):
    client = log_in(eve)

    for address in (
        url("board", sales.pk),
        url("column", stage("Lead").pk),
        url("positions_of", grace.pk),
        url("edit_position", card.pk),
    ):
        assert client.get(address).status_code == 404, address
    for name in ("move", "place", "close", "reopen", "edit_position", "score", "attest"):
        assert client.post(url(name, card.pk)).status_code == 404, name
    assert client.post(url("new_position", grace.pk)).status_code == 404


def test_a_closed_board_is_not_there(log_in, mo, sales, card, grace, change, ada):

    access.restrict(sales, by=ada)
    client = log_in(mo)

    assert client.get(url("board", sales.pk)).status_code == 404
    assert "On no board" in text(client.get(url("positions_of", grace.pk)))
    assert client.get("/").status_code == 200


def test_who_is_not_logged_in_is_asked_to(client, sales, card):
    for answer in (client.get(url("board", sales.pk)), client.post(url("move", card.pk))):
        assert answer.url.startswith(reverse("login"))


def test_hostile_text_is_only_text(log_in, mo, sales, make_card):
    script = "<script>alert(1)</script>"
    card = make_card("Lead", contact=script, title=script)
    client = log_in(mo)

    for address in (url("board", sales.pk), url("positions_of", card.contact_id)):
        assert script.encode() not in client.get(address).content


# --- Adding a card from the board -----------------------------------------------------------------
def test_a_contact_is_found_and_put_on_the_board(log_in, bob, grace, sales):
    client = log_in(bob)
    assert url("new_card", sales.pk) in client.get(url("board", sales.pk)).content.decode()
    assert "Grace Hopper" in text(client.get(url("new_card", sales.pk), {"q": "hopp"}))

    answer = client.post(url("new_card", sales.pk), {"contact": grace.pk}, follow=True)

    assert answer.redirect_chain == [(url("board", sales.pk), 302)]
    assert "Grace Hopper now stands in Lead." in text(answer)
    with tenant(sales.organization_id):
        assert Position.objects.get().contact_id == grace.pk


def test_who_only_looks_on_adds_nobody(log_in, vi, grace, sales):
    client = log_in(vi)

    assert url("new_card", sales.pk) not in client.get(url("board", sales.pk)).content.decode()
    assert client.post(url("new_card", sales.pk), {"contact": grace.pk}).status_code == 403


@pytest.mark.parametrize("chosen", ["", "x", "999999"])
def test_nobody_is_put_on_a_board_who_is_not_there(log_in, bob, sales, chosen):
    assert log_in(bob).post(url("new_card", sales.pk), {"contact": chosen}).status_code == 404


# --- What next ------------------------------------------------------------------------------------
def test_a_card_says_what_next_where_it_is_asked(log_in, vi, card):
    page = text(log_in(vi).get(url("advice", card.pk)))
    part = text(log_in(vi).get(url("advice", card.pk), **HTMX))
    shown = log_in(vi).get(url("positions_of", card.contact_id), **HTMX).content.decode()

    assert "What next" in part
    assert "Assign owner" in part
    assert "Not enough data: 0 closed cards, and 10 are needed." in part
    assert "Back to the contact" in page
    assert url("advice", card.pk) in shown


def test_what_next_is_not_there_for_strangers_and_on_closed_boards(
    log_in, eve, bob, ada, card, sales
):
    assert log_in(eve).get(url("advice", card.pk)).status_code == 404
    access.restrict(sales, by=ada)
    assert log_in(bob).get(url("advice", card.pk)).status_code == 404
