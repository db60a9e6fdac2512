"""What the API says of itself: OpenAPI 3.1, with every tool as an address of its own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.doors import Body, JsonView
from agents.api.operations import Answer, Rehearsed
from agents.api.tools import CallBody
from agents.arguments import CHOICES, OWN, schema_of
from agents.registry import TOOLS, Tool

PREFIX = "/api/"
CALL = f"{PREFIX}tools/{{name}}/"


def add_tools(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Give every tool an address of its own in place of one for all, and say how to log in."""
    call = result["paths"].pop(CALL)["post"]
    for tool in TOOLS.values():
        result["paths"][f"{PREFIX}tools/{tool.name}/"] = {"post": _describe(tool, call)}
    schemas = result["components"]["schemas"]
    for body in Body.__subclasses__():
        schemas[body.__name__] = schema_of(body)
    del schemas[CallBody.__name__], schemas[Answer.__name__]
    result["paths"] = dict(sorted(result["paths"].items()))
    result["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token: whl_…"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
    }
    result["security"] = [{"token": []}, {"session": []}]
    return result


def _describe(tool: Tool, call: Mapping[str, Any]) -> dict[str, Any]:
    arguments = _open_own(tool.signature.schema)
    members = {**schema_of(CallBody)["properties"], "arguments": arguments}
    body = {"type": "object", "additionalProperties": False, "properties": members}
    if arguments.get("required"):
        body["required"] = ["arguments"]
    answer = schema_of(Answer, mode="serialization")
    result = {"anyOf": [tool.answers, schema_of(Rehearsed, mode="serialization")]}
    done = answer | {"properties": {**answer["properties"], "result": result}}
    answers = {
        "200": {"description": "Done.", "content": _json(done)},
        "202": {
            "description": "It waits for a person; `approval` is what to follow.",
            "content": _json(answer),
        },
    }
    failures = {code: each for code, each in call["responses"].items() if code not in answers}
    return {
        "operationId": f"call_{tool.name}",
        "summary": tool.title,
        "description": tool.description,
        "tags": ["tools"],
        "requestBody": {"content": _json(body), "required": True},
        "responses": answers | failures,
    }


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _open_own(schema: Any) -> Any:
    """Leave room for own fields: each organization's are in its own listing of tools."""
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if key not in (OWN, CHOICES)}
        return {key: _open_own(value) for key, value in kept.items()}
    return [_open_own(each) for each in schema] if isinstance(schema, list) else schema


@cache
def build() -> dict[str, Any]:
    """Return the document, made once per process."""
    made: dict[str, Any] = SchemaGenerator(urlconf="config.urls").get_schema(public=True)
    return made


class SchemaView(JsonView):
    """The API's description."""

    schema = None

    def get(self, request: Request) -> Response:
        """Return the OpenAPI document."""
        return Response(build())
