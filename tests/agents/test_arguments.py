"""Arguments: closed schemas, and errors that say what would be right."""

from typing import Annotated, Literal, TypedDict, Unpack

import pytest
from pydantic import BaseModel, Field

from agents.catalogue import registry
from agents.catalogue.arguments import BadArguments, Entry, Percent, Ref, Signature
from crm.models import Contact
from pipelines.models import Position


class Point(Entry):
    name: Annotated[str, Field(min_length=1)]
    weight: Percent = 50


class Details(TypedDict, total=False):
    email: str | None
    tags: list[str]


class Answer(BaseModel):
    """Nothing."""


def sample(
    context: object,
    *,
    position: Ref[Position],
    kind: Literal["call", "note"] = "note",
    points: list[Point] | None = None,
    contact: Ref[Contact] | None = None,
    **details: Unpack[Details],
) -> Answer:
    return Answer()


SAMPLE = Signature(sample)


def wrong(**arguments):
    with pytest.raises(BadArguments) as refused:
        SAMPLE.read({"position": "position:9"} | arguments)
    return refused.value.details["fields"]


def test_what_fits_is_read():
    read = SAMPLE.read({"position": "position:9", "points": [{"name": "a"}], "email": None})

    assert str(read.position) == "position:9"
    assert read.points == [Point(name="a", weight=50)]
    assert set(read.given()) == {"position", "points", "email"}


def test_only_what_was_given_is_kept_and_null_is_something():
    read = SAMPLE.read({"position": "position:9", "email": None})

    assert SAMPLE.canonical(read) == {"position": "position:9", "email": None}
    assert SAMPLE.read(SAMPLE.canonical(read)) == read


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"positon": "position:9"}, {"positon": "is unknown; did you mean position"}),
        ({"zzz": 1}, {"zzz": "is unknown; there are position, kind, points, contact, email, tags"}),
        ({"kind": "cal"}, {"kind": "must be 'call' or 'note'"}),
        ({"points": [{}]}, {"points[0].name": "is missing"}),
        (
            {"points": [{"nam": "x", "name": "x"}]},
            {"points[0].nam": "is unknown; did you mean name"},
        ),
        ({"points": [{"name": "x", "weight": 101}]}, {"points[0].weight": "must be at most 100"}),
        (
            {"points": [{"name": "x", "weight": "5"}]},
            {"points[0].weight": "must be a whole number"},
        ),
        ({"points": "x"}, {"points": "must be a list"}),
        ({"tags": [1]}, {"tags[0]": "must be text"}),
        ({"position": 9}, {"position": "9 is not a reference; one looks like position:42"}),
        (
            {"position": "contact:3"},
            {"position": "contact:3 is a contact; what is asked for here looks like position:42"},
        ),
    ],
)
def test_an_error_names_the_field_and_says_what_would_be_right(arguments, says):
    assert wrong(**arguments) == says


def test_a_form_is_said_in_the_words_of_the_rest():
    tool = registry.get("add_contact_to_pipeline")

    with pytest.raises(BadArguments, match=r"currency must be of the form \^\[A-Z\]\{3\}\$"):
        tool.signature.read({"contact": "contact:1", "pipeline": "pipeline:1", "currency": "usd"})


def test_what_is_missing_is_named():
    with pytest.raises(BadArguments, match="sample: position is missing"):
        SAMPLE.read({})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"deep": object()}])
def test_what_is_no_json_is_refused(value):
    with pytest.raises(BadArguments):
        SAMPLE.read({"position": "position:9", "tags": [value]})


def test_however_much_is_wrong_only_some_of_it_is_told():
    long, many = "x" * 1_000_000, {f"unknown_{number}": 1 for number in range(10_000)}

    assert len(wrong(**many)) == 20
    assert list(wrong(**{long: 1})) == ["x" * 80]


def test_nesting_without_end_is_refused():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(BadArguments):
        SAMPLE.read({"position": "position:9", "tags": deep})


def test_the_schema_is_short_and_says_what_a_reference_looks_like():
    assert SAMPLE.schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["position"],
        "properties": {
            "position": {"type": "string", "pattern": "^position:[1-9][0-9]*$"},
            "kind": {"type": "string", "enum": ["call", "note"], "default": "note"},
            "points": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1},
                        "weight": {
                            "type": "integer",
                            "minimum": 0,
                            "maximum": 100,
                            "default": 50,
                        },
                    },
                },
            },
            "contact": {"type": "string", "pattern": "^contact:[1-9][0-9]*$"},
            "email": {"type": ["string", "null"]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
