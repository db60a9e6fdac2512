"""What every tool and every persona must have, so that a new file is a whole contribution."""

import json
import re
from pathlib import Path

import pytest

from agents import personas, tools
from agents.catalogue.arguments import OWN
from agents.catalogue.registry import TOOLS, Dialect, Tool
from agents.forms import reference
from approvals.proposals import Effect

FILES = {path.stem for path in Path(tools.__file__).parent.glob("[a-z]*.py")}
EVERY = pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
# What models pay for at every turn.
LONGEST_LISTING = 3_000  # characters of one tool
MOST_VALUES = 20  # of one enumeration


def enumerations(schema):
    if isinstance(schema, dict):
        yield from [schema["enum"]] if "enum" in schema else []
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from enumerations(each)


def objects_in(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from objects_in(each)


def leaves(schema):
    if isinstance(schema, dict):
        if schema.get("type") and schema["type"] not in ("object", "array"):
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from leaves(each)


def test_one_file_per_tool():
    assert set(TOOLS) == FILES


def test_the_catalogue_is_what_the_first_release_promises():
    assert set(TOOLS) >= {
        *("search_objects", "get_object", "get_board", "create_contact", "update_contact"),
        *("log_activity", "create_task", "create_pipeline", "add_contact_to_pipeline"),
        *("move_contact", "score_contact", "enrich_contact", "attest_criterion"),
        *("get_action", "undo_action", "bulk_update"),
    }


@EVERY
def test_a_tool_says_what_it_does_and_fits_every_vendor(tool: Tool):
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool.name)
    assert len(tool.description) > 20
    assert len(json.dumps(tool.describe(Dialect.OPENAI))) <= LONGEST_LISTING


@EVERY
def test_a_tools_schema_is_closed_and_short(tool: Tool):
    schema = tool.signature.schema

    assert all(each["additionalProperties"] is False for each in objects_in(schema))
    assert all(len(values) <= MOST_VALUES for values in enumerations(schema))
    assert "$ref" not in json.dumps(schema)
    assert '"title": "' not in json.dumps(schema)


@EVERY
def test_a_tool_that_changes_something_says_what_it_is_about(tool: Tool):
    assert (tool.about is None) == (tool.effect is Effect.READ)


@EVERY
def test_a_tool_answers_with_a_typed_result(tool: Tool):
    assert tool.answers["type"] == "object"
    assert tool.answers["properties"]


@EVERY
def test_every_parameter_says_what_it_is(tool: Tool):
    for each in objects_in(tool.signature.schema):
        for name, schema in each["properties"].items():
            known = {"description", "pattern", "enum", OWN} & schema.keys()
            assert known, f"{tool.name}: {name} is not described"


@EVERY
def test_every_number_and_text_has_a_range(tool: Tool):
    for schema in leaves(tool.signature.schema):
        kinds = {schema.get("type")} if isinstance(schema.get("type"), str) else set(schema["type"])
        if kinds & {"integer", "number"}:
            assert {"minimum", "maximum"} <= schema.keys(), (tool.name, schema)
        if "string" in kinds:
            assert {"maxLength", "pattern", "enum"} & schema.keys(), (tool.name, schema)


@EVERY
def test_a_tool_carries_an_example_that_fits(tool: Tool):
    assert tool.example, "an example is what documentation shows and tests run"
    assert tool.signature.read(tool.example).given().keys() == tool.example.keys()


@EVERY
def test_every_dialect_lists_a_tool(tool: Tool):
    openai = tool.describe(Dialect.OPENAI)
    anthropic = tool.describe(Dialect.ANTHROPIC)
    mcp = tool.describe(Dialect.MCP)

    assert openai["type"] == "function"
    assert openai["function"]["name"] == anthropic["name"] == mcp["name"] == tool.name
    assert openai["function"]["parameters"] == anthropic["input_schema"] == mcp["inputSchema"]
    assert mcp["annotations"]["readOnlyHint"] is (tool.effect is Effect.READ)
    assert mcp["annotations"]["idempotentHint"] is tool.idempotent


@EVERY
def test_a_tools_version_stays_until_its_schema_changes(tool: Tool):
    again = Tool(
        run=tool.run,
        effect=tool.effect,
        about=tool.about,
        needs=tool.needs,
        signature=tool.signature,
    )
    other = Tool(
        run=tool.run,
        effect=Effect.IRREVERSIBLE,
        about=tool.about,
        needs=tool.needs,
        signature=tool.signature,
    )

    assert again.version == tool.version != other.version


def test_no_tool_changes_what_governs_agents():
    words = ("policy", "policies", "approval", "token", "agent", "switch")
    writing = [name for name, tool in TOOLS.items() if tool.writes]

    assert not [name for name in writing for word in words if word in name.split("_")]


def test_what_is_fit_for_many_records_names_its_record_by_kind():
    fit = [tool for tool in TOOLS.values() if tool.each]

    assert fit
    for tool in fit:
        named = tool.signature.schema["properties"][tool.each]
        assert named["pattern"].startswith(f"^{tool.each}:")
        assert tool.effect is Effect.REVERSIBLE


@pytest.mark.parametrize("persona", personas.load().values(), ids=personas.load())
def test_a_persona_names_tools_there_are_and_knows_its_place(persona):
    named = [*persona.tools, *persona.also]
    assert set(named) <= set(TOOLS)
    assert len(set(named)) == len(named)
    assert "search_tools" in persona.tools, "what it may use besides is found by it"
    assert persona.role.endswith(".")
    assert "{agent}" in persona.prose
    assert "{organization}" in persona.prose
    assert "instruction" in persona.prose, "stored text is data, and a persona is told so"


def test_the_four_personas_of_the_specification_are_there():
    assert set(personas.load()) >= {"sales", "support", "research", "analytics"}


def test_a_persona_without_settings_is_refused(tmp_path):
    bare = tmp_path / "bare.md"
    bare.write_text("You are nobody.")

    with pytest.raises(ValueError, match="no settings"):
        personas.read(bare)


def test_an_unknown_persona_names_those_there_are():
    with pytest.raises(personas.NoSuchPersona, match="analytics, research, sales, support"):
        personas.get("marketing")


def test_the_written_reference_is_current():
    written = reference.file().read_text(encoding="utf-8")

    assert written == reference.render(), "run manage.py write_tool_reference"
    assert all(f"\n## {name}\n" in written for name in TOOLS)


@EVERY
def test_what_was_answered_is_read_back_under_the_same_names(tool):
    written, read = (
        [
            sorted(each["properties"])
            for each in objects_in(tool.result.model_json_schema(mode=mode))
        ]
        for mode in ("serialization", "validation")
    )

    assert written == read
