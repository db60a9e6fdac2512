"""
What the API says of itself: OpenAPI 3.1, with every tool as an address of its own.

One address for all tools would leave clients with `arguments: object`. So each tool has its own,
with its arguments and its answer, made from the registry; what all have in common is referred to.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api import about, links
from agents.api.doors import Body, JsonView
from agents.api.operations import IS_JSON, SAYS, WAITS, operation
from agents.api.problems import PROBLEM
from agents.api.shapes import Answer, Problem, Rehearsed
from agents.api.tools import CallBody
from agents.catalogue.arguments import CHOICES, INSTEAD, OWN, schema_of
from agents.catalogue.registry import TOOLS, Tool

PREFIX = "/api/"
CALL = f"{PREFIX}tools/{{name}}/"
SCHEMAS = "#/components/schemas/"
TAG = {"type": "string", "pattern": '^"[0-9a-f]{32}"$'}
SECONDS = {"type": "integer", "minimum": 1}
HEADERS = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    412: {"ETag": {"description": "What it has now, if it is there.", "schema": TAG}},
    429: {"Retry-After": {"required": True, "description": "Seconds.", "schema": SECONDS}},
    503: {"Retry-After": {"required": True, "description": "Seconds.", "schema": SECONDS}},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "ETags, as `GET /api/objects/{ref}/` had them, one of which what the call is"
    " about must have still. It is compared in the transaction of the call, which holds the row.",
    "schema": {"type": "string"},
    "example": "*",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETags of what is known already, for which the answer is 304.",
    "schema": {"type": "string"},
    "example": '"5d41402abc4b2a76b9719d911017c592"',
}
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of an agent or a person: whl_…",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The browser's session; what is posted needs X-CSRFToken as well.",
    },
}


def finish(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Give every tool an address of its own in place of one for all, and name what is shared."""
    paths, components = result["paths"], result["components"]
    call = paths.pop(CALL)["post"]
    for tool in TOOLS.values():
        paths[f"{PREFIX}tools/{tool.name}/"] = {"post": _describe(tool, call)}
    paths[f"{PREFIX}schema/"]["get"]["security"] = [{}]
    for methods in paths.values():
        for method, each in methods.items():
            _share(each, reads=method == "get")
    schemas = components["schemas"]
    del schemas[CallBody.__name__]
    for body in Body.__subclasses__():
        if body is not CallBody:
            schemas[body.__name__] = schema_of(body)
    for methods in paths.values():
        for each in methods.values():
            _say_whether_needed(each, schemas)
    for shape in (Answer, Rehearsed):
        schemas[shape.__name__] = schema_of(shape, mode="serialization")
    for left in {"RowShown", "WouldBe"} & schemas.keys():
        del schemas[left]
    result["paths"] = dict(sorted(paths.items()))
    components["responses"] = {_name(code): _fail(code) for code in SAYS}
    components["responses"]["NotModified"] = {
        "description": "It is as it was: see If-None-Match.",
        "headers": {"ETag": {"required": True, "schema": TAG}},
    }
    components["parameters"] = {"IfMatch": IF_MATCH, "IfNoneMatch": IF_NONE_MATCH}
    components["links"] = links.LINKS
    components["securitySchemes"] = SECURITY
    result["info"]["description"], result["tags"] = about.DESCRIPTION, about.TAGS
    result["security"] = [{"token": []}, {"session": []}]
    links.add(result["paths"])
    return result


def _describe(tool: Tool, call: Mapping[str, Any]) -> dict[str, Any]:
    arguments = _finish_arguments(schema_of(tool.signature.model))
    members = {**schema_of(CallBody)["properties"], "arguments": arguments}
    body = {"type": "object", "additionalProperties": False, "properties": members}
    if arguments.get("required") or arguments.get("anyOf"):
        body["required"] = ["arguments"]
    example = {"arguments": dict(tool.example), "reason": "Asked to by Ada.", "confidence": 0.95}
    result = {"anyOf": [tool.answers, {"$ref": f"{SCHEMAS}Rehearsed"}]}
    done = {"allOf": [{"$ref": f"{SCHEMAS}Answer"}, {"properties": {"result": result}}]}
    answers = {
        "200": {"description": "Done, or a dry run.", "content": _json(done)},
        "202": {
            "description": WAITS,
            "content": _json({"$ref": f"{SCHEMAS}Answer"}),
        },
    }
    described = {
        "operationId": f"call_{tool.name}",
        "summary": tool.title,
        "description": tool.description,
        "tags": ["tools"],
        "requestBody": {"content": _json(body, example=example), "required": True},
        "responses": {**answers, **{str(code): {} for code in call["responses"] if code != "200"}},
    }
    return described | ({"parameters": [_shared("parameters", "IfMatch")]} if tool.writes else {})


def _share(described: dict[str, Any], *, reads: bool) -> None:
    """Refer to what operations have in common: how they fail, and how they are read again."""
    responses = described["responses"]
    for code in responses:
        if int(code) >= 400:
            responses[code] = _shared("responses", _name(int(code)))
    for parameter in described.get("parameters", []):
        schema = parameter.get("schema", {})
        if schema.pop(IS_JSON, False):
            parameter["content"] = _json(parameter.pop("schema"))
        if parameter.get("in") == "query":
            parameter["allowEmptyValue"] = True  # and says as little as one that is left out
    if reads and "security" not in described:
        described.setdefault("parameters", []).append(_shared("parameters", "IfNoneMatch"))
        responses["200"]["headers"] = {"ETag": {"required": True, "schema": TAG}}
        responses["304"] = _shared("responses", "NotModified")


def _say_whether_needed(described: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """A body that would say nothing may be left out."""
    if "requestBody" in described:
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        schema = schemas[schema["$ref"].removeprefix(SCHEMAS)] if "$ref" in schema else schema
        described["requestBody"]["required"] = bool(schema.get("required") or schema.get("anyOf"))


def _fail(code: int) -> dict[str, Any]:
    schema = {"$ref": f"{SCHEMAS}{Problem.__name__}"}
    told = {"description": SAYS[code], "content": {PROBLEM: {"schema": schema}}}
    return told | ({"headers": HEADERS[code]} if code in HEADERS else {})


def _name(code: int) -> str:
    return f"Problem{code}"


def _shared(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _json(schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, **more}}


def _finish_arguments(schema: dict[str, Any]) -> dict[str, Any]:
    """Say which arguments stand in for each other: models' vendors have no room for that."""
    finished: dict[str, Any] = _open_own(schema)
    for name, each in schema["properties"].items():
        if INSTEAD in each:
            finished["anyOf"] = [{"required": [one]} for one in (name, each[INSTEAD])]
    return finished


def _open_own(schema: Any) -> Any:
    """Leave room for own fields: each organization's are in its own listing of tools."""
    if isinstance(schema, dict):
        ours = (OWN, CHOICES, INSTEAD)
        return {key: _open_own(value) for key, value in schema.items() if key not in ours}
    return [_open_own(each) for each in schema] if isinstance(schema, list) else schema


@cache
def build() -> dict[str, Any]:
    """Return the document, made once per process."""
    made: dict[str, Any] = SchemaGenerator(urlconf="config.urls").get_schema(public=True)
    return made


class SchemaView(JsonView):
    """The API's description."""

    @operation("schema_get", answers=dict[str, Any])
    def get(self, request: Request) -> Response:
        """Return this OpenAPI document. No token is needed."""
        return Response(build())
