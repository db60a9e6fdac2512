"""What was read has a tag: unchanged it is not sent again; changed, no call goes by it."""

import threading

import pytest
from django.db import connection

from agents.calls import dispatch, etags
from agents.calls.etags import NoTags
from agents.catalogue.registry import TOOLS
from agents.records import objects
from audit.actions import tenant
from audit.actors import Door, system
from crm import contacts, custom_fields, links, people
from crm.models import Contact, Role
from pipelines import access, positions
from tests.agents.acme_at_work import differences, furnish, snapshot


@pytest.fixture
def read(ask, token_of, ada):
    """Read an object over HTTP as Ada, or as `by`."""
    key = token_of(ada)

    def fetch(row, by=key, **headers):
        return ask("GET", f"/api/objects/{row.ref}/", by=by, **headers)

    return fetch


@pytest.fixture
def change(ask, token_of, ada):
    """Change Grace over HTTP as Ada, if she still has a tag."""
    key = token_of(ada)

    def send(grace, tag=None, *, city="Arlington", **envelope):
        body = {"arguments": {"contact": grace.ref, "city": city}, **envelope}
        headers = {} if tag is None else {"If-Match": tag}
        return ask("POST", "/api/tools/update_contact/", body, by=key, **headers)

    return send


# --- Tags -----------------------------------------------------------------------------------------
def test_what_is_read_again_unchanged_is_not_sent_again(read, grace):
    first = read(grace)

    again = read(grace, **{"If-None-Match": first["ETag"]})

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("form", ["*", "W/{}", '"other", {}'])
def test_tags_are_compared_weakly_where_one_reads(read, grace, form):
    tag = read(grace)["ETag"]

    assert read(grace, **{"If-None-Match": form.format(tag)}).status_code == 304


def test_what_is_no_tag_is_refused(read, change, grace):
    assert read(grace, **{"If-None-Match": "yesterday"}).status_code == 400
    assert change(grace, "yesterday").status_code == 400
    assert change(grace, "").status_code == 400


CHANGES = {
    "a field": lambda grace, sales, by: contacts.update(grace, changes={"city": "Rome"}, by=by),
    "an own field": lambda grace, sales, by: contacts.update(
        grace, changes={"custom:plan": "team"}, by=by
    ),
    "a link": lambda grace, sales, by: links.link(
        grace, contacts.create(name="Howard", by=by), type="knows", by=by
    ),
    "a card": lambda grace, sales, by: positions.enter(grace, pipeline=sales, by=by),
    "being put away": lambda grace, sales, by: contacts.archive(grace, by=by),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_what_is_shown_changes_its_tag(read, grace, sales, ada, inside, what):
    custom_fields.declare("contact", label="Plan", type="text", by=ada)
    before = read(grace)

    CHANGES[what](grace, sales, ada)

    after = read(grace, **{"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.json() != before.json()


def test_the_tag_is_of_what_the_reader_may_see(read, token_of, bob, grace, sales, ada, inside):
    positions.enter(grace, pipeline=sales, by=ada)
    open_to_all = read(grace, by=token_of(bob))["ETag"]
    access.restrict(sales, by=ada)

    assert read(grace, by=token_of(bob))["ETag"] != open_to_all
    assert read(grace)["ETag"] == open_to_all


@pytest.mark.parametrize("path", ["/api/objects/", "/api/tools/", "/api/actions/"])
def test_lists_have_tags_too(ask, token_of, ada, grace, path):
    key = token_of(ada)
    tag = ask("GET", path, by=key)["ETag"]

    assert ask("GET", path, by=key, **{"If-None-Match": tag}).status_code == 304


def test_a_board_and_what_waits_have_tags(ask, token_of, ada, move, sales):
    waiting = move(confidence=0.5).json()["approval"].partition(":")[2]
    key = token_of(ada)
    for path in (f"/api/pipelines/{sales.pk}/board/", f"/api/approvals/{waiting}/"):
        tag = ask("GET", path, by=key)["ETag"]

        assert ask("GET", path, by=key, **{"If-None-Match": tag}).status_code == 304


def test_strangers_get_no_tag_of_what_is_not_theirs(ask, eve, token_of, grace):
    answer = ask("GET", f"/api/objects/{grace.ref}/", by=token_of(eve), **{"If-None-Match": "*"})

    assert answer.status_code == 404
    assert "ETag" not in answer


# --- Calls that are made only if nothing has changed ----------------------------------------------
def test_what_is_as_it_was_read_is_changed(read, change, grace):
    assert change(grace, read(grace)["ETag"]).status_code == 200
    assert read(grace).json()["properties"]["city"] == "Arlington"


def test_what_has_changed_since_is_left_alone_and_the_truth_told(read, change, grace, ada, inside):
    tag = read(grace)["ETag"]
    contacts.update(grace, changes={"job_title": "Rear admiral"}, by=ada)

    answer = change(grace, tag)

    assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
    assert answer["ETag"] == answer.json()["etag"] == read(grace)["ETag"]
    assert answer.json()["target"] == grace.ref
    assert "read it again" in answer.json()["detail"].lower()
    assert read(grace).json()["properties"]["city"] == ""
    # With what it has now, it is done.
    assert change(grace, answer["ETag"]).status_code == 200


def test_a_weak_tag_is_no_ground_for_a_change(read, change, grace):
    assert change(grace, f"W/{read(grace)['ETag']}").status_code == 412


def test_a_star_asks_only_that_it_is_there(change, grace):
    assert change(grace, "*").status_code == 200


def test_a_call_about_nothing_that_exists_cannot_match(ask, token_of, ada):
    body = {"arguments": {"name": "Kay McNulty"}}

    answer = ask("POST", "/api/tools/create_contact/", body, by=token_of(ada), **{"If-Match": "*"})

    assert answer.status_code == 412
    assert not Contact.objects.filter(name="Kay McNulty").exists()


def test_a_dry_run_is_held_to_it_as_well(read, change, grace, ada, inside):
    tag = read(grace)["ETag"]
    contacts.update(grace, changes={"job_title": "Rear admiral"}, by=ada)

    assert change(grace, tag, dry_run=True).status_code == 412


def test_a_repeat_of_what_took_effect_is_answered_though_the_tag_is_old(read, change, grace):
    tag = read(grace)["ETag"]
    first = change(grace, tag, idempotency_key="k1")

    again = change(grace, tag, idempotency_key="k1")

    assert again.status_code == first.status_code == 200
    assert again.json() == first.json()


def test_a_card_is_matched_as_well(ask, token_of, ada, card, inside):
    key = token_of(ada)
    tag = ask("GET", f"/api/objects/{card.ref}/", by=key)["ETag"]
    positions.update(card, changes={"value_cents": 5}, by=ada)
    body = {"arguments": {"position": card.ref, "value_cents": 7}}

    answer = ask("POST", "/api/tools/update_position/", body, by=key, **{"If-Match": tag})

    assert answer.status_code == 412


@pytest.mark.parametrize("header", ["", "x", '"a" "b"', '"a",', "**"])
def test_headers_of_another_form_are_refused(header):
    with pytest.raises(NoTags):
        etags.matches(header, '"a"')


@pytest.mark.parametrize("tool", sorted(name for name in TOOLS if TOOLS[name].writes))
def test_no_tool_changes_what_has_another_tag(ada, bob, inside, tool):
    work = furnish(ada)
    before = snapshot(inside)

    answer = dispatch.call(ada, tool, work.example(tool), if_match='"other"')

    assert answer.http == 412, answer
    assert differences(before, snapshot(inside)) == {}


# --- Two at once ----------------------------------------------------------------------------------
def test_of_two_who_read_the_same_one_changes_it(committed):
    home = people.create_organization("Acme", by=system(None))
    joined = people.add_member(
        home, email="ada@acme.example", name="Ada", role=Role.OWNER, by=system(home.pk)
    )
    ada = people.actor_of(joined, door=Door.API)
    with tenant(home.pk):
        grace = contacts.create(name="Grace Hopper", by=ada)
        tag = etags.of(objects.get(grace.ref, by=ada).model_dump(mode="json"))
    ready = threading.Barrier(4)
    came_of = []

    def change(city):
        ready.wait()
        given = {"contact": grace.ref, "city": city}
        came_of.append(dispatch.call(ada, "update_contact", given, if_match=tag).http)
        connection.close()

    threads = [threading.Thread(target=change, args=[city]) for city in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(came_of) == [200, 412, 412, 412]
