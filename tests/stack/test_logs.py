"""Log records: one line each, no secret in any."""

import logging

import pytest
from django.core.exceptions import PermissionDenied

from config.logs import OneLine


def written(message: str, *values: object, error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("crm", logging.INFO, "f.py", 1, message, values, exc_info)
    return OneLine().format(record)


def test_a_record_is_one_line_whatever_it_holds():
    assert written("name: %s", "Grace\nINFO audit: forged") == (
        "INFO crm: name: Grace ⏎ INFO audit: forged"
    )


def test_a_traceback_stays_on_its_line():
    try:
        raise ValueError("no such stage")
    except ValueError as error:
        line = written("Unable to move", error=error)

    assert "\n" not in line
    assert line.endswith("ValueError: no such stage")


def test_whom_a_role_keeps_out_leaves_no_traceback():
    assert written("Forbidden: /imports/", error=PermissionDenied("Your role")) == (
        "INFO crm: Forbidden: /imports/"
    )


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Authorization: Bearer abcdef.123456", "Authorization: Bearer …"),
        ("to postgres://app:sesame@db/crm", "to postgres://app:…@db/crm"),
        ("token wh_agent_Zm9vYmFyYmF6cXV4", "token …"),
        ("used wha_Zm9vYmFyYmF6cXV4 twice", "used wha_… twice"),
        ("{'password': 'sesame', 'name': 'Ada'}", "{'password': …, 'name': 'Ada'}"),
        ("a token that expired", "a token that expired"),
    ],
)
def test_no_secret_is_logged(message, line):
    assert written(message) == f"INFO crm: {line}"
