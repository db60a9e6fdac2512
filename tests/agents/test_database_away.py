"""A database that goes away during a call: that is said at every door, and nothing is changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from agents import tokens
from agents.calls import dispatch
from audit.actions import tenant
from crm.models import Contact
from tests.agents.conftest import actor_of
from tests.agents.test_at_once import Ground


@pytest.fixture
def ground(committed):
    return Ground()


@pytest.fixture
def cut_off(ground):
    """Do something that waits for Grace, whom another transaction holds, and end its connection."""

    def run(work):
        def elsewhere():
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as threads, tenant(ground.acme.pk):
            Contact.objects.select_for_update().get(pk=ground.grace.pk)
            under_way = threads.submit(elsewhere)
            end_whoever_waits()
            return under_way.result()

    return run


def end_whoever_waits():
    """End the connection that waits for one of our locks, once one does."""
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_locks, pg_sleep(0.01)"
                " where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
    raise AssertionError("Nobody waits.")


def test_a_call_is_told_when_to_come_again(ground, cut_off):
    arguments = {"contact": ground.grace.ref, "job_title": "Admiral"}

    result = cut_off(
        lambda: dispatch.call(
            actor_of(ground.agent), "update_contact", arguments, confidence=0.95, key="once"
        )
    )

    assert (result.http, result.status, result.action) == (503, "failed", None)
    assert result.details["retry_after"] == 5
    assert ground.count(name="update_contact") == 0
    again = ground.call("update_contact", key="once", **arguments)
    assert again.is_done


def test_over_http_it_is_a_503(ground, cut_off):
    token = tokens.issue_for_agent(ground.agent, by=ground.ada)
    arguments = {"contact": ground.grace.ref, "job_title": "Admiral"}
    body = {"arguments": arguments, "confidence": 0.95}

    answer = cut_off(
        lambda: Client().post(
            "/api/tools/update_contact/",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
    )

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["action"]) == ("failed", None)
    assert "Try again" in answer.json()["detail"]
