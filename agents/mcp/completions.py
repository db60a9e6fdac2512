"""Completions: names of pipelines, stages and contacts, as far as the caller may see them."""

from collections.abc import Callable, Mapping
from typing import Any

from mcp_types.jsonrpc import INVALID_PARAMS

from agents.calls.admission import Caller
from agents.catalogue.untrusted import clean
from agents.mcp import prompts, resources
from agents.mcp.asking import Asked
from agents.mcp.messages import ProtocolError
from agents.mcp.methods import method
from agents.reading import readings
from agents.reading.readings import Read
from crm import search
from pipelines.models import Pipeline, Stage

MOST = 100  # that the protocol lets one answer hold
FEW = 20  # contacts

Context = Mapping[str, str]


@method("completion/complete")
def complete(asked: Asked) -> dict[str, Any]:
    """Return the names that a beginning may stand for."""
    argument = asked.params["argument"]
    name, begun = argument["name"], argument["value"]
    _check_ref(asked.params["ref"])
    settled = (asked.params.get("context") or {}).get("arguments") or {}
    completer = COMPLETERS.get(name)
    with asked.inside(tool=completer[0] if completer else "") as caller:
        values = completer[1](caller, begun, settled) if completer else []
        shown = [clean(value) for value in values[:MOST]]
        read = [Read("", name, value, name == "contact") for value in shown]
        readings.note(read, by=caller.actor)
    more = len(values) > MOST
    found = {"values": shown, "total": len(values), "hasMore": more}
    return {"completion": found, "_meta": resources.UNTRUSTED}


def _check_ref(ref: Mapping[str, Any]) -> None:
    """:raises ProtocolError: if there is no such prompt or template"""
    templates = [t["uriTemplate"] for shelf in resources.SHELVES.values() for t in shelf.templates]
    if ref["type"] == "ref/prompt" and ref["name"] not in prompts.find_all():
        raise ProtocolError(INVALID_PARAMS, f"There is no prompt {ref['name'][:100]}.")
    if ref["type"] == "ref/resource" and ref["uri"] not in templates:
        raise ProtocolError(INVALID_PARAMS, f"There is no template {ref['uri'][:100]}.")


def _pipelines(caller: Caller, begun: str, settled: Context) -> list[str]:
    found = Pipeline.objects.visible_to(caller.actor).filter(archived_at=None)
    return _names(found, begun)


def _stages(caller: Caller, begun: str, settled: Context) -> list[str]:
    """Return the stages of the pipeline that was named before, or of all."""
    found = Stage.objects.visible_to(caller.actor).filter(
        archived_at=None, pipeline__archived_at=None
    )
    if "pipeline" in settled:
        found = found.filter(pipeline__name__iexact=search.clean(settled["pipeline"]))
    return _names(found, begun)


def _contacts(caller: Caller, begun: str, settled: Context) -> list[str]:
    found: list[Any] = search.find(begun, by=caller.actor, kinds=["contact"], limit=FEW)
    return list(dict.fromkeys(each.name for each in found))


def _names(rows: Any, begun: str) -> list[str]:
    """Return names that hold a text, those that begin with it first, each once."""
    named = rows.filter(name__icontains=search.clean(begun)).order_by("pk")
    unique = dict.fromkeys(named.values_list("name", flat=True)[: 10 * MOST])
    return sorted(unique, key=lambda name: not name.casefold().startswith(begun.casefold()))


# By the argument's name: the tool that shows the same, which the caller must be allowed.
COMPLETERS: dict[str, tuple[str, Callable[[Caller, str, Context], list[str]]]] = {
    "pipeline": ("get_board", _pipelines),
    "stage": ("get_board", _stages),
    "contact": ("search_objects", _contacts),
}
