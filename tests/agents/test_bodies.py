"""What a request's body may be, and when to come again: said by status, header and sentence."""

import json

import pytest
from django.db import OperationalError

from agents import agents
from agents.api import problems
from agents.catalogue.arguments import Signature
from agents.models import Budget
from agents.tools import search_objects
from audit import clock
from crm.models import Contact

PROBLEM = "application/problem+json"
CREATE = "/api/tools/create_contact/"


@pytest.fixture
def post(client, token):
    """Send bytes as they are."""

    def send(body, content_type="application/json", path=CREATE):
        headers = {"Authorization": f"Bearer {token}"}
        return client.generic("POST", path, body, content_type=content_type, headers=headers)

    return send


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
)
def test_a_body_that_is_not_said_to_be_json_is_not_read(post, inside, content_type):
    answer = post(b'{"arguments": {"name": "Kay"}, "confidence": 1}', content_type)

    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)
    assert "application/json" in answer.json()["detail"]
    assert not Contact.objects.exists()


def test_the_type_may_name_its_encoding(post, inside):
    body = b'{"arguments": {"name": "Kay"}, "confidence": 1}'

    assert post(body, "application/json; charset=utf-8").status_code == 200


def test_a_body_in_chunks_says_how_long_it_is(client, token, inside):
    answer = client.generic(
        "POST",
        CREATE,
        headers={"Authorization": f"Bearer {token}", "Transfer-Encoding": "chunked"},
    )

    assert (answer.status_code, answer["Content-Type"]) == (411, PROBLEM)


def test_no_body_needs_no_type(client, token, call, grace):
    done = call("log_activity", contact=grace.ref, kind="note")
    headers = {"Authorization": f"Bearer {token}"}
    number = done.action.partition(":")[2]

    answer = client.generic("POST", f"/api/actions/{number}/undo/", headers=headers)

    assert answer.status_code == 202


DEEP = b'{"arguments": {"name": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"arguments": {"name": "Kay"}, "confidence": NaN}',
        b'{"arguments": {"name": "Kay"}, "confidence": Infinity}',
        b'{"arguments": {"name": "Kay", "custom": {"plan": NaN}}}',
        b'{"arguments": {"name": "Kay", "custom": {"plan": -Infinity}}}',
        b'{"arguments": {"name": "Kay", "custom": {"plan": 1e999}}}',
        b'{"arguments": {"name": "\xff"}}',
        b'{"arguments": {"name": "Kay"}',
        b"[]",
        b"null",
        b'"Kay"',
        DEEP,
    ],
    ids=["nan", "inf", "inside", "less", "huge", "utf-8", "open", "list", "null", "text", "deep"],
)
def test_what_is_no_json_object_of_finite_numbers_is_refused(post, inside, body):
    answer = post(body)

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), answer.content
    assert answer.json()["detail"]
    assert not Contact.objects.exists()


def test_people_get_the_same_at_other_addresses(ask, client, token_of, ada, move):
    waiting = move(confidence=0.5).json()["approval"].partition(":")[2]
    headers = {"Authorization": f"Bearer {token_of(ada)}"}
    path = f"/api/approvals/{waiting}/grant/"
    for body, kind, status in [
        (b'{"arguments": {"position": NaN}}', "application/json", 400),
        (b'{"note": "a\\u0000b"}', "application/json", 400),
        (b'{"arguments": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "application/json", 400),
        (b"note=fine", "application/x-www-form-urlencoded", 415),
    ]:
        answer = client.generic("POST", path, body, content_type=kind, headers=headers)

        assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM), answer.content


def test_a_whole_number_may_be_written_as_a_float():
    read = Signature(search_objects.search_objects).read({"limit": 8.0})

    assert read.given() == {"limit": 8}
    assert isinstance(read.given()["limit"], int)


# --- When to come again ---------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/tools/", "/api/objects/?type=contact", "/api/actions/"])
def test_a_read_over_budget_says_when_to_come_back(ask, agent, ada, inside, path):
    agents.update(agent, changes={"calls_per_minute": 1}, by=ada)
    ask("GET", path)

    answer = ask("GET", path)

    assert answer.status_code == 429
    left = 60 - clock.real_now().second
    assert int(answer["Retry-After"]) == answer.json()["retry_after"]
    assert left <= int(answer["Retry-After"]) <= left + 2
    assert Budget.objects.get(agent=agent).calls >= 1


def test_a_database_that_cannot_be_had_says_when_to_try_again():
    answer = problems.of_error(OperationalError("connection refused: host 10.0.0.1"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "10.0.0.1" not in json.dumps(answer.data)


# --- Pages ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        *("/api/objects/?after=x", "/api/objects/?after=0", "/api/objects/?after=-1"),
        *("/api/approvals/?after=x", "/api/approvals/?after=0", "/api/actions/?after=1.5"),
        "/api/actions/?after=9999999999999999999",
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(ask, token_of, ada, path):
    answer = ask("GET", path, by=token_of(ada))

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert "after" in answer.json()["fields"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/objects/", ["type", "q", "filter", "after", "limit"]),
        ("/api/actions/", ["target", "actor", "since", "after"]),
        ("/api/approvals/", ["status", "after"]),
        ("/api/tools/", ["dialect", "all"]),
    ],
)
def test_an_empty_parameter_is_as_none(ask, token_of, ada, grace, path, names):
    key = token_of(ada)
    empty = "&".join(f"{name}=" for name in names)

    assert ask("GET", f"{path}?{empty}", by=key).content == ask("GET", path, by=key).content


def test_a_condition_is_a_list(ask, token_of, ada):
    for text in ("false", "0", "{}", "null", "x"):
        answer = ask("GET", f"/api/objects/?filter={text}", by=token_of(ada))

        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["filter"])


def test_a_row_is_named_by_number_or_reference(ask, token_of, ada, move, sales):
    action = move().json()["action"]
    key = token_of(ada)
    for path in (f"/api/actions/{action}/", f"/api/pipelines/{sales.ref}/board/"):
        kind = path.split("/")[3].partition(":")[0]
        by_number = ask("GET", path.replace(f"{kind}:", ""), by=key)

        assert ask("GET", path, by=key).json() == by_number.json()
        assert by_number.status_code == 200
    assert ask("GET", f"/api/actions/{sales.ref}/", by=key).status_code == 404


def test_other_methods_are_not_allowed_and_those_that_are_named(client, db):
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(client, method)("/api/objects/")

        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
