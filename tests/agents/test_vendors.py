"""Every listing is what vendors' own SDKs take, and keeps to the limits they document."""

import re
from itertools import product

import pytest
from anthropic.types import ToolParam
from jsonschema import Draft202012Validator
from mcp_types import Tool as McpTool
from openai import pydantic_function_tool
from openai.types.chat import ChatCompletionFunctionToolParam
from openai.types.shared import FunctionDefinition
from pydantic import TypeAdapter

from agents.calls import admission, listings
from agents.catalogue.arguments import OWN
from agents.catalogue.registry import TOOLS, Dialect
from agents.catalogue.untrusted import MARK
from crm import custom_fields
from pipelines import pipelines
from tests.agents.acme_at_work import furnish

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # OpenAI and Anthropic
KEY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")  # Anthropic, of every property
MOST_TOOLS = 128  # OpenAI
LONGEST_DESCRIPTION = 1_024  # characters; OpenAI
DEEPEST = 10  # levels; OpenAI
MOST_PROPERTIES = 5_000  # of one schema; OpenAI
MOST_VALUES = 1_000  # of all enumerations of one schema; OpenAI
MOST_NAMED = 120_000  # characters of property names and values of one schema; OpenAI


@pytest.fixture
def much(ada, bob, inside):
    """An organization with as much of its own, under as long names, as one may have."""
    work = furnish(ada)
    for number in range(7):
        name = f"{number} {'Long ' * 50}"
        pipelines.create(name, stages=[{"name": f"{name} stage"}], by=ada)
    for on in ("contact", "company", "position"):
        for number in range(50):
            choices = [f"{'Choice ' * 10}{each}" for each in range(200 if number < 5 else 2)]
            label = f"{number} {'Field ' * 19}"
            custom_fields.declare(on, label=label, type="choice", choices=choices, by=ada)
    return work


@pytest.fixture
def little(ada, bob, inside):
    """An organization whose boards, stages, colleagues and fields are few enough to be named."""
    return furnish(ada)


@pytest.fixture(params=["little", "much"])
def work(request):
    return request.getfixturevalue(request.param)


def listed(by, dialect, *, everything):
    caller = admission.admit(by)
    tools = listings.find(caller, everything=everything)
    assert tools
    return listings.show(tools, dialect, by=caller)


def parameters_of(told) -> dict:
    return told.get("inputSchema") or told.get("input_schema") or told["function"]["parameters"]


def name_of(told) -> str:
    return told["function"]["name"] if "function" in told else told["name"]


def description_of(told) -> str:
    return told["function"]["description"] if "function" in told else told["description"]


def parts_of(schema, depth=1):
    """Yield every schema inside one, with how deep it is."""
    yield schema, depth
    for each in schema.get("properties", {}).values():
        yield from parts_of(each, depth + 1)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from parts_of(schema[key], depth + 1)
    for each in schema.get("anyOf", ()):
        yield from parts_of(each, depth)


# --- Their types ----------------------------------------------------------------------------------
def takes(kind, given) -> bool:
    """Whether a vendor's type takes what is given, and knows all of it."""
    adapter = TypeAdapter(kind)
    read = adapter.validate_python(given, strict=True)
    return adapter.dump_python(read, mode="json", exclude_unset=True, by_alias=True) == given


def test_each_vendor_takes_every_listing(work, ada):
    for everything in (False, True):
        for told in listed(ada, Dialect.OPENAI, everything=everything):
            assert takes(ChatCompletionFunctionToolParam, told)
            assert takes(FunctionDefinition, told["function"])
        for told in listed(ada, Dialect.ANTHROPIC, everything=everything):
            assert takes(ToolParam, told)
        for told in listed(ada, Dialect.MCP, everything=everything):
            assert takes(McpTool, told)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (ChatCompletionFunctionToolParam, {"type": "function", "function": {"parameters": {}}}),
        (FunctionDefinition, {"name": 1}),
        (ToolParam, {"name": "x"}),
        (McpTool, {"name": "x", "inputSchema": []}),
    ],
)
def test_their_types_refuse_what_is_none(kind, wrong):
    with pytest.raises(ValueError, match="validation error"):
        takes(kind, wrong)


def test_what_their_types_do_not_know_is_noticed():
    assert not takes(ToolParam, {"name": "x", "input_schema": {"type": "object"}, "other": 1})


def is_free(schema) -> bool:
    """Whether some part may hold anything, so that no strict form of it exists."""
    return any(
        OWN in part or ("type" not in part and "anyOf" not in part) or _is_open(part)
        for part, _ in parts_of(schema)
    )


def _is_open(part) -> bool:
    return "object" in str(part.get("type")) and "properties" not in part


STRICT = sorted(name for name in TOOLS if not is_free(TOOLS[name].signature.schema))


@pytest.mark.parametrize("name", STRICT)
def test_arguments_have_a_strict_form_by_openais_own_means(name):
    """A listing does not ask for it: in a strict call every argument must be given."""
    told = pydantic_function_tool(TOOLS[name].signature.model, name=name)["function"]

    schema = told["parameters"]
    assert told["strict"]
    assert schema["additionalProperties"] is False
    assert set(schema.get("required", ())) == set(schema["properties"])


def test_most_tools_have_a_strict_form():
    assert len(STRICT) > len(TOOLS) / 2


# --- Their limits ---------------------------------------------------------------------------------
def test_listings_keep_to_the_limits(work, ada):
    for dialect, everything in product(Dialect, (False, True)):
        tools = listed(ada, dialect, everything=everything)

        assert len(tools) <= MOST_TOOLS
        assert len({name_of(told) for told in tools}) == len(tools)
        for told in tools:
            assert NAME.fullmatch(name_of(told))
            assert 0 < len(description_of(told)) <= LONGEST_DESCRIPTION
            check_limits(parameters_of(told))


def check_limits(schema):
    parts = list(parts_of(schema))
    keys = [key for part, _ in parts for key in part.get("properties", {})]
    values = [str(value) for part, _ in parts for value in part.get("enum", ())]

    assert schema["type"] == "object"
    assert not {"anyOf", "oneOf", "allOf", "enum", "not"} & set(schema), "none at the top"
    assert max(depth for _, depth in parts) <= DEEPEST
    assert len(keys) <= MOST_PROPERTIES
    assert len(values) <= MOST_VALUES
    assert len("".join(keys + values)) <= MOST_NAMED
    assert [key for key in keys if not KEY.fullmatch(key)] == []
    assert max(len(part.get("description", "")) for part, _ in parts) <= LONGEST_DESCRIPTION


def test_schemas_are_json_schema_and_of_our_marks_say_what_is_untrusted_alone(work, ada):
    for dialect in Dialect:
        for told in listed(ada, dialect, everything=True):
            for schema in (parameters_of(told), told.get("outputSchema", {})):
                Draft202012Validator.check_schema(schema)
                ours = {key for part, _ in parts_of(schema) for key in part if key[:2] == "x-"}
                assert ours <= {MARK}


def test_every_example_is_what_the_listed_schema_takes(little, ada):
    for dialect in Dialect:
        for told in listed(ada, dialect, everything=True):
            validator = Draft202012Validator(parameters_of(told))
            problems = list(validator.iter_errors(little.example(name_of(told))))

            assert problems == [], name_of(told)
            assert not validator.is_valid({"nonsense": 1})


def test_what_is_very_much_is_not_named_and_can_be_given_all_the_same(much, ada, inside):
    (told,) = [
        each
        for each in listed(ada, Dialect.ANTHROPIC, everything=True)
        if each["name"] == "update_contact"
    ]
    own = told["input_schema"]["properties"]["custom"]

    assert own["additionalProperties"] is True
    assert 0 < len(own["properties"]) < 50
    assert all(len(each.get("enum", ())) <= 20 for each in own["properties"].values())
