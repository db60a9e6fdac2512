"""The API's description: OpenAPI 3.1 of every address, with every tool on its own."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from agents.api import urls
from agents.api.doors import NowhereView
from agents.catalogue.registry import TOOLS, Dialect


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


def look_up(schema, node):
    """Return what a reference leads to, or the thing itself."""
    found = schema
    for part in node.get("$ref", "").split("/")[1:]:
        found = found[part]
    return found if "$ref" in node else node


def references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
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
        assert method in ("get", "post")
        if path == "/healthz":
            continue
        assert {"400", "401", "403", "404", "405", "429", "500", "503"} <= set(each["responses"])
        for code, answer in each["responses"].items():
            if int(code) >= 400:
                content = look_up(schema, answer)["content"]
                problem = content["application/problem+json"]["schema"]
                assert problem == {"$ref": "#/components/schemas/Problem"}, (path, code)


def test_every_address_of_the_api_is_described(schema):
    told = {re.sub(r"{(\w+)}", "", path) for path in schema["paths"]}
    there = {
        "/api/" + re.sub(r"<\w+:\w+>", "", str(each.pattern))
        for each in urls.urlpatterns
        if each.callback.view_class is not NowhereView
    }

    assert there - {"/api/tools//"} | {"/healthz"} == {
        path for path in told if not re.fullmatch(r"/api/tools/\w+/", path)
    }


def test_who_need_not_log_in_is_told_so(schema):
    open_to_all = [path for path, _, each in operations(schema) if each.get("security") == [{}]]

    assert open_to_all == ["/api/schema/", "/healthz"]


def test_every_parameter_is_described_and_typed(schema):
    for path, _, each in operations(schema):
        for parameter in (look_up(schema, one) for one in each.get("parameters", [])):
            assert parameter["description"], (path, parameter)
            shape = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
            assert shape["type"] in ("string", "integer", "array"), (path, parameter)


def test_every_link_names_an_operation_and_parameters_of_it(schema):
    known = {each["operationId"]: each for _, _, each in operations(schema)}

    for link in schema["components"]["links"].values():
        leads_to = known[link["operationId"]]
        there = {look_up(schema, one).get("name") for one in leads_to.get("parameters", [])}
        assert set(link.get("parameters", {})) <= there, link


@pytest.mark.parametrize("tool", TOOLS)
def test_every_example_fits_what_is_asked_for(schema, tool):
    call = schema["paths"][f"/api/tools/{tool}/"]["post"]
    content = call["requestBody"]["content"]["application/json"]

    validator = Draft202012Validator(content["schema"])
    assert list(validator.iter_errors(content["example"])) == []
    assert list(validator.iter_errors({**content["example"], "unknown": 1})) != []


def test_what_stands_in_for_what_is_said_though_models_are_not_told(schema):
    call = schema["paths"]["/api/tools/move_contact/"]["post"]
    body = call["requestBody"]["content"]["application/json"]["schema"]
    stands_in = [{"required": ["position"]}, {"required": ["contact"]}]

    assert body["properties"]["arguments"]["anyOf"] == stands_in
    for dialect in Dialect:
        assert "x-instead" not in json.dumps(TOOLS["move_contact"].describe(dialect))


def test_answers_that_wait_say_so_in_a_header(schema):
    for code in ("429", "503"):
        headers = schema["components"]["responses"][f"Problem{code}"]["headers"]
        assert headers["Retry-After"]["required"] is True


def test_what_it_refers_to_is_there_and_nothing_else(schema):
    components = {
        f"#/components/{kind}/{name}"
        for kind, named in schema["components"].items()
        for name in named
        if kind != "securitySchemes"
    }

    assert set(references(schema)) == components


def test_a_requests_body_asks_only_for_what_is_needed(schema):
    bodies = schema["components"]["schemas"]

    assert "required" not in bodies["GrantBody"]
    assert bodies["RefuseBody"]["required"] == ["because"]
    assert bodies["PlanBody"]["additionalProperties"] is False
    assert "import" in bodies["PlanBody"]["properties"]


def test_nothing_of_an_organization_is_in_it(schema, ada):
    assert "x-own-fields" not in json.dumps(schema)
