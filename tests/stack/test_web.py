"""What every answer of the web server carries, and what it says of its health."""

import subprocess
import sys
import threading

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.test import Client

from config.celery import app

STRICT = "script-src 'self'; style-src 'self'"


def test_nothing_inline_runs_on_our_pages(client, db):
    policy = client.get("/healthz")["content-security-policy"]

    assert STRICT in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_only_the_admin_is_allowed_more(client, db):
    assert "unsafe-eval" in client.get("/admin/login/")["content-security-policy"]


def test_no_answer_may_be_framed_or_guessed_at(client, db):
    answer = client.get("/healthz")

    assert (answer["x-frame-options"], answer["x-content-type-options"]) == ("DENY", "nosniff")


def test_health_names_a_broker_that_is_away(client, db, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    from config import broker

    broker.client.cache_clear()
    answer = client.get("/healthz")
    broker.client.cache_clear()

    assert (answer.status_code, answer["content-type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == "No answer from the broker."
    assert answer["retry-after"] == "5"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "QUERY"])
def test_health_says_nothing_to_a_writer(db, method):
    answer = Client(enforce_csrf_checks=True).generic(method, "/healthz")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer["content-type"] == "application/problem+json"


def test_tasks_of_every_thread_go_through_our_application():
    found = []
    thread = threading.Thread(target=lambda: found.append(current_app.main))
    thread.start()
    thread.join()

    assert found == [app.main] == ["config.celery"]


@pytest.mark.parametrize(("module", "pooled"), [("config.wsgi", True), ("config.celery", False)])
def test_only_the_web_server_pools(module, pooled):
    code = (
        f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import {module};"
        "from django.db import connection; print(bool(connection.pool))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == f"{pooled}\n"


def test_tests_do_not_pool():
    assert connection.pool is None
