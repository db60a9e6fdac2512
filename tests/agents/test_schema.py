"""The API's description: OpenAPI 3.1 of every address, with every tool on its own."""

import json

import pytest

from agents.registry import TOOLS


@pytest.fixture
def schema(client, db):
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    return answer.json()


def operations(schema):
    return [
        (path, method, each)
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]


def references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def test_it_is_openapi_3_1_and_says_how_to_log_in(schema):
    assert schema["openapi"] == "3.1.0"
    assert schema["security"] == [{"token": []}, {"session": []}]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_is_an_address_with_its_own_arguments(schema, tool):
    call = schema["paths"][f"/api/tools/{tool}/"]["post"]
    body = call["requestBody"]["content"]["application/json"]["schema"]

    assert body["additionalProperties"] is False
    assert set(body["properties"]) == {
        *("arguments", "reason", "confidence", "idempotency_key", "dry_run"),
    }
    assert set(call["responses"]) >= {
        *("200", "202", "400", "401", "403", "404", "409", "422", "429"),
    }


def test_every_operation_is_described_and_named_once(schema):
    names = [each["operationId"] for _, _, each in operations(schema)]

    assert len(names) == len(set(names))
    assert all(each["description"] for _, _, each in operations(schema))


def test_every_operation_says_how_it_fails(schema):
    for path, method, each in operations(schema):
        failures = {code: each["responses"][code] for code in ("400", "401", "404")}
        assert all("application/problem+json" in f["content"] for f in failures.values()), path
        assert method in ("get", "post")


def test_what_it_refers_to_is_there_and_nothing_else(schema):
    components = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}

    assert set(references(schema)) == components


def test_a_requests_body_asks_only_for_what_is_needed(schema):
    bodies = schema["components"]["schemas"]

    assert "required" not in bodies["GrantBody"]
    assert bodies["RefuseBody"]["required"] == ["because"]
    assert bodies["PlanBody"]["additionalProperties"] is False
    assert "import" in bodies["PlanBody"]["properties"]


def test_nothing_of_an_organization_is_in_it(schema, ada):
    assert "x-own-fields" not in json.dumps(schema)
