"""
Templates: a tool's arguments with places for what is only known when a workflow runs.

There is a closed set of places, such as `{{contact}}`. An argument that is one place as a whole
gets the value itself; inside a text a place becomes a part of it. Nothing is evaluated.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from agents.catalogue.arguments import BadArguments
from agents.catalogue.registry import Tool
from crm import refs

PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# Each place with a value that stands for it while a template is checked.
OF_CONTACT: dict[str, str] = {
    "contact": "contact:1",
    "contact.name": "Grace Hopper",
    "contact.first_name": "Grace",
    "contact.email": "grace@example.com",
    "contact.company": "Navy",
    "contact.owner": "member:1",
}
OF_CARD: dict[str, str] = OF_CONTACT | {
    "position": "position:1",
    "position.title": "Ships",
    "position.owner": "member:1",
    "stage": "stage:1",
    "stage.name": "Qualified",
    "pipeline": "pipeline:1",
    "pipeline.name": "Sales",
}
PLACES = {"contact": OF_CONTACT, "position": OF_CARD}


def check(tool: Tool, template: Mapping[str, Any], *, record: str) -> dict[str, str]:
    """
    Return what is wrong with a template of a tool's arguments, by path; nothing where it is right.

    :param record: the kind of record the workflow is about: contact or position
    """
    places = PLACES[record]
    wrong = {
        path: _unknown(name, places)
        for path, text in find_texts(template)
        for name in _names_in(text)
        if name not in places
    }
    if wrong:
        return wrong
    try:
        tool.signature.read(fill(template, places))
    except BadArguments as problem:
        found: dict[str, str] = problem.details["fields"]
        return found
    return {}


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """
    Return `template` with each place filled in.

    :raises KeyError: if there is no such place
    """
    if isinstance(template, str):
        return PLACE.sub(lambda place: values[place[1].strip()], template)
    if isinstance(template, Mapping):
        return {key: fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(each, values) for each in template]
    return template


def has_place(text: str) -> bool:
    """Whether something is filled in before this text means anything."""
    return PLACE.search(text) is not None


def find_references(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the references that a template names outright, with their paths."""
    for path, text in find_texts(template):
        if refs.is_reference(text):
            yield path, text


def find_texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside a JSON value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from find_texts(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from find_texts(each, f"{path}[{place}]")


def _names_in(text: str) -> list[str]:
    return [place[1].strip() for place in PLACE.finditer(text)]


def _unknown(name: str, places: Mapping[str, str]) -> str:
    near = get_close_matches(name, places, n=1)
    right = f"did you mean {{{{{near[0]}}}}}" if near else f"there are {', '.join(places)}"
    return f"has no place {{{{{name[:60]}}}}} to fill in; {right}"
