"""Forgetting somebody leaves no word of them, and the ledger whole."""

from datetime import timedelta

import pytest
from django.db import connection

from agents.models import Call, Question
from approvals.models import Approval
from audit import clock
from audit.actions import action, tenant
from audit.models import Action, Change, Event
from crm import activities, contacts, erasure, links, tasks
from crm.models import Activity, Contact, Link, Task
from crm.refs import NotFound
from pipelines import positions
from pipelines.models import Position


@pytest.fixture
def story(inside, ada, bob, sales):
    """Somebody with a history, some of it long gone."""
    grace = contacts.create(name="Grace Hopper", email="grace@navy.example", by=bob)
    howard = contacts.create(name="Howard Aiken", by=bob)
    contacts.update(grace, changes={"job_title": "Secret admiral"}, by=bob)
    link = links.link(grace, howard, type="reports_to", by=bob)
    links.unlink(link, by=bob)
    links.link(howard, grace, type="knows", by=bob)
    activities.log(grace, kind="call", subject="Secret call", by=bob)
    task = tasks.create("Secret task", contact=grace, by=bob)
    position = positions.enter(grace, pipeline=sales, title="Secret deal", by=bob)
    positions.update(position, changes={"notes": "Secret notes"}, by=bob)
    tasks.complete(task, by=bob)
    return grace


def everything_logged() -> str:
    rows = [
        *Change.objects.values_list("before", "after"),
        *Event.objects.values_list("payload", "summary"),
        *Action.objects.values_list("arguments", "reason", "summary", "error"),
    ]
    return str(rows)


def test_no_word_is_left(story, ada):
    assert "Secret" in everything_logged()

    erased = erasure.erase(story, by=ada, reason="They asked for it.")

    logged = everything_logged()
    for word in ["Secret", "Grace", "navy.example"]:
        assert word not in logged
    assert erased > 10
    for model in [Activity, Task, Position, Link]:
        assert not model.objects.exists()
    assert Contact.objects.get().name == "Howard Aiken"


def test_others_words_stay(story, ada):
    erasure.erase(story, by=ada)

    assert "Howard Aiken" in everything_logged()


def test_who_erased_is_kept(story, ada):
    erasure.erase(story, by=ada, reason="They asked for it.")

    action = Action.objects.get(name="erasure.erase")
    assert (action.actor_ref, action.reason, action.target) == (
        ada.ref,
        "They asked for it.",
        f"contact:{story.pk}",
    )
    assert action.summary == "A contact was erased"


def test_the_skeleton_still_holds(story, ada):
    before = set(Change.objects.values_list("id", "leaf_hash"))

    erasure.erase(story, by=ada)

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_change c where c.leaf_hash <> audit_leaf_of(c)")
        assert cursor.fetchone() == (0,)
    assert before <= set(Change.objects.values_list("id", "leaf_hash"))


def test_a_higher_app_forgets_what_it_keeps(story, ada, monkeypatch):
    heard = []
    monkeypatch.setattr(erasure, "_forgetters", [lambda refs: heard.extend(sorted(refs)) or []])

    erasure.erase(story, by=ada)

    assert f"contact:{story.pk}" in heard
    assert any(ref.startswith("position:") for ref in heard)


def test_what_was_asked_and_answered_about_them_goes(story, ada):
    with action("test.arrange", by=ada):
        approval = Approval.objects.create(
            organization_id=ada.organization_id,
            tool="update_contact",
            effect="reversible",
            target=story.ref,
            contact=story.ref,
            arguments={"name": "Secret Grace"},
            reason="Secret reason",
            asked_by_kind="agent",
            asked_by_name="Scout",
            decides_role="manager",
            expires_at=clock.real_now() + timedelta(days=1),
        )
        kept = {"actor": "agent:7", "digest": "", "organization_id": ada.organization_id}
        Call.objects.create(key="a", answer={"contact": story.ref, "name": "Grace"}, **kept)
        Call.objects.create(key="b", answer={"contact": f"{story.ref}0"}, **kept)
    asked = {"actor": "agent:7", "organization_id": ada.organization_id, "until": clock.real_now()}
    Question.objects.create(key="a", inputs={}, answers={"x": {"contact": story.ref}}, **asked)
    Question.objects.create(key="b", inputs={}, call={"name": "look"}, **asked)
    with action("approvals.note", by=ada, target=approval, reason="Secret note"):
        pass

    erasure.erase(story, by=ada)

    assert not Approval.objects.exists()
    assert list(Call.objects.values_list("key", flat=True)) == ["b"]
    assert list(Question.objects.values_list("key", flat=True)) == ["b"]
    assert "Secret" not in everything_logged()


def test_a_stranger_forgets_nobody(acme, bob, eve):
    grace = contacts.create(name="Grace", by=bob)

    with pytest.raises(NotFound):
        erasure.erase(grace, by=eve)

    with tenant(acme.pk):
        assert Contact.objects.get() == grace
        assert "Grace" in everything_logged()
