"""Which argument named what is not there: for programs, and forms, that show it beside a field."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from agents.catalogue.arguments import MOST_TOLD, path_of
from crm.refs import NotFound

Location = tuple[int | str, ...]


@contextmanager
def pointing_out(arguments: Mapping[str, Any]) -> Iterator[None]:
    """Let a refusal of what is not there say by `fields`, too, which arguments named it."""
    try:
        yield
    except NotFound as refusal:
        said = refusal.details
        missing = {said.get("ref"), said.pop("named", None), *said.get("refs", ())}
        found = islice(_find(arguments, missing, ()), MOST_TOLD)
        fields = {
            path_of(location): f"names {value}, which is not there" for location, value in found
        }
        if fields:
            said.setdefault("fields", fields)
        raise


def _find(
    value: Any, missing: Collection[Any], location: Location
) -> Iterator[tuple[Location, str]]:
    """Yield where in arguments something missing is named; they were read, so they are shallow."""
    if isinstance(value, str):
        if value in missing:
            yield location, value
        return
    inside: Any = ()
    if isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for part, each in inside:
        yield from _find(each, missing, (*location, part))
