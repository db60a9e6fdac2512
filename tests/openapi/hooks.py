"""What Schemathesis is told of this product, and a check of our own (it loads this file)."""

import json
from pathlib import Path
from typing import Any

import schemathesis

NAMED: dict[str, str] = json.loads(Path("named.json").read_text())
PROBLEM = "application/problem+json"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Put real references in place of those that the tools' examples make up."""
    if isinstance(case.body, dict | list):
        case.body = fill(case.body)


@schemathesis.hook
def filter_query(context: Any, query: Any) -> bool:
    """
    Leave out empty parameters: the description says by `allowEmptyValue` that they are as none,
    which Schemathesis does not read. Our own tests send them.
    """
    return not isinstance(query, dict) or "" not in query.values()


def fill(value: Any) -> Any:
    """Return `value` with the references of the organization that calls."""
    if isinstance(value, str):
        return NAMED.get(value, value)
    if isinstance(value, list):
        return [fill(each) for each in value]
    return {k: fill(v) for k, v in value.items()} if isinstance(value, dict) else value


@schemathesis.check
def refusals_say_what_would_be_right(ctx: Any, response: Any, case: Any) -> None:
    """Whatever is refused is a problem with a sentence for people, and no word of our insides."""
    if response.status_code < 400:
        return
    kind = response.headers.get("content-type", [""])
    assert kind == [PROBLEM], kind
    problem = response.json()
    assert problem["detail"].strip(), problem
    assert problem["title"], problem
    assert not any(word in problem["detail"] for word in ("Traceback", "psycopg", "pydantic"))
